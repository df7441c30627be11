import * as z from 'zod';
import type { BookingAction, BookingLocale } from '../booking/booking';
import type { DraftContent } from '../booking/draft-digest';
import type { StepRequest } from '../booking/step-request';
import {
  bookingId,
  claimedItems,
  confidence,
  confidenceParameter,
  customerMessage,
  customerReply,
  declined,
  itemId,
  locale,
  startStepId,
  stepId,
  summaryDigest,
} from './booking-fields';
import { customerName, customerPhone, items, notes, reason, userId } from './fields';

/**
 * What the steps of a booking take, checked for their form only: whether a step may be taken is for the guardrails to say.
 * The fields of each stand by themselves too, for doors where the ids travel among them.
 */
export interface StepInput<Action extends BookingAction> {
  readonly request: Extract<StepRequest, { readonly action: Action }>;
  readonly stepId: string | undefined;
  readonly confidence: number | undefined;
}

export interface StartBookingInput {
  readonly locale: BookingLocale | undefined;
  readonly stepId: string | undefined;
  readonly confidence: number | undefined;
}

const stepOptions = { step_id: stepId, confidence };

/** The path parameters of `/api/bookings/{id}…`. */
export const bookingIdParamsSchema = z.strictObject({ id: bookingId });

export const startBookingFields = {
  locale: locale.nullish().transform((code) => code ?? undefined),
  step_id: startStepId,
  confidence,
};

/** The body of `POST /api/bookings`. No body at all is read as `{}`. */
export const startBookingSchema = z
  .preprocess((body) => body ?? {}, z.strictObject(startBookingFields))
  .transform((wire): StartBookingInput => ({ locale: wire.locale, stepId: wire.step_id, confidence: wire.confidence }));

export const addItemsFields = { customer_message: customerMessage, items: claimedItems, ...stepOptions };

/** The body of `POST /api/bookings/{id}/items`. */
export const addItemsSchema = z.strictObject(addItemsFields).transform(
  (wire): StepInput<'add_items'> => ({
    request: { action: 'add_items', customerMessage: wire.customer_message, items: wire.items },
    ...options(wire),
  }),
);

/** The path parameters of `DELETE /api/bookings/{id}/items/{item_id}`. */
export const removeItemParamsSchema = z.strictObject({ id: bookingId, item_id: itemId });

/** The query of a step that carries nothing else. */
export const stepQuerySchema = z
  .strictObject({ step_id: stepId, confidence: confidenceParameter })
  .transform((wire) => options(wire));

export const removeItemFields = { item_id: itemId, ...stepOptions };

/** RemoveItem, where the item's id travels among the fields. */
export const removeItemSchema = z.strictObject(removeItemFields).transform(
  (wire): StepInput<'remove_item'> => ({
    request: { action: 'remove_item', itemId: wire.item_id },
    ...options(wire),
  }),
);

export const confirmItemsFields = { customer_reply: customerReply, ...stepOptions };

/** The body of `POST /api/bookings/{id}/confirm-items`. */
export const confirmItemsSchema = z.strictObject(confirmItemsFields).transform(
  (wire): StepInput<'confirm_items'> => ({
    request: { action: 'confirm_items', customerReply: wire.customer_reply },
    ...options(wire),
  }),
);

export const setCustomerFields = {
  customer_message: customerMessage,
  customer_name: customerName,
  customer_phone: customerPhone,
  notes,
  ...stepOptions,
};

/** The body of `PUT /api/bookings/{id}/customer`. */
export const setCustomerSchema = z.strictObject(setCustomerFields).transform(
  (wire): StepInput<'set_customer'> => ({
    request: {
      action: 'set_customer',
      customerMessage: wire.customer_message,
      customerName: wire.customer_name,
      customerPhone: wire.customer_phone,
      notes: wire.notes,
    },
    ...options(wire),
  }),
);

export const getSummaryFields = stepOptions;

/** GetSummary, where a number is a number. */
export const getSummarySchema = z
  .strictObject(getSummaryFields)
  .transform((wire): StepInput<'get_summary'> => ({ request: { action: 'get_summary' }, ...options(wire) }));

export const confirmBookingFields = {
  summary_digest: summaryDigest,
  customer_reply: customerReply,
  declined,
  ...stepOptions,
};

/** The body of `POST /api/bookings/{id}/confirm`. */
export const confirmBookingSchema = z.strictObject(confirmBookingFields).transform(
  (wire): StepInput<'confirm_booking'> => ({
    request: {
      action: 'confirm_booking',
      summaryDigest: wire.summary_digest,
      customerReply: wire.customer_reply,
      ...(wire.declined === true ? { declined: true } : {}),
    },
    ...options(wire),
  }),
);

export const abandonBookingFields = { reason: reason.nullish(), ...stepOptions };

/** The body of `POST /api/bookings/{id}/abandon`. No body at all is read as `{}`. */
export const abandonBookingSchema = z
  .preprocess((body) => body ?? {}, z.strictObject(abandonBookingFields))
  .transform(
    (wire): StepInput<'abandon_booking'> => ({
      request: { action: 'abandon_booking', reason: wire.reason ?? null },
      ...options(wire),
    }),
  );

/** What CreateOrderFromAi was asked for. `userId` is only what the caller claims. */
export interface AiOrderInput {
  readonly userId: string;
  /** Whatever was sent; undefined for nothing. */
  readonly confirmationKey: string | undefined;
  readonly content: DraftContent;
}

/** The order itself, as ConfirmBooking gives it out. */
export const aiOrderPayloadFields = {
  user_id: userId,
  customer_name: customerName,
  customer_phone: customerPhone,
  items,
  source: z.literal('ai').meta({ description: 'Always `ai`.' }),
  notes,
};

/**
 * Any text, or none: without a genuine key there was no confirmation, and the guardrail says so. A form of its own would
 * only tell someone who makes up keys how to make them look better.
 */
export const confirmationKey = z
  .string()
  .nullish()
  .meta({ description: 'The `idempotency_key` that ConfirmBooking gave out after the customer said yes.' })
  .transform((key) => key || undefined);

/** The body of `POST /api/ai/orders`: the contract between AI agents and this system, version 1.0. */
export const aiOrderSchema = z
  .strictObject({
    version: z.literal('1.0').meta({ description: 'The version of this contract.' }),
    action: z.literal('create_order').meta({ description: 'The only action there is.' }),
    idempotency_key: confirmationKey,
    payload: z.strictObject(aiOrderPayloadFields).meta({
      description: 'The order: field by field what the customer confirmed.',
    }),
  })
  .transform(
    ({ idempotency_key, payload }): AiOrderInput => ({
      userId: payload.user_id,
      confirmationKey: idempotency_key,
      content: {
        customerName: payload.customer_name,
        customerPhone: payload.customer_phone,
        items: payload.items,
        notes: payload.notes,
      },
    }),
  )
  .meta({ description: 'An order that a customer confirmed in a booking.' });

function options(wire: { readonly step_id?: string | undefined; readonly confidence?: number | undefined }) {
  return { stepId: wire.step_id, confidence: wire.confidence };
}
