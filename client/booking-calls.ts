import { randomUUID } from 'node:crypto';
import type { BookingLocale, BookingView } from '../domain/booking/booking';
import type { BookingDecision } from '../domain/booking/decision';
import type { ListedBooking } from '../domain/booking/listed-booking';
import type { ClaimedItem } from '../domain/booking/step-request';
import type { Summary } from '../domain/booking/summary';
import {
  type AddItemsResponse,
  BookingService,
  type ConfirmBookingResponse,
  type GetSummaryResponse,
  BookingStatus as StatusMessage,
} from '../gen/orderbooking/v1/booking_service_pb';
import { OrderSource as SourceMessage } from '../gen/orderbooking/v1/order_pb';
import {
  type AiOrder,
  aiOrderFrom,
  bookingDecisionFrom,
  bookingFrom,
  listedBookingFrom,
  summaryFrom,
} from './booking-from-message';
import type { Answered, CallOptions } from './client-options';
import { isoOf, numberOf } from './message-words';
import { type CreatedOrder, createdOrderFrom } from './order-from-message';
import type { UnaryCaller } from './unary-caller';

/** What every step may carry. */
export interface StepOptions {
  /** Names the step; sent again under it, it is answered again. Made by the client where it is absent. */
  readonly stepId?: string | undefined;
  /** How sure the agent is, 0 to 1; for the records. */
  readonly confidence?: number | undefined;
}

/** A step of a booking that is there. */
export interface Step extends StepOptions {
  readonly bookingId: string;
}

/** The booking after a step, and what to say to the customer next; null when there is nothing to say. */
export interface BookingAnswer {
  readonly booking: BookingView;
  readonly say: string | null;
}

export interface SummaryAnswer extends BookingAnswer {
  readonly summary: Summary;
  /** Names exactly this summary; `confirmBooking` wants it back. */
  readonly summaryDigest: string;
}

export interface ConfirmationAnswer extends BookingAnswer {
  /** The key and the payload that `createOrderFromAi` takes. */
  readonly idempotencyKey: string;
  readonly payload: AiOrder;
  /** From here on the key makes no order any more; ISO 8601. */
  readonly expiresAt: string;
}

export interface ListBookings {
  readonly status?: ListedBooking['status'] | undefined;
  /** Only the booking that has become this order; none, where no booking has. */
  readonly orderId?: string | undefined;
  /** 1 to 100; 20 unless said otherwise. */
  readonly pageSize?: number | undefined;
  /** The `nextPageToken` of the page before, with the same filter. */
  readonly pageToken?: string | undefined;
}

export interface BookingPage {
  /** Newest first. */
  readonly bookings: readonly ListedBooking[];
  /** Undefined on the last page. */
  readonly nextPageToken: string | undefined;
}

export interface ListBookingDecisions {
  readonly bookingId: string;
  /** 1 to 100; 20 unless said otherwise. */
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

export interface BookingDecisionPage {
  /** Oldest first. */
  readonly decisions: readonly BookingDecision[];
  /** Undefined on the last page. */
  readonly nextPageToken: string | undefined;
}

/**
 * BookingService. Every method throws a `FailedCall`; of a step that a guardrail refused it is a BusinessRuleError, and its
 * `details` say how to go on (`guardrail`, `missing`, `next_step`, `allowed_actions`, `ask`).
 */
export interface BookingCalls {
  startBooking(
    request?: StepOptions & { readonly locale?: BookingLocale | undefined },
    options?: CallOptions,
  ): Promise<Answered<BookingAnswer>>;
  /** `customerMessage` is what the customer said, word for word; the words of each item are found in it. */
  addItems(
    request: Step & { readonly customerMessage: string; readonly items: readonly ClaimedItem[] },
    options?: CallOptions,
  ): Promise<Answered<BookingAnswer>>;
  removeItem(request: Step & { readonly itemId: string }, options?: CallOptions): Promise<Answered<BookingAnswer>>;
  confirmItems(
    request: Step & { readonly customerReply: string },
    options?: CallOptions,
  ): Promise<Answered<BookingAnswer>>;
  setCustomer(
    request: Step & {
      readonly customerMessage: string;
      readonly customerName: string;
      readonly customerPhone: string;
      readonly notes?: string | null | undefined;
    },
    options?: CallOptions,
  ): Promise<Answered<BookingAnswer>>;
  getSummary(request: Step, options?: CallOptions): Promise<Answered<SummaryAnswer>>;
  /**
   * `customerReply` is the customer's answer to the summary, word for word. `declined`: the customer was asked in a form, and
   * turned it down without a word.
   */
  confirmBooking(
    request: Step & {
      readonly summaryDigest: string;
      readonly customerReply: string;
      readonly declined?: boolean | undefined;
    },
    options?: CallOptions,
  ): Promise<Answered<ConfirmationAnswer>>;
  /**
   * Makes the order that the customer confirmed, and no other: once, however often it is called.
   * @throws BusinessRuleError CONFIRMATION_REQUIRED, STALE_CONFIRMATION, ORDER_BOOKING_DISABLED; DuplicateOrderError
   */
  createOrderFromAi(
    request: { readonly idempotencyKey: string | undefined; readonly payload: AiOrder },
    options?: CallOptions,
  ): Promise<Answered<CreatedOrder>>;
  getBooking(bookingId: string, options?: CallOptions): Promise<Answered<{ readonly booking: BookingView }>>;
  /** Needs a key with the scope `orders:read`: an agent sees the bookings that it knows of. */
  listBookings(query?: ListBookings, options?: CallOptions): Promise<Answered<BookingPage>>;
  abandonBooking(
    request: Step & { readonly reason?: string | undefined },
    options?: CallOptions,
  ): Promise<Answered<BookingAnswer>>;
  /** Reads what was decided about every step. */
  listBookingDecisions(query: ListBookingDecisions, options?: CallOptions): Promise<Answered<BookingDecisionPage>>;
}

const { method } = BookingService;

export function bookingCalls(call: UnaryCaller): BookingCalls {
  return {
    startBooking(request, options) {
      const { message, calling } = step(request ?? {});
      return call(method.startBooking, message, options, calling, answerFrom);
    },
    addItems(request, options) {
      const { message, calling } = step(request);
      return call(method.addItems, { ...message, items: [...request.items] }, options, calling, answerFrom);
    },
    removeItem(request, options) {
      const { message, calling } = step(request);
      return call(method.removeItem, message, options, calling, answerFrom);
    },
    confirmItems(request, options) {
      const { message, calling } = step(request);
      return call(method.confirmItems, message, options, calling, answerFrom);
    },
    setCustomer({ notes, ...request }, options) {
      const { message, calling } = step(request);
      const noted = notes === undefined || notes === null ? message : { ...message, notes };
      return call(method.setCustomer, noted, options, calling, answerFrom);
    },
    getSummary(request, options) {
      const { message, calling } = step(request);
      return call(method.getSummary, message, options, calling, (response: GetSummaryResponse) => ({
        summary: summaryFrom(response.summary),
        summaryDigest: response.summaryDigest,
        ...answerFrom(response),
      }));
    },
    confirmBooking({ declined = false, ...request }, options) {
      const { message, calling } = step(request);
      return call(
        method.confirmBooking,
        { ...message, declined },
        options,
        calling,
        (response: ConfirmBookingResponse) => ({
          idempotencyKey: response.idempotencyKey,
          payload: aiOrderFrom(response.payload),
          expiresAt: isoOf(response.expiresAt),
          ...answerFrom(response),
        }),
      );
    },
    createOrderFromAi({ idempotencyKey, payload: { userId, notes, items, ...payload } }, options) {
      const message = {
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        payload: {
          ...payload,
          ...(userId === undefined ? {} : { userId }),
          items: [...items],
          source: SourceMessage.AI,
          ...(notes === undefined || notes === null ? {} : { notes }),
        },
      };
      return call(method.createOrderFromAi, message, options, { repeatable: true, idempotencyKey }, createdOrderFrom);
    },
    getBooking: (bookingId, options) =>
      call(method.getBooking, { bookingId }, options, { repeatable: true }, ({ booking }) => ({
        booking: bookingFrom(booking),
      })),
    listBookings({ status, ...query } = {}, options) {
      const message = { ...query, status: numberOf<StatusMessage>(StatusMessage, status) };
      return call(method.listBookings, message, options, { repeatable: true }, ({ bookings, nextPageToken }) => ({
        bookings: bookings.map(listedBookingFrom),
        nextPageToken: nextPageToken || undefined,
      }));
    },
    abandonBooking(request, options) {
      const { message, calling } = step(request);
      return call(method.abandonBooking, message, options, calling, answerFrom);
    },
    listBookingDecisions: (query, options) =>
      call(method.listBookingDecisions, query, options, { repeatable: true }, ({ decisions, nextPageToken }) => ({
        decisions: decisions.map(bookingDecisionFrom),
        nextPageToken: nextPageToken || undefined,
      })),
  };
}

/** The step with a name, under which the server takes it once however often it is sent. To the server an empty one is none. */
function step<Request extends StepOptions>(request: Request) {
  const stepId = request.stepId || randomUUID();
  return { message: { ...request, stepId }, calling: { repeatable: true, stepId } };
}

function answerFrom({ booking, say }: Pick<AddItemsResponse, 'booking' | 'say'>): BookingAnswer {
  return { booking: bookingFrom(booking), say: say ?? null };
}
