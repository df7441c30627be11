import * as z from 'zod';
import { BOOKING_LOCALES } from '../booking/booking';
import type { Checked } from '../checked';
import { boundedArray } from './bounded-array';
import { checkedString, type FieldMeta } from './checked-string';
import { ITEMS_MAX, itemName, quantity } from './fields';

export const MESSAGE_MAX_CODE_POINTS = 2_000;
export const REPLY_MAX_CODE_POINTS = 1_000;
const WORDS_MAX_CODE_POINTS = 200;
/** A digest has 64. A longer text is none, and is not worth a step. */
const DIGEST_MAX_CODE_POINTS = 200;
const ITEM_ID_MAX_CODE_POINTS = 64;

/**
 * A text that is kept letter by letter: normalised, it would no longer be what the customer said, and no record of it.
 * Only what the database cannot hold is refused: half a surrogate pair and U+0000.
 */
function verbatim(length: { readonly min: number; readonly max: number }, meta: FieldMeta) {
  return checkedString({ minLength: length.min, maxLength: length.max, ...meta }, (raw): Checked<string> => {
    // A code point has at most two units: what is longer need not be counted.
    if (raw.length > length.max * 2 || [...raw].length > length.max) {
      return { ok: false, problem: `must be at most ${length.max} characters long` };
    }
    if (raw.length < length.min) return { ok: false, problem: 'must not be empty' };
    if (/\p{Cs}/u.test(raw)) {
      return { ok: false, problem: 'must be well-formed Unicode (it has half a surrogate pair)' };
    }
    if (raw.includes('\0')) return { ok: false, problem: 'must not contain a control character (U+0000)' };
    return { ok: true, value: raw };
  });
}

/** A booking's id; upper-case UUIDs are read, lower-case ones are kept. */
export const bookingId = z
  .string()
  .regex(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, { error: 'must be a UUID' })
  .meta({ description: "The booking's id.", format: 'uuid', examples: ['0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f'] })
  .transform((id) => id.toLowerCase());

export const locale = z.enum(BOOKING_LOCALES).meta({
  description: "The language that the customer is spoken to in; the tenant's own where it is left out.",
  examples: ['en'],
});

export const customerMessage = verbatim(
  { min: 1, max: MESSAGE_MAX_CODE_POINTS },
  {
    description:
      "The customer's message, word for word: not shortened, translated or corrected. At most 2,000 characters.",
    examples: ['two margheritas please, and a cola'],
  },
);

/** May be empty: that there was no reply is for the guardrail to say, not for the form. */
export const customerReply = verbatim(
  { min: 0, max: REPLY_MAX_CODE_POINTS },
  {
    description: "The customer's reply, word for word. At most 1,000 characters.",
    examples: ['Yes, that is right'],
  },
);

/** Only `true` says anything. */
export const declined = z
  .boolean()
  .meta({
    description:
      'True when the customer was asked in a form and turned it down or closed it without a word. `customer_reply` is empty then.',
  })
  .nullish();

/** Absent words are no words: then the claim has no ground, and the guardrail says what to ask. */
function words(description: string, example: string) {
  return verbatim({ min: 0, max: WORDS_MAX_CODE_POINTS }, { description, examples: [example] })
    .nullish()
    .transform((text) => text ?? '');
}

const claimedItem = z
  .strictObject({
    name: itemName,
    quantity,
    name_words: words("The customer's own words that name the item, as they stand in the message.", 'margheritas'),
    quantity_words: words("The customer's own words that say how many, as they stand in the message.", 'two'),
  })
  .transform(({ name, quantity: claimed, name_words: nameWords, quantity_words: quantityWords }) => ({
    name,
    quantity: claimed,
    nameWords,
    quantityWords,
  }));

export const claimedItems = boundedArray(claimedItem, ITEMS_MAX, {
  description: '1 to 100 items that the customer asks for in this message.',
  examples: [[{ name: 'Margherita', quantity: 2, name_words: 'margheritas', quantity_words: 'two' }]],
});

/** Any text: one that names no item is refused by the booking, which knows its items. */
export const itemId = verbatim(
  { min: 1, max: ITEM_ID_MAX_CODE_POINTS },
  { description: "The item's id in the draft.", examples: ['item_1'] },
);

/** Any text: one that is no digest is not the summary that was shown, which the guardrail says. */
export const summaryDigest = verbatim(
  { min: 0, max: DIGEST_MAX_CODE_POINTS },
  {
    description: 'The `summary_digest` of the summary that the customer was shown.',
    examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  },
);

/** Null, and an empty one, are none: agents fill in all that they find in a schema. */
function nameOfStep(description: string, example: string) {
  const name = z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,128}$/, { error: 'must be 1 to 128 of A-Z a-z 0-9 . _ : -' })
    .meta({ description, examples: [example] });
  return z.preprocess((value) => (value === '' || value === null ? undefined : value), name.optional());
}

export const stepId = nameOfStep(
  'Your name for this step within its booking, 1 to 128 of `A-Z a-z 0-9 . _ : -`. Sent again under the same name, the step is ' +
    'answered again and not taken again.',
  'step-7',
);

/** The booking is found by it, so it has to be unlike every other one: two conversations under one name would be one booking. */
export const startStepId = nameOfStep(
  'Your name for this booking, 1 to 128 of `A-Z a-z 0-9 . _ : -`: a UUID, say, and a new one for every conversation. Sent ' +
    'again under the same name, the booking that it began is found, and none is begun.',
  '6f1c2a52-57c1-4c4c-9a3e-0d0c7f0f3a11',
);

const certainty = z
  .number()
  .min(0)
  .max(1)
  .meta({ description: 'How sure you are of this step, 0 to 1; kept in the records.', examples: [0.9] });

export const confidence = certainty.nullish().transform((value) => value ?? undefined);

/** In a query, which has no numbers but only their digits: of a small one there may be more than 20. */
export const confidenceParameter = z.preprocess(readDecimal, certainty.optional());

function readDecimal(value: unknown): unknown {
  if (value === '' || value === null) return undefined;
  return typeof value === 'string' && /^-?\d{1,3}(?:\.\d{1,30})?$/.test(value) ? Number(value) : value;
}
