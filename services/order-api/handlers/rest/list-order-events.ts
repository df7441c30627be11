import { listOrderEventsSchema } from '../../../../domain/schemas/list-order-events';
import { orderIdParamsSchema } from '../../../../domain/schemas/order-id';
import { orderEventPageAnswerSchema } from '../../../../domain/schemas/wire';
import { orderEventPageToWire } from '../../../../domain/wire';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, routeOf } from './route-options';

/** GET /api/orders/{id}/events */
export function listOrderEventsRoute(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('listOrderEvents'),
    schema: {
      summary: "Read an order's audit trail, oldest event first",
      tags: ['Orders'],
      params: orderIdParamsSchema,
      querystring: listOrderEventsSchema,
      response: {
        200: orderEventPageAnswerSchema.meta({ description: 'A page of events.' }),
        ...errorResponses('NOT_FOUND'),
      },
    },
    async handler(request) {
      const page = useCases.listOrderEvents(callContext(request), { orderId: request.params.id, ...request.query });
      return answer(request, page.then(orderEventPageToWire));
    },
  });
}
