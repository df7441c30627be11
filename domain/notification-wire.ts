import type { NotificationEvent, SubscriptionKind, SubscriptionStatus } from './notification';
import { type DeliveryAttempt, type DeliveryRecord, type Subscription, shownUrl } from './subscription';

/** A subscription as JSON callers see it. */
export interface SubscriptionWire {
  readonly id: string;
  readonly kind: SubscriptionKind;
  readonly url: string;
  readonly events: readonly NotificationEvent[];
  readonly description: string | null;
  readonly status: SubscriptionStatus;
  readonly disabled_reason: string | null;
  readonly failing_since: string | null;
  readonly last_delivered_at: string | null;
  readonly created_at: string;
}

export interface DeliveryWire {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: DeliveryRecord['eventType'];
  readonly order_id: string | null;
  readonly status: DeliveryRecord['status'];
  readonly attempts: readonly DeliveryAttemptWire[];
  readonly created_at: string;
}

export interface DeliveryAttemptWire {
  readonly attempt: number;
  readonly result: DeliveryAttempt['result'];
  readonly status_code: number | null;
  readonly cause: string | null;
  readonly started_at: string;
  readonly duration_ms: number;
}

export interface CreatedSubscriptionWire {
  readonly subscription: SubscriptionWire;
  /** Only there for a webhook. */
  readonly secret?: string | undefined;
}

export interface DeliveryPageWire {
  readonly deliveries: readonly DeliveryWire[];
  /** Empty on the last page (AIP-158). */
  readonly next_page_token: string;
}

export function subscriptionToWire(subscription: Subscription): SubscriptionWire {
  return {
    id: subscription.id,
    kind: subscription.kind,
    url: shownUrl(subscription),
    events: subscription.events,
    description: subscription.description,
    status: subscription.status,
    disabled_reason: subscription.disabledReason,
    failing_since: subscription.failingSince,
    last_delivered_at: subscription.lastDeliveredAt,
    created_at: subscription.createdAt,
  };
}

export function deliveryToWire(delivery: DeliveryRecord): DeliveryWire {
  return {
    id: delivery.id,
    event_id: delivery.eventId,
    event_type: delivery.eventType,
    order_id: delivery.orderId,
    status: delivery.status,
    attempts: delivery.attempts.map((attempt) => ({
      attempt: attempt.attempt,
      result: attempt.result,
      status_code: attempt.statusCode,
      cause: attempt.cause,
      started_at: attempt.startedAt,
      duration_ms: attempt.durationMs,
    })),
    created_at: delivery.createdAt,
  };
}

export function createdSubscriptionToWire({
  subscription,
  secret,
}: {
  readonly subscription: Subscription;
  readonly secret: string | undefined;
}): CreatedSubscriptionWire {
  return { subscription: subscriptionToWire(subscription), ...(secret === undefined ? {} : { secret }) };
}

export function deliveryPageToWire(page: {
  readonly deliveries: readonly DeliveryRecord[];
  readonly nextPageToken: string | undefined;
}): DeliveryPageWire {
  return { deliveries: page.deliveries.map(deliveryToWire), next_page_token: page.nextPageToken ?? '' };
}
