import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { BookingView } from '../../../domain/booking/booking';
import { blockToWire } from '../../../domain/booking/wire';
import { isErrorCode, type OrderError, orderError } from '../../../domain/errors';
import type { Block } from '../../../domain/guardrails/block';
import type { StepRefusal } from '../../../workflows/booking-contract';

/** A guardrail's no, as a caller is told it: with what is missing and how to go on. */
export function blockError(block: Block, booking: BookingView | undefined): OrderError {
  return orderError(block.code, block.message, blockToWire(block, booking));
}

/** The guardrail's no in a step's failure; undefined when the failure is of another kind. */
export function stepRefusalOf(error: unknown): StepRefusal | undefined {
  const refusal = failureOf(error)?.details?.[0] as StepRefusal | undefined;
  return refusal?.kind === 'refusal' ? refusal : undefined;
}

/** The error of ours that BookingWorkflow failed a step with, but no guardrail: a defect, or a message that it cannot read. */
export function stepFailureOf(error: unknown): OrderError | undefined {
  const failure = failureOf(error);
  return isErrorCode(failure?.type) ? orderError(failure.type, failure.message, {}, error) : undefined;
}

function failureOf(error: unknown): ApplicationFailure | undefined {
  return error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure
    ? error.cause
    : undefined;
}
