import * as z from 'zod';
import { cleanText, isBlank, type TextRule } from '../clean-text';
import { IDEMPOTENCY_KEY_PATTERN } from '../idempotency';
import { ORDER_STATUSES } from '../order';
import { parsePhone } from '../phone';
import { SLOT_ID_PATTERN } from '../slots';
import { TENANT_ID_PATTERN } from '../tenant';
import { boundedArray } from './bounded-array';
import { checkedString, type FieldMeta } from './checked-string';

/** With these limits the largest order is about 90 KB of JSON: far from Temporal's 2 MiB payload and any body limit of ours. */
export const NAME_MAX_CODE_POINTS = 200;
export const NOTES_MAX_CODE_POINTS = 2_000;
export const REASON_MAX_CODE_POINTS = 500;
export const QUANTITY_MAX = 10_000;
export const ITEMS_MAX = 100;

/** PostgreSQL's integer, which holds the version. */
const VERSION_MAX = 2_147_483_647;

const LINE_OF_200: TextRule = { maxCodePoints: NAME_MAX_CODE_POINTS, multiline: false };

/** One line of text that a reader can see something of. */
export function requiredLine(rule: TextRule, meta: FieldMeta) {
  return checkedString({ minLength: 1, maxLength: rule.maxCodePoints, ...meta }, (raw) => {
    const cleaned = cleanText(raw, rule);
    return cleaned.ok && isBlank(cleaned.value) ? { ok: false, problem: 'must not be empty' } : cleaned;
  });
}

function optionalText(rule: TextRule, meta: FieldMeta) {
  return checkedString({ maxLength: rule.maxCodePoints, ...meta }, (raw) => cleanText(raw, rule));
}

export const customerName = requiredLine(LINE_OF_200, {
  description: 'The name of the person who orders, 1 to 200 characters.',
  examples: ['Zoë García'],
});

export const customerPhone = checkedString(
  {
    description:
      'The phone number in any usual notation; 10 to 15 digits. Kept as digits, without a leading + or 00, so that every notation of a number is the same.',
    examples: ['+49 (0)30 901820', '0049-30-901820'],
  },
  parsePhone,
);

export const itemName = requiredLine(LINE_OF_200, {
  description: 'What is ordered, 1 to 200 characters.',
  examples: ['Margherita'],
});

export const quantity = z
  .int()
  .min(1)
  .max(QUANTITY_MAX)
  .meta({ description: 'Whole units, 1 to 10,000.', examples: [2] });

export const items = boundedArray(z.strictObject({ name: itemName, quantity }), ITEMS_MAX, {
  description: '1 to 100 lines; the same name may stand on several.',
  examples: [[{ name: 'Margherita', quantity: 2 }]],
});

/** Empty, null and absent notes are all "no notes", so that they are the same request. */
export const notes = optionalText(
  { maxCodePoints: NOTES_MAX_CODE_POINTS, multiline: true },
  {
    description: 'Free text for the business, at most 2,000 characters; line feeds and tabs may be in it.',
    examples: ['Ring twice'],
  },
)
  .nullish()
  .transform((text) => text || null);

export const slotId = z
  .string()
  .regex(SLOT_ID_PATTERN, { error: 'must be 1 to 64 of A-Z a-z 0-9 . _ : -' })
  .meta({ description: 'The fulfilment slot to take a place in.', examples: ['2026-11-24T10:00'] })
  .nullish()
  .transform((id) => id ?? null);

export const idempotencyKey = z
  .string()
  .regex(IDEMPOTENCY_KEY_PATTERN, { error: 'must be 1 to 255 of A-Z a-z 0-9 . _ : -' })
  .meta({
    description:
      'Names this request: sent again with the same key it is answered again, never done again. Never expires.',
    examples: ['order-2026-11-24-0001'],
  });

export const userId = z
  .string()
  .regex(TENANT_ID_PATTERN, { error: 'must be 1 to 64 of A-Z a-z 0-9 _ -' })
  .meta({
    description: "The tenant. If sent, it must be the API key's own.",
    examples: ['demo-bakery'],
  });

/** An order's id; upper-case UUIDs are read, lower-case ones are kept. */
export const orderId = z
  .string()
  .regex(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, { error: 'must be a UUID' })
  .meta({ description: "The order's id.", format: 'uuid', examples: ['0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f'] })
  .transform((id) => id.toLowerCase());

export const orderStatus = z.enum(ORDER_STATUSES);

/** An empty reason is no reason. */
export const reason = optionalText(
  { maxCodePoints: REASON_MAX_CODE_POINTS, multiline: false },
  {
    description: 'Why, for the audit trail; one line of at most 500 characters.',
    examples: ['The customer called'],
  },
)
  .optional()
  .transform((text) => text || undefined);

export const expectedVersion = z
  .int()
  .min(1)
  .max(VERSION_MAX)
  .meta({
    description:
      'The version the caller has seen; the change is refused with VERSION_CONFLICT when the order has moved on.',
    examples: [1],
  })
  .optional();
