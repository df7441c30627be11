import type { NotificationEvent, SubscriptionKind, SubscriptionStatus } from './notification';

/** Somebody who wants to be told, as the business sees it: without anything that is secret. */
export interface Subscription {
  readonly id: string;
  readonly kind: SubscriptionKind;
  /** Of a browser its push service's URL, which is secret: see `shownUrl`. */
  readonly url: string;
  readonly events: readonly NotificationEvent[];
  readonly description: string | null;
  readonly status: SubscriptionStatus;
  /** Why it is not active. */
  readonly disabledReason: string | null;
  /** When the first of a row of deliveries failed that nothing has interrupted since. */
  readonly failingSince: string | null;
  readonly lastDeliveredAt: string | null;
  readonly createdAt: string;
}

/** Where news go, and how they are sealed for there. */
export type SubscriberAddress =
  | { readonly kind: 'webhook'; readonly url: string }
  | { readonly kind: 'web_push'; readonly endpoint: string; readonly p256dh: string; readonly auth: string };

/** That the business itself took the subscription away. Such a one is shown to nobody any more. */
export const DELETED_REASON = 'deleted';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'ended'] as const;
export const ATTEMPT_RESULTS = ['delivered', 'retried', 'failed', 'ended'] as const;

/** What somebody can be told by a delivery: an event, or that it is a test. */
export type DeliveredEvent = NotificationEvent | 'test.ping';

/** One event for one subscriber, and how it went. */
export interface DeliveryRecord {
  readonly id: string;
  /** What receivers get as `webhook-id`. */
  readonly eventId: string;
  readonly eventType: DeliveredEvent;
  readonly orderId: string | null;
  readonly status: (typeof DELIVERY_STATUSES)[number];
  /** Oldest first. */
  readonly attempts: readonly DeliveryAttempt[];
  readonly createdAt: string;
}

export interface DeliveryAttempt {
  readonly attempt: number;
  readonly result: (typeof ATTEMPT_RESULTS)[number];
  /** Of the receiver's answer, where there was one. */
  readonly statusCode: number | null;
  /** Why it was not delivered. */
  readonly cause: string | null;
  readonly startedAt: string;
  readonly durationMs: number;
}

/** What is shown of where a subscriber is: of a browser the push service only, because who has its whole URL is its sender. */
export function shownUrl({ kind, url }: Pick<Subscription, 'kind' | 'url'>): string {
  return kind === 'web_push' ? new URL(url).origin : url;
}
