/** The states of an order. The moves between them are in `order-state.ts`. */
export const ORDER_STATUSES = ['pending', 'confirmed', 'processing', 'completed', 'cancelled'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Whether a value from outside names a state. */
export function isOrderStatus(value: unknown): value is OrderStatus {
  return (ORDER_STATUSES as readonly unknown[]).includes(value);
}

/** Where an order came from. `ai` is set only by the booking door, never taken from a caller of CreateOrder. */
export const ORDER_SOURCES = ['ai', 'api', 'web', 'phone', 'walk_in'] as const;
export type OrderSource = (typeof ORDER_SOURCES)[number];

export interface OrderItem {
  readonly name: string;
  /** Whole units, 1 to 10,000. */
  readonly quantity: number;
}

/** What the customer ordered: normalised, checked, and the same for as long as the order exists. */
export interface OrderContent {
  readonly customerName: string;
  /** Digits only, country code first where the caller gave one (E.164 without the plus). */
  readonly customerPhone: string;
  readonly items: readonly OrderItem[];
  readonly source: OrderSource;
  readonly notes: string | null;
  readonly slotId: string | null;
}

/** An order as every part of the system sees it. Times are ISO 8601 in UTC, so that it crosses Temporal as plain JSON. */
export interface Order extends OrderContent {
  readonly id: string;
  /** The tenant (business) the order belongs to: `user_id` on the wire. */
  readonly userId: string;
  readonly totalQuantity: number;
  readonly status: OrderStatus;
  /** 1 when created, one more with every change of status. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const ORDER_EVENT_TYPES = ['created', 'status_changed', 'status_change_ignored'] as const;
export type OrderEventType = (typeof ORDER_EVENT_TYPES)[number];

/** One line of an order's audit trail. `sequence` starts at 1 and has no gaps within an order. */
export interface OrderEvent {
  readonly orderId: string;
  readonly sequence: number;
  readonly type: OrderEventType;
  readonly fromStatus: OrderStatus | null;
  readonly toStatus: OrderStatus;
  /** Who did it: `api_key:<prefix>`, `signal` or `signal:<name>`, `operator` (a cancellation through Temporal) or `system`. */
  readonly actor: string;
  readonly reason: string | null;
  readonly correlationId: string;
  readonly occurredAt: string;
}

/** The sum of all quantities. */
export function totalQuantity(items: readonly OrderItem[]): number {
  return items.reduce((sum, item) => sum + item.quantity, 0);
}

/**
 * The order as its creator was answered, whatever happened to it since. Everything but status, version and
 * `updatedAt` never changes (the database refuses it), so the first answer can be rebuilt and need not be stored.
 */
export function asCreated(order: Order): Order {
  return { ...order, status: 'pending', version: 1, updatedAt: order.createdAt };
}
