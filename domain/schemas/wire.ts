import * as z from 'zod';
import { BOOKING_LOCALES } from '../booking/booking';
import { ERRORS, type ErrorCode } from '../errors';
import { ORDER_EVENT_TYPES, ORDER_SOURCES, ORDER_STATUSES } from '../order';
import type {
  CapabilitiesWire,
  CreatedOrderWire,
  ErrorWire,
  OrderChangeWire,
  OrderEventPageWire,
  OrderEventWire,
  OrderPageWire,
  OrderWire,
} from '../wire';

/**
 * The shapes of the answers, for OpenAPI and for callers that check what they got. Strict: an answer with a field more
 * than the contract is a defect. `../wire.ts` makes them.
 */
const timestamp = z.string().meta({ format: 'date-time', examples: ['2026-11-24T09:30:00.123Z'] });
const status = z.enum(ORDER_STATUSES);
const nextPageToken = z.string().meta({ description: 'Asks for the next page; empty on the last one.' });
const correlationId = z
  .string()
  .meta({ description: 'Finds this call in logs, traces and audit trails.', examples: ['req_5nBqQ2mC7xT0aVh3KpWd9e'] });

export const orderWireSchema = z
  .strictObject({
    id: z.string().meta({ format: 'uuid', examples: ['0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f'] }),
    user_id: z.string().meta({ description: 'The tenant.', examples: ['demo-bakery'] }),
    customer_name: z.string().meta({ examples: ['Zoë García'] }),
    customer_phone: z.string().meta({ description: 'Digits only.', examples: ['4930901820'] }),
    items: z.array(z.strictObject({ name: z.string(), quantity: z.int().min(1) })),
    total_quantity: z.int().meta({ description: 'The sum of all quantities.' }),
    status,
    source: z.enum(ORDER_SOURCES),
    notes: z.string().nullable(),
    slot_id: z.string().optional().meta({ description: 'Only there when the order has a slot.' }),
    version: z.int().min(1).meta({ description: '1 when created, one more with every change of status.' }),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Order', description: 'An order.' }) satisfies z.ZodType<OrderWire>;

export const orderEventWireSchema = z
  .strictObject({
    sequence: z.int().min(1).meta({ description: 'From 1, without gaps within an order.' }),
    type: z.enum(ORDER_EVENT_TYPES),
    from_status: status.nullable().meta({ description: 'Null for the creation.' }),
    to_status: status,
    actor: z.string().meta({
      description: 'Who did it: `api_key:<prefix>`, `signal`, `operator` or `system`.',
      examples: ['api_key:k7Qm2xZp'],
    }),
    reason: z.string().nullable(),
    correlation_id: z.string(),
    occurred_at: timestamp,
  })
  .meta({ id: 'OrderEvent', description: "One line of an order's audit trail." }) satisfies z.ZodType<OrderEventWire>;

export const capabilitiesWireSchema = z
  .strictObject({
    user_id: z.string(),
    order_booking_enabled: z.boolean(),
    sheets_sync_enabled: z.boolean(),
    sheets_spreadsheet_id: z.string().nullable(),
    sheets_sheet_name: z.string(),
    sheets_service_account: z
      .string()
      .nullable()
      .meta({ description: 'Who writes to the sheet, and has to be made an editor of it; null: nobody can.' }),
    pending_order_expiry_seconds: z.int().nullable(),
    booking_locale: z.enum(BOOKING_LOCALES),
    booking_idle_expiry_seconds: z.int(),
    confirmation_expiry_seconds: z.int(),
    confirmation_phrases: z.array(z.string()),
    updated_at: timestamp,
  })
  .meta({ id: 'Capabilities', description: 'What a tenant switched on.' }) satisfies z.ZodType<CapabilitiesWire>;

const createdOrder = z.strictObject({
  order: orderWireSchema.meta({ description: 'The order as it was created, also when this is a replay.' }),
  idempotency_key: z.string(),
  idempotent_replayed: z.boolean().meta({ description: 'Whether an earlier request with this key made the order.' }),
  current_status: status.meta({ description: "The order's status now." }),
}) satisfies z.ZodType<CreatedOrderWire>;

const orderPage = z.strictObject({
  orders: z.array(orderWireSchema),
  next_page_token: nextPageToken,
}) satisfies z.ZodType<OrderPageWire>;

const orderEventPage = z.strictObject({
  events: z.array(orderEventWireSchema),
  next_page_token: nextPageToken,
}) satisfies z.ZodType<OrderEventPageWire>;

/** One change on a stream: what happened, and the order as it is now. */
export const orderChangeWireSchema = z
  .strictObject({ event: orderEventWireSchema, order: orderWireSchema })
  .meta({ id: 'OrderChange' }) satisfies z.ZodType<OrderChangeWire>;

/** The envelope of every answer that is not an error. */
export function successEnvelope<Data extends z.ZodType>(data: Data) {
  return z.strictObject({ success: z.literal(true), data, correlation_id: correlationId });
}

export const createdOrderAnswerSchema = successEnvelope(createdOrder);
export const orderAnswerSchema = successEnvelope(z.strictObject({ order: orderWireSchema }));
export const orderPageAnswerSchema = successEnvelope(orderPage);
export const orderEventPageAnswerSchema = successEnvelope(orderEventPage);
export const capabilitiesAnswerSchema = successEnvelope(z.strictObject({ capabilities: capabilitiesWireSchema }));

const errorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** The envelope of every error, at whatever HTTP status. */
export const errorAnswerSchema = z
  .strictObject({
    success: z.literal(false),
    error: z.strictObject({
      code: errorCode,
      message: z.string(),
      details: z.record(z.string(), z.unknown()).meta({
        description: 'Depends on the code: `existing_order_id` of a duplicate, `violations` of a bad request, …',
      }),
    }),
    correlation_id: correlationId,
  })
  .meta({
    id: 'Error',
    examples: [
      {
        success: false,
        error: {
          code: 'DUPLICATE_ORDER',
          message: 'Order already exists',
          details: { existing_order_id: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f' },
        },
        correlation_id: 'req_5nBqQ2mC7xT0aVh3KpWd9e',
      },
    ],
  }) satisfies z.ZodType<ErrorWire>;
