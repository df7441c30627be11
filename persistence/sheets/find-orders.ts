import type { Order } from '../../domain/order';
import { type OrderRow, orderColumns, toOrder } from '../orders/order-row';
import type { TenantClient } from '../with-tenant';

export interface FoundOrder {
  readonly order: Order;
  /** Whether the sheet is known to show it as it is. */
  readonly isSynced: boolean;
}

/** Those of the given ids that are orders of the tenant. */
export async function findOrders(client: TenantClient, orderIds: readonly string[]): Promise<FoundOrder[]> {
  const result = await client.query<OrderRow & { readonly is_synced: boolean }>(
    `SELECT ${orderColumns('o')}, o.sheet_synced_version = o.version AS is_synced FROM orders o WHERE o.user_id = $1::text AND o.id = ANY ($2::uuid[])`,
    [client.tenant, orderIds],
  );
  return result.rows.map((row) => ({ order: toOrder(row), isSynced: row.is_synced }));
}
