import type { Capabilities } from '../../domain/capabilities';
import type { TenantClient } from '../with-tenant';
import { CAPABILITIES_COLUMNS, type CapabilitiesRow, toCapabilities } from './capabilities-row';

/** An absent field stays as it is (its default, for a tenant that never set anything); null clears it. */
export interface CapabilitiesPatch {
  readonly orderBookingEnabled: boolean | undefined;
  readonly sheetsSyncEnabled: boolean | undefined;
  readonly sheetsSpreadsheetId: string | null | undefined;
  readonly sheetsSheetName: string | undefined;
  readonly pendingOrderExpirySeconds: number | null | undefined;
}

/** Changes what the tenant switched on, in one statement, and answers with all of it. */
export async function updateCapabilities(client: TenantClient, patch: CapabilitiesPatch): Promise<Capabilities> {
  const result = await client.query<CapabilitiesRow>(
    `INSERT INTO ai_capabilities AS c (user_id, order_booking_enabled, sheets_sync_enabled, sheets_spreadsheet_id,
       sheets_sheet_name, pending_order_expiry_seconds)
     VALUES ($1::text, coalesce($2::boolean, false), coalesce($3::boolean, false), $5::text, coalesce($6::text, 'Orders'), $8::int)
     ON CONFLICT (user_id) DO UPDATE SET
       order_booking_enabled = coalesce($2::boolean, c.order_booking_enabled),
       sheets_sync_enabled = coalesce($3::boolean, c.sheets_sync_enabled),
       sheets_spreadsheet_id = CASE WHEN $4::boolean THEN $5::text ELSE c.sheets_spreadsheet_id END,
       sheets_sheet_name = coalesce($6::text, c.sheets_sheet_name),
       pending_order_expiry_seconds = CASE WHEN $7::boolean THEN $8::int ELSE c.pending_order_expiry_seconds END,
       updated_at = now()
     RETURNING ${CAPABILITIES_COLUMNS}`,
    [
      client.tenant,
      patch.orderBookingEnabled ?? null,
      patch.sheetsSyncEnabled ?? null,
      patch.sheetsSpreadsheetId !== undefined,
      patch.sheetsSpreadsheetId ?? null,
      patch.sheetsSheetName ?? null,
      patch.pendingOrderExpirySeconds !== undefined,
      patch.pendingOrderExpirySeconds ?? null,
    ],
  );
  const row = result.rows[0];
  if (row === undefined) throw new Error('update-capabilities answered without a row');
  return toCapabilities(row);
}
