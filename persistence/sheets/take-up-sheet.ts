import type { TenantClient } from '../with-tenant';

/**
 * Has the tenant's sheet be looked at again, parked or not. Its sync has to be told as well; should that fail, the raised flag lets the
 * sweep find it. Whoever writes to it just now may end that; but what Google has refused him so far does not park it again.
 */
export async function takeUpSheet(client: TenantClient): Promise<void> {
  await client.query({
    name: 'take-up-sheet',
    text: `UPDATE ai_capabilities SET sheet_parked_at = NULL, sheet_parked_cause = NULL, sheet_sync_pending = sheets_sync_enabled,
        sheet_taken_up = sheet_taken_up + 1
      WHERE user_id = $1::text`,
    values: [client.tenant],
  });
}
