import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, type WorkflowHandleWithStartDetails } from '@temporalio/client';
import { ApplicationFailure, TypedSearchAttributes } from '@temporalio/common';
import type { BookingState } from '../../domain/booking/booking';
import type { BookingDecision } from '../../domain/booking/decision';
import type { DraftContent } from '../../domain/booking/draft-digest';
import type { StepRequest } from '../../domain/booking/step-request';
import { createOrderRequestHash } from '../../domain/canonical-request';
import type { OrderContent } from '../../domain/order';
import { findBooking } from '../../persistence/bookings/find-booking';
import { listBookingDecisions } from '../../persistence/bookings/list-booking-decisions';
import { recordBookingStep } from '../../persistence/bookings/record-booking-step';
import { withTenant } from '../../persistence/with-tenant';
import { sha256Hex } from '../../platform/sha256';
import {
  BOOKING_WORKFLOW,
  type BookingWorkflowInput,
  bookingQuery,
  bookingWorkflowId,
  OPEN_UPDATE_ID,
  openUpdate,
  STEP_UPDATES,
  type StepAnswer,
  type StepMessage,
  type StepRefusal,
  stepUpdateId,
} from '../../workflows/booking-contract';
import { type PlaceOrderInput, SEARCH_ATTRIBUTES } from '../../workflows/contract';
import { CANARY } from './canary';
import { sampleAttempt, untilAnswered } from './order-runs';
import type { Scene } from './scene';
import { untilAdmitted } from './until-admitted';

/** A new booking of a tenant. */
export function sampleBooking(userId: string, fields: Partial<BookingWorkflowInput> = {}): BookingWorkflowInput {
  return {
    userId,
    bookingId: randomUUID(),
    requestHash: sha256Hex('start'),
    actor: 'api_key:test',
    correlationId: 'req_test',
    ...fields,
  };
}

/** A new tenant whose agents may book, with settings of its own where they are given (`booking_idle_expiry_seconds` …). */
export async function bookingTenant(
  scene: Scene,
  settings: Readonly<Record<string, string | number | boolean>> = {},
): Promise<string> {
  const { userId } = await scene.addTenant();
  for (const [column, value] of Object.entries({ order_booking_enabled: true, ...settings })) {
    await scene.database.owner.query(`UPDATE ai_capabilities SET ${column} = $2 WHERE user_id = $1`, [userId, value]);
  }
  return userId;
}

/** What a customer says, and what an agent asks for because of it: a booking from the first word to the yes. */
export const TALK = {
  addItems: (quantity = 2, name: string = CANARY.item): StepRequest => ({
    action: 'add_items',
    customerMessage: `I would like ${quantity} ${name}`,
    items: [{ name, quantity, nameWords: name, quantityWords: `${quantity}` }],
  }),
  confirmItems: { action: 'confirm_items', customerReply: 'Yes!' } as StepRequest,
  setCustomer: {
    action: 'set_customer',
    customerMessage: `My name is ${CANARY.name}, my number is +${CANARY.phone}`,
    customerName: CANARY.name,
    customerPhone: CANARY.phone,
    notes: null,
  } as StepRequest,
  getSummary: { action: 'get_summary' } as StepRequest,
  confirm: (summaryDigest: string, customerReply = 'Yes, confirm'): StepRequest => ({
    action: 'confirm_booking',
    summaryDigest,
    customerReply,
  }),
  abandon: { action: 'abandon_booking', reason: null } as StepRequest,
} as const;

/** Makes a step of a request as order-api does. */
export function message(request: StepRequest, more: Partial<StepMessage> = {}): StepMessage {
  return {
    request,
    requestHash: sha256Hex(JSON.stringify(request)),
    actor: 'api_key:test',
    correlationId: 'req_test',
    ...more,
  };
}

/** The same items for the same customer again would be a duplicate. */
let uniqueQuantity = 11;

/** BookingWorkflow as order-api calls it, without order-api, and what Postgres has of the booking. */
export function bookingRuns({ temporal, taskQueue, database }: Scene) {
  const handle = ({ userId, bookingId }: BookingWorkflowInput) =>
    temporal.workflow.getHandle(bookingWorkflowId(userId, bookingId));

  const startOptions = (booking: BookingWorkflowInput) => ({
    workflowId: bookingWorkflowId(booking.userId, booking.bookingId),
    taskQueue,
    args: [booking] as [BookingWorkflowInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    typedSearchAttributes: new TypedSearchAttributes([{ key: SEARCH_ATTRIBUTES.tenantId, value: booking.userId }]),
  });

  const step = (
    booking: BookingWorkflowInput,
    request: StepRequest,
    { stepId, ...more }: Partial<StepMessage> & { readonly stepId?: string } = {},
  ): Promise<StepAnswer> =>
    handle(booking).executeUpdate(STEP_UPDATES[request.action], {
      args: [message(request, more)],
      ...(stepId === undefined ? {} : { updateId: stepUpdateId(stepId) }),
    });

  return {
    handle,

    /** One update-with-start. */
    open: (booking: BookingWorkflowInput, updateId: string = OPEN_UPDATE_ID): Promise<StepAnswer> =>
      temporal.workflow.executeUpdateWithStart(openUpdate, {
        updateId,
        startWorkflowOperation: new WithStartWorkflowOperation(BOOKING_WORKFLOW, startOptions(booking)),
      }),

    /** A start that nobody waits for. */
    start: (booking: BookingWorkflowInput): Promise<WorkflowHandleWithStartDetails> =>
      temporal.workflow.start(BOOKING_WORKFLOW, startOptions(booking)),

    step,

    /** A step in the same call as the start of a run, which finds both in its first task. */
    startWith: (booking: BookingWorkflowInput, request: StepRequest): Promise<StepAnswer> =>
      temporal.workflow.executeUpdateWithStart(STEP_UPDATES[request.action], {
        args: [message(request)],
        startWorkflowOperation: new WithStartWorkflowOperation(BOOKING_WORKFLOW, startOptions(booking)),
      }),

    /** Waits until a step that was sent is Temporal's. */
    sent: (booking: BookingWorkflowInput, stepId: string): Promise<void> =>
      untilAdmitted(temporal, handle(booking).workflowId, stepUpdateId(stepId)),

    /** Takes every step of an open booking up to the customer's yes, to an order like no other. */
    async toYes(booking: BookingWorkflowInput): Promise<Confirmed> {
      const talk = randomUUID();
      const take = (request: StepRequest) =>
        untilAnswered(() => step(booking, request, { stepId: `${talk}:${request.action}` }));
      await take(TALK.addItems(uniqueQuantity++));
      await take(TALK.confirmItems);
      await take(TALK.setCustomer);
      const { result } = await take(TALK.getSummary);
      const { result: confirmed } = await take(TALK.confirm(result.summaryDigest ?? ''));
      if (confirmed.confirmed === undefined) throw new Error('the booking was not confirmed');
      const { idempotencyKey, content } = confirmed.confirmed;
      return { idempotencyKey, content };
    },

    query: (booking: BookingWorkflowInput) => handle(booking).query(bookingQuery),

    /** The booking in Postgres, as if its last step had been taken some time ago, before any run of it. */
    async record(state: BookingState): Promise<void> {
      const line = { customerWords: null, shown: null, summaryDigest: null, guardrail: null, reason: null } as const;
      await withTenant(database.service, state.userId, (client) =>
        recordBookingStep(client, {
          state,
          decision: { step: 'start', decision: 'accepted', ...line },
          commandId: 'start',
          actor: 'api_key:test',
          correlationId: 'req_test',
          confidence: undefined,
        }),
      );
    },

    /** The booking in Postgres. */
    stateOf: ({ userId, bookingId }: BookingWorkflowInput): Promise<BookingState | undefined> =>
      withTenant(database.service, userId, (client) => findBooking(client, bookingId)),

    /** The records, as `step decision` or `step guardrail`. */
    async recordsOf(booking: BookingWorkflowInput): Promise<readonly string[]> {
      return (await decisionsOf(booking)).map(
        ({ step: taken, decision, guardrail }) => `${taken} ${guardrail ?? decision}`,
      );
    },

    decisionsOf,

    /** The keys of confirmations, by what became of them. */
    async confirmationsOf({
      bookingId,
    }: BookingWorkflowInput): Promise<Readonly<Record<string, 'live' | 'revoked' | 'used'>>> {
      const { rows } = await database.owner.query<{ key: string; became: 'live' | 'revoked' | 'used' }>(
        `SELECT idempotency_key AS key,
           CASE WHEN order_id IS NOT NULL THEN 'used' WHEN revoked_at IS NOT NULL THEN 'revoked' ELSE 'live' END AS became
         FROM booking_confirmations WHERE booking_id = $1`,
        [bookingId],
      );
      return Object.fromEntries(rows.map(({ key, became }) => [key, became]));
    },
  };

  function decisionsOf({ userId, bookingId }: BookingWorkflowInput): Promise<readonly BookingDecision[]> {
    return withTenant(database.service, userId, (client) =>
      listBookingDecisions(client, { bookingId, afterSequence: 0, limit: 1_000 }),
    );
  }
}

export type BookingRuns = ReturnType<typeof bookingRuns>;

/** What a customer's yes is good for. */
export interface Confirmed {
  readonly idempotencyKey: string;
  readonly content: DraftContent;
}

/** An attempt at the order that was confirmed, for OrderWorkflow. */
export function confirmedAttempt(userId: string, { idempotencyKey, content: draft }: Confirmed): PlaceOrderInput {
  const content: OrderContent = { ...draft, source: 'ai', slotId: null };
  const requestHash = createOrderRequestHash({ content, allowDuplicate: false }, sha256Hex);
  return sampleAttempt(userId, { idempotencyKey, content, requestHash });
}

/** What a step was refused with; fails when it was not refused, or by no guardrail. */
export async function stepRefusal(
  call: Promise<unknown>,
): Promise<StepRefusal & { readonly type: string | null | undefined }> {
  const error: unknown = await call.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  const cause = error instanceof Error ? error.cause : undefined;
  const refusal = cause instanceof ApplicationFailure ? (cause.details?.[0] as StepRefusal | undefined) : undefined;
  if (refusal?.kind !== 'refusal') throw error;
  return { ...refusal, type: (cause as ApplicationFailure).type };
}
