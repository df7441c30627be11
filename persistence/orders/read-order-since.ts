import type { Order, OrderEvent } from '../../domain/order';
import type { TenantClient } from '../with-tenant';
import {
  ORDER_EVENT_COLUMNS,
  type OrderEventRow,
  type OrderRow,
  orderColumns,
  toOrder,
  toOrderEvent,
} from './order-row';

/** An order, and what of its audit trail a reader has not seen yet, oldest first, as they were at one moment. */
export interface OrderSince {
  readonly order: Order;
  readonly events: readonly OrderEvent[];
}

/**
 * The order with its events after a sequence number, at most `limit` of them; undefined when the tenant has no such order.
 * One statement, so that the two belong together: no event is ahead of the order, and with fewer than `limit` events none
 * that led to the order's state is missing.
 */
export async function readOrderSince(
  client: TenantClient,
  query: { readonly orderId: string; readonly afterSequence: number; readonly limit: number },
): Promise<OrderSince | undefined> {
  const { rows } = await client.query<OrderRow & (OrderEventRow | { readonly sequence: null })>({
    name: 'read-order-since',
    text: `SELECT ${orderColumns('o')}, ${ORDER_EVENT_COLUMNS}
      FROM orders o
      LEFT JOIN order_events e ON e.user_id = o.user_id AND e.order_id = o.id AND e.sequence > $3::int
      WHERE o.user_id = $1::text AND o.id = $2::uuid
      ORDER BY e.sequence
      LIMIT $4::int`,
    values: [client.tenant, query.orderId, query.afterSequence, query.limit],
  });
  const [first] = rows;
  return (
    first && {
      order: toOrder(first),
      events: rows.flatMap((row) => (row.sequence === null ? [] : [toOrderEvent(row)])),
    }
  );
}
