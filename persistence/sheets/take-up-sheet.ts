import type { TenantClient } from '../with-tenant';

/**
 * Has the tenant's sheet be looked at again, parked or not. Its sync has to be told as well; should that fail, the raised flag lets the
 * sweep find it. Whoever writes to it just now is overtaken by this: what Google has refused him so far does not park it again.
 */
export async function takeUpSheet(client: TenantClient): Promise<void> {
  await client.query({
    name: 'take-up-sheet',
    text: `UPDATE ai_capabilities SET sheet_parked_at = NULL, sheet_parked_cause = NULL, sheet_sync_pending = sheets_sync_enabled,
        sheet_writer = sheet_writer + 1
      WHERE user_id = $1::text`,
    values: [client.tenant],
  });
}
