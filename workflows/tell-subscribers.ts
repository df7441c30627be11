import { CancellationScope, log, proxyActivities } from '@temporalio/workflow';
import {
  DELIVERY_OPTIONS,
  type DeliverNotificationInput,
  type DeliverNotificationResult,
  type NotificationActivities,
} from './notification-contract';

/** What happened, for whoever subscribed to it. */
export type News = Omit<DeliverNotificationInput, 'subscriptionId'>;

/**
 * Tells each subscriber of an event, side by side: one that is down keeps none of the others waiting. A webhook that is
 * given up on the way is news of its own. Resolves when each has been told or been given up, however that went, also in a
 * run that was cancelled.
 */
export async function tellSubscribers(
  news: News,
  to: { readonly taskQueue: string; readonly subscriptions: readonly string[] },
): Promise<void> {
  const { deliverNotification } = proxyActivities<NotificationActivities>({
    ...DELIVERY_OPTIONS,
    taskQueue: to.taskQueue,
    summary: news.event,
  });
  const tell = (what: News, subscriptionId: string) =>
    CancellationScope.nonCancellable(() => deliverNotification({ ...what, subscriptionId })).catch(
      (error: unknown): DeliverNotificationResult => {
        // Only when no sync-worker took it for days, or of a defect: it has been tried as often as it may be.
        log.error('a subscriber could not be told', { error });
        return { outcome: 'failed' };
      },
    );
  const results = await Promise.all(to.subscriptions.map((subscriptionId) => tell(news, subscriptionId)));
  await Promise.all(
    results.flatMap(({ disabled }) => {
      if (disabled === undefined) return [];
      const { userId, correlationId } = news;
      const { eventId, data } = disabled;
      const notice: News = { userId, event: 'webhook.disabled', eventId, correlationId, data };
      return disabled.tell.map((subscriptionId) => tell(notice, subscriptionId));
    }),
  );
}
