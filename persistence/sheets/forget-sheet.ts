import type { TenantClient } from '../with-tenant';

/**
 * Takes none of the tenant's orders for synced any more: the sheet is another one, or it was emptied.
 *
 * Orders first and the tenant's row after them, as in every transaction that touches both: an order's own statement locks
 * them in this order, and the other way round the two would wait for each other.
 *
 * @param target what the orders are synced to from now on, see `sheetTarget`
 */
export async function forgetSheet(client: TenantClient, target: string): Promise<void> {
  await client.query(
    'UPDATE orders SET sheet_synced_version = 0 WHERE user_id = $1::text AND sheet_synced_version <> 0',
    [client.tenant],
  );
  await client.query(
    `UPDATE ai_capabilities SET sheet_synced_target = $2::text, sheet_open_write = NULL WHERE user_id = $1::text`,
    [client.tenant, target],
  );
}
