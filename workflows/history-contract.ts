import { SHEETS_TASK_QUEUE } from './sheet-contract';

/** What the two sides of Temporal agree on about forgetting. Add fields, never rename or retype them. */

export const FORGET_HISTORY_WORKFLOW = 'ForgetHistoryWorkflow';
const FORGET_HISTORY_SCHEDULE = 'forget-history';

/** One schedule for each queue: a namespace may hold several installations. */
export function forgetHistoryScheduleId(taskQueue: string): string {
  return taskQueue === SHEETS_TASK_QUEUE ? FORGET_HISTORY_SCHEDULE : `${FORGET_HISTORY_SCHEDULE}:${taskQueue}`;
}

export interface ForgottenHistory {
  readonly deliveries: number;
  readonly sheetAttempts: number;
  /** There is more, for the next time. */
  readonly more: boolean;
}

export interface HistoryActivities {
  /** Forgets what is too old, for some seconds at most. Run again, it goes on. */
  forgetHistory(): Promise<ForgottenHistory>;
}
