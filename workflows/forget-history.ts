import { proxyActivities } from '@temporalio/workflow';
import type { ForgottenHistory, HistoryActivities } from './history-contract';

const { forgetHistory } = proxyActivities<HistoryActivities>({
  // It stops by itself after half of it. Longer: a worker that dies costs that much of the hour.
  startToCloseTimeout: '1 minute',
  // The next time comes anyway.
  scheduleToCloseTimeout: '5 minutes',
  retry: { initialInterval: '5s', maximumInterval: '1 minute' },
});

/** Forgets what was told and written too long ago to be of use to anybody. Says how much. */
export async function ForgetHistoryWorkflow(): Promise<ForgottenHistory> {
  return forgetHistory();
}
