import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import {
  DELIVER_NOW_OPTIONS,
  type DeliverNowInput,
  type DeliverNowResult,
  type NotificationActivities,
} from './notification-contract';

/**
 * One try of one delivery, for a person who waits: a test, or an earlier delivery played again.
 *
 * @throws ApplicationFailure NOT_FOUND when there is no such subscription any more, or no such delivery.
 */
export async function DeliverNowWorkflow(input: DeliverNowInput): Promise<DeliverNowResult> {
  const { deliverNow } = proxyActivities<NotificationActivities>({
    ...DELIVER_NOW_OPTIONS,
    taskQueue: input.taskQueue,
  });
  // The same for every run of the activity, so that a ping is one delivery.
  return deliverNow({ ...input, eventId: input.eventId ?? `evt_test_${workflowInfo().runId}` });
}
