import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { questionAt } from '../../../domain/booking/take-step';
import { viewOf } from '../../../domain/booking/view';
import { SystemError } from '../../../domain/errors';
import type { Block } from '../../../domain/guardrails/block';
import { findBooking } from '../../../persistence/bookings/find-booking';
import { getBookingSettings } from '../../../persistence/bookings/get-booking-settings';
import { sha256Hex } from '../../../platform/sha256';
import {
  BOOKING_WORKFLOW,
  type BookingWorkflowInput,
  bookingWorkflowId,
  OPEN_UPDATE_ID,
  openUpdate,
  type StepAnswer,
} from '../../../workflows/booking-contract';
import { blockError, stepFailureOf, stepRefusalOf } from './booking-error';
import { bookingRunOptions } from './booking-run-options';
import { requireSameRequest, stepRequestHash } from './bookings';
import type { CallContext, StartBooking, UseCases } from './contract';
import type { DecisionRecords } from './decision-records';
import { inTenant } from './in-tenant';
import type { OrderTurns } from './order-turns';
import { isCutOff, isRunOver, isTaskLost, temporalError } from './temporal-error';

interface Dependencies {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly turns: OrderTurns;
  readonly records: DecisionRecords;
}

/** The first try, and some for workflow tasks that were lost on the way. */
const TRIES = 5;

type Started = BookingWorkflowInput & { readonly requestHash: string };

/**
 * Starts a booking by one update-with-start of its run. A start that carries a step id has its booking's id made of it: sent
 * again, it finds the run that it started, or the booking that this has become.
 *
 * The tenant's switch is read first, so that an agent that may not book costs no workflow; the run asks again when it opens.
 */
export function createStartBooking({
  pool,
  temporal,
  taskQueue,
  turns,
  records,
}: Dependencies): UseCases['startBooking'] {
  return async (ctx, request) => {
    const input = toInput(ctx, request);
    await requireEnabled(ctx, request, input);
    const answer = await temporal.withDeadline(ctx.deadline, () => open(ctx, request, input));
    requireSameRequest(answer, input);
    return answer;
  };

  /** @throws ORDER_BOOKING_DISABLED, unless the booking was started before it was switched off */
  async function requireEnabled(ctx: CallContext, request: StartBooking, { bookingId }: Started): Promise<void> {
    const allowed = await inTenant(pool, ctx, async (client) => {
      const { orderBookingEnabled } = await getBookingSettings(client);
      if (orderBookingEnabled || request.stepId === undefined) return orderBookingEnabled;
      return (await findBooking(client, bookingId)) !== undefined;
    });
    if (allowed) return;
    await records.blocked(ctx, {
      bookingId: undefined,
      step: 'start',
      block: DISABLED,
      confidence: request.confidence,
    });
    throw blockError(DISABLED, undefined);
  }

  /**
   * Asks under the update id that all starts of this booking share, which a run that is over answers without any work. When
   * that answers a refusal, it may be the one of an earlier start, which says nothing of now: asked once more under an
   * update id of its own, it starts the run again where that may be.
   */
  async function open(ctx: CallContext, request: StartBooking, input: Started): Promise<StepAnswer> {
    let updateId = OPEN_UPDATE_ID;
    for (let left = TRIES - 1; ; left -= 1) {
      try {
        const answer = await updateWithStart(input, updateId);
        return answer.requestHash === UNKNOWN_REQUEST ? await openedLongAgo(ctx, request, input) : answer;
      } catch (error) {
        if (isRunOver(error)) return openedLongAgo(ctx, request, input);
        const refusal = stepRefusalOf(error);
        const failure = refusal ? blockError(refusal.block, refusal.booking) : stepFailureOf(error);
        const mayBeEarlier = request.stepId !== undefined && updateId === OPEN_UPDATE_ID;
        if (failure !== undefined && !mayBeEarlier) throw failure;
        const lost = isTaskLost(error) || isCutOff(error);
        if (failure === undefined && (left === 0 || !lost)) throw temporalError(error);
        if (failure !== undefined || isCutOff(error)) updateId = `${OPEN_UPDATE_ID}:${uuidv7()}`;
      }
    }
  }

  function updateWithStart(input: Started, updateId: string): Promise<StepAnswer> {
    const { userId, bookingId } = input;
    const workflowId = bookingWorkflowId(userId, bookingId);
    const ask = () =>
      temporal.workflow.executeUpdateWithStart(openUpdate, {
        updateId,
        startWorkflowOperation: new WithStartWorkflowOperation(BOOKING_WORKFLOW, bookingRunOptions(input, taskQueue)),
      });
    return updateId === OPEN_UPDATE_ID ? ask() : turns.take(workflowId, ask);
  }

  /**
   * The run is closed and was never asked under this update id (it was continued as new), or it was started again by a later
   * step: Postgres knows the booking.
   */
  async function openedLongAgo(ctx: CallContext, { locale }: StartBooking, input: Started): Promise<StepAnswer> {
    const state = await inTenant(pool, ctx, (client) => findBooking(client, input.bookingId));
    if (state === undefined) {
      throw new SystemError('UNAVAILABLE', 'The outcome is not known yet; send the same request again');
    }
    const now = new Date().toISOString();
    const sameRequest = locale === undefined || locale === state.locale;
    return {
      kind: 'answer',
      booking: viewOf(state, now),
      result: { say: questionAt(state, now) },
      requestHash: sameRequest ? input.requestHash : UNKNOWN_REQUEST,
    };
  }
}

/** Of a run that a step has started again: what the booking began with is not known to it. */
const UNKNOWN_REQUEST = '';

const DISABLED: Block = {
  guardrail: 'capability',
  code: 'ORDER_BOOKING_DISABLED',
  reason: 'order_booking_disabled',
  message: 'Booking by AI agents is switched off',
  ask: null,
};

function toInput(ctx: CallContext, { locale, stepId, confidence }: StartBooking): Started {
  const { userId, keyPrefix } = ctx.caller;
  return {
    userId,
    bookingId: stepId === undefined ? uuidv7() : bookingIdOf(userId, stepId),
    requestHash: stepRequestHash({ action: 'start', locale: locale ?? null }),
    actor: `api_key:${keyPrefix}`,
    correlationId: ctx.correlationId,
    ...(locale === undefined ? {} : { locale }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}

/** A UUID of a caller's own making (version 8 of RFC 9562), the same for the same step id of the same tenant. */
export function bookingIdOf(userId: string, stepId: string): string {
  const hex = sha256Hex(`orderbooking.booking-id.v1:${userId}:${stepId}`);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}
