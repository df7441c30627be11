import * as z from 'zod';
import { SHEET_RESULTS, SHEET_STATES } from '../sheets/sheet-status';
import type { SheetAttemptPageWire, SheetAttemptWire, SheetParkedWire, SheetWire } from '../sheets/wire';
import { successEnvelope } from './wire';

/** The body of `POST /api/sheets/resync`. */
export const resyncSheetSchema = z
  .strictObject({
    all: z.boolean().optional().meta({
      description: 'Write every order again, also those that the sheet shows as they are; false unless said.',
    }),
  })
  .transform((wire) => ({ all: wire.all ?? false }));

const timestamp = z.string().meta({ format: 'date-time', examples: ['2026-11-24T09:30:00.123Z'] });
const cause = z.string().meta({ description: 'A word for why.', examples: ['not_shared'] });

const parkedSchema = z.strictObject({
  cause,
  message: z.string().meta({ description: 'The same for the owner.' }),
  what_to_do: z.string().meta({ description: 'How the owner mends it.' }),
  parked_at: timestamp,
}) satisfies z.ZodType<SheetParkedWire>;

const sheetWireSchema = z
  .strictObject({
    enabled: z.boolean(),
    spreadsheet_id: z.string().nullable(),
    spreadsheet_url: z.string().nullable().meta({ description: 'Where the owner opens it.' }),
    sheet_name: z.string(),
    service_account: z
      .string()
      .nullable()
      .meta({ description: 'Who writes to the sheet, and has to be made an editor of it; null: nobody can.' }),
    state: z.enum(SHEET_STATES).meta({
      description:
        '`not_connected`: switched on, without a spreadsheet or a service account. `parked`: it failed, and waits for somebody to mend it.',
    }),
    unsynced_orders: z.int().min(0).meta({ description: 'Orders that the sheet lacks, or shows in an older state.' }),
    last_synced_at: timestamp.nullable(),
    parked: parkedSchema.nullable().meta({ description: 'Why nothing is written; null unless parked.' }),
  })
  .meta({ id: 'Sheet', description: 'How the Google Sheet stands.' }) satisfies z.ZodType<SheetWire>;

const sheetAttemptWireSchema = z
  .strictObject({
    id: z.string(),
    order_ids: z.array(z.string()),
    result: z.enum(SHEET_RESULTS),
    cause: cause.nullable(),
    status_code: z.int().nullable().meta({ description: "Google's, where it answered." }),
    started_at: timestamp,
    duration_ms: z.int(),
    correlation_ids: z.array(z.string()).meta({ description: 'Of the calls that changed the orders.' }),
    written: z
      .strictObject({ updated: z.int(), appended: z.int(), mended: z.int() })
      .meta({ description: 'Rows that were overwritten, added, and freed of a double.' }),
    attempt: z.int().min(1).meta({ description: '1 for the first try.' }),
  })
  .meta({
    id: 'SheetSyncAttempt',
    description: 'One try to write orders to the sheet.',
  }) satisfies z.ZodType<SheetAttemptWire>;

export const sheetAnswerSchema = successEnvelope(z.strictObject({ sheet: sheetWireSchema }));
export const sheetAttemptPageAnswerSchema = successEnvelope(
  z.strictObject({
    attempts: z.array(sheetAttemptWireSchema),
    next_page_token: z.string().meta({ description: 'Asks for the next page; empty on the last one.' }),
  }) satisfies z.ZodType<SheetAttemptPageWire>,
);
