import { create } from '@bufbuild/protobuf';
import { orderId } from '../../../../domain/schemas/fields';
import { listOrderEventsSchema } from '../../../../domain/schemas/list-order-events';
import { parseInput } from '../../../../domain/schemas/parse';
import { ListOrderEventsResponseSchema, type OrderService } from '../../../../gen/orderbooking/v1/order_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { orderEventMessage } from './order-message';
import type { UnaryHandler } from './unary';

/** OrderService.ListOrderEvents. */
export function listOrderEvents(useCases: UseCases): UnaryHandler<typeof OrderService.method.listOrderEvents> {
  return async (request, call) => {
    const paging = parseInput(listOrderEventsSchema, { page_size: request.pageSize, page_token: request.pageToken });
    const page = await useCases.listOrderEvents(call, {
      orderId: parseInput(orderId, request.orderId, 'order_id'),
      ...paging,
    });
    return create(ListOrderEventsResponseSchema, {
      events: page.events.map(orderEventMessage),
      nextPageToken: page.nextPageToken ?? '',
    });
  };
}
