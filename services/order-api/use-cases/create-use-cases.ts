import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { ConfirmationSigning } from '../../../platform/confirmation-signing';
import type { Logger } from '../../../platform/logger';
import { createAuthenticate } from './authenticate';
import { createBookingSteps } from './bookings';
import { capabilityUseCases } from './capabilities';
import { catalogueUseCases } from './catalogue';
import type { UseCases } from './contract';
import { createCreateOrder } from './create-order';
import { createCreateOrderFromAi } from './create-order-from-ai';
import { DecisionRecords } from './decision-records';
import { OrderFeed } from './order-feed';
import { OrderKeys } from './order-keys';
import { orderStreams } from './order-streams';
import { OrderTurns } from './order-turns';
import { createReadBookings } from './read-bookings';
import { createReadOrders } from './read-orders';
import { createStartBooking } from './start-booking';
import { createTenantName } from './tenant-name';
import { createTransitionOrder } from './transition-order';

export interface UseCaseDependencies {
  readonly pool: Pool;
  /** A connection string of the same database, for the one connection that listens and is in no pool. */
  readonly databaseUrl: string;
  readonly temporal: Client;
  readonly taskQueue: string;
  /** Knows the keys that the order worker signs confirmations with. */
  readonly signing: Pick<ConfirmationSigning, 'macOf'>;
  readonly logger: Logger;
}

/** Everything the API can do, over Postgres and Temporal. `close` ends the streams and the listening connection. */
export function createUseCases(dependencies: UseCaseDependencies): UseCases & { close(): Promise<void> } {
  const feed = new OrderFeed(dependencies);
  const keys = new OrderKeys(dependencies.pool);
  const turns = new OrderTurns();
  const records = new DecisionRecords(dependencies);
  const createOrder = createCreateOrder({ ...dependencies, keys, turns });
  const transitionOrder = createTransitionOrder({ ...dependencies, keys, turns });
  return {
    authenticate: createAuthenticate(dependencies.pool),
    tenantName: createTenantName(dependencies.pool),
    createOrder,
    ...createReadOrders({ ...dependencies, keys }),
    updateOrderStatus: transitionOrder,
    cancelOrder: (ctx, request) => transitionOrder(ctx, { ...request, status: 'cancelled' }),
    ...orderStreams({ ...dependencies, feed, keys }),
    ...capabilityUseCases(dependencies.pool),
    ...catalogueUseCases(dependencies.pool),
    startBooking: createStartBooking({ ...dependencies, turns, records }),
    ...createBookingSteps({ ...dependencies, turns, records }),
    ...createReadBookings(dependencies.pool),
    createOrderFromAi: createCreateOrderFromAi({ ...dependencies, createOrder, records }),
    close: () => feed.close(),
  };
}
