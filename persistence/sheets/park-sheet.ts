import type { SheetCause } from '../../domain/sheets/causes';
import { subscriptionsTo } from '../notifications/subscriptions-to';
import type { TenantClient } from '../with-tenant';
import type { SheetSettings } from './get-sheet-settings';

export interface ParkedSheet {
  readonly at: string;
  /** Who wants to hear of `sheet.parked`. */
  readonly subscriptions: readonly string[];
}

/** Where orders were to go, with what, and how often the sheet had been taken up by then. */
export type TriedSheet = Pick<SheetSettings, 'spreadsheetId' | 'sheetName' | 'credentials' | 'takenUp'>;

/**
 * Stops writing to the tenant's sheet until somebody takes it up again. One that is parked already stays so since when it was.
 *
 * @param tried what the cause speaks of. Compared here and not before: its owner may save another sheet at any moment, and would find
 *   that one parked, with a reason that is none of its own. An owner who has put right what was wrong takes the sheet up: a refusal from
 *   before that says nothing any more, and nobody would take up once more what it parks
 * @param writer see take-sheet-turn.ts
 * @returns undefined, and nothing is parked, when orders go elsewhere by now, with other credentials, or nowhere, the sheet was taken
 *   up meanwhile, or another one writes to it
 */
export async function parkSheet(
  client: TenantClient,
  cause: SheetCause,
  { tried, writer }: { readonly tried: TriedSheet; readonly writer: number },
): Promise<ParkedSheet | undefined> {
  const result = await client.query<{ at: Date; subscriptions: string[] }>(
    `UPDATE ai_capabilities SET sheet_parked_at = coalesce(sheet_parked_at, now()), sheet_parked_cause = $2::text
     WHERE user_id = $1::text AND sheets_sync_enabled AND sheet_writer = $6::int AND sheet_taken_up = $7::int
       AND (sheets_spreadsheet_id, sheets_sheet_name, sheets_credentials)
         IS NOT DISTINCT FROM ($3::text, $4::text, $5::text)
     RETURNING sheet_parked_at AS at, ${subscriptionsTo("'sheet.parked'")} AS subscriptions`,
    [client.tenant, cause, tried.spreadsheetId, tried.sheetName, tried.credentials, writer, tried.takenUp],
  );
  const row = result.rows[0];
  return row && { at: row.at.toISOString(), subscriptions: row.subscriptions };
}
