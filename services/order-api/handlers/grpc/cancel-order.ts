import { create } from '@bufbuild/protobuf';
import { cancelOrderSchema } from '../../../../domain/schemas/cancel-order';
import { orderId } from '../../../../domain/schemas/fields';
import { parseInput } from '../../../../domain/schemas/parse';
import { CancelOrderResponseSchema, type OrderService } from '../../../../gen/orderbooking/v1/order_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { orderMessage } from './order-message';
import type { UnaryHandler } from './unary';

/** OrderService.CancelOrder. */
export function cancelOrder(useCases: UseCases): UnaryHandler<typeof OrderService.method.cancelOrder> {
  return async (request, call) => {
    const cancellation = parseInput(cancelOrderSchema, {
      expected_version: request.expectedVersion,
      reason: request.reason,
    });
    const order = await useCases.cancelOrder(call, {
      orderId: parseInput(orderId, request.orderId, 'order_id'),
      ...cancellation,
    });
    return create(CancelOrderResponseSchema, { order: orderMessage(order) });
  };
}
