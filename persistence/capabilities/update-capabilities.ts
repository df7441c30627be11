import type { BookingLocale } from '../../domain/booking/booking';
import { DEFAULT_BOOKING_SETTINGS as DEFAULTS } from '../../domain/booking/settings';
import type { Capabilities } from '../../domain/capabilities';
import type { SheetSettings } from '../sheets/get-sheet-settings';
import type { TenantClient } from '../with-tenant';
import { CAPABILITIES_COLUMNS, type CapabilitiesRow, toCapabilities } from './capabilities-row';

/** An absent field stays as it is (its default, for a tenant that never set anything); null clears it. */
export interface CapabilitiesPatch {
  readonly orderBookingEnabled: boolean | undefined;
  readonly sheetsSyncEnabled: boolean | undefined;
  readonly sheetsSpreadsheetId: string | null | undefined;
  readonly sheetsSheetName: string | undefined;
  readonly pendingOrderExpirySeconds: number | null | undefined;
  readonly bookingLocale: BookingLocale | undefined;
  readonly bookingIdleExpirySeconds: number | undefined;
  readonly confirmationExpirySeconds: number | undefined;
  /** Replaces all of them. */
  readonly confirmationPhrases: readonly string[] | undefined;
  /** Null: the shared default from now on. */
  readonly sheetsAccount: { readonly sealedCredentials: string; readonly serviceAccount: string } | null | undefined;
}

/** Where orders go, with what, and whether they do. */
export type SheetConnection = Pick<SheetSettings, 'enabled' | 'spreadsheetId' | 'sheetName' | 'credentials'>;

/**
 * Changes what the tenant switched on, in one statement, and answers with all of it.
 *
 * @param onlyWhile the sheet's connection has to be this one still: what was tried with it says nothing of another one. Of a tenant
 *   that never set anything whatever is said here is true
 * @returns undefined, and nothing is changed, when it is another one by now
 */
export async function updateCapabilities(
  client: TenantClient,
  patch: CapabilitiesPatch,
  onlyWhile?: SheetConnection,
): Promise<Capabilities | undefined> {
  const result = await client.query<CapabilitiesRow>(
    `INSERT INTO ai_capabilities AS c (user_id, order_booking_enabled, sheets_sync_enabled, sheets_spreadsheet_id,
       sheets_sheet_name, pending_order_expiry_seconds, booking_locale, booking_idle_expiry_seconds,
       confirmation_expiry_seconds, confirmation_phrases, sheets_credentials, sheets_service_account)
     VALUES ($1::text, coalesce($2::boolean, false), coalesce($3::boolean, false), $5::text, coalesce($6::text, 'Orders'),
       $8::int, coalesce($9::text, '${DEFAULTS.bookingLocale}'), coalesce($10::int, ${DEFAULTS.bookingIdleExpirySeconds}),
       coalesce($11::int, ${DEFAULTS.confirmationExpirySeconds}), coalesce($12::text[], '{}'), $14::text, $15::text)
     ON CONFLICT (user_id) DO UPDATE SET
       order_booking_enabled = coalesce($2::boolean, c.order_booking_enabled),
       sheets_sync_enabled = coalesce($3::boolean, c.sheets_sync_enabled),
       sheets_spreadsheet_id = CASE WHEN $4::boolean THEN $5::text ELSE c.sheets_spreadsheet_id END,
       sheets_sheet_name = coalesce($6::text, c.sheets_sheet_name),
       pending_order_expiry_seconds = CASE WHEN $7::boolean THEN $8::int ELSE c.pending_order_expiry_seconds END,
       booking_locale = coalesce($9::text, c.booking_locale),
       booking_idle_expiry_seconds = coalesce($10::int, c.booking_idle_expiry_seconds),
       confirmation_expiry_seconds = coalesce($11::int, c.confirmation_expiry_seconds),
       confirmation_phrases = coalesce($12::text[], c.confirmation_phrases),
       sheets_credentials = CASE WHEN $13::boolean THEN $14::text ELSE c.sheets_credentials END,
       sheets_service_account = CASE WHEN $13::boolean THEN $15::text ELSE c.sheets_service_account END,
       updated_at = now()
     WHERE NOT $16::boolean
       OR (c.sheets_sync_enabled, c.sheets_spreadsheet_id, c.sheets_sheet_name, c.sheets_credentials)
         IS NOT DISTINCT FROM ($17::boolean, $18::text, $19::text, $20::text)
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
      patch.bookingLocale ?? null,
      patch.bookingIdleExpirySeconds ?? null,
      patch.confirmationExpirySeconds ?? null,
      patch.confirmationPhrases ?? null,
      patch.sheetsAccount !== undefined,
      patch.sheetsAccount?.sealedCredentials ?? null,
      patch.sheetsAccount?.serviceAccount ?? null,
      onlyWhile !== undefined,
      onlyWhile?.enabled ?? null,
      onlyWhile?.spreadsheetId ?? null,
      onlyWhile?.sheetName ?? null,
      onlyWhile?.credentials ?? null,
    ],
  );
  const row = result.rows[0];
  return row && toCapabilities(row);
}
