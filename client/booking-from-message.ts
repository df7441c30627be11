import { BOOKING_ACTIONS, BOOKING_LOCALES, BOOKING_STEPS, type BookingView } from '../domain/booking/booking';
import type { BookingDecision } from '../domain/booking/decision';
import { BOOKING_STATUSES, type ListedBooking } from '../domain/booking/listed-booking';
import type { Summary } from '../domain/booking/summary';
import { GUARDRAILS } from '../domain/guardrails/guardrail';
import type { OrderItem } from '../domain/order';
import {
  BookingAction as ActionMessage,
  type AiOrderPayload as AiOrderMessage,
  type BookingDecision as BookingDecisionMessage,
  type Booking as BookingMessage,
  type BookingSummary as BookingSummaryMessage,
  DecidedStep as DecidedStepMessage,
  type ListedBooking as ListedBookingMessage,
  DecisionOutcome as OutcomeMessage,
  BookingStatus as StatusMessage,
  BookingStep as StepMessage,
} from '../gen/orderbooking/v1/booking_service_pb';
import { isoOf, known, required, requiredWordOf, wordOf } from './message-words';
import { itemsFrom } from './order-from-message';

/** What the customer said yes to: what ConfirmBooking answers and CreateOrderFromAi takes. */
export interface AiOrder {
  /** The tenant; where it is given it must be the API key's. */
  readonly userId?: string | undefined;
  readonly customerName: string;
  readonly customerPhone: string;
  readonly items: readonly OrderItem[];
  readonly notes?: string | null | undefined;
}

/** @throws SystemError INTERNAL when there is no booking, or not all of one. */
export function bookingFrom(message: BookingMessage | undefined): BookingView {
  const booking = required(message, 'a booking');
  const draft = required(booking.draft, "a booking's draft");
  return {
    id: booking.id,
    step: requiredWordOf(BOOKING_STEPS, StepMessage, booking.step),
    nextStep: wordOf(BOOKING_STEPS, StepMessage, booking.nextStep) ?? null,
    missing: [...booking.missing],
    allowedActions: booking.allowedActions.map((action) => requiredWordOf(BOOKING_ACTIONS, ActionMessage, action)),
    draft: {
      items: draft.items.map(({ id, name, quantity }) => ({ id, name, quantity })),
      totalQuantity: draft.totalQuantity,
      customerName: draft.customerName ?? null,
      customerPhone: draft.customerPhone ?? null,
      notes: draft.notes ?? null,
    },
    locale: known(BOOKING_LOCALES, booking.locale),
    orderId: booking.orderId ?? null,
    expiresAt: isoOf(booking.expiresAt),
  };
}

export function listedBookingFrom(message: ListedBookingMessage): ListedBooking {
  return {
    id: message.id,
    status: requiredWordOf(BOOKING_STATUSES, StatusMessage, message.status),
    locale: known(BOOKING_LOCALES, message.locale),
    orderId: message.orderId ?? null,
    customerName: message.customerName ?? null,
    itemCount: message.itemCount,
    createdAt: isoOf(message.createdAt),
    lastStepAt: isoOf(message.lastStepAt),
    expiresAt: isoOf(message.expiresAt),
  };
}

export function summaryFrom(message: BookingSummaryMessage | undefined): Summary {
  const summary = required(message, 'a summary');
  return {
    text: summary.text,
    locale: known(BOOKING_LOCALES, summary.locale),
    items: itemsFrom(summary.items),
    totalQuantity: summary.totalQuantity,
    customerName: summary.customerName,
    customerPhone: summary.customerPhone,
    notes: summary.notes ?? null,
  };
}

export function aiOrderFrom(message: AiOrderMessage | undefined): Required<AiOrder> {
  const payload = required(message, 'what was confirmed');
  return {
    userId: payload.userId,
    customerName: payload.customerName,
    customerPhone: payload.customerPhone,
    items: itemsFrom(payload.items),
    notes: payload.notes ?? null,
  };
}

const DECIDED_STEPS = ['start', ...BOOKING_ACTIONS, 'expire'] as const satisfies readonly BookingDecision['step'][];
const OUTCOMES = ['accepted', 'repeated', 'blocked'] as const satisfies readonly BookingDecision['decision'][];

export function bookingDecisionFrom(message: BookingDecisionMessage): BookingDecision {
  const { guardrail } = message;
  return {
    sequence: message.sequence,
    step: requiredWordOf(DECIDED_STEPS, DecidedStepMessage, message.step),
    decision: requiredWordOf(OUTCOMES, OutcomeMessage, message.decision),
    guardrail: guardrail === undefined ? null : known(GUARDRAILS, guardrail),
    reason: message.reason ?? null,
    customerWords: message.customerWords ?? null,
    shown: message.shown ?? null,
    summaryDigest: message.summaryDigest ?? null,
    confidence: message.confidence ?? null,
    actor: message.actor,
    correlationId: message.correlationId,
    occurredAt: isoOf(message.occurredAt),
  };
}
