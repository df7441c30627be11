import type { OrderEvent } from '../../domain/order';
import type { TenantClient } from '../with-tenant';
import { ORDER_EVENT_COLUMNS, type OrderEventRow, toOrderEvent } from './order-row';

/** The audit trail of one order after a sequence number, oldest first. Empty for an order the tenant does not have. */
export async function listOrderEvents(
  client: TenantClient,
  query: { readonly orderId: string; readonly afterSequence: number; readonly limit: number },
): Promise<OrderEvent[]> {
  const result = await client.query<OrderEventRow>({
    name: 'list-order-events',
    text: `SELECT ${ORDER_EVENT_COLUMNS}
      FROM order_events e
      WHERE e.user_id = $1::text AND e.order_id = $2::uuid AND e.sequence > $3::int
      ORDER BY e.sequence
      LIMIT $4::int`,
    values: [client.tenant, query.orderId, query.afterSequence, query.limit],
  });
  return result.rows.map(toOrderEvent);
}
