import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { ConfirmationSigning } from '../../../platform/confirmation-signing';
import type { Keyring } from '../../../platform/keyring';
import type { Logger } from '../../../platform/logger';
import { createAuthenticate } from './authenticate';
import { createBookingSteps } from './bookings';
import { readCapabilities } from './capabilities';
import { catalogueUseCases } from './catalogue';
import type { UseCases } from './contract';
import { createCreateOrder } from './create-order';
import { createCreateOrderFromAi } from './create-order-from-ai';
import { DecisionRecords } from './decision-records';
import { notificationUseCases } from './notifications';
import { OrderFeed } from './order-feed';
import { OrderKeys } from './order-keys';
import { orderStreams } from './order-streams';
import { OrderTurns } from './order-turns';
import { createReadBookings } from './read-bookings';
import { createReadOrders } from './read-orders';
import { sheetUseCases } from './sheets';
import { createStartBooking } from './start-booking';
import { createTenantName } from './tenant-name';
import { createTransitionOrder } from './transition-order';
import { createUpdateCapabilities } from './update-capabilities';

export interface UseCaseDependencies {
  readonly pool: Pool;
  /** A connection string of the same database, for the one connection that listens and is in no pool. */
  readonly databaseUrl: string;
  readonly temporal: Client;
  readonly taskQueue: string;
  /** Knows the keys that the order worker signs confirmations with. */
  readonly signing: Pick<ConfirmationSigning, 'macOf'>;
  /** Where sync-worker runs what it runs, and its activities. */
  readonly sheetsTaskQueue: string;
  readonly notificationsTaskQueue: string;
  /** Seals what the database keeps secret. */
  readonly secrets: Keyring;
  /** The address of the service account that tenants without one of their own share; undefined when there is none. */
  readonly sharedServiceAccount: string | undefined;
  /** Where people open spreadsheets, without the id at its end. */
  readonly spreadsheetsUrl: string;
  /** Whether this machine may be the receiver of notifications: in development only. */
  readonly allowLoopbackTargets: boolean;
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
    ...readCapabilities(dependencies),
    updateCapabilities: createUpdateCapabilities(dependencies),
    ...sheetUseCases(dependencies),
    ...notificationUseCases(dependencies),
    ...catalogueUseCases(dependencies.pool),
    startBooking: createStartBooking({ ...dependencies, turns, records }),
    ...createBookingSteps({ ...dependencies, turns, records }),
    ...createReadBookings(dependencies.pool),
    createOrderFromAi: createCreateOrderFromAi({ ...dependencies, createOrder, records }),
    close: () => feed.close(),
  };
}
