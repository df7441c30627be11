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

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

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
        query.pageToken === undefined
          ? undefined
          : decodePageToken(query.pageToken, binding, sha256Hex, isOrderPosition);
      const after = position && { createdAt: position[0], id: position[1] };
      // One row more than asked for tells whether there is another page.
      const rows = await inTenant(pool, ctx, (client) =>
        listOrders(client, { ...query, after, limit: query.pageSize + 1 }),
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
  { status, source, customerPhone, createdAfter }: ListOrders,
): PageTokenBinding {
  return { list: 'orders', userId: ctx.caller.userId, filter: { status, source, customerPhone, createdAfter } };
}

function eventsBinding(ctx: CallContext, { orderId }: ListOrderEvents): PageTokenBinding {
  return { list: 'order-events', userId: ctx.caller.userId, filter: { orderId } };
}

function isOrderPosition(position: readonly string[]): position is readonly [createdAt: string, id: string] {
  return (
    position.length === 2 &&
    TIMESTAMP.test(position[0] ?? '') &&
    !Number.isNaN(Date.parse(position[0] ?? '')) &&
    UUID.test(position[1] ?? '')
  );
}

/** Whether a token's position is a number of a list that is numbered from 1. */
export function isSequence(position: readonly string[]): position is readonly [sequence: string] {
  return position.length === 1 && /^[1-9]\d{0,8}$/.test(position[0] ?? '');
}
