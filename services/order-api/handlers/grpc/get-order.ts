import { create } from '@bufbuild/protobuf';
import { orderId } from '../../../../domain/schemas/fields';
import { parseInput } from '../../../../domain/schemas/parse';
import { GetOrderResponseSchema, type OrderService } from '../../../../gen/orderbooking/v1/order_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { orderMessage } from './order-message';
import type { UnaryHandler } from './unary';

/** OrderService.GetOrder. */
export function getOrder(useCases: UseCases): UnaryHandler<typeof OrderService.method.getOrder> {
  return async (request, call) => {
    const order = await useCases.getOrder(call, parseInput(orderId, request.orderId, 'order_id'));
    return create(GetOrderResponseSchema, { order: orderMessage(order) });
  };
}
