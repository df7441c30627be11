import type { OrderStatus } from '../../domain/order';
import type { TenantClient } from '../with-tenant';

/** The present status of the tenant's order, or undefined. */
export async function findOrderStatus(client: TenantClient, orderId: string): Promise<OrderStatus | undefined> {
  const result = await client.query<{ status: OrderStatus }>({
    name: 'find-order-status',
    text: 'SELECT o.status FROM orders o WHERE o.user_id = $1::text AND o.id = $2::uuid',
    values: [client.tenant, orderId],
  });
  return result.rows[0]?.status;
}
