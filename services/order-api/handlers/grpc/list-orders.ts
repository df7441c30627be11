import { create } from '@bufbuild/protobuf';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { listOrdersSchema } from '../../../../domain/schemas/list-orders';
import { parseInput } from '../../../../domain/schemas/parse';
import { ListOrdersResponseSchema, type OrderService } from '../../../../gen/orderbooking/v1/order_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { orderMessage, sourceWord, statusWord } from './order-message';
import type { UnaryHandler } from './unary';

/** OrderService.ListOrders. */
export function listOrders(useCases: UseCases): UnaryHandler<typeof OrderService.method.listOrders> {
  return async (request, call) => {
    const query = parseInput(listOrdersSchema, {
      status: statusWord(request.status),
      source: sourceWord(request.source),
      customer_phone: request.customerPhone,
      created_after: request.createdAfter === undefined ? undefined : timestampWord(request.createdAfter),
      created_before: request.createdBefore === undefined ? undefined : timestampWord(request.createdBefore),
      search: request.search,
      page_size: request.pageSize,
      page_token: request.pageToken,
    });
    const page = await useCases.listOrders(call, query);
    return create(ListOrdersResponseSchema, {
      orders: page.orders.map(orderMessage),
      nextPageToken: page.nextPageToken ?? '',
    });
  };
}

/**
 * RFC 3339, cut to milliseconds, of which orders are kept. A Timestamp outside its own range gives a word that the schema
 * refuses: a Date would throw, and the caller's mistake would look like ours.
 */
function timestampWord({ seconds, nanos }: Timestamp): string {
  const date = new Date(Number(seconds) * 1_000 + Math.floor(nanos / 1_000_000));
  const inRange = nanos >= 0 && nanos <= 999_999_999 && !Number.isNaN(date.getTime());
  return inRange ? date.toISOString() : 'out of range';
}
