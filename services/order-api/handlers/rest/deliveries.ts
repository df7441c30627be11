import { deliveryPageToWire, deliveryToWire } from '../../../../domain/notification-wire';
import {
  deliveryAnswerSchema,
  deliveryIdParamsSchema,
  deliveryPageAnswerSchema,
  subscriptionIdParamsSchema,
} from '../../../../domain/schemas/notifications';
import { pagingSchema } from '../../../../domain/schemas/paging';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { emptyBody, errorResponses, noQuery, routeOf } from './route-options';

/** What one subscriber was told, telling it again, and a test. */
export function deliveryRoutes(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('listDeliveries'),
    schema: {
      summary: 'List what a subscriber was told, newest first',
      tags: ['Notifications'],
      params: subscriptionIdParamsSchema,
      querystring: pagingSchema,
      response: {
        200: deliveryPageAnswerSchema.meta({ description: 'A page of deliveries, each with its attempts.' }),
        ...errorResponses('NOT_FOUND'),
      },
    },
    async handler(request) {
      const query = { subscriptionId: request.params.id, ...request.query };
      return answer(request, useCases.listDeliveries(callContext(request), query).then(deliveryPageToWire));
    },
  });

  app.route({
    ...routeOf('testSubscription'),
    schema: {
      summary: 'Send a test, and wait for what comes of it',
      description:
        'Tells the subscriber of a `test.ping`. That it could not be delivered is in the answer, and no error.',
      tags: ['Notifications'],
      params: subscriptionIdParamsSchema,
      querystring: noQuery,
      body: emptyBody,
      response: {
        200: deliveryAnswerSchema.meta({ description: 'The test, with what came of it.' }),
        ...errorResponses('NOT_FOUND'),
      },
    },
    async handler(request) {
      const tested = useCases.testSubscription(callContext(request), request.params.id);
      return answer(
        request,
        tested.then((delivery) => ({ delivery: deliveryToWire(delivery) })),
      );
    },
  });

  app.route({
    ...routeOf('replayDelivery'),
    schema: {
      summary: 'Send a delivery again, and wait for what comes of it',
      description: 'As it was, under the same `webhook-id`.',
      tags: ['Notifications'],
      params: deliveryIdParamsSchema,
      querystring: noQuery,
      body: emptyBody,
      response: {
        200: deliveryAnswerSchema.meta({ description: 'The delivery, with the new attempt.' }),
        ...errorResponses('NOT_FOUND'),
      },
    },
    async handler(request) {
      const { id: subscriptionId, delivery_id: deliveryId } = request.params;
      const replayed = useCases.replayDelivery(callContext(request), { subscriptionId, deliveryId });
      return answer(
        request,
        replayed.then((delivery) => ({ delivery: deliveryToWire(delivery) })),
      );
    },
  });
}
