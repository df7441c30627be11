import type { ErrorDetails } from '../errors';
import type { Block } from '../guardrails/block';
import type { Guardrail } from '../guardrails/guardrail';
import type { OrderItem } from '../order';
import type { BookingAction, BookingLocale, BookingState, BookingStep, BookingView } from './booking';
import type { Catalogue } from './catalogue';
import type { BookingDecision, DecidedStep } from './decision';
import type { ListedBooking } from './listed-booking';
import type { Summary } from './summary';
import type { StepResult } from './take-step';

/** A booking as callers of every door see it. */
export interface BookingWire {
  readonly id: string;
  readonly step: BookingStep;
  readonly next_step: BookingStep | null;
  readonly missing: readonly string[];
  readonly allowed_actions: readonly BookingAction[];
  readonly draft: {
    readonly items: readonly { readonly id: string; readonly name: string; readonly quantity: number }[];
    readonly total_quantity: number;
    readonly customer_name: string | null;
    readonly customer_phone: string | null;
    readonly notes: string | null;
  };
  readonly locale: BookingLocale;
  readonly order_id: string | null;
  readonly expires_at: string;
}

/** What a step answers that has nothing else to tell. */
export interface BookingStepWire {
  readonly booking: BookingWire;
  /** What to say to the customer next; null when there is nothing to say. */
  readonly say: string | null;
}

export interface SummaryWire {
  readonly text: string;
  readonly locale: BookingLocale;
  readonly items: readonly OrderItem[];
  readonly total_quantity: number;
  readonly customer_name: string;
  readonly customer_phone: string;
  readonly notes: string | null;
}

export interface ShownSummaryWire extends BookingStepWire {
  readonly summary: SummaryWire;
  readonly summary_digest: string;
}

/** The payload of the v1.0 contract: what was confirmed, ready to be sent as it is. */
export interface AiOrderPayloadWire {
  readonly user_id: string;
  readonly customer_name: string;
  readonly customer_phone: string;
  readonly items: readonly OrderItem[];
  readonly source: 'ai';
  /** Only there when the order has notes. */
  readonly notes?: string | undefined;
}

export interface ConfirmedBookingWire extends BookingStepWire {
  readonly idempotency_key: string;
  readonly expires_at: string;
  readonly payload: AiOrderPayloadWire;
}

export interface BookingDecisionWire {
  readonly sequence: number;
  readonly step: DecidedStep;
  readonly decision: BookingDecision['decision'];
  readonly guardrail: Guardrail | null;
  readonly reason: string | null;
  readonly customer_words: string | null;
  readonly shown: string | null;
  readonly summary_digest: string | null;
  readonly confidence: number | null;
  readonly actor: string;
  readonly correlation_id: string;
  readonly occurred_at: string;
}

export interface BookingDecisionPageWire {
  readonly decisions: readonly BookingDecisionWire[];
  /** Empty on the last page (AIP-158). */
  readonly next_page_token: string;
}

/** A booking as a line of a list. */
export interface ListedBookingWire {
  readonly id: string;
  readonly status: BookingState['status'];
  readonly locale: BookingLocale;
  readonly order_id: string | null;
  readonly customer_name: string | null;
  readonly item_count: number;
  readonly created_at: string;
  readonly last_step_at: string;
  readonly expires_at: string;
}

export interface BookingPageWire {
  readonly bookings: readonly ListedBookingWire[];
  /** Empty on the last page (AIP-158). */
  readonly next_page_token: string;
}

export interface CatalogueWire {
  readonly items: readonly { readonly name: string; readonly aliases: readonly string[]; readonly active: boolean }[];
  readonly updated_at: string;
}

/** An accepted step, as the use cases give it. */
interface Taken {
  readonly booking: BookingView;
  readonly result: StepResult;
}

export function bookingToWire(booking: BookingView): BookingWire {
  const { draft } = booking;
  return {
    id: booking.id,
    step: booking.step,
    next_step: booking.nextStep,
    missing: booking.missing,
    allowed_actions: booking.allowedActions,
    draft: {
      items: draft.items.map(({ id, name, quantity }) => ({ id, name, quantity })),
      total_quantity: draft.totalQuantity,
      customer_name: draft.customerName,
      customer_phone: draft.customerPhone,
      notes: draft.notes,
    },
    locale: booking.locale,
    order_id: booking.orderId,
    expires_at: booking.expiresAt,
  };
}

export function bookingStepToWire({ booking, result }: Taken): BookingStepWire {
  return { booking: bookingToWire(booking), say: result.say };
}

/** @throws Error for the answer of another step than GetSummary */
export function shownSummaryToWire(taken: Taken): ShownSummaryWire {
  const { summary, summaryDigest } = taken.result;
  if (summary === undefined || summaryDigest === undefined) throw new Error('no answer of GetSummary');
  return { summary: summaryToWire(summary), summary_digest: summaryDigest, ...bookingStepToWire(taken) };
}

/** @throws Error for the answer of another step than ConfirmBooking */
export function confirmedBookingToWire(taken: Taken, userId: string): ConfirmedBookingWire {
  const { confirmed } = taken.result;
  if (confirmed === undefined) throw new Error('no answer of ConfirmBooking');
  const { content } = confirmed;
  return {
    idempotency_key: confirmed.idempotencyKey,
    expires_at: confirmed.expiresAt,
    payload: {
      user_id: userId,
      customer_name: content.customerName,
      customer_phone: content.customerPhone,
      items: content.items.map(({ name, quantity }) => ({ name, quantity })),
      source: 'ai',
      ...(content.notes === null ? {} : { notes: content.notes }),
    },
    ...bookingStepToWire(taken),
  };
}

export function bookingDecisionToWire(decision: BookingDecision): BookingDecisionWire {
  return {
    sequence: decision.sequence,
    step: decision.step,
    decision: decision.decision,
    guardrail: decision.guardrail,
    reason: decision.reason,
    customer_words: decision.customerWords,
    shown: decision.shown,
    summary_digest: decision.summaryDigest,
    confidence: decision.confidence,
    actor: decision.actor,
    correlation_id: decision.correlationId,
    occurred_at: decision.occurredAt,
  };
}

export function bookingDecisionPageToWire(page: {
  readonly decisions: readonly BookingDecision[];
  readonly nextPageToken: string | undefined;
}): BookingDecisionPageWire {
  return { decisions: page.decisions.map(bookingDecisionToWire), next_page_token: page.nextPageToken ?? '' };
}

export function bookingPageToWire(page: {
  readonly bookings: readonly ListedBooking[];
  readonly nextPageToken: string | undefined;
}): BookingPageWire {
  return { bookings: page.bookings.map(listedBookingToWire), next_page_token: page.nextPageToken ?? '' };
}

function listedBookingToWire(booking: ListedBooking): ListedBookingWire {
  return {
    id: booking.id,
    status: booking.status,
    locale: booking.locale,
    order_id: booking.orderId,
    customer_name: booking.customerName,
    item_count: booking.itemCount,
    created_at: booking.createdAt,
    last_step_at: booking.lastStepAt,
    expires_at: booking.expiresAt,
  };
}

export function catalogueToWire(catalogue: Catalogue): CatalogueWire {
  return {
    items: catalogue.items.map(({ name, aliases, active }) => ({ name, aliases, active })),
    updated_at: catalogue.updatedAt,
  };
}

/**
 * The details of a refused step: which guardrail, what is missing, and how to go on. `booking` is undefined where there is
 * none to be told of; then nothing is missing, because nothing can be done.
 */
export function blockToWire(block: Block, booking: BookingView | undefined): ErrorDetails {
  return {
    guardrail: block.guardrail,
    reason: block.reason,
    missing: booking?.missing ?? [],
    next_step: booking?.nextStep ?? null,
    allowed_actions: booking?.allowedActions ?? [],
    ask: block.ask,
    ...(block.field === undefined ? {} : { field: block.field }),
    ...(block.candidates === undefined ? {} : { candidates: block.candidates }),
    ...(booking === undefined ? {} : { booking_id: booking.id }),
  };
}

function summaryToWire(summary: Summary): SummaryWire {
  return {
    text: summary.text,
    locale: summary.locale,
    items: summary.items.map(({ name, quantity }) => ({ name, quantity })),
    total_quantity: summary.totalQuantity,
    customer_name: summary.customerName,
    customer_phone: summary.customerPhone,
    notes: summary.notes,
  };
}
