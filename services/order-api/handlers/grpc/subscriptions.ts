import { create } from '@bufbuild/protobuf';
import {
  createSubscriptionSchema,
  rotateSecretSchema,
  subscriptionId,
  updateSubscriptionSchema,
} from '../../../../domain/schemas/notifications';
import { parseInput } from '../../../../domain/schemas/parse';
import {
  type CreateSubscriptionRequest,
  CreateSubscriptionResponseSchema,
  DeleteSubscriptionResponseSchema,
  GetVapidKeyResponseSchema,
  ListSubscriptionsResponseSchema,
  type NotificationService,
  RotateSubscriptionSecretResponseSchema,
  UpdateSubscriptionResponseSchema,
} from '../../../../gen/orderbooking/v1/notification_service_pb';
import { agreedIdempotencyKey } from '../../agreed-idempotency-key';
import type { UseCases } from '../../use-cases/contract';
import { subscriptionMessage, subscriptionStatusWord } from './notification-message';
import type { UnaryHandler } from './unary';

type Methods = typeof NotificationService.method;

/** NotificationService.CreateSubscription. Every request goes through the schema of its REST route, so both doors take the same. */
export function createSubscription(useCases: UseCases): UnaryHandler<Methods['createSubscription']> {
  return async (request, call) => {
    const subscriber = parseInput(createSubscriptionSchema, {
      ...targetFields(request),
      events: request.events?.events,
      description: request.description,
      idempotency_key: request.idempotencyKey,
    });
    const { subscription, secret, created } = await useCases.createSubscription(call, {
      ...subscriber,
      idempotencyKey: agreedIdempotencyKey(call.idempotencyKey, subscriber.idempotencyKey),
    });
    return create(CreateSubscriptionResponseSchema, {
      subscription: subscriptionMessage(subscription),
      ...(secret === undefined ? {} : { secret }),
      created,
    });
  };
}

/** NotificationService.ListSubscriptions. */
export function listSubscriptions(useCases: UseCases): UnaryHandler<Methods['listSubscriptions']> {
  return async (_request, call) => {
    const subscriptions = await useCases.listSubscriptions(call);
    return create(ListSubscriptionsResponseSchema, { subscriptions: subscriptions.map(subscriptionMessage) });
  };
}

/** NotificationService.UpdateSubscription. */
export function updateSubscription(useCases: UseCases): UnaryHandler<Methods['updateSubscription']> {
  return async (request, call) => {
    const change = parseInput(updateSubscriptionSchema, {
      status: subscriptionStatusWord(request.status),
      events: request.events?.events,
      // Empty is how a message says none.
      description: request.description === '' ? null : request.description,
    });
    const subscription = await useCases.updateSubscription(call, { subscriptionId: idOf(request), ...change });
    return create(UpdateSubscriptionResponseSchema, { subscription: subscriptionMessage(subscription) });
  };
}

/** NotificationService.DeleteSubscription. */
export function deleteSubscription(useCases: UseCases): UnaryHandler<Methods['deleteSubscription']> {
  return async (request, call) => {
    await useCases.deleteSubscription(call, idOf(request));
    return create(DeleteSubscriptionResponseSchema);
  };
}

/** NotificationService.RotateSubscriptionSecret. */
export function rotateSubscriptionSecret(useCases: UseCases): UnaryHandler<Methods['rotateSubscriptionSecret']> {
  return async (request, call) => {
    const { overlapSeconds, idempotencyKey } = parseInput(rotateSecretSchema, {
      overlap_seconds: request.overlapSeconds,
      idempotency_key: request.idempotencyKey,
    });
    const { subscription, secret = '' } = await useCases.rotateSubscriptionSecret(call, {
      subscriptionId: idOf(request),
      overlapSeconds,
      idempotencyKey: agreedIdempotencyKey(call.idempotencyKey, idempotencyKey),
    });
    return create(RotateSubscriptionSecretResponseSchema, { subscription: subscriptionMessage(subscription), secret });
  };
}

/** NotificationService.GetVapidKey. */
export function getVapidKey(useCases: UseCases): UnaryHandler<Methods['getVapidKey']> {
  return async (_request, call) => create(GetVapidKeyResponseSchema, { publicKey: await useCases.getVapidKey(call) });
}

/** The target as `POST /api/notifications/subscriptions` would carry it. */
function targetFields({ target }: CreateSubscriptionRequest): Record<string, unknown> {
  switch (target.case) {
    case 'webhook':
      return { kind: 'webhook', url: target.value.url };
    case 'webPush': {
      const { endpoint, p256dh, auth } = target.value;
      return { kind: 'web_push', endpoint, keys: { p256dh, auth } };
    }
    case undefined:
      return {};
  }
}

function idOf(request: { readonly subscriptionId: string }): string {
  return parseInput(subscriptionId, request.subscriptionId, 'subscription_id');
}
