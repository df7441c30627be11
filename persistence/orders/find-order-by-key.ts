import type { Order } from '../../domain/order';
import type { TenantClient } from '../with-tenant';
import { type OrderRow, orderColumns, toOrder } from './order-row';

export interface PlacedOrder {
  readonly order: Order;
  /** SHA-256 of the canonical request that placed it, in hex. */
  readonly requestHash: string;
}

/** The order that a completed idempotency key holds, or undefined. */
export async function findOrderByKey(client: TenantClient, idempotencyKey: string): Promise<PlacedOrder | undefined> {
  const result = await client.query<OrderRow & { request_hash: Buffer }>({
    name: 'find-order-by-key',
    text: `SELECT ${orderColumns('o')}, k.request_hash
      FROM idempotency_keys k JOIN orders o ON o.id = k.order_id
      WHERE k.user_id = $1::text AND k.operation = 'create_order' AND k.key = $2::text AND k.status = 'completed'`,
    values: [client.tenant, idempotencyKey],
  });
  const row = result.rows[0];
  return row && { order: toOrder(row), requestHash: row.request_hash.toString('hex') };
}
