import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { BookingState } from '../../../domain/booking/booking';
import type { StepRequest } from '../../../domain/booking/step-request';
import { wordsOf } from '../../../domain/booking/take-step';
import { viewOf } from '../../../domain/booking/view';
import { canonicalJson } from '../../../domain/canonical-request';
import { BusinessRuleError, ValidationError } from '../../../domain/errors';
import type { Block } from '../../../domain/guardrails/block';
import { findBooking } from '../../../persistence/bookings/find-booking';
import { sha256Hex } from '../../../platform/sha256';
import {
  BOOKING_WORKFLOW,
  bookingWorkflowId,
  STEP_UPDATES,
  type StepMessage,
  stepUpdateId,
} from '../../../workflows/booking-contract';
import { blockError, stepFailureOf, stepRefusalOf } from './booking-error';
import { bookingRunOptions } from './booking-run-options';
import type { BookingAnswer, CallContext, StepOptions, UseCases } from './contract';
import type { DecisionRecords } from './decision-records';
import { inTenant } from './in-tenant';
import type { OrderTurns } from './order-turns';
import { isCutOff, isRunGone, isRunOver, isTaskLost, temporalError } from './temporal-error';

interface Dependencies {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly turns: OrderTurns;
  readonly records: DecisionRecords;
}

type StepUseCases = Pick<
  UseCases,
  'addItems' | 'removeItem' | 'confirmItems' | 'setCustomer' | 'getSummary' | 'confirmBooking' | 'abandonBooking'
>;

/** Any of them. */
interface Step extends StepOptions {
  readonly bookingId: string;
  readonly request: StepRequest;
}

/** The first try, one for a run that has to be started again, and some for workflow tasks that were lost on the way. */
const TRIES = 5;

/** Separates these hashes from all others, and its version from the next way of writing a step. */
const REQUEST_PREFIX = 'orderbooking.booking-step.v1:';
/** Step ids go to Temporal as hashes: an agent may have made its own of a customer's number, and update ids are not encrypted. */
const STEP_ID_PREFIX = 'orderbooking.step-id.v1:';

/**
 * Takes the steps of a booking, each by one update of its run, which judges it, records it and answers. The update's id is
 * the caller's step id, so that a step that is sent again is answered again.
 *
 * A booking whose run is closed is over, and Postgres says how it ended. One whose run is gone although it is not over
 * (terminated by an operator, lost with Temporal's data) gets a new run with this step. Refused instead, a customer who takes
 * the yes back could not: nothing but a step revokes a confirmation.
 */
export function createBookingSteps({ pool, temporal, taskQueue, turns, records }: Dependencies): StepUseCases {
  return {
    addItems: takeStep,
    removeItem: takeStep,
    confirmItems: takeStep,
    setCustomer: takeStep,
    getSummary: takeStep,
    confirmBooking: takeStep,
    abandonBooking: takeStep,
  };

  async function takeStep(ctx: CallContext, step: Step): Promise<BookingAnswer> {
    const message = toMessage(ctx, step);
    const workflowId = bookingWorkflowId(ctx.caller.userId, step.bookingId);
    // Sent again, by the SDK or below, it is the same step: its id says so.
    const updateId = updateIdOf(step);
    const ask = () =>
      temporal.workflow
        .getHandle(workflowId)
        .executeUpdate(STEP_UPDATES[step.request.action], { args: [message], updateId });
    for (let left = TRIES - 1; ; left -= 1) {
      try {
        const answer = await turns.take(workflowId, () => temporal.withDeadline(ctx.deadline, ask));
        requireSameRequest(answer, message);
        return answer;
      } catch (error) {
        const refusal = stepRefusalOf(error);
        if (refusal !== undefined) {
          requireSameRequest(refusal, message);
          if (refusal.unrecorded === true) await recordLate(ctx, step, refusal.block);
          throw blockError(refusal.block, refusal.booking);
        }
        const isLost = isRunGone(error) || isCutOff(error);
        const over = isLost ? await fromPostgres(ctx, step) : undefined;
        if (over !== undefined) return over;
        if (left === 0 || !(isLost || isTaskLost(error))) throw stepFailureOf(error) ?? temporalError(error);
        if (isLost) await startRun(ctx, step.bookingId);
      }
    }
  }

  /** A run for a booking that has lost its own. Not together with the step: under its update id the lost run would answer. */
  async function startRun(ctx: CallContext, bookingId: string): Promise<void> {
    const { caller, correlationId } = ctx;
    const options = bookingRunOptions(
      { userId: caller.userId, bookingId, actor: actorOf(ctx), correlationId },
      taskQueue,
    );
    await temporal
      .withDeadline(ctx.deadline, () => temporal.workflow.start(BOOKING_WORKFLOW, options))
      .catch((error: unknown) => {
        // Another step was quicker, and the run that it started is over already.
        if (!isRunOver(error)) throw temporalError(error);
      });
  }

  /** The answer of a booking that no step can be taken in any more; undefined for one that is not over. */
  async function fromPostgres(ctx: CallContext, step: Step): Promise<BookingAnswer | undefined> {
    const state = await inTenant(pool, ctx, (client) => findBooking(client, step.bookingId));
    if (state === undefined) throw noSuchBooking();
    if (state.status === 'open') return undefined;
    const booking = viewOf(state, new Date().toISOString());
    // It asks for what is so already.
    if (step.request.action === 'abandon_booking' && state.status === 'abandoned') {
      return { booking, result: { say: null } };
    }
    const block = overBlock(state);
    await recordLate(ctx, step, block);
    throw blockError(block, { ...booking, missing: [], nextStep: null, allowedActions: [] });
  }

  /** Records the no to a step that came too late for its run: what the customer wanted then is on record as well. */
  async function recordLate(ctx: CallContext, { bookingId, request, confidence }: Step, block: Block): Promise<void> {
    const customerWords = wordsOf(request);
    await records.blocked(ctx, { bookingId, step: request.action, block, customerWords, confidence });
  }
}

/** That the tenant has no such booking, whether or not another one has. */
export function noSuchBooking(): ValidationError {
  return new ValidationError('NOT_FOUND', 'There is no such booking');
}

/**
 * What a step's id stands for. The hash is taken over what is asked for and nothing else: a step that is sent again by
 * another key, or with another confidence, is the same step.
 */
export function stepRequestHash(request: StepRequest | { readonly action: 'start'; readonly locale: string | null }) {
  return sha256Hex(REQUEST_PREFIX + canonicalJson(request));
}

/** @throws BusinessRuleError IDEMPOTENCY_KEY_REUSED for the answer to another request, of which nothing is told */
export function requireSameRequest(
  answered: { readonly requestHash: string },
  asked: { readonly requestHash: string },
): void {
  if (answered.requestHash === asked.requestHash) return;
  throw new BusinessRuleError('IDEMPOTENCY_KEY_REUSED', 'The step id was used for another request');
}

function updateIdOf({ stepId }: Step): string {
  return stepId === undefined ? uuidv7() : stepUpdateId(sha256Hex(STEP_ID_PREFIX + stepId));
}

function toMessage(ctx: CallContext, { request, confidence }: Step): StepMessage {
  return {
    request,
    requestHash: stepRequestHash(request),
    actor: actorOf(ctx),
    correlationId: ctx.correlationId,
    ...(confidence === undefined ? {} : { confidence }),
  };
}

function actorOf({ caller }: CallContext): string {
  return `api_key:${caller.keyPrefix}`;
}

function overBlock({ status }: BookingState): Block {
  return {
    guardrail: 'booking_open',
    code: 'GUARDRAIL_BLOCKED',
    reason: `booking_${status}`,
    message: `The booking is over (${status}); start another one`,
    ask: null,
  };
}
