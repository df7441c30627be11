import type { TenantClient } from '../with-tenant';

/**
 * Has the tenant's sheet be looked at again, parked or not. Its sync has to be told as well; should that fail, the raised flag lets the
 * sweep find it.
 */
export async function takeUpSheet(client: TenantClient): Promise<void> {
  await client.query({
    name: 'take-up-sheet',
    text: `UPDATE ai_capabilities SET sheet_parked_at = NULL, sheet_parked_cause = NULL, sheet_sync_pending = sheets_sync_enabled
      WHERE user_id = $1::text`,
    values: [client.tenant],
  });
}
