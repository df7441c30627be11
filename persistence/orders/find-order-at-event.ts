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

/** An order as it was right after one of its events, with that event; undefined when the tenant has no such event. */
export async function findOrderAtEvent(
  client: TenantClient,
  orderId: string,
  sequence: number,
): Promise<{ readonly order: Order; readonly event: OrderEvent } | undefined> {
  const result = await client.query<OrderRow & OrderEventRow & { readonly version_then: number }>({
    name: 'find-order-at-event',
    text: `SELECT ${orderColumns('o')}, ${ORDER_EVENT_COLUMNS}, (
        SELECT count(*)::int FROM order_events m
        WHERE m.order_id = e.order_id AND m.sequence <= e.sequence AND m.type <> 'status_change_ignored'
      ) AS version_then
      FROM orders o JOIN order_events e ON e.user_id = o.user_id AND e.order_id = o.id
      WHERE o.user_id = $1::text AND o.id = $2::uuid AND e.sequence = $3::int`,
    values: [client.tenant, orderId, sequence],
  });
  const row = result.rows[0];
  if (row === undefined) return undefined;
  const event = toOrderEvent(row);
  // All else of an order never changes: the database refuses it.
  const order = { ...toOrder(row), status: event.toStatus, version: row.version_then, updatedAt: event.occurredAt };
  return { order, event };
}
