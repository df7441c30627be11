import type { MessageInitShape } from '@bufbuild/protobuf';
import type { BookingAction, BookingState, BookingStep, BookingView } from '../../../../domain/booking/booking';
import type { BookingDecision, DecidedStep } from '../../../../domain/booking/decision';
import type { DraftContent } from '../../../../domain/booking/draft-digest';
import type { ListedBooking } from '../../../../domain/booking/listed-booking';
import type { Summary } from '../../../../domain/booking/summary';
import {
  BookingAction as ActionMessage,
  type AiOrderPayloadSchema,
  type BookingDecisionSchema,
  type BookingSchema,
  BookingStatus as BookingStatusMessage,
  type BookingSummarySchema,
  DecidedStep as DecidedStepMessage,
  type ListedBookingSchema,
  DecisionOutcome as OutcomeMessage,
  BookingStep as StepMessage,
} from '../../../../gen/orderbooking/v1/booking_service_pb';
import { OrderSource } from '../../../../gen/orderbooking/v1/order_pb';
import type { BookingAnswer } from '../../use-cases/contract';
import { timestampMessage, wordOf } from './order-message';

const STEP: Readonly<Record<BookingStep, StepMessage>> = {
  start: StepMessage.START,
  collect_items: StepMessage.COLLECT_ITEMS,
  confirm_items: StepMessage.CONFIRM_ITEMS,
  collect_details: StepMessage.COLLECT_DETAILS,
  show_summary: StepMessage.SHOW_SUMMARY,
  final_confirmation: StepMessage.FINAL_CONFIRMATION,
  create_order: StepMessage.CREATE_ORDER,
  abandoned: StepMessage.ABANDONED,
  expired: StepMessage.EXPIRED,
};

const ACTION: Readonly<Record<BookingAction, ActionMessage>> = {
  add_items: ActionMessage.ADD_ITEMS,
  remove_item: ActionMessage.REMOVE_ITEM,
  confirm_items: ActionMessage.CONFIRM_ITEMS,
  set_customer: ActionMessage.SET_CUSTOMER,
  get_summary: ActionMessage.GET_SUMMARY,
  confirm_booking: ActionMessage.CONFIRM_BOOKING,
  create_order: ActionMessage.CREATE_ORDER,
  abandon_booking: ActionMessage.ABANDON_BOOKING,
};

const DECIDED_STEP: Readonly<Record<DecidedStep, DecidedStepMessage>> = {
  start: DecidedStepMessage.START,
  add_items: DecidedStepMessage.ADD_ITEMS,
  remove_item: DecidedStepMessage.REMOVE_ITEM,
  confirm_items: DecidedStepMessage.CONFIRM_ITEMS,
  set_customer: DecidedStepMessage.SET_CUSTOMER,
  get_summary: DecidedStepMessage.GET_SUMMARY,
  confirm_booking: DecidedStepMessage.CONFIRM_BOOKING,
  create_order: DecidedStepMessage.CREATE_ORDER,
  abandon_booking: DecidedStepMessage.ABANDON_BOOKING,
  expire: DecidedStepMessage.EXPIRE,
};

const OUTCOME: Readonly<Record<BookingDecision['decision'], OutcomeMessage>> = {
  accepted: OutcomeMessage.ACCEPTED,
  repeated: OutcomeMessage.REPEATED,
  blocked: OutcomeMessage.BLOCKED,
};

const STATUS: Readonly<Record<BookingState['status'], BookingStatusMessage>> = {
  open: BookingStatusMessage.OPEN,
  ordered: BookingStatusMessage.ORDERED,
  abandoned: BookingStatusMessage.ABANDONED,
  expired: BookingStatusMessage.EXPIRED,
};

/** The wire's word for a booking's status; undefined for "not set", and no word at all for an unknown one. */
export function bookingStatusWord(message: BookingStatusMessage): string | undefined {
  return wordOf(STATUS, message);
}

export function listedBookingMessage(booking: ListedBooking): MessageInitShape<typeof ListedBookingSchema> {
  return {
    id: booking.id,
    status: STATUS[booking.status],
    locale: booking.locale,
    ...(booking.orderId === null ? {} : { orderId: booking.orderId }),
    ...(booking.customerName === null ? {} : { customerName: booking.customerName }),
    itemCount: booking.itemCount,
    createdAt: timestampMessage(booking.createdAt),
    lastStepAt: timestampMessage(booking.lastStepAt),
    expiresAt: timestampMessage(booking.expiresAt),
  };
}

export function bookingMessage(booking: BookingView): MessageInitShape<typeof BookingSchema> {
  const { draft } = booking;
  return {
    id: booking.id,
    step: STEP[booking.step],
    nextStep: booking.nextStep === null ? StepMessage.UNSPECIFIED : STEP[booking.nextStep],
    missing: [...booking.missing],
    allowedActions: booking.allowedActions.map((action) => ACTION[action]),
    draft: {
      items: draft.items.map(({ id, name, quantity }) => ({ id, name, quantity })),
      totalQuantity: draft.totalQuantity,
      ...(draft.customerName === null ? {} : { customerName: draft.customerName }),
      ...(draft.customerPhone === null ? {} : { customerPhone: draft.customerPhone }),
      ...(draft.notes === null ? {} : { notes: draft.notes }),
    },
    locale: booking.locale,
    ...(booking.orderId === null ? {} : { orderId: booking.orderId }),
    expiresAt: timestampMessage(booking.expiresAt),
  };
}

/** What the answers of all steps have in common. */
export function stepMessage({ booking, result }: BookingAnswer) {
  return { booking: bookingMessage(booking), ...(result.say === null ? {} : { say: result.say }) };
}

export function summaryMessage(summary: Summary): MessageInitShape<typeof BookingSummarySchema> {
  return {
    text: summary.text,
    locale: summary.locale,
    items: summary.items.map(({ name, quantity }) => ({ name, quantity })),
    totalQuantity: summary.totalQuantity,
    customerName: summary.customerName,
    customerPhone: summary.customerPhone,
    ...(summary.notes === null ? {} : { notes: summary.notes }),
  };
}

/** What was confirmed, as CreateOrderFromAi takes it. */
export function payloadMessage(userId: string, content: DraftContent): MessageInitShape<typeof AiOrderPayloadSchema> {
  return {
    userId,
    customerName: content.customerName,
    customerPhone: content.customerPhone,
    items: content.items.map(({ name, quantity }) => ({ name, quantity })),
    source: OrderSource.AI,
    ...(content.notes === null ? {} : { notes: content.notes }),
  };
}

export function bookingDecisionMessage(decision: BookingDecision): MessageInitShape<typeof BookingDecisionSchema> {
  return {
    sequence: decision.sequence,
    step: DECIDED_STEP[decision.step],
    decision: OUTCOME[decision.decision],
    ...(decision.guardrail === null ? {} : { guardrail: decision.guardrail }),
    ...(decision.reason === null ? {} : { reason: decision.reason }),
    ...(decision.customerWords === null ? {} : { customerWords: decision.customerWords }),
    ...(decision.shown === null ? {} : { shown: decision.shown }),
    ...(decision.summaryDigest === null ? {} : { summaryDigest: decision.summaryDigest }),
    ...(decision.confidence === null ? {} : { confidence: decision.confidence }),
    actor: decision.actor,
    correlationId: decision.correlationId,
    occurredAt: timestampMessage(decision.occurredAt),
  };
}
