import * as z from 'zod';
import { BOOKING_LOCALES, type BookingLocale } from '../booking/booking';
import { CONFIRMATION_EXPIRY_SECONDS, CONFIRMATION_PHRASES_MAX, IDLE_EXPIRY_SECONDS } from '../booking/settings';
import { cleanText, isBlank } from '../clean-text';
import { ownPhraseProblem } from '../guardrails/judge-reply';
import { arrayOfAtMost } from './bounded-array';
import { checkedString } from './checked-string';
import { requiredLine } from './fields';

/** Google's limit for a tab's name. */
const SHEET_NAME_MAX = 100;
/** Google's key files have some 2,400. */
const CREDENTIALS_MAX = 10_000;
/** Sooner than a minute, an order would be gone before anyone could look at it. The table's check says the same. */
const EXPIRY_MIN_SECONDS = 60;
/** A pending order that nobody looked at for 30 days is not waiting, it is forgotten; longer than that, say "never". */
const EXPIRY_MAX_SECONDS = 30 * 24 * 60 * 60;

/** More is a sentence, and a sentence says more than yes. `ownPhraseProblem` says the same. */
const PHRASE_RULE = { maxCodePoints: 60, multiline: false };

const confirmationPhrase = checkedString(
  { minLength: 1, maxLength: PHRASE_RULE.maxCodePoints, description: 'A phrase that means yes and nothing else.' },
  (raw) => {
    const cleaned = cleanText(raw, PHRASE_RULE);
    if (!cleaned.ok) return cleaned;
    const problem = isBlank(cleaned.value) ? 'must not be empty' : ownPhraseProblem(cleaned.value);
    return problem === undefined ? cleaned : { ok: false, problem };
  },
);

/** What to change; absent fields stay as they are. */
export interface UpdateCapabilitiesInput {
  readonly orderBookingEnabled: boolean | undefined;
  readonly sheetsSyncEnabled: boolean | undefined;
  readonly sheetsSpreadsheetId: string | null | undefined;
  readonly sheetsSheetName: string | undefined;
  readonly sheetsCredentials: string | null | undefined;
  readonly pendingOrderExpirySeconds: number | null | undefined;
  readonly bookingLocale: BookingLocale | undefined;
  readonly bookingIdleExpirySeconds: number | undefined;
  readonly confirmationExpirySeconds: number | undefined;
  readonly confirmationPhrases: readonly string[] | undefined;
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
    sheets_credentials: z
      .string()
      .max(CREDENTIALS_MAX, { error: `must have at most ${CREDENTIALS_MAX} characters` })
      .nullable()
      .optional()
      .meta({
        description:
          "The JSON key file of a Google service account of the business's own, as text; null: the shared one again. Kept encrypted, and " +
          'never shown.',
        writeOnly: true,
      }),
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
    booking_locale: z
      .enum(BOOKING_LOCALES)
      .optional()
      .meta({
        description: 'The language of bookings that do not say another.',
        examples: ['en'],
      }),
    booking_idle_expiry_seconds: secondsWithin(IDLE_EXPIRY_SECONDS).meta({
      description: 'Seconds without a step after which a booking expires; 1,800 unless said otherwise.',
      examples: [1800],
    }),
    confirmation_expiry_seconds: secondsWithin(CONFIRMATION_EXPIRY_SECONDS).meta({
      description:
        "Seconds for which a customer's yes is good, at most as long as its booking waits for a step; 600 unless said otherwise.",
      examples: [600],
    }),
    confirmation_phrases: arrayOfAtMost(confirmationPhrase, CONFIRMATION_PHRASES_MAX, {
      description:
        "Phrases of the business's own customers that count as a yes, beside those of every language; at most 20 of at " +
        'most 60 characters. Replaces all earlier ones.',
      examples: [['aye aye']],
    }).optional(),
  })
  .transform(
    (wire): UpdateCapabilitiesInput => ({
      orderBookingEnabled: wire.order_booking_enabled,
      sheetsSyncEnabled: wire.sheets_sync_enabled,
      sheetsSpreadsheetId: wire.sheets_spreadsheet_id,
      sheetsSheetName: wire.sheets_sheet_name,
      sheetsCredentials: wire.sheets_credentials,
      pendingOrderExpirySeconds: wire.pending_order_expiry_seconds,
      bookingLocale: wire.booking_locale,
      bookingIdleExpirySeconds: wire.booking_idle_expiry_seconds,
      confirmationExpirySeconds: wire.confirmation_expiry_seconds,
      confirmationPhrases: wire.confirmation_phrases,
    }),
  );

function secondsWithin({ min, max }: { readonly min: number; readonly max: number }) {
  return z.int().min(min).max(max).optional();
}
