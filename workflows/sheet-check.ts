import { proxyActivities } from '@temporalio/workflow';
import type { SheetActivities, SheetCheckInput, SheetCheckResult } from './sheet-contract';

const { checkSheet } = proxyActivities<SheetActivities>({
  // A token and one call, each given up after 20 s.
  startToCloseTimeout: '45s',
  // Somebody waits for the answer: rather no answer than one that nobody waits for any more.
  scheduleToCloseTimeout: '60s',
  // What Google refuses is an answer and no failure; only a lost worker is made good by another try.
  retry: { initialInterval: '500ms', maximumAttempts: 3 },
});

/** Whether orders could be written to a sheet with the given credentials. Leaves nothing in it. */
export async function SheetCheckWorkflow(input: SheetCheckInput): Promise<SheetCheckResult> {
  return checkSheet(input);
}
