import type { BookingLocale } from '../../domain/booking/booking';
import type { Capabilities } from '../../domain/capabilities';

export interface CapabilitiesRow {
  readonly user_id: string;
  readonly order_booking_enabled: boolean;
  readonly sheets_sync_enabled: boolean;
  readonly sheets_spreadsheet_id: string | null;
  readonly sheets_sheet_name: string;
  readonly sheets_service_account: string | null;
  readonly pending_order_expiry_seconds: number | null;
  readonly booking_locale: BookingLocale;
  readonly booking_idle_expiry_seconds: number;
  readonly confirmation_expiry_seconds: number;
  readonly confirmation_phrases: readonly string[];
  readonly updated_at: Date;
}

export const CAPABILITIES_COLUMNS = [
  'user_id',
  'order_booking_enabled',
  'sheets_sync_enabled',
  'sheets_spreadsheet_id',
  'sheets_sheet_name',
  'sheets_service_account',
  'pending_order_expiry_seconds',
  'booking_locale',
  'booking_idle_expiry_seconds',
  'confirmation_expiry_seconds',
  'confirmation_phrases',
  'updated_at',
].join(', ');

export function toCapabilities(row: CapabilitiesRow): Capabilities {
  return {
    userId: row.user_id,
    orderBookingEnabled: row.order_booking_enabled,
    sheetsSyncEnabled: row.sheets_sync_enabled,
    sheetsSpreadsheetId: row.sheets_spreadsheet_id,
    sheetsSheetName: row.sheets_sheet_name,
    sheetsServiceAccount: row.sheets_service_account,
    pendingOrderExpirySeconds: row.pending_order_expiry_seconds,
    bookingLocale: row.booking_locale,
    bookingIdleExpirySeconds: row.booking_idle_expiry_seconds,
    confirmationExpirySeconds: row.confirmation_expiry_seconds,
    confirmationPhrases: row.confirmation_phrases,
    updatedAt: row.updated_at.toISOString(),
  };
}
