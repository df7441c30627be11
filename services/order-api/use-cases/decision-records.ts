import type { Pool } from 'pg';
import type { BookingState } from '../../../domain/booking/booking';
import type { DecidedStep } from '../../../domain/booking/decision';
import type { Block } from '../../../domain/guardrails/block';
import { findBooking } from '../../../persistence/bookings/find-booking';
import { recordDecision } from '../../../persistence/bookings/record-decision';
import { withTenant } from '../../../persistence/with-tenant';
import { type Logger, logAiDecision, logAiGuardrailTriggered } from '../../../platform/logger';
import { countBookingStep, countGuardrailBlock } from '../../../platform/metrics';
import { withinDeadline } from '../within-deadline';
import type { CallContext } from './contract';

/** Longer keeps a caller from a no that is known; shorter gives up a record that the database would have taken. */
const RECORD_WITHIN_MS = 2_000;

/** A no that is said outside of BookingWorkflow. */
export interface BlockedStep {
  /** Undefined where no booking is known to be meant. */
  readonly bookingId: string | undefined;
  readonly step: DecidedStep;
  readonly block: Block;
  /** Word for word, where the step carries them. */
  readonly customerWords?: string | null;
  readonly summaryDigest?: string;
  readonly confidence?: number | undefined;
}

/** Writes down what the API itself decides about bookings; all else is recorded by the one that decides it. */
export class DecisionRecords {
  constructor(private readonly dependencies: { readonly pool: Pool; readonly logger: Logger }) {}

  /**
   * Records, logs and counts a no, and gives back the booking it is about, if there is one. Never throws: that a no could not
   * be recorded must not turn it into anything else.
   */
  async blocked(ctx: CallContext, blocked: BlockedStep): Promise<BookingState | undefined> {
    const { logger } = this.dependencies;
    const { step, block, confidence } = blocked;
    const logged = {
      userId: ctx.caller.userId,
      bookingId: blocked.bookingId,
      bookingStep: step,
      correlationId: ctx.correlationId,
      ...(confidence === undefined ? {} : { confidence }),
    };
    logAiDecision(logger, { ...logged, decision: 'blocked' });
    logAiGuardrailTriggered(logger, { ...logged, guardrail: block.guardrail, reason: block.reason });
    countBookingStep(step, 'blocked');
    countGuardrailBlock(block.guardrail);
    try {
      const deadline = new Date(Math.min(ctx.deadline.getTime(), Date.now() + RECORD_WITHIN_MS));
      return await withinDeadline(deadline, this.record(ctx, blocked));
    } catch (err) {
      logger.warn(
        { event: 'decisionNotRecorded', userId: ctx.caller.userId, correlationId: ctx.correlationId, err },
        'a decision could not be recorded',
      );
      return undefined;
    }
  }

  private record(ctx: CallContext, blocked: BlockedStep) {
    const { bookingId, step, block, customerWords, summaryDigest, confidence } = blocked;
    return withTenant(this.dependencies.pool, ctx.caller.userId, async (client) => {
      await recordDecision(client, {
        bookingId: bookingId ?? null,
        step,
        decision: 'blocked',
        guardrail: block.guardrail,
        reason: block.reason,
        customerWords: customerWords ?? null,
        summaryDigest: summaryDigest ?? null,
        actor: `api_key:${ctx.caller.keyPrefix}`,
        correlationId: ctx.correlationId,
        confidence,
      });
      return bookingId === undefined ? undefined : findBooking(client, bookingId);
    });
  }
}
