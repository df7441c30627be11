import { createLogger } from '../../../platform/logger';
import { createPlaceOrder } from '../../../services/order-worker/activities/place-order';
import { createDatabase, type TestDatabase } from '../../support/database';
import { NO_NEWS } from '../../support/no-news';
import { newAttempt, openShop, randomHash, type Shop, warmConnections } from '../../support/shop';

/** 10:02:30 lies in the middle of every bucket that a fixed window of five minutes could have. */
const NOON = Date.parse('2026-03-01T12:00:00.000Z');

let database: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  database = await createDatabase();
  await warmConnections(database, 50);
});
beforeEach(async () => {
  shop = await openShop(database);
});
afterAll(() => database.close());

/** Orders with one fingerprint, each at so many milliseconds after noon. */
function sameOrder() {
  const fingerprint = randomHash();
  return {
    fingerprint,
    at: (ms: number, allowDuplicate = false) => shop.place({ fingerprint, allowDuplicate, at: new Date(NOON + ms) }),
    placedAt: (ms: number, allowDuplicate = false) =>
      shop.placed({ fingerprint, allowDuplicate, at: new Date(NOON + ms) }),
  };
}

describe('the duplicate window', () => {
  it.each([0, 1, 1_000, 240_000, 299_999])('refuses the same order %i ms after it', async (ms) => {
    const same = sameOrder();
    const first = await same.placedAt(0);

    expect(await same.at(ms)).toEqual({ kind: 'duplicate', existingOrderId: first.id });
    expect(await shop.countOrders()).toBe(1);
  });

  it.each([300_000, 300_001])('is open again %i ms after it', async (ms) => {
    const same = sameOrder();
    await same.placedAt(0);

    expect(await same.at(ms)).toMatchObject({ kind: 'placed', created: true });
  });

  it.each([-1, 1, 149_999, 299_999])(
    'has no fixed buckets: an order %i ms off the clock has all its five minutes',
    async (start) => {
      const same = sameOrder();
      const first = await same.placedAt(start);

      expect(await same.at(start + 299_999)).toEqual({ kind: 'duplicate', existingOrderId: first.id });
      const second = await same.placedAt(start + 300_000);
      expect(await same.at(start + 300_001)).toEqual({ kind: 'duplicate', existingOrderId: second.id });
    },
  );

  it('is not prolonged by the orders it refused', async () => {
    const same = sameOrder();
    await same.placedAt(0);
    await same.at(100_000);
    await same.at(299_999);

    expect(await same.at(300_000)).toMatchObject({ kind: 'placed' });
  });

  it('holds against an order whose transaction began before the one that is there', async () => {
    const same = sameOrder();
    const first = await same.placedAt(0);

    expect(await same.at(-299_999)).toEqual({ kind: 'duplicate', existingOrderId: first.id });
  });

  it('does not count cancelled orders', async () => {
    const same = sameOrder();
    const first = await same.placedAt(0);
    await shop.move(first.id, 'cancelled');

    const second = await same.placedAt(1_000);
    expect(await same.at(2_000)).toEqual({ kind: 'duplicate', existingOrderId: second.id });
  });

  it.each(['confirmed', 'processing', 'completed'] as const)('counts orders that are %s', async (status) => {
    const order = await shop.orderThatIs(status);
    const { rows } = await database.owner.query<{ fingerprint: string }>(
      "SELECT encode(fingerprint, 'hex') AS fingerprint FROM orders WHERE id = $1",
      [order.id],
    );

    expect(await shop.place({ fingerprint: rows[0]?.fingerprint ?? '' })).toEqual({
      kind: 'duplicate',
      existingOrderId: order.id,
    });
  });

  it("is one tenant's own", async () => {
    const fingerprint = randomHash();
    await shop.placed({ fingerprint });

    expect(await (await openShop(database)).place({ fingerprint })).toMatchObject({ kind: 'placed' });
  });

  it('is kept to by the table itself, whatever a statement has read before', async () => {
    const same = sameOrder();
    const first = await same.placedAt(0);

    await expect(
      database.owner.query(
        `INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(),
           'idempotency_key', 'another', 'duplicate_window', tstzrange(o.created_at + interval '299.999 s', o.created_at + interval '600 s')))).*
         FROM orders o WHERE id = $1`,
        [first.id],
      ),
    ).rejects.toMatchObject({ code: '23P01', constraint: 'orders_duplicate_window' });
  });
});

describe('an allowed duplicate', () => {
  it('is booked inside the window and recorded as such', async () => {
    const same = sameOrder();
    await same.placedAt(0);
    const second = await same.placedAt(1_000, true);

    expect(await shop.events(second.id)).toMatchObject([{ type: 'created', reason: 'allow_duplicate' }]);
    const { rows } = await database.owner.query('SELECT allow_duplicate FROM orders WHERE id = $1', [second.id]);
    expect(rows).toEqual([{ allow_duplicate: true }]);
  });

  it('guards its own five minutes against orders without the flag', async () => {
    const same = sameOrder();
    await same.placedAt(0);
    const second = await same.placedAt(100_000, true);

    for (const ms of [100_000, 299_999, 300_000, 399_999]) {
      expect(await same.at(ms)).toEqual({ kind: 'duplicate', existingOrderId: second.id });
    }
    expect(await same.at(400_000)).toMatchObject({ kind: 'placed' });
  });

  it('guards them also when it is the first of its kind, or the order before it was cancelled', async () => {
    const same = sameOrder();
    const first = await same.placedAt(0);
    const second = await same.placedAt(1_000, true);
    await shop.move(first.id, 'cancelled');
    expect(await same.at(2_000)).toEqual({ kind: 'duplicate', existingOrderId: second.id });

    const other = sameOrder();
    const only = await other.placedAt(0, true);
    expect(await other.at(299_999)).toEqual({ kind: 'duplicate', existingOrderId: only.id });
  });

  it('guards them when it came in the same millisecond as another one that was cancelled', async () => {
    const same = sameOrder();
    await same.placedAt(0);
    const second = await same.placedAt(100_000, true);
    const third = await same.placedAt(100_000, true);
    await shop.move(second.id, 'cancelled');

    expect(await same.at(310_000)).toEqual({ kind: 'duplicate', existingOrderId: third.id });
    expect(await same.at(400_000)).toMatchObject({ kind: 'placed' });
  });

  it('needs the flag itself each time', async () => {
    const same = sameOrder();
    await same.placedAt(0);
    await same.placedAt(1, true);

    expect(await same.at(2)).toMatchObject({ kind: 'duplicate' });
    expect(await same.at(3, true)).toMatchObject({ kind: 'placed' });
    expect(await shop.countOrders()).toBe(3);
  });

  it('is booked by the worker as often as it is asked for, also 50 times at once', async () => {
    const place = createPlaceOrder({
      pool: database.service,
      logger: createLogger({ service: 'test', level: 'silent' }),
      macOf: () => undefined,
      ...NO_NEWS,
    });
    const fingerprint = randomHash();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => {
        const { orderId, ...attempt } = newAttempt({ fingerprint, allowDuplicate: true });
        return place({ ...attempt, attemptId: orderId, userId: shop.userId });
      }),
    );

    expect(new Set(outcomes.map((outcome) => outcome.kind))).toEqual(new Set(['placed']));
    expect(await shop.countOrders()).toBe(50);
  });

  it('and an order without the flag at the same moment are both booked, or the latter is refused; never anything else', async () => {
    const place = createPlaceOrder({
      pool: database.service,
      logger: createLogger({ service: 'test', level: 'silent' }),
      macOf: () => undefined,
      ...NO_NEWS,
    });
    const fingerprint = randomHash();
    const flags = Array.from({ length: 40 }, (_, index) => index % 2 === 0);
    const outcomes = await Promise.all(
      flags.map(async (allowDuplicate) => {
        const { orderId, ...attempt } = newAttempt({ fingerprint, allowDuplicate });
        return { allowDuplicate, ...(await place({ ...attempt, attemptId: orderId, userId: shop.userId })) };
      }),
    );

    expect(outcomes.filter((outcome) => outcome.allowDuplicate && outcome.kind !== 'placed')).toEqual([]);
    const unflagged = outcomes.filter((outcome) => !outcome.allowDuplicate).map((outcome) => outcome.kind);
    expect(unflagged.filter((kind) => kind === 'placed').length).toBeLessThanOrEqual(1);
    expect(unflagged.filter((kind) => kind !== 'placed' && kind !== 'duplicate')).toEqual([]);
  });
});
