import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { Logger } from '../../../platform/logger';
import { createAuthenticate } from './authenticate';
import { capabilityUseCases } from './capabilities';
import type { UseCases } from './contract';
import { createCreateOrder } from './create-order';
import { OrderFeed } from './order-feed';
import { OrderKeys } from './order-keys';
import { orderStreams } from './order-streams';
import { OrderTurns } from './order-turns';
import { createReadOrders } from './read-orders';
import { createTransitionOrder } from './transition-order';

export interface UseCaseDependencies {
  readonly pool: Pool;
  /** A connection string of the same database, for the one connection that listens and is in no pool. */
  readonly databaseUrl: string;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly logger: Logger;
}

/** Everything the API can do, over Postgres and Temporal. `close` ends the streams and the listening connection. */
export function createUseCases(dependencies: UseCaseDependencies): UseCases & { close(): Promise<void> } {
  const feed = new OrderFeed(dependencies);
  const keys = new OrderKeys(dependencies.pool);
  const turns = new OrderTurns();
  const transitionOrder = createTransitionOrder({ ...dependencies, keys, turns });
  return {
    authenticate: createAuthenticate(dependencies.pool),
    createOrder: createCreateOrder({ ...dependencies, keys, turns }),
    ...createReadOrders({ ...dependencies, keys }),
    updateOrderStatus: transitionOrder,
    cancelOrder: (ctx, request) => transitionOrder(ctx, { ...request, status: 'cancelled' }),
    ...orderStreams({ ...dependencies, feed, keys }),
    ...capabilityUseCases(dependencies.pool),
    close: () => feed.close(),
  };
}
