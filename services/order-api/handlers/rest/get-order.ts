import { orderIdParamsSchema } from '../../../../domain/schemas/order-id';
import { orderAnswerSchema } from '../../../../domain/schemas/wire';
import { orderToWire } from '../../../../domain/wire';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf } from './route-options';

/** GET /api/orders/{id} */
export function getOrderRoute(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('getOrder'),
    schema: {
      summary: 'Read an order',
      tags: ['Orders'],
      params: orderIdParamsSchema,
      querystring: noQuery,
      response: {
        200: orderAnswerSchema.meta({ description: 'The order as it is now.' }),
        ...errorResponses('NOT_FOUND'),
      },
    },
    async handler(request) {
      const order = useCases.getOrder(callContext(request), request.params.id);
      return answer(
        request,
        order.then((found) => ({ order: orderToWire(found) })),
      );
    },
  });
}
