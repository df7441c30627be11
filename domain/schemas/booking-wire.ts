import * as z from 'zod';
import { BOOKING_ACTIONS, BOOKING_LOCALES, BOOKING_STEPS } from '../booking/booking';
import { BOOKING_STATUSES } from '../booking/listed-booking';
import type {
  AiOrderPayloadWire,
  BookingDecisionPageWire,
  BookingDecisionWire,
  BookingPageWire,
  BookingStepWire,
  BookingWire,
  CatalogueWire,
  ConfirmedBookingWire,
  ListedBookingWire,
  ShownSummaryWire,
  SummaryWire,
} from '../booking/wire';
import { GUARDRAILS } from '../guardrails/guardrail';
import { successEnvelope } from './wire';

/** The shapes of the answers of bookings and of the catalogue. Strict, as those of `wire.ts`; `../booking/wire.ts` makes them. */
const timestamp = z.string().meta({ format: 'date-time', examples: ['2026-11-24T09:30:00.123Z'] });
const bookingStep = z.enum(BOOKING_STEPS);
const bookingAction = z.enum(BOOKING_ACTIONS);
const locale = z.enum(BOOKING_LOCALES);
const orderLine = z.strictObject({ name: z.string(), quantity: z.int().min(1) });
const totalQuantity = z.int().min(0).meta({ description: 'The sum of all quantities.' });
const digest = z.string().meta({
  description: 'Names exactly this summary; ConfirmBooking wants it back.',
  examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
});

export const bookingWireSchema = z
  .strictObject({
    id: z.string().meta({ format: 'uuid', examples: ['0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f'] }),
    step: bookingStep.meta({ description: 'The last step of the way that is done and still holds.' }),
    next_step: bookingStep.nullable().meta({ description: 'What comes next; null when the booking is over.' }),
    missing: z.array(z.string()).meta({ description: 'What the booking still needs.', examples: [['customer_name']] }),
    allowed_actions: z.array(bookingAction).meta({ description: 'What may be asked of the booking now.' }),
    draft: z
      .strictObject({
        items: z.array(z.strictObject({ id: z.string(), name: z.string(), quantity: z.int().min(1) })),
        total_quantity: totalQuantity,
        customer_name: z.string().nullable(),
        customer_phone: z.string().nullable().meta({ description: 'Digits only.' }),
        notes: z.string().nullable(),
      })
      .meta({ description: 'What is to be ordered, as far as it is known.' }),
    locale,
    order_id: z.string().nullable().meta({ description: 'The order that the booking has become.' }),
    expires_at: timestamp.meta({ description: 'When the booking ends if nothing more happens to it.' }),
  })
  .meta({ id: 'Booking', description: 'One conversation that may become an order.' }) satisfies z.ZodType<BookingWire>;

const answered = {
  booking: bookingWireSchema,
  say: z
    .string()
    .nullable()
    .meta({ description: "What to say to the customer next, in the booking's language; null for nothing." }),
};

export const bookingStepWireSchema = z.strictObject(answered) satisfies z.ZodType<BookingStepWire>;

export const summaryWireSchema = z
  .strictObject({
    text: z.string().meta({ description: 'To be shown to the customer as it is, the question at its end included.' }),
    locale,
    items: z.array(orderLine),
    total_quantity: totalQuantity,
    customer_name: z.string(),
    customer_phone: z.string(),
    notes: z.string().nullable(),
  })
  .meta({ id: 'BookingSummary', description: 'The whole order, for the customer.' }) satisfies z.ZodType<SummaryWire>;

export const shownSummaryWireSchema = z.strictObject({
  summary: summaryWireSchema,
  summary_digest: digest,
  ...answered,
}) satisfies z.ZodType<ShownSummaryWire>;

export const aiOrderPayloadWireSchema = z
  .strictObject({
    user_id: z.string(),
    customer_name: z.string(),
    customer_phone: z.string(),
    items: z.array(orderLine),
    source: z.literal('ai'),
    notes: z.string().optional().meta({ description: 'Only there when the order has notes.' }),
  })
  .meta({
    id: 'AiOrderPayload',
    description: 'What was confirmed: the `payload` of `POST /api/ai/orders`, to be sent as it is.',
  }) satisfies z.ZodType<AiOrderPayloadWire>;

export const confirmedBookingWireSchema = z.strictObject({
  idempotency_key: z.string().meta({ description: 'Makes the order that was confirmed, once, and no other.' }),
  expires_at: timestamp.meta({ description: 'From here on the key makes no order any more.' }),
  payload: aiOrderPayloadWireSchema,
  ...answered,
}) satisfies z.ZodType<ConfirmedBookingWire>;

const listedBookingWireSchema = z
  .strictObject({
    id: z.string().meta({ format: 'uuid', examples: ['0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f'] }),
    status: z.enum(BOOKING_STATUSES),
    locale,
    order_id: z.string().nullable().meta({ description: 'The order that the booking has become.' }),
    customer_name: z.string().nullable().meta({ description: 'Null until the customer has said it.' }),
    item_count: z.int().min(0).meta({ description: 'How many items, not how many units.' }),
    created_at: timestamp,
    last_step_at: timestamp,
    expires_at: timestamp.meta({ description: 'When an open booking ends if nothing more happens to it.' }),
  })
  .meta({ id: 'ListedBooking', description: 'A booking as a line of a list.' }) satisfies z.ZodType<ListedBookingWire>;

export const bookingPageAnswerSchema = successEnvelope(
  z.strictObject({
    bookings: z.array(listedBookingWireSchema),
    next_page_token: z.string().meta({ description: 'Asks for the next page; empty on the last one.' }),
  }) satisfies z.ZodType<BookingPageWire>,
);

export const bookingDecisionWireSchema = z
  .strictObject({
    sequence: z.int().min(1).meta({ description: 'From 1, without gaps within a booking.' }),
    step: z.enum(['start', ...BOOKING_ACTIONS, 'expire']),
    decision: z.enum(['accepted', 'repeated', 'blocked']),
    guardrail: z.enum(GUARDRAILS).nullable().meta({ description: 'What blocked it.' }),
    reason: z.string().nullable(),
    customer_words: z.string().nullable().meta({ description: "The customer's words, as the agent passed them on." }),
    shown: z.string().nullable().meta({ description: 'What the customer was to be shown, or had been shown.' }),
    summary_digest: z.string().nullable(),
    confidence: z.number().nullable(),
    actor: z.string().meta({ description: '`api_key:<prefix>` or `system`.', examples: ['api_key:k7Qm2xZp'] }),
    correlation_id: z.string(),
    occurred_at: timestamp,
  })
  .meta({
    id: 'BookingDecision',
    description: "One line of a booking's records.",
  }) satisfies z.ZodType<BookingDecisionWire>;

export const bookingDecisionPageWireSchema = z.strictObject({
  decisions: z.array(bookingDecisionWireSchema),
  next_page_token: z.string().meta({ description: 'Asks for the next page; empty on the last one.' }),
}) satisfies z.ZodType<BookingDecisionPageWire>;

export const catalogueWireSchema = z
  .strictObject({
    items: z.array(z.strictObject({ name: z.string(), aliases: z.array(z.string()), active: z.boolean() })),
    updated_at: timestamp,
  })
  .meta({ id: 'Catalogue', description: 'What a tenant sells.' }) satisfies z.ZodType<CatalogueWire>;

export const bookingStepAnswerSchema = successEnvelope(bookingStepWireSchema);
export const bookingAnswerSchema = successEnvelope(z.strictObject({ booking: bookingWireSchema }));
export const shownSummaryAnswerSchema = successEnvelope(shownSummaryWireSchema);
export const confirmedBookingAnswerSchema = successEnvelope(confirmedBookingWireSchema);
export const bookingDecisionPageAnswerSchema = successEnvelope(bookingDecisionPageWireSchema);
export const catalogueAnswerSchema = successEnvelope(z.strictObject({ catalogue: catalogueWireSchema }));
