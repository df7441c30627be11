import { create } from '@bufbuild/protobuf';
import { orderId } from '../../../../domain/schemas/fields';
import { parseInput } from '../../../../domain/schemas/parse';
import { updateOrderStatusSchema } from '../../../../domain/schemas/update-order-status';
import { type OrderService, UpdateOrderStatusResponseSchema } from '../../../../gen/orderbooking/v1/order_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { orderMessage, statusWord } from './order-message';
import type { UnaryHandler } from './unary';

/** OrderService.UpdateOrderStatus. */
export function updateOrderStatus(useCases: UseCases): UnaryHandler<typeof OrderService.method.updateOrderStatus> {
  return async (request, call) => {
    const change = parseInput(updateOrderStatusSchema, {
      status: statusWord(request.status),
      expected_version: request.expectedVersion,
      reason: request.reason,
    });
    const order = await useCases.updateOrderStatus(call, {
      orderId: parseInput(orderId, request.orderId, 'order_id'),
      ...change,
    });
    return create(UpdateOrderStatusResponseSchema, { order: orderMessage(order) });
  };
}
