import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { OrderError, SystemError } from '../../../domain/errors';
import { SEARCH_ATTRIBUTES } from '../../../workflows/contract';
import type { CallContext } from './contract';

/** Less is no time to do anything in. */
const MIN_RUN_MS = 1_000;

/**
 * Has sync-worker do something for a caller who waits for it: a short run of its own, which ends when the caller stops waiting,
 * so that a sync-worker that comes back later does nothing that nobody waits for any more.
 * @throws SystemError UNAVAILABLE when nobody answers in time
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
    if (error instanceof OrderError) throw error;
    throw new SystemError('UNAVAILABLE', 'There was no answer in time; try again', {}, { cause: error });
  }
}
