import type { Client } from '@temporalio/client';
import type { Logger } from '../../../platform/logger';
import { nudgeSignal, SHEET_SYNC_WORKFLOW, sheetSyncStart } from '../../../workflows/sheet-contract';

/** Longer than any answer of a server that is well. A nudge that is given up is made good by the sweep. */
const NUDGE_WITHIN_MS = 5_000;

export interface NudgeSheetDependencies {
  readonly temporal: Client;
  readonly sheetsTaskQueue: string;
  readonly notificationsTaskQueue: string;
  readonly logger: Logger;
  /** After how many milliseconds a nudge is given up; default 5,000. */
  readonly withinMs?: number;
}

/**
 * Tells a tenant's SheetSyncWorkflow that something waits for it, and starts it where it does not run. Answers at once: the
 * order has been written and goes on. A nudge that is lost (Temporal is away, this process dies) costs the sheet a minute, until
 * the sweep finds what nobody nudged for.
 */
export function createNudgeSheet(dependencies: NudgeSheetDependencies): (userId: string) => void {
  const { temporal, sheetsTaskQueue, notificationsTaskQueue, logger, withinMs = NUDGE_WITHIN_MS } = dependencies;
  return (userId) => {
    temporal
      .withDeadline(Date.now() + withinMs, () =>
        temporal.workflow.signalWithStart(SHEET_SYNC_WORKFLOW, {
          ...sheetSyncStart({ userId, notificationsTaskQueue }, sheetsTaskQueue),
          signal: nudgeSignal,
          signalArgs: [],
        }),
      )
      .catch((error: unknown) => logger.warn({ event: 'sheetNudgeLost', userId, error }, 'the sheet was not nudged'));
  };
}
