import {
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { isErrorCode, OrderError, orderError, SystemError } from '../../../domain/errors';
import type { RefusalDetails } from '../../../workflows/contract';

const GRPC_ALREADY_EXISTS = 6;
const GRPC_FAILED_PRECONDITION = 9;

/** What OrderWorkflow answered when it said no. */
export interface Refusal {
  readonly error: OrderError;
  readonly attemptId: string;
  readonly requestHash: string;
  readonly fromMemory: boolean;
}

/** The refusal in an update's failure, or undefined when the failure is of another kind. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) return undefined;
  const { type, message, details } = error.cause;
  const refused = details?.[0] as RefusalDetails | undefined;
  if (!isErrorCode(type) || typeof refused?.attemptId !== 'string') return undefined;
  return {
    error: orderError(type, message, refused.details),
    attemptId: refused.attemptId,
    requestHash: refused.requestHash,
    fromMemory: refused.fromMemory === true,
  };
}

/** Whether the run is closed or unknown, so that no message can reach it; or over, so that none may follow it. */
export function isRunGone(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || isRunOver(error);
}

/** Whether the run ended well, which no new one may follow. */
export function isRunOver(error: unknown): boolean {
  return (
    error instanceof WorkflowExecutionAlreadyStartedError ||
    (isGrpcServiceError(error) && error.code === GRPC_ALREADY_EXISTS)
  );
}

/**
 * Whether the run had taken the message and was closed before it answered (terminated by an operator). Temporal says so again
 * to whoever asks under the same update id, as long as no other run has followed.
 */
export function isCutOff(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'AcceptedUpdateCompletedWorkflow'
  );
}

/**
 * Whether the workflow task that was to take the message was thrown away, which happens when another message comes while
 * it ends the run. The message can be sent again at once.
 */
export function isTaskLost(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === GRPC_FAILED_PRECONDITION;
}

/**
 * What a failed call to Temporal becomes for a caller. A call that got no answer in time may have had its effect:
 * UNAVAILABLE says to send it again with the same idempotency key.
 */
export function temporalError(error: unknown): OrderError {
  if (error instanceof OrderError) return error;
  const refused = refusalOf(error);
  if (refused !== undefined) return refused.error;
  if (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    error instanceof WorkflowUpdateFailedError ||
    // The run was gone every time it was looked for: others end it as fast as it is begun.
    error instanceof WorkflowNotFoundError ||
    error instanceof ServiceError ||
    isGrpcServiceError(error)
  ) {
    return new SystemError(
      'UNAVAILABLE',
      'The outcome is not known yet; send the same request again',
      {},
      { cause: error },
    );
  }
  return new SystemError('INTERNAL', 'Something went wrong on our side', {}, { cause: error });
}
