import { cancelOrderSchema } from '../../../../domain/schemas/cancel-order';
import { orderIdParamsSchema } from '../../../../domain/schemas/order-id';
import { orderAnswerSchema } from '../../../../domain/schemas/wire';
import { orderToWire } from '../../../../domain/wire';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf } from './route-options';

/** POST /api/orders/{id}/cancel, with a body or without. */
export function cancelOrderRoute(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('cancelOrder'),
    schema: {
      summary: 'Cancel an order',
      description: 'An order that is cancelled already is not an error.',
      tags: ['Orders'],
      params: orderIdParamsSchema,
      querystring: noQuery,
      body: cancelOrderSchema,
      response: {
        200: orderAnswerSchema.meta({ description: 'The order, cancelled.' }),
        ...errorResponses('NOT_FOUND', 'VERSION_CONFLICT', 'INVALID_ORDER_STATE'),
      },
    },
    async handler(request) {
      const order = useCases.cancelOrder(callContext(request), { orderId: request.params.id, ...request.body });
      return answer(
        request,
        order.then((cancelled) => ({ order: orderToWire(cancelled) })),
      );
    },
  });
}
