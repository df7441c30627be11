import type { MessageInitShape } from '@bufbuild/protobuf';
import type { SubscriptionKind, SubscriptionStatus } from '../../../../domain/notification';
import {
  type DeliveryAttempt,
  type DeliveryRecord,
  type Subscription,
  shownUrl,
} from '../../../../domain/subscription';
import {
  type DeliverySchema,
  DeliveryStatus as DeliveryStatusMessage,
  SubscriptionKind as KindMessage,
  DeliveryResult as ResultMessage,
  type SubscriptionSchema,
  SubscriptionStatus as SubscriptionStatusMessage,
} from '../../../../gen/orderbooking/v1/notification_service_pb';
import { timestampMessage, wordOf } from './order-message';

const KIND: Readonly<Record<SubscriptionKind, KindMessage>> = {
  web_push: KindMessage.WEB_PUSH,
  webhook: KindMessage.WEBHOOK,
};

const STATUS: Readonly<Record<SubscriptionStatus, SubscriptionStatusMessage>> = {
  active: SubscriptionStatusMessage.ACTIVE,
  disabled: SubscriptionStatusMessage.DISABLED,
  ended: SubscriptionStatusMessage.ENDED,
};

const DELIVERY_STATUS: Readonly<Record<DeliveryRecord['status'], DeliveryStatusMessage>> = {
  pending: DeliveryStatusMessage.PENDING,
  delivered: DeliveryStatusMessage.DELIVERED,
  failed: DeliveryStatusMessage.FAILED,
  ended: DeliveryStatusMessage.ENDED,
};

const RESULT: Readonly<Record<DeliveryAttempt['result'], ResultMessage>> = {
  delivered: ResultMessage.DELIVERED,
  retried: ResultMessage.RETRIED,
  failed: ResultMessage.FAILED,
  ended: ResultMessage.ENDED,
};

/** The wire's word for a subscription's status; undefined for "not set", and no word at all for an unknown one. */
export function subscriptionStatusWord(message: SubscriptionStatusMessage): string | undefined {
  return wordOf(STATUS, message);
}

export function subscriptionMessage(subscription: Subscription): MessageInitShape<typeof SubscriptionSchema> {
  const { description, disabledReason, failingSince, lastDeliveredAt } = subscription;
  return {
    id: subscription.id,
    kind: KIND[subscription.kind],
    url: shownUrl(subscription),
    events: [...subscription.events],
    ...(description === null ? {} : { description }),
    status: STATUS[subscription.status],
    ...(disabledReason === null ? {} : { disabledReason }),
    ...(failingSince === null ? {} : { failingSince: timestampMessage(failingSince) }),
    ...(lastDeliveredAt === null ? {} : { lastDeliveredAt: timestampMessage(lastDeliveredAt) }),
    createdAt: timestampMessage(subscription.createdAt),
  };
}

export function deliveryMessage(delivery: DeliveryRecord): MessageInitShape<typeof DeliverySchema> {
  return {
    id: delivery.id,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    ...(delivery.orderId === null ? {} : { orderId: delivery.orderId }),
    status: DELIVERY_STATUS[delivery.status],
    attempts: delivery.attempts.map((attempt) => ({
      attempt: attempt.attempt,
      result: RESULT[attempt.result],
      ...(attempt.statusCode === null ? {} : { statusCode: attempt.statusCode }),
      ...(attempt.cause === null ? {} : { cause: attempt.cause }),
      startedAt: timestampMessage(attempt.startedAt),
      durationMs: attempt.durationMs,
    })),
    createdAt: timestampMessage(delivery.createdAt),
  };
}
