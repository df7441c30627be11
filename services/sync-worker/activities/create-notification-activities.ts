import { Context } from '@temporalio/activity';
import type { NotificationActivities } from '../../../workflows/notification-contract';
import { createDeliverNotification, type DeliveryDependencies, type DeliveryMoment } from './deliver-notification';
import { createDeliverNow } from './deliver-now';

/** What workflows may ask of this worker on the `notifications` queue. */
export function createNotificationActivities(dependencies: DeliveryDependencies): NotificationActivities {
  const deliverNotification = createDeliverNotification(dependencies);
  const deliverNow = createDeliverNow(dependencies);
  return {
    deliverNotification: (input) => deliverNotification(input, moment()),
    deliverNow: (input) => deliverNow(input, moment()),
  };
}

/** The same `at` for every try; the signal comes when the worker stops and has waited long enough. */
function moment(): DeliveryMoment {
  const { info, cancellationSignal } = Context.current();
  return { at: new Date(info.scheduledTimestampMs), attempt: info.attempt, signal: cancellationSignal };
}
