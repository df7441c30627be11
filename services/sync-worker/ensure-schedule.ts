import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Logger } from '../../platform/logger';

export interface ScheduleOptions {
  readonly temporal: Client;
  readonly taskQueue: string;
  /** Of the schedule and of its runs. */
  readonly scheduleId: string;
  readonly workflow: string;
  readonly everySeconds: number;
  readonly logger: Logger;
}

/** How long to wait between two tries to make the schedule. */
const AGAIN_MS = 5_000;

/**
 * Sees to it that a workflow runs again and again, by a schedule that is there and as it should be; one that an operator paused stays
 * paused. Tried until it succeeds: without the sweep, a nudge that is lost leaves its order out of the sheet until the tenant's next one.
 */
export async function ensureSchedule(options: ScheduleOptions): Promise<void> {
  for (;;) {
    try {
      return await makeSchedule(options);
    } catch (error) {
      const { workflow: step } = options;
      options.logger.warn({ event: 'scheduleMissing', step, retryMs: AGAIN_MS, error }, 'a schedule could not be made');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());
    }
  }
}

async function makeSchedule({
  temporal,
  taskQueue,
  scheduleId,
  workflow,
  everySeconds,
}: ScheduleOptions): Promise<void> {
  const spec = { intervals: [{ every: `${everySeconds} s` as const }] };
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' } as const;
  const action = {
    type: 'startWorkflow',
    workflowType: workflow,
    workflowId: scheduleId,
    taskQueue,
    args: [],
    // One that hangs would keep all later ones away.
    workflowExecutionTimeout: '5 minutes',
  } as const;
  try {
    await temporal.schedule.create({ scheduleId, spec, policies, action });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await temporal.schedule.getHandle(scheduleId).update(({ state }) => ({ spec, policies, action, state }));
  }
}
