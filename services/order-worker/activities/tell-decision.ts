import type { DecidedStep } from '../../../domain/booking/decision';
import type { Block } from '../../../domain/guardrails/block';
import { type Logger, logAiDecision, logAiGuardrailTriggered } from '../../../platform/logger';
import { countBookingStep, countGuardrailBlock } from '../../../platform/metrics';

export interface ToldDecision {
  readonly userId: string;
  readonly bookingId: string;
  readonly step: DecidedStep;
  readonly decision: 'accepted' | 'repeated' | 'blocked';
  readonly block: Pick<Block, 'guardrail' | 'reason'> | null;
  readonly correlationId: string;
  readonly confidence?: number | undefined;
}

/** Logs and counts a decision that is in the records. After a crash in between, a decision may be told twice or never. */
export function tellDecision(logger: Logger, told: ToldDecision): void {
  const { userId, bookingId, step, decision, block, correlationId, confidence } = told;
  const fields = {
    userId,
    bookingId,
    bookingStep: step,
    correlationId,
    ...(confidence === undefined ? {} : { confidence }),
  };
  countBookingStep(step, decision);
  logAiDecision(logger, { ...fields, decision });
  if (block === null) return;
  countGuardrailBlock(block.guardrail);
  logAiGuardrailTriggered(logger, { ...fields, guardrail: block.guardrail, reason: block.reason });
}
