import { proxyActivities } from '@temporalio/workflow';
import type { SheetActivities } from './sheet-contract';

const { sweepSheets } = proxyActivities<SheetActivities>({
  // One statement, and a signal to each of some hundred runs.
  startToCloseTimeout: '1 minute',
  // The next sweep comes anyway; until then one more try makes good what a restart of the worker cost.
  scheduleToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1s', maximumInterval: '10s' },
});

/** Nudges the tenants whose sheet is behind though nobody is at work on it: a nudge, or a run, was lost. Says how many. */
export async function SheetSweepWorkflow(): Promise<number> {
  return sweepSheets();
}
