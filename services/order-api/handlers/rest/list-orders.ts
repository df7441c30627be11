import { listOrdersSchema } from '../../../../domain/schemas/list-orders';
import { orderPageAnswerSchema } from '../../../../domain/schemas/wire';
import { orderPageToWire } from '../../../../domain/wire';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, routeOf } from './route-options';

/** GET /api/orders */
export function listOrdersRoute(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('listOrders'),
    schema: {
      summary: 'List orders, newest first',
      tags: ['Orders'],
      querystring: listOrdersSchema,
      response: { 200: orderPageAnswerSchema.meta({ description: 'A page of orders.' }), ...errorResponses() },
    },
    async handler(request) {
      return answer(request, useCases.listOrders(callContext(request), request.query).then(orderPageToWire));
    },
  });
}
