import type { TenantClient } from '../with-tenant';

/** Has these orders of the tenant be written to the sheet once more. */
export async function forgetOrders(client: TenantClient, orderIds: readonly string[]): Promise<void> {
  await client.query(
    // Locked newest first, as forget-synced.ts does: the two may meet.
    `WITH locked AS MATERIALIZED (
       SELECT id FROM orders WHERE user_id = $1::text AND id = ANY ($2::uuid[])
       ORDER BY created_at DESC, id DESC FOR NO KEY UPDATE
     )
     UPDATE orders o SET sheet_synced_version = 0 FROM locked WHERE o.id = locked.id`,
    [client.tenant, orderIds],
  );
}
