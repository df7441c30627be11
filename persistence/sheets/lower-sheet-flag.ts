import type { TenantClient } from '../with-tenant';

/**
 * Lowers the flag that the tenant's sheet is behind, and says whether it was up. Committed before
 * orders are looked for: an order that commits after the look raises it again and nudges. While the sheet is parked the flag
 * stays up, so that orders which cannot be written do not nudge either.
 *
 * @param resume whether to take the sheet up again, if it is parked
 */
export async function lowerSheetFlag(client: TenantClient, resume: boolean): Promise<boolean> {
  const result = await client.query<{ was_up: boolean }>(
    `UPDATE ai_capabilities c SET
       sheet_sync_pending = false,
       sheet_parked_at = CASE WHEN $2::boolean THEN NULL ELSE c.sheet_parked_at END,
       sheet_parked_cause = CASE WHEN $2::boolean THEN NULL ELSE c.sheet_parked_cause END
     FROM (SELECT user_id, sheet_sync_pending AS was_up FROM ai_capabilities WHERE user_id = $1::text FOR UPDATE) before
     WHERE c.user_id = before.user_id AND CASE WHEN c.sheet_parked_at IS NULL THEN before.was_up ELSE $2::boolean END
     RETURNING before.was_up`,
    [client.tenant, resume],
  );
  return result.rows[0]?.was_up === true;
}
