import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import { ValidationError } from '../../../domain/errors';
import { findOrder, type KeyedOrder } from '../../../persistence/orders/find-order';
import type { CallContext } from './contract';
import { inTenant } from './in-tenant';

/** About 200 bytes each. A miss costs one read by primary key. */
const REMEMBERED = 50_000;

/**
 * Under which idempotency key an order was placed, which names its workflow. That never changes, so it is remembered:
 * moving an order that this process placed or read needs no look-up.
 */
export class OrderKeys {
  private readonly known = new LRUCache<string, string>({ max: REMEMBERED });

  constructor(private readonly pool: Pool) {}

  remember(userId: string, orderId: string, idempotencyKey: string): void {
    this.known.set(`${userId} ${orderId}`, idempotencyKey);
  }

  /** @throws NOT_FOUND when the caller's tenant has no such order, whether or not another one has. */
  async keyOf(ctx: CallContext, orderId: string): Promise<string> {
    return this.known.get(`${ctx.caller.userId} ${orderId}`) ?? (await this.read(ctx, orderId)).idempotencyKey;
  }

  /** The order as it is now. @throws NOT_FOUND as above. */
  async read(ctx: Pick<CallContext, 'caller'>, orderId: string): Promise<KeyedOrder> {
    const found = await inTenant(this.pool, ctx, (client) => findOrder(client, orderId));
    if (found === undefined) throw new ValidationError('NOT_FOUND', 'There is no such order');
    this.remember(ctx.caller.userId, orderId, found.idempotencyKey);
    return found;
  }
}
