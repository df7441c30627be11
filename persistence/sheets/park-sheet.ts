import type { SheetCause } from '../../domain/sheets/causes';
import { subscriptionsTo } from '../notifications/subscriptions-to';
import type { TenantClient } from '../with-tenant';

export interface ParkedSheet {
  readonly at: string;
  /** Who wants to hear of `sheet.parked`. */
  readonly subscriptions: readonly string[];
}

/** Stops writing to the tenant's sheet until somebody takes it up again. One that is parked already stays so since when it was. */
export async function parkSheet(client: TenantClient, cause: SheetCause): Promise<ParkedSheet> {
  const result = await client.query<{ at: Date; subscriptions: string[] }>(
    `UPDATE ai_capabilities SET sheet_parked_at = coalesce(sheet_parked_at, now()), sheet_parked_cause = $2::text
     WHERE user_id = $1::text
     RETURNING sheet_parked_at AS at, ${subscriptionsTo("'sheet.parked'")} AS subscriptions`,
    [client.tenant, cause],
  );
  const row = result.rows[0];
  if (row === undefined) throw new Error('park-sheet answered without a row');
  return { at: row.at.toISOString(), subscriptions: row.subscriptions };
}
