import * as z from 'zod';
import { ERRORS, type ErrorCode } from '../../../../domain/errors';
import { errorAnswerSchema } from '../../../../domain/schemas/wire';
import { OPERATIONS, type Operation } from '../../operations';

/** For routes that take no query: a parameter that would do nothing is refused instead of ignored. */
export const noQuery = z.strictObject({});

/** For routes that take no body, but let one be sent that says nothing: clients send `{}` with every POST. */
export const emptyBody = z.strictObject({});

/** The method, URL and scope of an operation's route, from the one table. */
export function routeOf(operation: Operation) {
  const rest = OPERATIONS[operation].rest;
  if (rest === undefined) throw new Error(`${operation} has no route`);
  const [method, url] = rest;
  return { method, url, config: { operation } };
}

/** What every step of a booking may be refused with. */
export const STEP_ERRORS = ['NOT_FOUND', 'GUARDRAIL_BLOCKED', 'IDEMPOTENCY_KEY_REUSED'] as const;

const ALWAYS: readonly ErrorCode[] = [
  'VALIDATION_FAILED',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED',
  'INTERNAL',
  'UNAVAILABLE',
];

/** The error answers of a route for its documentation, by HTTP status: those every route has, and the given ones. */
export function errorResponses(...own: readonly ErrorCode[]): Record<number, z.ZodType> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...ALWAYS, ...own]) {
    const { http } = ERRORS[code];
    byStatus.set(http, [...(byStatus.get(http) ?? []), code]);
  }
  return Object.fromEntries(Array.from(byStatus, ([http, codes]) => [http, errorResponse(codes)]));
}

function errorResponse(codes: readonly ErrorCode[]): z.ZodType {
  return errorAnswerSchema
    .extend({ error: errorAnswerSchema.shape.error.extend({ code: z.enum(codes) }) })
    .meta({ description: codes.join(' or '), examples: codes.map(example) });
}

function example(code: ErrorCode) {
  return {
    success: false,
    error: { code, message: EXAMPLES[code]?.message ?? '…', details: EXAMPLES[code]?.details ?? {} },
    correlation_id: 'req_5nBqQ2mC7xT0aVh3KpWd9e',
  };
}

const NOTHING_LEFT = { missing: [], next_step: null, allowed_actions: [], ask: null };

const EXAMPLES: Partial<Record<ErrorCode, { readonly message: string; readonly details?: Record<string, unknown> }>> = {
  VALIDATION_FAILED: {
    message: 'The request is not valid',
    details: { violations: [{ field: 'items[0].quantity', description: 'must be at least 1' }] },
  },
  UNAUTHENTICATED: { message: 'The API key is missing, unknown or no longer valid' },
  PERMISSION_DENIED: {
    message: 'The API key lacks the scope orders:write',
    details: { required_scopes: ['orders:write'] },
  },
  NOT_FOUND: { message: 'There is no such order' },
  DUPLICATE_ORDER: {
    message: 'Order already exists',
    details: { existing_order_id: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f' },
  },
  SLOT_UNAVAILABLE: {
    message: 'The fulfilment slot has no place left',
    details: { slot_id: '2026-11-24T10:00' },
  },
  VERSION_CONFLICT: { message: 'The order has moved on', details: { current_version: 3 } },
  INVALID_ORDER_STATE: {
    message: 'An order that is completed cannot become cancelled',
    details: { current_status: 'completed', requested_status: 'cancelled', allowed_statuses: [] },
  },
  GUARDRAIL_BLOCKED: {
    message: 'This is no clear yes; ask the customer for a plain yes or no',
    details: {
      guardrail: 'explicit_confirmation',
      reason: 'reply_unclear',
      missing: ['confirmation'],
      next_step: 'final_confirmation',
      allowed_actions: ['add_items', 'remove_item', 'confirm_items', 'set_customer', 'get_summary', 'confirm_booking'],
      ask: 'Is that right?',
      field: 'customer_reply',
      booking_id: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
    },
  },
  CONFIRMATION_REQUIRED: {
    message: 'The order is not what the customer confirmed',
    details: { ...NOTHING_LEFT, guardrail: 'confirmed_content', reason: 'other_content' },
  },
  STALE_CONFIRMATION: {
    message: 'The confirmation no longer holds',
    details: { ...NOTHING_LEFT, guardrail: 'live_confirmation', reason: 'confirmation_expired' },
  },
  ORDER_BOOKING_DISABLED: {
    message: 'The business does not take orders from AI agents',
    details: { ...NOTHING_LEFT, guardrail: 'capability', reason: 'order_booking_disabled' },
  },
  IDEMPOTENCY_KEY_REUSED: { message: 'The idempotency key was used for another request' },
  INTEGRATION_FAILED: {
    message: 'The service account may not edit the spreadsheet.',
    details: {
      cause: 'not_shared',
      message: 'The service account may not edit the spreadsheet.',
      what_to_do: 'Open the spreadsheet, choose “Share”, and add orders@example.iam.gserviceaccount.com as an editor.',
      service_account: 'orders@example.iam.gserviceaccount.com',
    },
  },
  UNAVAILABLE: { message: 'Try again with the same idempotency key' },
  INTERNAL: { message: 'Something went wrong on our side' },
};
