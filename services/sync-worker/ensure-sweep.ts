import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Logger } from '../../platform/logger';
import { SHEET_SWEEP_WORKFLOW, sheetSweepScheduleId } from '../../workflows/sheet-contract';

export interface SweepOptions {
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly everySeconds: number;
  readonly logger: Logger;
}

/** How long to wait between two tries to make the schedule. */
const AGAIN_MS = 5_000;

/**
 * Sees to it that the sweep's schedule is there and as it should be; a schedule that an operator paused stays paused. Tried until
 * it succeeds: without the sweep, a nudge that is lost leaves its order out of the sheet until the tenant's next one.
 */
export async function ensureSweep(options: SweepOptions): Promise<void> {
  for (;;) {
    try {
      return await makeSchedule(options);
    } catch (error) {
      options.logger.warn({ event: 'sheetSweepMissing', retryMs: AGAIN_MS, error }, 'the schedule could not be made');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());
    }
  }
}

async function makeSchedule({ temporal, taskQueue, everySeconds }: SweepOptions): Promise<void> {
  const scheduleId = sheetSweepScheduleId(taskQueue);
  const spec = { intervals: [{ every: `${everySeconds} s` as const }] };
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' } as const;
  const action = {
    type: 'startWorkflow',
    workflowType: SHEET_SWEEP_WORKFLOW,
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
