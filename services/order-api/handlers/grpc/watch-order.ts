import { create } from '@bufbuild/protobuf';
import * as z from 'zod';
import { orderId } from '../../../../domain/schemas/fields';
import { parseInput } from '../../../../domain/schemas/parse';
import { type OrderService, WatchOrderResponseSchema } from '../../../../gen/orderbooking/v1/order_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { orderEventMessage, orderMessage } from './order-message';
import type { StreamHandler } from './server-stream';

const afterSequence = z.int().min(0);

/** OrderService.WatchOrder. */
export function watchOrder(useCases: UseCases): StreamHandler<typeof OrderService.method.watchOrder> {
  return async function* (request, call) {
    const changes = useCases.watchOrder(call, {
      orderId: parseInput(orderId, request.orderId, 'order_id'),
      afterSequence: parseInput(afterSequence, request.afterSequence, 'after_sequence'),
    });
    for await (const { event, order } of changes) {
      yield create(WatchOrderResponseSchema, { event: orderEventMessage(event), order: orderMessage(order) });
    }
  };
}
