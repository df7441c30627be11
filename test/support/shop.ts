import { randomBytes, randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Order, OrderEvent, OrderStatus } from '../../domain/order';
import { listOrderEvents } from '../../persistence/orders/list-order-events';
import { type PlaceOrder, type PlaceOrderOutcome, placeOrder } from '../../persistence/orders/place-order';
import {
  type TransitionOrder,
  type TransitionOutcome,
  transitionOrder,
} from '../../persistence/orders/transition-order';
import { seedTenant } from '../../persistence/tenants/seed-tenant';
import { type TenantClient, withTenant } from '../../persistence/with-tenant';
import type { TestDatabase } from './database';
import { sampleContent } from './sample-order';

export interface ShopSlot {
  readonly id: string;
  readonly capacity: number;
  readonly startsAt?: Date;
  readonly endsAt?: Date;
}

/** A transaction that a test holds open: what is done through `client` is seen by nobody until `commit`. */
export interface OpenTransaction {
  readonly client: TenantClient;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** A tenant at the level of SQL statements: no Temporal, no service, the service role's connections. */
export interface Shop {
  readonly userId: string;
  run<T>(work: (client: TenantClient) => Promise<T>): Promise<T>;
  begin(): Promise<OpenTransaction>;
  /** Runs the statement once; whatever is not named is new and unlike every other order. */
  place(request?: Partial<PlaceOrder>): Promise<PlaceOrderOutcome>;
  /** The same, for an order that must come into being. */
  placed(request?: Partial<PlaceOrder>): Promise<Order>;
  move(orderId: string, to: OrderStatus, more?: Partial<TransitionOrder>): Promise<TransitionOutcome | undefined>;
  /** An order that was moved to the status by its shortest lawful way. */
  orderThatIs(status: OrderStatus): Promise<Order>;
  events(orderId: string): Promise<OrderEvent[]>;
  countOrders(): Promise<number>;
}

/** An attempt to place an order, unlike every other one but for what is given. */
export function newAttempt(request: Partial<PlaceOrder> = {}): PlaceOrder {
  return {
    orderId: randomUUID(),
    idempotencyKey: randomUUID(),
    requestHash: randomHash(),
    fingerprint: randomHash(),
    content: sampleContent(),
    allowDuplicate: false,
    actor: 'api_key:obk_shop0000',
    correlationId: 'req_shop',
    ...request,
  };
}

export function randomHash(): string {
  return randomBytes(32).toString('hex');
}

const WAY_TO: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: [],
  confirmed: ['confirmed'],
  processing: ['confirmed', 'processing'],
  completed: ['confirmed', 'processing', 'completed'],
  cancelled: ['cancelled'],
};

export async function openShop(database: TestDatabase, slots: readonly ShopSlot[] = []): Promise<Shop> {
  const userId = `shop-${randomUUID().slice(0, 13)}`;
  await seed(database, userId, slots);
  const run = <T>(work: (client: TenantClient) => Promise<T>) => withTenant(database.service, userId, work);
  const place = (request: Partial<PlaceOrder> = {}) => run((client) => placeOrder(client, newAttempt(request)));

  async function placed(request: Partial<PlaceOrder> = {}): Promise<Order> {
    const outcome = await place(request);
    if (outcome.kind !== 'placed') throw new Error(`the order was not placed: ${outcome.kind}`);
    return outcome.order;
  }

  function move(orderId: string, to: OrderStatus, more: Partial<TransitionOrder> = {}) {
    const command = { commandId: randomUUID(), actor: 'shop', correlationId: 'req_shop', auditRefusal: false };
    return run((client) => transitionOrder(client, { orderId, to, ...command, ...more }));
  }

  return {
    userId,
    run,
    place,
    placed,
    move,
    begin: async () => beginAs(await database.service.connect(), userId),
    async orderThatIs(status) {
      let order = await placed();
      for (const step of WAY_TO[status]) order = (await move(order.id, step))?.order ?? order;
      return order;
    },
    events: (orderId) => run((client) => listOrderEvents(client, { orderId, afterSequence: 0, limit: 1_000 })),
    async countOrders() {
      const counted = await run((client) => client.query<{ n: number }>('SELECT count(*)::int AS n FROM orders'));
      return counted.rows[0]?.n ?? 0;
    },
  };
}

/** Opens so many connections beforehand: callers that each wait for a new one would come one after the other. */
export async function warmConnections(database: TestDatabase, count: number): Promise<void> {
  const connections = await Promise.all(Array.from({ length: count }, () => database.service.connect()));
  for (const connection of connections) connection.release();
}

/** How many connections to this database wait for a lock that another one holds. */
export async function lockWaiters(database: TestDatabase): Promise<number> {
  const result = await database.owner.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return result.rows[0]?.n ?? 0;
}

async function beginAs(connection: PoolClient, userId: string): Promise<OpenTransaction> {
  await connection.query('BEGIN');
  await connection.query("SELECT set_config('app.tenant', $1, true)", [userId]);
  const end = async (how: 'COMMIT' | 'ROLLBACK') => {
    await connection.query(how);
    connection.release();
  };
  return {
    client: { tenant: userId, query: connection.query.bind(connection) as PoolClient['query'] },
    commit: () => end('COMMIT'),
    rollback: () => end('ROLLBACK'),
  };
}

async function seed(database: TestDatabase, userId: string, slots: readonly ShopSlot[]): Promise<void> {
  const hour = 3_600_000;
  const client = await database.owner.connect();
  try {
    await seedTenant(client, {
      userId,
      name: 'Shop',
      keys: [],
      slots: slots.map(({ id, capacity, startsAt, endsAt }) => ({
        id,
        capacity,
        startsAt: startsAt ?? new Date(Date.now() + hour),
        endsAt: endsAt ?? new Date(Date.now() + 2 * hour),
      })),
    });
  } finally {
    client.release();
  }
}
