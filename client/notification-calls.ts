import { randomUUID } from 'node:crypto';
import type { NotificationEvent } from '../domain/notification';
import type { DeliveryRecord, Subscription } from '../domain/subscription';
import { DELIVERY_WAIT_MS } from '../domain/waits';
import {
  NotificationService,
  SubscriptionStatus as StatusMessage,
} from '../gen/orderbooking/v1/notification_service_pb';
import type { Answered, CallOptions } from './client-options';
import { numberOf } from './message-words';
import { deliveryFrom, subscriptionFrom } from './notification-from-message';
import type { UnaryCaller } from './unary-caller';

/** Where news go: a receiver of webhooks, or a browser, as its `PushSubscription` has it. */
export type SubscriberTarget =
  | { readonly kind: 'webhook'; readonly url: string }
  | {
      readonly kind: 'web_push';
      readonly endpoint: string;
      readonly keys: { readonly p256dh: string; readonly auth: string };
    };

/** Whom to tell of what. */
export type CreateSubscription = SubscriberTarget & {
  /** All of it where absent; of a browser that subscribes again, what it had. */
  readonly events?: readonly NotificationEvent[] | undefined;
  /** Whose it is, for people. */
  readonly description?: string | null | undefined;
  /** Names this request. Made by the client where it is absent, so that its own retries subscribe once. */
  readonly idempotencyKey?: string | undefined;
};

export interface CreatedSubscription {
  readonly subscription: Subscription;
  /** What a webhook is signed with: told now, to the same request under its key, and nowhere else. Null for a browser. */
  readonly secret: string | null;
  /** False: it was made before, by the same request or for the same browser, and is the same subscription still. */
  readonly created: boolean;
}

/** What is absent stays as it is. */
export interface UpdateSubscription {
  readonly subscriptionId: string;
  /** Takes a disabled subscription up again. */
  readonly status?: 'active' | undefined;
  readonly events?: readonly NotificationEvent[] | undefined;
  /** Null for none. */
  readonly description?: string | null | undefined;
}

export interface RotateSubscriptionSecret {
  readonly subscriptionId: string;
  /** For how long the secret before signs as well, in seconds; a day where absent. */
  readonly overlapSeconds?: number | undefined;
  /** Names this request. Made by the client where it is absent, so that its own retries change the secret once. */
  readonly idempotencyKey?: string | undefined;
}

export interface RotatedSecret {
  readonly subscription: Subscription;
  /** Told now, to the same request under its key, and nowhere else. Null once it was changed again. */
  readonly secret: string | null;
}

export interface ListDeliveries {
  readonly subscriptionId: string;
  /** 1 to 100; 20 unless said otherwise. */
  readonly pageSize?: number | undefined;
  /** The `nextPageToken` of the page before, of the same subscription. */
  readonly pageToken?: string | undefined;
}

export interface DeliveryPage {
  /** Newest first. */
  readonly deliveries: readonly DeliveryRecord[];
  /** Undefined on the last page. */
  readonly nextPageToken: string | undefined;
}

/** NotificationService. Every method throws a `FailedCall`. Of a browser, a subscription's `url` is its push service only. */
export interface NotificationCalls {
  /**
   * Subscribes: once, however often it is called with the same key.
   * @throws BusinessRuleError IDEMPOTENCY_KEY_REUSED; SystemError UNAVAILABLE (then the error's `idempotencyKey` says under which key
   * to call again)
   */
  createSubscription(request: CreateSubscription, options?: CallOptions): Promise<Answered<CreatedSubscription>>;
  /** Newest first: all that live, and the last ones whose receivers are gone. */
  listSubscriptions(options?: CallOptions): Promise<Answered<{ readonly subscriptions: readonly Subscription[] }>>;
  updateSubscription(
    change: UpdateSubscription,
    options?: CallOptions,
  ): Promise<Answered<{ readonly subscription: Subscription }>>;
  /** Ends a subscription for good. Not tried again by itself: a repeat of a call whose answer was lost is NOT_FOUND. */
  deleteSubscription(subscriptionId: string, options?: CallOptions): Promise<Answered<object>>;
  /** Gives a webhook another secret: one, however often it is called with the same key. As `createSubscription`. */
  rotateSubscriptionSecret(request: RotateSubscriptionSecret, options?: CallOptions): Promise<Answered<RotatedSecret>>;
  /**
   * Sends a `test.ping` and waits for what comes of it; that it could not be delivered is an answer, and no error. Not tried again
   * by itself: each call sends another one.
   */
  testSubscription(
    subscriptionId: string,
    options?: CallOptions,
  ): Promise<Answered<{ readonly delivery: DeliveryRecord }>>;
  /** What one subscriber was told. */
  listDeliveries(query: ListDeliveries, options?: CallOptions): Promise<Answered<DeliveryPage>>;
  /** Sends a delivery again, as it was and under the same id; as `testSubscription`. */
  replayDelivery(
    request: { readonly subscriptionId: string; readonly deliveryId: string },
    options?: CallOptions,
  ): Promise<Answered<{ readonly delivery: DeliveryRecord }>>;
  /** The `applicationServerKey` that browsers subscribe with, base64url. */
  getVapidKey(options?: CallOptions): Promise<Answered<{ readonly publicKey: string }>>;
}

const { method } = NotificationService;

export function notificationCalls(call: UnaryCaller): NotificationCalls {
  return {
    createSubscription({ events, description, ...request }, options) {
      const idempotencyKey = request.idempotencyKey ?? randomUUID();
      const message = {
        target: targetOf(request),
        ...(events === undefined ? {} : { events: { events: [...events] } }),
        ...(description === undefined || description === null ? {} : { description }),
        idempotencyKey,
      };
      const calling = { repeatable: true, idempotencyKey };
      return call(method.createSubscription, message, options, calling, ({ subscription, secret, created }) => ({
        subscription: subscriptionFrom(subscription),
        secret: secret ?? null,
        created,
      }));
    },
    listSubscriptions: (options) =>
      call(method.listSubscriptions, {}, options, { repeatable: true }, ({ subscriptions }) => ({
        subscriptions: subscriptions.map(subscriptionFrom),
      })),
    updateSubscription({ subscriptionId, status, events, description }, options) {
      const message = {
        subscriptionId,
        status: numberOf<StatusMessage>(StatusMessage, status),
        ...(events === undefined ? {} : { events: { events: [...events] } }),
        // Empty is how a message says none.
        ...(description === undefined ? {} : { description: description ?? '' }),
      };
      return call(method.updateSubscription, message, options, { repeatable: true }, ({ subscription }) => ({
        subscription: subscriptionFrom(subscription),
      }));
    },
    deleteSubscription: (subscriptionId, options) =>
      call(method.deleteSubscription, { subscriptionId }, options, { repeatable: false }, () => ({})),
    rotateSubscriptionSecret(request, options) {
      const idempotencyKey = request.idempotencyKey ?? randomUUID();
      const calling = { repeatable: true, idempotencyKey };
      const message = { ...request, idempotencyKey };
      return call(method.rotateSubscriptionSecret, message, options, calling, ({ subscription, secret }) => ({
        subscription: subscriptionFrom(subscription),
        secret: secret || null,
      }));
    },
    testSubscription: (subscriptionId, options) =>
      call(method.testSubscription, { subscriptionId }, options, DELIVERING, ({ delivery }) => ({
        delivery: deliveryFrom(delivery),
      })),
    listDeliveries: (query, options) =>
      call(method.listDeliveries, query, options, { repeatable: true }, ({ deliveries, nextPageToken }) => ({
        deliveries: deliveries.map(deliveryFrom),
        nextPageToken: nextPageToken || undefined,
      })),
    replayDelivery: (request, options) =>
      call(method.replayDelivery, request, options, DELIVERING, ({ delivery }) => ({
        delivery: deliveryFrom(delivery),
      })),
    getVapidKey: (options) =>
      call(method.getVapidKey, {}, options, { repeatable: true }, ({ publicKey }) => ({ publicKey })),
  };
}

/** A repeat of one that did arrive would reach the receiver once more. */
const DELIVERING = { repeatable: false, waitsMs: DELIVERY_WAIT_MS };

function targetOf(target: SubscriberTarget) {
  if (target.kind === 'webhook') return { case: 'webhook', value: { url: target.url } } as const;
  const { endpoint, keys } = target;
  return { case: 'webPush', value: { endpoint, p256dh: keys.p256dh, auth: keys.auth } } as const;
}
