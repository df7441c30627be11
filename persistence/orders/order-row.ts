import type { Order, OrderEvent, OrderEventType, OrderItem, OrderSource, OrderStatus } from '../../domain/order';

/** The columns every statement that answers with an order selects, of a relation under the given name. */
export function orderColumns(relation: string): string {
  return ORDER_COLUMNS.map((column) => `${relation}.${column}`).join(', ');
}

const ORDER_COLUMNS = [
  'id',
  'user_id',
  'customer_name',
  'customer_phone',
  'items',
  'total_quantity',
  'status',
  'source',
  'notes',
  'slot_id',
  'version',
  'created_at',
  'updated_at',
] as const;

export interface OrderRow {
  readonly id: string;
  readonly user_id: string;
  readonly customer_name: string;
  readonly customer_phone: string;
  readonly items: readonly OrderItem[];
  readonly total_quantity: number;
  readonly status: OrderStatus;
  readonly source: OrderSource;
  readonly notes: string | null;
  readonly slot_id: string | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    userId: row.user_id,
    customerName: row.customer_name,
    customerPhone: row.customer_phone,
    items: row.items.map(({ name, quantity }) => ({ name, quantity })),
    totalQuantity: row.total_quantity,
    status: row.status,
    source: row.source,
    notes: row.notes,
    slotId: row.slot_id,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export interface OrderEventRow {
  readonly order_id: string;
  readonly sequence: number;
  readonly type: OrderEventType;
  readonly from_status: OrderStatus | null;
  readonly to_status: OrderStatus;
  readonly actor: string;
  readonly reason: string | null;
  readonly correlation_id: string;
  readonly occurred_at: Date;
}

export const ORDER_EVENT_COLUMNS =
  'e.order_id, e.sequence, e.type, e.from_status, e.to_status, e.actor, e.reason, e.correlation_id, e.occurred_at';

export function toOrderEvent(row: OrderEventRow): OrderEvent {
  return {
    orderId: row.order_id,
    sequence: row.sequence,
    type: row.type,
    fromStatus: row.from_status,
    toStatus: row.to_status,
    actor: row.actor,
    reason: row.reason,
    correlationId: row.correlation_id,
    occurredAt: row.occurred_at.toISOString(),
  };
}
