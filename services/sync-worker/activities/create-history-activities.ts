import { Context } from '@temporalio/activity';
import type { HistoryActivities } from '../../../workflows/history-contract';
import { createForgetHistory, type ForgetHistoryDependencies } from './forget-history';

/** What workflows may ask of this worker about what has been told and written. */
export function createHistoryActivities(dependencies: ForgetHistoryDependencies): HistoryActivities {
  const forgetHistory = createForgetHistory(dependencies);
  // When the worker stops it ends after the batch that it is at.
  return { forgetHistory: () => forgetHistory(Context.current().cancellationSignal) };
}
