import type { TenantClient } from '../with-tenant';

/**
 * Says that orders are synced to this sheet from now on, after all of them were taken for unsynced: should that have been cut
 * off, the sheet is still another one and it is begun again.
 *
 * @param target see `sheetTarget`
 */
export async function turnToSheet(client: TenantClient, target: string): Promise<void> {
  await client.query(
    `UPDATE ai_capabilities SET sheet_synced_target = $2::text, sheet_open_write = NULL WHERE user_id = $1::text`,
    [client.tenant, target],
  );
}
