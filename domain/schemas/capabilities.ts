import * as z from 'zod';
import { requiredLine } from './fields';

/** Google's limit for a tab's name. */
const SHEET_NAME_MAX = 100;
/** Sooner than a minute, an order would be gone before anyone could look at it. The table's check says the same. */
const EXPIRY_MIN_SECONDS = 60;
/** A pending order that nobody looked at for 30 days is not waiting, it is forgotten; longer than that, say "never". */
const EXPIRY_MAX_SECONDS = 30 * 24 * 60 * 60;

/** What to change; absent fields stay as they are. */
export interface UpdateCapabilitiesInput {
  readonly orderBookingEnabled: boolean | undefined;
  readonly sheetsSyncEnabled: boolean | undefined;
  readonly sheetsSpreadsheetId: string | null | undefined;
  readonly sheetsSheetName: string | undefined;
  readonly pendingOrderExpirySeconds: number | null | undefined;
}

/** The body of `PUT /api/capabilities`. */
export const updateCapabilitiesSchema = z
  .strictObject({
    order_booking_enabled: z.boolean().optional().meta({ description: 'Whether AI agents may book orders.' }),
    sheets_sync_enabled: z
      .boolean()
      .optional()
      .meta({ description: 'Whether orders are written to the Google Sheet.' }),
    sheets_spreadsheet_id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,128}$/, { error: 'must be the id from the URL of the spreadsheet' })
      .nullable()
      .optional()
      .meta({
        description: "The Google spreadsheet's id, from its URL; null forgets it.",
        examples: ['1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg'],
      }),
    sheets_sheet_name: requiredLine(
      { maxCodePoints: SHEET_NAME_MAX, multiline: false },
      { description: "The tab's name, 1 to 100 characters.", examples: ['Orders'] },
    ).optional(),
    pending_order_expiry_seconds: z
      .int()
      .min(EXPIRY_MIN_SECONDS)
      .max(EXPIRY_MAX_SECONDS)
      .nullable()
      .optional()
      .meta({
        description: 'Seconds after which an order that is still pending is cancelled; null: never.',
        examples: [3600],
      }),
  })
  .transform(
    (wire): UpdateCapabilitiesInput => ({
      orderBookingEnabled: wire.order_booking_enabled,
      sheetsSyncEnabled: wire.sheets_sync_enabled,
      sheetsSpreadsheetId: wire.sheets_spreadsheet_id,
      sheetsSheetName: wire.sheets_sheet_name,
      pendingOrderExpirySeconds: wire.pending_order_expiry_seconds,
    }),
  );
