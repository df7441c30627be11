import type { BookingSettings } from './booking/settings';

/** What a tenant switched on. `orderBookingEnabled` gates the AI booking door; orders from other doors do not ask it. */
export interface Capabilities extends BookingSettings {
  readonly userId: string;
  readonly sheetsSyncEnabled: boolean;
  readonly sheetsSpreadsheetId: string | null;
  /** The tab's name; 'Orders' unless the tenant says otherwise. */
  readonly sheetsSheetName: string;
  /** The address of the service account that writes to the sheet, with which it has to be shared; null: there is none. */
  readonly sheetsServiceAccount: string | null;
  /** Seconds after which an order that is still pending is cancelled; null: never. */
  readonly pendingOrderExpirySeconds: number | null;
  readonly updatedAt: string;
}
