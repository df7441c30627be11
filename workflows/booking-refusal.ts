import { ApplicationFailure } from '@temporalio/common';
import type { BookingView } from '../domain/booking/booking';
import type { ErrorCode } from '../domain/errors';
import type { Block } from '../domain/guardrails/block';
import type { StepRefusal } from './booking-contract';

/**
 * The failure that tells a caller which guardrail refused the step. Like all of these an ApplicationFailure: a plain Error
 * would fail the workflow task, which Temporal retries for ever.
 */
export function refusedStep(refusal: StepRefusal): ApplicationFailure {
  return failure(refusal.block.code, refusal.block.message, [refusal]);
}

/** What a step to a booking that is over is refused with, before it is taken. */
export function overBlock(booking: BookingView, status: string): Block {
  return {
    guardrail: 'booking_open',
    code: 'GUARDRAIL_BLOCKED',
    reason: `booking_${status}`,
    message: `The booking is over (${booking.step}); start another one`,
    ask: null,
  };
}

/** A message that is no step at all. */
export function malformedStep(): ApplicationFailure {
  return failure('VALIDATION_FAILED', 'The request is not valid');
}

/** Not a refusal but a defect; told as one, so that nobody sends the same again for ever. */
export function defectiveStep(): ApplicationFailure {
  return failure('INTERNAL', 'The step could not be taken');
}

function failure(type: ErrorCode, message: string, details: readonly StepRefusal[] = []): ApplicationFailure {
  return ApplicationFailure.create({ type, message, details: [...details], nonRetryable: true });
}
