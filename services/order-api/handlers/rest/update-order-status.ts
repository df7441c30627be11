import { orderIdParamsSchema } from '../../../../domain/schemas/order-id';
import { updateOrderStatusSchema } from '../../../../domain/schemas/update-order-status';
import { orderAnswerSchema } from '../../../../domain/schemas/wire';
import { orderToWire } from '../../../../domain/wire';
import type { UseCases } from '../../use-cases/contract';
import { answer, callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf } from './route-options';

/** PATCH /api/orders/{id}/status */
export function updateOrderStatusRoute(app: RestApp, useCases: UseCases): void {
  app.route({
    ...routeOf('updateOrderStatus'),
    schema: {
      summary: 'Move an order to another status',
      description: 'To the status that it already has is not an error.',
      tags: ['Orders'],
      params: orderIdParamsSchema,
      querystring: noQuery,
      body: updateOrderStatusSchema,
      response: {
        200: orderAnswerSchema.meta({ description: 'The order after the move.' }),
        ...errorResponses('NOT_FOUND', 'VERSION_CONFLICT', 'INVALID_ORDER_STATE'),
      },
    },
    async handler(request) {
      const order = useCases.updateOrderStatus(callContext(request), { orderId: request.params.id, ...request.body });
      return answer(
        request,
        order.then((moved) => ({ order: orderToWire(moved) })),
      );
    },
  });
}
