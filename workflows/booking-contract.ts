import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { BookingLocale, BookingState, BookingView } from '../domain/booking/booking';
import type { StepRequest } from '../domain/booking/step-request';
import type { StepResult } from '../domain/booking/take-step';
import type { Block } from '../domain/guardrails/block';

/**
 * What the two sides of Temporal agree on for bookings. Names and shapes here are part of histories that already exist: add
 * fields, never rename or retype them. BookingWorkflow runs on the orders' queue.
 */

export const BOOKING_WORKFLOW = 'BookingWorkflow';

/** The workflow id of a booking: one run per conversation. */
export function bookingWorkflowId(userId: string, bookingId: string): string {
  return `booking:${userId}:${bookingId}`;
}

export interface BookingWorkflowInput {
  readonly userId: string;
  /** A UUID; made of the caller's step id where there is one, so that a start that is sent again finds its run. */
  readonly bookingId: string;
  /** Undefined: the tenant's. */
  readonly locale?: BookingLocale;
  /** Of the request that started the booking; the opening's answer carries it. */
  readonly requestHash?: string;
  readonly actor: string;
  readonly correlationId: string;
  readonly confidence?: number;
  /** Set by continue-as-new. */
  readonly resumed?: ResumedBooking;
  /** Steps after which the run continues as new, for tests; otherwise when Temporal suggests it. */
  readonly stepsPerRun?: number;
}

/** How a run ends. */
export interface BookingWorkflowResult {
  readonly bookingId: string;
  readonly status: BookingState['status'];
  readonly orderId: string | null;
}

/** What a run hands to the next one. */
export interface ResumedBooking {
  readonly state: BookingState;
  /** What `open` was answered. */
  readonly opening: StepAnswer;
  /** The answers of the newest steps: an update id is known to its own run only, and a step may be sent again later. */
  readonly answers: readonly { readonly updateId: string; readonly outcome: StepAnswer | StepRefusal }[];
}

/** A step as BookingWorkflow takes it. */
export interface StepMessage {
  readonly request: StepRequest;
  /** Of the request: a caller that finds another one under its step id has used the id twice. */
  readonly requestHash: string;
  readonly actor: string;
  readonly correlationId: string;
  /** How sure the agent says it is, 0 to 1. */
  readonly confidence?: number;
}

export interface StepAnswer {
  readonly kind: 'answer';
  readonly booking: BookingView;
  readonly result: StepResult;
  readonly requestHash: string;
}

/**
 * What a step that a guardrail refused answers, as the first of its failure's details; the failure's type is the code. A failure
 * without details is none of a guardrail's: VALIDATION_FAILED for a message of no known form, INTERNAL for a defect of ours.
 */
export interface StepRefusal {
  readonly kind: 'refusal';
  readonly block: Block;
  /** The booking as it is; absent when there is none. */
  readonly booking?: BookingView;
  readonly requestHash: string;
  /** There when the step was turned away before it was taken: then whoever asked has to write the refusal down. */
  readonly unrecorded?: true;
}

/** Waits until the booking is open, and answers what it was then. @throws ORDER_BOOKING_DISABLED */
export const openUpdate = defineUpdate<StepAnswer>('open');
export const OPEN_UPDATE_ID = 'open';

export const addItemsUpdate = defineUpdate<StepAnswer, [StepMessage]>('addItems');
export const removeItemUpdate = defineUpdate<StepAnswer, [StepMessage]>('removeItem');
export const confirmItemsUpdate = defineUpdate<StepAnswer, [StepMessage]>('confirmItems');
export const setCustomerUpdate = defineUpdate<StepAnswer, [StepMessage]>('setCustomer');
export const getSummaryUpdate = defineUpdate<StepAnswer, [StepMessage]>('getSummary');
export const confirmBookingUpdate = defineUpdate<StepAnswer, [StepMessage]>('confirmBooking');
export const abandonBookingUpdate = defineUpdate<StepAnswer, [StepMessage]>('abandonBooking');

/** The update of each step. The order itself is made by OrderWorkflow; the booking is told by `orderPlacedSignal`. */
export const STEP_UPDATES = {
  add_items: addItemsUpdate,
  remove_item: removeItemUpdate,
  confirm_items: confirmItemsUpdate,
  set_customer: setCustomerUpdate,
  get_summary: getSummaryUpdate,
  confirm_booking: confirmBookingUpdate,
  abandon_booking: abandonBookingUpdate,
} as const;

/** The update id of a step that the caller names, so that Temporal answers it again instead of taking it again. */
export function stepUpdateId(stepId: string): string {
  return `step:${stepId}`;
}

/** The booking has become an order. Without it (the sender died) the run finds out at its next step or when it expires. */
export const orderPlacedSignal = defineSignal<[{ readonly orderId: string }]>('orderPlaced');

/** The booking as this run knows it; null until it is open. */
export const bookingQuery = defineQuery<BookingView | null>('booking');

// ---------------------------------------------------------------------------------------------------------------
// Activities

export interface OpenBookingInput {
  readonly userId: string;
  readonly bookingId: string;
  readonly locale?: BookingLocale;
  readonly actor: string;
  readonly correlationId: string;
  readonly confidence?: number;
  /** Now, ISO 8601. */
  readonly at: string;
}

export type OpenBookingResult =
  /** Also for a booking that was open before, whose run is gone: then it is as it is now, over perhaps. */
  | { readonly kind: 'opened'; readonly state: BookingState; readonly result: StepResult }
  /** The tenant has switched AI booking off. */
  | { readonly kind: 'disabled'; readonly block: Block };

export interface TakeBookingStepInput extends StepMessage {
  readonly state: BookingState;
  /** Names the message that asked for it, however often it is carried out. */
  readonly commandId: string;
  readonly at: string;
}

export interface TakeBookingStepResult {
  /** After the step, refused or not. An order that was placed meanwhile shows in it: then nothing else was changed. */
  readonly state: BookingState;
  /** Null: refused, by `block`. */
  readonly result: StepResult | null;
  readonly block: Block | null;
}

export interface ExpireBookingInput {
  readonly state: BookingState;
  readonly at: string;
}

/**
 * What order-worker does for BookingWorkflow. Each judges, writes the records in one transaction, and may run more than once.
 */
export interface BookingActivities {
  openBooking(input: OpenBookingInput): Promise<OpenBookingResult>;
  takeBookingStep(input: TakeBookingStepInput): Promise<TakeBookingStepResult>;
  /** Ends a booking that nobody goes on with; answers `ordered` when it has become an order. */
  expireBooking(input: ExpireBookingInput): Promise<{ readonly state: BookingState }>;
}
