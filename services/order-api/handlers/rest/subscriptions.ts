import * as z from 'zod';
import { createdSubscriptionToWire, subscriptionToWire } from '../../../../domain/notification-wire';
import {
  createdSubscriptionAnswerSchema,
  createSubscriptionSchema,
  deletedSubscriptionAnswerSchema,
  rotatedSecretAnswerSchema,
  rotateSecretSchema,
  subscriptionAnswerSchema,
  subscriptionIdParamsSchema,
  subscriptionsAnswerSchema,
  updateSubscriptionSchema,
  vapidKeyAnswerSchema,
} from '../../../../domain/schemas/notifications';
import { agreedIdempotencyKey } from '../../agreed-idempotency-key';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf } from './route-options';

/** `/api/notifications/subscriptions…`: who is told of what happens. */
export function subscriptionRoutes(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('createSubscription'),
    schema: {
      summary: 'Be told of what happens',
      description:
        'A webhook is posted to, signed as Standard Webhooks 1.0 has it; its `secret` is told in this answer only. A browser is sent Web ' +
        'Push messages; one that is subscribed already is the same subscription, with its new keys. With an idempotency key, which may ' +
        'stand in the body or in the header, it subscribes once, however often it is sent: the answer is the same subscription as it is by ' +
        'then, with its `secret` as long as that is the one it was made with. NOT_FOUND: it was deleted since; that key makes no other.',
      tags: ['Notifications'],
      headers: z.object({ 'idempotency-key': z.string().optional() }),
      querystring: noQuery,
      body: createSubscriptionSchema,
      response: {
        201: createdSubscriptionAnswerSchema.meta({ description: 'Subscribed.' }),
        200: createdSubscriptionAnswerSchema.meta({
          description: 'Subscribed before: by an earlier request with this key, or this browser.',
        }),
        ...errorResponses('NOT_FOUND', 'IDEMPOTENCY_KEY_REUSED'),
      },
    },
    async handler(request, reply) {
      const created = useCases.createSubscription(callContext(request), {
        ...request.body,
        idempotencyKey: agreedIdempotencyKey(request.headers['idempotency-key'], request.body.idempotencyKey),
      });
      const envelope = await answer(request, created.then(createdSubscriptionToWire));
      reply.code((await created).created ? 201 : 200);
      return envelope;
    },
  });

  app.route({
    ...routeOf('listSubscriptions'),
    schema: {
      summary: 'List who is told, newest first',
      tags: ['Notifications'],
      querystring: noQuery,
      response: {
        200: subscriptionsAnswerSchema.meta({
          description: 'All that live, and the last ones whose receivers are gone.',
        }),
        ...errorResponses(),
      },
    },
    async handler(request) {
      const subscriptions = useCases.listSubscriptions(callContext(request));
      return answer(
        request,
        subscriptions.then((list) => ({ subscriptions: list.map(subscriptionToWire) })),
      );
    },
  });

  app.route({
    ...routeOf('updateSubscription'),
    schema: {
      summary: 'Change a subscription, or take it up again',
      description: 'Fields that are not sent stay as they are.',
      tags: ['Notifications'],
      params: subscriptionIdParamsSchema,
      querystring: noQuery,
      body: updateSubscriptionSchema,
      response: {
        200: subscriptionAnswerSchema.meta({ description: 'The subscription after the change.' }),
        ...errorResponses('NOT_FOUND'),
      },
    },
    async handler(request) {
      const change = { subscriptionId: request.params.id, ...request.body };
      const subscription = useCases.updateSubscription(callContext(request), change);
      return answer(
        request,
        subscription.then((changed) => ({ subscription: subscriptionToWire(changed) })),
      );
    },
  });

  app.route({
    ...routeOf('deleteSubscription'),
    schema: {
      summary: 'Be told no longer',
      tags: ['Notifications'],
      params: subscriptionIdParamsSchema,
      querystring: noQuery,
      response: {
        200: deletedSubscriptionAnswerSchema.meta({ description: 'It is gone.' }),
        ...errorResponses('NOT_FOUND'),
      },
    },
    async handler(request) {
      const deleted = useCases.deleteSubscription(callContext(request), request.params.id);
      return answer(
        request,
        deleted.then(() => ({ subscription: null })),
      );
    },
  });

  app.route({
    ...routeOf('rotateSubscriptionSecret'),
    schema: {
      summary: 'Give a webhook another secret',
      description:
        'For a while both sign, so that the receiver can be changed over without missing anything. With an idempotency key, which may ' +
        'stand in the body or in the header, it is done once: a second time without one, and what signs beside the new secret is the one ' +
        'of the first time, no longer the one that the receiver knows.',
      tags: ['Notifications'],
      headers: z.object({ 'idempotency-key': z.string().optional() }),
      params: subscriptionIdParamsSchema,
      querystring: noQuery,
      body: rotateSecretSchema,
      response: {
        200: rotatedSecretAnswerSchema.meta({
          description: 'The new secret; none when this key’s is in use no longer.',
        }),
        ...errorResponses('NOT_FOUND', 'IDEMPOTENCY_KEY_REUSED'),
      },
    },
    async handler(request) {
      const rotation = {
        subscriptionId: request.params.id,
        overlapSeconds: request.body.overlapSeconds,
        idempotencyKey: agreedIdempotencyKey(request.headers['idempotency-key'], request.body.idempotencyKey),
      };
      const rotated = useCases.rotateSubscriptionSecret(callContext(request), rotation);
      return answer(request, rotated.then(createdSubscriptionToWire));
    },
  });

  app.route({
    ...routeOf('getVapidKey'),
    schema: {
      summary: 'Read the key that browsers subscribe with',
      tags: ['Notifications'],
      querystring: noQuery,
      response: {
        200: vapidKeyAnswerSchema.meta({ description: 'The same for as long as this installation lives.' }),
        ...errorResponses(),
      },
    },
    async handler(request) {
      const key = useCases.getVapidKey(callContext(request));
      return answer(
        request,
        key.then((publicKey) => ({ public_key: publicKey })),
      );
    },
  });
}
