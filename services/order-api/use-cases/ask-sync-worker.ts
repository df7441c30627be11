import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, TypedSearchAttributes } from '@temporalio/common';
import { isErrorCode, type OrderError, orderError, SystemError } from '../../../domain/errors';
import { SEARCH_ATTRIBUTES } from '../../../workflows/contract';
import type { CallContext } from './contract';

/** Less is no time to do anything in. */
const MIN_RUN_MS = 1_000;

/**
 * Has sync-worker do something for a caller who waits for it: a short run of its own, which ends when the caller stops waiting,
 * so that a sync-worker that comes back later does nothing that nobody waits for any more.
 * @throws SystemError UNAVAILABLE when nobody answers in time; the error of ours that the run failed with, if it did
 */
export async function askSyncWorker<Result>(
  temporal: Client,
  ctx: CallContext,
  run: {
    readonly workflow: string;
    readonly workflowId: string;
    readonly taskQueue: string;
    readonly input: object;
  },
): Promise<Result> {
  const { workflow, workflowId, taskQueue, input } = run;
  try {
    return await temporal.withDeadline(ctx.deadline, () =>
      temporal.workflow.execute<(input: object) => Promise<Result>>(workflow, {
        workflowId,
        taskQueue,
        args: [input],
        workflowExecutionTimeout: Math.max(ctx.deadline.getTime() - Date.now(), MIN_RUN_MS),
        typedSearchAttributes: new TypedSearchAttributes([
          { key: SEARCH_ATTRIBUTES.tenantId, value: ctx.caller.userId },
        ]),
      }),
    );
  } catch (error) {
    const refused = refusalOf(error);
    if (refused !== undefined) throw refused;
    throw new SystemError('UNAVAILABLE', 'There was no answer in time; try again', {}, { cause: error });
  }
}

/** The error of ours that the run's activity failed with: what it was about is gone by now. */
function refusalOf(error: unknown): OrderError | undefined {
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  const failure = cause instanceof ActivityFailure ? cause.cause : cause;
  if (!(failure instanceof ApplicationFailure) || !isErrorCode(failure.type)) return undefined;
  return orderError(failure.type, failure.message, {}, error);
}
