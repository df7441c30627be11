import type { Order } from '../../domain/order';
import type { TenantClient } from '../with-tenant';
import { type OrderRow, orderColumns, toOrder } from './order-row';

/** An order and the idempotency key it was placed under, which names its workflow. */
export interface KeyedOrder {
  readonly order: Order;
  readonly idempotencyKey: string;
}

/** The tenant's order with this id, or undefined. */
export async function findOrder(client: TenantClient, orderId: string): Promise<KeyedOrder | undefined> {
  const result = await client.query<OrderRow & { idempotency_key: string }>({
    name: 'find-order',
    text: `SELECT ${orderColumns('o')}, o.idempotency_key FROM orders o WHERE o.user_id = $1::text AND o.id = $2::uuid`,
    values: [client.tenant, orderId],
  });
  const row = result.rows[0];
  return row && { order: toOrder(row), idempotencyKey: row.idempotency_key };
}
