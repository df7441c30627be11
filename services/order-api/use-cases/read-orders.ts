import type { Pool } from 'pg';
import type { Order } from '../../../domain/order';
import { decodePageToken, encodePageToken, type PageTokenBinding } from '../../../domain/page-token';
import { listOrderEvents } from '../../../persistence/orders/list-order-events';
import { listOrders } from '../../../persistence/orders/list-orders';
import { sha256Hex } from '../../../platform/sha256';
import type { CallContext, ListOrderEvents, ListOrders, UseCases } from './contract';
import { firstThatFit } from './first-that-fit';
import { inTenant } from './in-tenant';
import type { OrderKeys } from './order-keys';
import { orderSearch } from './order-search';
import { isSequence, isTimeAndId } from './page-position';

/** The reads: straight from Postgres, as the caller's tenant. Pages are keysets, so they neither skip nor repeat rows. */
export function createReadOrders({
  pool,
  keys,
}: {
  readonly pool: Pool;
  readonly keys: OrderKeys;
}): Pick<UseCases, 'getOrder' | 'listOrders' | 'listOrderEvents'> {
  return {
    getOrder: async (ctx, orderId) => (await keys.read(ctx, orderId)).order,

    async listOrders(ctx, query) {
      const binding = ordersBinding(ctx, query);
      const position =
        query.pageToken === undefined ? undefined : decodePageToken(query.pageToken, binding, sha256Hex, isTimeAndId);
      const after = position && { createdAt: position[0], id: position[1] };
      // One row more than asked for tells whether there is another page.
      const rows = await inTenant(pool, ctx, (client) =>
        listOrders(client, { ...query, search: orderSearch(query.search), after, limit: query.pageSize + 1 }),
      );
      const orders = firstThatFit(rows.slice(0, query.pageSize), bytesOf);
      const last = orders.at(-1);
      return {
        orders,
        nextPageToken:
          last && rows.length > orders.length
            ? encodePageToken([last.createdAt, last.id], binding, sha256Hex)
            : undefined,
      };
    },

    async listOrderEvents(ctx, query) {
      const binding = eventsBinding(ctx, query);
      const position =
        query.pageToken === undefined ? undefined : decodePageToken(query.pageToken, binding, sha256Hex, isSequence);
      const rows = await inTenant(pool, ctx, (client) =>
        listOrderEvents(client, {
          orderId: query.orderId,
          afterSequence: position === undefined ? 0 : Number(position[0]),
          limit: query.pageSize + 1,
        }),
      );
      // Every order has at least one event, so only a first page without any asks whether there is such an order.
      if (rows.length === 0 && position === undefined) await keys.read(ctx, query.orderId);
      const events = rows.slice(0, query.pageSize);
      const last = events.at(-1);
      return {
        events,
        nextPageToken:
          last && rows.length > events.length
            ? encodePageToken([String(last.sequence)], binding, sha256Hex)
            : undefined,
      };
    },
  };
}

function bytesOf({ items, notes }: Order): number {
  return Buffer.byteLength(JSON.stringify(items)) + Buffer.byteLength(notes ?? '');
}

function ordersBinding(
  ctx: CallContext,
  { status, source, customerPhone, createdAfter, createdBefore, search }: ListOrders,
): PageTokenBinding {
  const filter = { status, source, customerPhone, createdAfter, createdBefore, search };
  return { list: 'orders', userId: ctx.caller.userId, filter };
}

function eventsBinding(ctx: CallContext, { orderId }: ListOrderEvents): PageTokenBinding {
  return { list: 'order-events', userId: ctx.caller.userId, filter: { orderId } };
}
