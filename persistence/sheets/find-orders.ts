import type { Order } from '../../domain/order';
import { type OrderRow, orderColumns, toOrder } from '../orders/order-row';
import type { TenantClient } from '../with-tenant';

/** Those of the given ids that are orders of the tenant. */
export async function findOrders(client: TenantClient, orderIds: readonly string[]): Promise<Order[]> {
  const result = await client.query<OrderRow>(
    `SELECT ${orderColumns('o')} FROM orders o WHERE o.user_id = $1::text AND o.id = ANY ($2::uuid[])`,
    [client.tenant, orderIds],
  );
  return result.rows.map(toOrder);
}
