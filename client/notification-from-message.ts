import {
  NOTIFICATION_EVENTS,
  type NotificationEvent,
  SUBSCRIPTION_KINDS,
  SUBSCRIPTION_STATUSES,
} from '../domain/notification';
import {
  ATTEMPT_RESULTS,
  DELIVERY_STATUSES,
  type DeliveredEvent,
  type DeliveryRecord,
  type Subscription,
} from '../domain/subscription';
import {
  type Delivery as DeliveryMessage,
  DeliveryStatus as DeliveryStatusMessage,
  SubscriptionKind as KindMessage,
  DeliveryResult as ResultMessage,
  type Subscription as SubscriptionMessage,
  SubscriptionStatus as SubscriptionStatusMessage,
} from '../gen/orderbooking/v1/notification_service_pb';
import { isoOf, isoOrNull, known, required, requiredWordOf } from './message-words';

const DELIVERED_EVENTS = [...NOTIFICATION_EVENTS, 'test.ping'] as const satisfies readonly DeliveredEvent[];

/** Of a browser, `url` is its push service only. @throws SystemError INTERNAL when there is no subscription, or not all of one. */
export function subscriptionFrom(message: SubscriptionMessage | undefined): Subscription {
  const subscription = required(message, 'a subscription');
  return {
    id: subscription.id,
    kind: requiredWordOf(SUBSCRIPTION_KINDS, KindMessage, subscription.kind),
    url: subscription.url,
    events: subscription.events.map((event): NotificationEvent => known(NOTIFICATION_EVENTS, event)),
    description: subscription.description ?? null,
    status: requiredWordOf(SUBSCRIPTION_STATUSES, SubscriptionStatusMessage, subscription.status),
    disabledReason: subscription.disabledReason ?? null,
    failingSince: isoOrNull(subscription.failingSince),
    lastDeliveredAt: isoOrNull(subscription.lastDeliveredAt),
    createdAt: isoOf(subscription.createdAt),
  };
}

/** @throws SystemError INTERNAL when there is no delivery, or not all of one. */
export function deliveryFrom(message: DeliveryMessage | undefined): DeliveryRecord {
  const delivery = required(message, 'a delivery');
  return {
    id: delivery.id,
    eventId: delivery.eventId,
    eventType: known(DELIVERED_EVENTS, delivery.eventType),
    orderId: delivery.orderId ?? null,
    status: requiredWordOf(DELIVERY_STATUSES, DeliveryStatusMessage, delivery.status),
    attempts: delivery.attempts.map((attempt) => ({
      attempt: attempt.attempt,
      result: requiredWordOf(ATTEMPT_RESULTS, ResultMessage, attempt.result),
      statusCode: attempt.statusCode ?? null,
      cause: attempt.cause ?? null,
      startedAt: isoOf(attempt.startedAt),
      durationMs: attempt.durationMs,
    })),
    createdAt: isoOf(delivery.createdAt),
  };
}
