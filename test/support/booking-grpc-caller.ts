import { type DescMessage, fromJson, type JsonValue, type MessageShape } from '@bufbuild/protobuf';
import { credentials } from '@grpc/grpc-js';
import type { BookingAction, BookingLocale, BookingStep } from '../../domain/booking/booking';
import type { DecidedStep } from '../../domain/booking/decision';
import type { BookingDecisionWire, BookingStepWire, BookingWire, ListedBookingWire } from '../../domain/booking/wire';
import type { Guardrail } from '../../domain/guardrails/guardrail';
import {
  AbandonBookingRequestSchema,
  BookingAction as ActionMessage,
  AddItemsRequestSchema,
  type BookingDecision as BookingDecisionMessage,
  type Booking as BookingMessage,
  BookingService,
  ConfirmBookingRequestSchema,
  ConfirmItemsRequestSchema,
  CreateOrderFromAiRequestSchema,
  DecidedStep as DecidedStepMessage,
  GetSummaryRequestSchema,
  ListBookingsRequestSchema,
  type ListedBooking as ListedBookingMessage,
  DecisionOutcome as OutcomeMessage,
  RemoveItemRequestSchema,
  SetCustomerRequestSchema,
  StartBookingRequestSchema,
  BookingStatus as StatusMessage,
  BookingStep as StepMessage,
} from '../../gen/orderbooking/v1/booking_service_pb';
import { createGrpcClient, type GrpcCallOptions } from '../../platform/grpc-client';
import type { BookingCaller } from './booking-caller';
import type { CreateOptions } from './doors';
import { createdWire, grpcAnswer, iso, word } from './grpc-caller';

/** Longer than any call may take: it turns a hang into a failure. */
const TIMEOUT_MS = 30_000;

type Fields = Readonly<Record<string, unknown>>;

/** Bookings over gRPC. Requests are the wire's fields in protobuf's JSON form, which has the same names. */
export function bookingGrpcCaller(address: string, apiKey: string): BookingCaller {
  const client = createGrpcClient(BookingService, address, credentials.createInsecure());
  const answered = <Data>(call: (options: GrpcCallOptions) => Promise<Data>, { key, signal }: CreateOptions = {}) =>
    grpcAnswer(call, {
      metadata: { authorization: `Bearer ${apiKey}`, ...(key === undefined ? {} : { 'idempotency-key': key }) },
      deadline: Date.now() + TIMEOUT_MS,
      ...(signal && { signal }),
    });
  const step = (
    take: (options: GrpcCallOptions) => Promise<{ booking?: BookingMessage | undefined; say?: string | undefined }>,
  ) => answered(async (options) => stepWire(await take(options)));

  return {
    name: 'gRPC',
    start: (body) => step((options) => client.startBooking(message(StartBookingRequestSchema, body), options)),
    addItems: (id, body) => step((options) => client.addItems(message(AddItemsRequestSchema, body, id), options)),
    removeItem: (id, itemId, more) =>
      step((options) => client.removeItem(message(RemoveItemRequestSchema, { ...more, item_id: itemId }, id), options)),
    confirmItems: (id, body) =>
      step((options) => client.confirmItems(message(ConfirmItemsRequestSchema, body, id), options)),
    setCustomer: (id, body) =>
      step((options) => client.setCustomer(message(SetCustomerRequestSchema, body, id), options)),
    abandon: (id, body) =>
      step((options) => client.abandonBooking(message(AbandonBookingRequestSchema, body, id), options)),
    summary: (id, more) =>
      answered(async (options) => {
        const answer = await client.getSummary(message(GetSummaryRequestSchema, more, id), options);
        const summary = there(answer.summary);
        return {
          summary: {
            text: summary.text,
            locale: summary.locale as BookingLocale,
            items: summary.items.map(({ name, quantity }) => ({ name, quantity })),
            total_quantity: summary.totalQuantity,
            customer_name: summary.customerName,
            customer_phone: summary.customerPhone,
            notes: summary.notes ?? null,
          },
          summary_digest: answer.summaryDigest,
          ...stepWire(answer),
        };
      }),
    confirm: (id, body) =>
      answered(async (options) => {
        const answer = await client.confirmBooking(message(ConfirmBookingRequestSchema, body, id), options);
        const payload = there(answer.payload);
        return {
          idempotency_key: answer.idempotencyKey,
          expires_at: iso(answer.expiresAt),
          payload: {
            user_id: there(payload.userId),
            customer_name: payload.customerName,
            customer_phone: payload.customerPhone,
            items: payload.items.map(({ name, quantity }) => ({ name, quantity })),
            source: 'ai' as const,
            ...(payload.notes === undefined ? {} : { notes: payload.notes }),
          },
          ...stepWire(answer),
        };
      }),
    get: (bookingId) =>
      answered(async (options) => bookingWire((await client.getBooking({ bookingId }, options)).booking)),
    list: ({ status, ...filter } = {}) =>
      answered(async (options) => {
        const sent = {
          ...filter,
          ...(typeof status === 'string' ? { status: `BOOKING_STATUS_${status.toUpperCase()}` } : {}),
        };
        const page = await client.listBookings(message(ListBookingsRequestSchema, sent), options);
        return { bookings: page.bookings.map(listedWire), next_page_token: page.nextPageToken };
      }),
    async decisions(bookingId) {
      const decisions: BookingDecisionWire[] = [];
      let pageToken = '';
      do {
        const page = await client.listBookingDecisions(
          { bookingId, pageSize: 5, pageToken },
          { metadata: { authorization: `Bearer ${apiKey}` }, deadline: Date.now() + TIMEOUT_MS },
        );
        decisions.push(...page.decisions.map(decisionWire));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      return decisions;
    },
    createOrder: (body, more = {}) =>
      answered(async (options) => {
        const { source, ...payload } = body.payload;
        const request = message(CreateOrderFromAiRequestSchema, {
          ...(body.idempotency_key == null ? {} : { idempotency_key: body.idempotency_key }),
          payload: {
            ...payload,
            ...(typeof source === 'string' ? { source: `ORDER_SOURCE_${source.toUpperCase()}` } : {}),
          },
        });
        return createdWire(await client.createOrderFromAi(request, options));
      }, more),
    close: () => client.close(),
  };
}

function message<Desc extends DescMessage>(schema: Desc, fields: Fields = {}, bookingId?: string): MessageShape<Desc> {
  const sent = { ...fields, ...(bookingId === undefined ? {} : { booking_id: bookingId }) };
  // As JSON, in which what is undefined is absent.
  return fromJson(schema, JSON.parse(JSON.stringify(sent)) as JsonValue);
}

function stepWire(answer: { booking?: BookingMessage | undefined; say?: string | undefined }): BookingStepWire {
  return { booking: bookingWire(answer.booking), say: answer.say ?? null };
}

function bookingWire(booking: BookingMessage | undefined): BookingWire {
  const { id, step, nextStep, missing, allowedActions, draft, locale, orderId, expiresAt } = there(booking);
  const { items, totalQuantity, customerName, customerPhone, notes } = there(draft);
  return {
    id,
    step: word<BookingStep>(StepMessage, step),
    next_step: nextStep === StepMessage.UNSPECIFIED ? null : word<BookingStep>(StepMessage, nextStep),
    missing,
    allowed_actions: allowedActions.map((action) => word<BookingAction>(ActionMessage, action)),
    draft: {
      items: items.map((item) => ({ id: item.id, name: item.name, quantity: item.quantity })),
      total_quantity: totalQuantity,
      customer_name: customerName ?? null,
      customer_phone: customerPhone ?? null,
      notes: notes ?? null,
    },
    locale: locale as BookingLocale,
    order_id: orderId ?? null,
    expires_at: iso(expiresAt),
  };
}

function listedWire(booking: ListedBookingMessage): ListedBookingWire {
  return {
    id: booking.id,
    status: word<ListedBookingWire['status']>(StatusMessage, booking.status),
    locale: booking.locale as BookingLocale,
    order_id: booking.orderId ?? null,
    customer_name: booking.customerName ?? null,
    item_count: booking.itemCount,
    created_at: iso(booking.createdAt),
    last_step_at: iso(booking.lastStepAt),
    expires_at: iso(booking.expiresAt),
  };
}

function decisionWire(decision: BookingDecisionMessage): BookingDecisionWire {
  return {
    sequence: decision.sequence,
    step: word<DecidedStep>(DecidedStepMessage, decision.step),
    decision: word<BookingDecisionWire['decision']>(OutcomeMessage, decision.decision),
    guardrail: (decision.guardrail as Guardrail | undefined) ?? null,
    reason: decision.reason ?? null,
    customer_words: decision.customerWords ?? null,
    shown: decision.shown ?? null,
    summary_digest: decision.summaryDigest ?? null,
    confidence: decision.confidence ?? null,
    actor: decision.actor,
    correlation_id: decision.correlationId,
    occurred_at: iso(decision.occurredAt),
  };
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an answer without a part that it always has');
  return value;
}
