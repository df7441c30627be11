import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { OrderStatus } from '../../../domain/order';
import { createLogger } from '../../../platform/logger';
import type { OrderChange } from '../../../services/order-api/use-cases/contract';
import { OrderFeed } from '../../../services/order-api/use-cases/order-feed';
import { OrderKeys } from '../../../services/order-api/use-cases/order-keys';
import { orderStreams } from '../../../services/order-api/use-cases/order-streams';
import { createDatabase, type TestDatabase } from '../../support/database';
import { interruptedPool } from '../../support/interrupted-pool';
import { openShop, type Shop } from '../../support/shop';

jest.setTimeout(120_000);

let database: TestDatabase;
let shop: Shop;
let feed: OrderFeed;

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  shop = await openShop(database);
  const logger = createLogger({ service: 'test', level: 'silent' });
  feed = new OrderFeed({ databaseUrl: database.serviceUrl, logger });
});
afterEach(() => feed.close());
afterAll(() => database.close());

/** Reads a watch of the shop's order to its end. */
async function watched(pool: Pool, orderId: string, afterSequence = 0): Promise<OrderChange[]> {
  const { watchOrder } = orderStreams({ pool, feed, keys: new OrderKeys(pool) });
  const caller = { userId: shop.userId, keyId: randomUUID(), keyPrefix: 'obk_shop0000', scopes: [] };
  const call = { caller, correlationId: 'req_watch', signal: AbortSignal.timeout(55_000) };
  const changes: OrderChange[] = [];
  for await (const change of watchOrder(call, { orderId, afterSequence })) changes.push(change);
  return changes;
}

const sequences = (changes: readonly OrderChange[]) => changes.map(({ event }) => event.sequence);

test('however an order moves between two reads, no event comes with an order that is behind it', async () => {
  const { id } = await shop.placed();
  const steps: OrderStatus[] = ['confirmed', 'processing', 'completed'];
  const moving = interruptedPool(
    database.service,
    (statement) => statement === 'COMMIT',
    async () => {
      const to = steps.shift();
      if (to !== undefined) await shop.move(id, to);
    },
  );
  const changes = await watched(moving, id);
  expect(sequences(changes)).toEqual([1, 2, 3, 4]);
  // Here every event is a change of status, so the order's version is that of its latest event.
  for (const { event, order } of changes) expect(order.version).toBeGreaterThanOrEqual(event.sequence);
  expect(changes.at(-1)?.order).toMatchObject({ status: 'completed', version: 4 });
});

test('a trail that is longer than one read of it comes whole, and what was seen is left out', async () => {
  const { id } = await shop.placed();
  await shop.move(id, 'confirmed');
  // Each is audited and changes nothing.
  for (let turn = 0; turn < 230; turn += 1) await shop.move(id, 'pending', { auditRefusal: true });
  await shop.move(id, 'cancelled');
  const all = await watched(database.service, id);
  expect(sequences(all)).toEqual(Array.from({ length: 233 }, (_, index) => index + 1));
  expect(all.map(({ event }) => event)).toEqual(await shop.events(id));
  expect(all.every(({ order }) => order.status === 'cancelled' && order.version === 3)).toBe(true);
  for (const [after, left] of [
    [33, 200],
    [132, 101],
    [133, 100],
    [232, 1],
    [233, 0],
    [9_999, 0],
  ] as const) {
    expect(sequences(await watched(database.service, id, after))).toEqual(sequences(all.slice(233 - left)));
  }
});

test('an order that another tenant has is not there', async () => {
  const { id } = await (await openShop(database)).placed();
  await expect(watched(database.service, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
