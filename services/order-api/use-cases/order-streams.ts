import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { OrderError, ValidationError } from '../../../domain/errors';
import { isTerminal } from '../../../domain/order-state';
import type { ChangePosition } from '../../../persistence/orders/read-order-changes';
import { type OrderSince, readOrderSince } from '../../../persistence/orders/read-order-since';
import { decodeCursor, encodeCursor } from './change-cursor';
import type { OrderChange, UseCases } from './contract';
import { inTenant } from './in-tenant';
import type { OrderFeed } from './order-feed';
import type { OrderKeys } from './order-keys';
import { TenantTail } from './tenant-tail';

/** Events a watch reads at once; an order has fewer than ten as a rule. */
const BATCH = 100;
/** When a watch looks again after a read failed: it outlives a restart of the database. */
const FAILED_MS = 500;

/** The two streams: one order's events, and all of a tenant's. Both read under the caller's tenant only. */
export function orderStreams({
  pool,
  feed,
  keys,
}: {
  readonly pool: Pool;
  readonly feed: OrderFeed;
  readonly keys: OrderKeys;
}): Pick<UseCases, 'watchOrder' | 'streamOrders'> {
  const tails = new Map<string, { readonly tail: TenantTail; readonly readers: Set<object> }>();

  return {
    async *watchOrder(ctx, { orderId, afterSequence }) {
      // Before the first read, so that a change between the two wakes us.
      const subscription = feed.subscribe(ctx.caller.userId, orderId);
      try {
        // What is wrong from the beginning is said at once; from here on a failing read is repeated.
        await keys.read(ctx, orderId);
        let seen = afterSequence;
        while (!ctx.signal.aborted) {
          const { order, events } = await lookAgain(() => readOn(seen));
          for (const event of events) yield { event, order } satisfies OrderChange;
          seen = events.at(-1)?.sequence ?? seen;
          if (events.length === BATCH) continue;
          if (isTerminal(order.status)) return;
          await subscription.changed(ctx.signal);
        }
      } finally {
        subscription.close();
      }

      async function readOn(seen: number): Promise<OrderSince> {
        const since = await inTenant(pool, ctx, (client) =>
          readOrderSince(client, { orderId, afterSequence: seen, limit: BATCH }),
        );
        if (since === undefined) throw new ValidationError('NOT_FOUND', 'There is no such order');
        return since;
      }

      async function lookAgain<T>(read: () => Promise<T>): Promise<T> {
        for (;;) {
          try {
            return await read();
          } catch (error) {
            const passing = error instanceof OrderError && error.code === 'UNAVAILABLE' && !ctx.signal.aborted;
            if (!passing) throw error;
            await sleep(FAILED_MS);
          }
        }
      }
    },

    async streamOrders(ctx, { afterCursor }) {
      const { userId } = ctx.caller;
      const begin = afterCursor === undefined ? undefined : decodeCursor(afterCursor);
      const { tail, leave } = follow(userId);
      // Every stream's signal is aborted in the end, also when nobody ever reads what is returned here.
      ctx.signal.addEventListener('abort', leave);
      if (ctx.signal.aborted) leave();
      return readFrom(begin ?? (await tail.end(ctx.signal)));

      async function* readFrom(begun: ChangePosition | undefined) {
        try {
          let place = begun;
          while (place !== undefined && !ctx.signal.aborted) {
            for (const { position, event, order } of await tail.after(place, ctx.signal)) {
              if (ctx.signal.aborted) return;
              yield { cursor: encodeCursor(position), event, order };
              place = position;
            }
          }
        } finally {
          leave();
        }
      }
    },
  };

  /** The tenant's tail, which is kept until all who follow it have left. */
  function follow(userId: string): { readonly tail: TenantTail; readonly leave: () => void } {
    const entry = tails.get(userId) ?? { tail: new TenantTail(userId, { pool, feed }), readers: new Set<object>() };
    tails.set(userId, entry);
    const reader = {};
    entry.readers.add(reader);
    return {
      tail: entry.tail,
      leave() {
        if (!entry.readers.delete(reader) || entry.readers.size > 0) return;
        tails.delete(userId);
        entry.tail.stop();
      },
    };
  }
}
