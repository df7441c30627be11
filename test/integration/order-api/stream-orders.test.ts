import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { createLogger } from '../../../platform/logger';
import { encodeCursor } from '../../../services/order-api/use-cases/change-cursor';
import { OrderFeed } from '../../../services/order-api/use-cases/order-feed';
import { OrderKeys } from '../../../services/order-api/use-cases/order-keys';
import { orderStreams } from '../../../services/order-api/use-cases/order-streams';
import { createDatabase, type TestDatabase } from '../../support/database';
import { openShop, type Shop } from '../../support/shop';

/** Where nobody listens. */
const NOWHERE = 'postgres://nobody@127.0.0.1:1/nothing';

// What comes by a stream may be held back for a minute, each time.
jest.setTimeout(180_000);

let database: TestDatabase;
let shop: Shop;
const logger = createLogger({ service: 'test', level: 'silent' });
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  shop = await openShop(database);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => database.close());

/** The streams of one process. */
function openProcess(pool: Pool, databaseUrl: string) {
  const feed = new OrderFeed({ databaseUrl, logger });
  closing.push(() => feed.close());
  const { streamOrders } = orderStreams({ pool, feed, keys: new OrderKeys(pool) });
  const caller = { userId: shop.userId, keyId: randomUUID(), keyPrefix: 'obk_shop0000', scopes: [] };
  return {
    feed,
    async open(afterCursor?: string) {
      const leaving = new AbortController();
      const call = { caller, correlationId: 'req_stream', signal: leaving.signal };
      const changes = (await streamOrders(call, { afterCursor }))[Symbol.asyncIterator]();
      const leave = () => leaving.abort();
      closing.push(async () => leave());
      return {
        leave,
        next: () => changes.next(),
        async change() {
          const { value, done } = await changes.next();
          if (done === true) throw new Error('the stream has ended');
          return value;
        },
      };
    },
  };
}

test('a stream that resumes tells of an order as it is now, also where another one is told of what came since', async () => {
  const server = openProcess(database.service, database.serviceUrl);
  const steady = await server.open();
  const slow = await server.open();
  const before = await shop.placed();
  const order = await shop.placed();
  const { cursor } = await steady.change();
  await steady.change();
  expect((await slow.change()).event.orderId).toBe(before.id);
  await shop.move(order.id, 'confirmed');
  expect((await steady.change()).order).toMatchObject({ status: 'confirmed', version: 2 });

  const resumed = await server.open(cursor);
  for (const stream of [resumed, slow]) {
    const { event, order: now } = await stream.change();
    expect([event.orderId, event.sequence, now.status, now.version]).toEqual([order.id, 1, 'confirmed', 2]);
    expect((await stream.change()).event).toMatchObject({ orderId: order.id, sequence: 2 });
  }
});

test('while the database is away a stream that resumes waits, and is over at once when its client leaves', async () => {
  const away = new Pool({ connectionString: NOWHERE });
  closing.push(() => away.end());
  const server = openProcess(away, NOWHERE);
  const cursor = encodeCursor({ xid: '1', orderId: randomUUID(), sequence: 1 });
  const [staying, leaving] = [await server.open(cursor), await server.open(cursor)];
  const [kept, left] = [staying.next(), leaving.next()];
  leaving.leave();
  expect(await Promise.race([left, kept.then(() => 'the other one has ended')])).toEqual({ done: true });
});

test('a stream whose client left before it was read leaves nothing behind', async () => {
  const server = openProcess(database.service, database.serviceUrl);
  const subscribe = jest.spyOn(server.feed, 'subscribe');
  for (const _ of [1, 2]) (await server.open()).leave();
  // What the first one had been told by would serve the second one too, were it still there.
  expect(subscribe).toHaveBeenCalledTimes(2);
});
