import type { BookingSettings } from './booking/settings';

/** The tab that orders are written to unless the tenant names another one. The column in Postgres has the same default. */
export const DEFAULT_SHEET_NAME = 'Orders';

/** What a tenant switched on. `orderBookingEnabled` gates the AI booking door; orders from other doors do not ask it. */
export interface Capabilities extends BookingSettings {
  readonly userId: string;
  readonly sheetsSyncEnabled: boolean;
  readonly sheetsSpreadsheetId: string | null;
  /** The tab's name; `DEFAULT_SHEET_NAME` unless the tenant says otherwise. */
  readonly sheetsSheetName: string;
  /** The address of the service account that writes to the sheet, with which it has to be shared; null: there is none. */
  readonly sheetsServiceAccount: string | null;
  /** Seconds after which an order that is still pending is cancelled; null: never. */
  readonly pendingOrderExpirySeconds: number | null;
  readonly updatedAt: string;
}
