import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { type PlaceOrderOutcome, placeOrder } from '../../../persistence/orders/place-order';
import { createLogger } from '../../../platform/logger';
import { createPlaceOrder } from '../../../services/order-worker/activities/place-order';
import { createTransitionOrder } from '../../../services/order-worker/activities/transition-order';
import type { PlaceOrderResult } from '../../../workflows/contract';
import { createDatabase, type TestDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { NO_NEWS } from '../../support/no-news';
import { sampleContent } from '../../support/sample-order';
import { lockWaiters, newAttempt, openShop, randomHash, type Shop, warmConnections } from '../../support/shop';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
  await warmConnections(database, 30);
});
afterAll(() => database.close());

const inSlot = (slotId: string) => ({ content: sampleContent({ slotId }) });

async function booked(shop: Shop, slot = 'noon'): Promise<number | undefined> {
  const { rows } = await database.owner.query<{ booked: number }>(
    'SELECT booked FROM fulfilment_slots WHERE user_id = $1 AND id = $2',
    [shop.userId, slot],
  );
  return rows[0]?.booked;
}

/** What the worker does, with its loop. */
function worker(shop: Shop, pool: Pool = database.service) {
  const dependencies = {
    pool,
    logger: createLogger({ service: 'test', level: 'silent' }),
    macOf: () => undefined,
    ...NO_NEWS,
  };
  const place = createPlaceOrder(dependencies);
  const transition = createTransitionOrder(dependencies);
  return {
    place(request: Parameters<typeof newAttempt>[0]): Promise<PlaceOrderResult> {
      const { orderId, ...attempt } = newAttempt(request);
      return place({ ...attempt, attemptId: orderId, userId: shop.userId });
    },
    cancel: (orderId: string) =>
      transition({
        userId: shop.userId,
        orderId,
        to: 'cancelled',
        commandId: randomUUID(),
        actor: 'test',
        correlationId: 'req_test',
        auditRefusal: true,
      }),
  };
}

const count = (outcomes: readonly PlaceOrderResult[], kind: PlaceOrderResult['kind']) =>
  outcomes.filter((outcome) => outcome.kind === kind).length;

describe('a fulfilment slot', () => {
  it("gives a place to each order until it is full, and the refused order's key stays usable", async () => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 2 }]);
    await shop.placed(inSlot('noon'));
    await shop.placed(inSlot('noon'));
    const refused = newAttempt(inSlot('noon'));

    expect(await shop.place(refused)).toEqual({ kind: 'slot_unavailable' });
    expect(await booked(shop)).toBe(2);
    expect(await shop.place({ ...refused, content: sampleContent() })).toMatchObject({ kind: 'placed', created: true });
  });

  it('gives its last place to one of 30 orders at once', async () => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 3 }]);
    await shop.placed(inSlot('noon'));
    await shop.placed(inSlot('noon'));
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => worker(shop).place(inSlot('noon'))));

    expect(count(outcomes, 'placed')).toBe(1);
    expect(count(outcomes, 'slot_unavailable')).toBe(29);
    expect(await booked(shop)).toBe(3);
  });

  it.each([
    ['commit', 'slot_unavailable'],
    ['rollback', 'placed'],
  ] as const)('lets a second order wait for its last place: after a %s the answer is %s', async (end, kind) => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 1 }]);
    const open = await shop.begin();
    let how: 'commit' | 'rollback' = 'rollback';
    let second: Promise<PlaceOrderOutcome> | undefined;
    try {
      await placeOrder(open.client, newAttempt(inSlot('noon')));
      second = shop.place(inSlot('noon'));
      await eventually('the second order waits', async () => (await lockWaiters(database)) === 1);
      how = end;
    } finally {
      await open[how]();
    }

    expect(await second).toMatchObject({ kind });
    expect(await booked(shop)).toBe(1);
  });

  it('gets its place back with a cancellation, once, whatever is sent after it', async () => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 1 }]);
    const first = await shop.placed(inSlot('noon'));
    expect(await shop.place(inSlot('noon'))).toEqual({ kind: 'slot_unavailable' });
    const command = { commandId: randomUUID() };
    await shop.move(first.id, 'cancelled', command);
    await shop.move(first.id, 'cancelled', command);
    await shop.move(first.id, 'cancelled', { auditRefusal: true });
    await shop.move(first.id, 'confirmed', { auditRefusal: true });

    expect(await booked(shop)).toBe(0);
    expect(await shop.place(inSlot('noon'))).toMatchObject({ kind: 'placed' });
    expect(await shop.place(inSlot('noon'))).toEqual({ kind: 'slot_unavailable' });
  });

  it('gets its place back once from 20 cancellations at once', async () => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 5 }]);
    const [first] = await Promise.all([1, 2, 3].map(() => shop.placed(inSlot('noon'))));
    await Promise.all(Array.from({ length: 20 }, () => shop.move(first?.id ?? '', 'cancelled')));

    expect(await booked(shop)).toBe(2);
  });

  it('keeps its place for an order that is completed, and takes no notice of refused cancellations', async () => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 1 }]);
    const order = await shop.placed(inSlot('noon'));
    for (const to of ['confirmed', 'processing', 'completed'] as const) await shop.move(order.id, to);

    expect(await shop.move(order.id, 'cancelled', { auditRefusal: true })).toMatchObject({ kind: 'illegal' });
    expect(await booked(shop)).toBe(1);
  });

  it.each([
    ['that has ended', (now: number) => ({ startsAt: new Date(now - 7_200_000), endsAt: new Date(now - 1_000) })],
    [
      'that ends at this very moment',
      (now: number) => ({ startsAt: new Date(now - 7_200_000), endsAt: new Date(now) }),
    ],
  ])('%s takes no orders', async (_, times) => {
    const now = Date.now();
    const shop = await openShop(database, [{ id: 'noon', capacity: 9, ...times(now) }]);

    expect(await shop.place({ ...inSlot('noon'), at: new Date(now) })).toEqual({ kind: 'slot_unavailable' });
    expect(await booked(shop)).toBe(0);
  });

  it('that has begun still takes orders until it ends', async () => {
    const now = Date.now();
    const slot = { id: 'noon', capacity: 9, startsAt: new Date(now - 1_000), endsAt: new Date(now + 1) };
    const shop = await openShop(database, [slot]);

    expect(await shop.place({ ...inSlot('noon'), at: new Date(now) })).toMatchObject({ kind: 'placed' });
  });

  it('that nobody has, another tenant has or that has no places is unavailable, all alike', async () => {
    const shop = await openShop(database, [{ id: 'closed', capacity: 0 }]);
    const other = await openShop(database, [{ id: 'theirs', capacity: 9 }]);

    for (const slot of ['unknown', 'theirs', 'closed']) {
      expect(await shop.place(inSlot(slot))).toEqual({ kind: 'slot_unavailable' });
    }
    expect(await booked(other, 'theirs')).toBe(0);
    expect(await shop.countOrders()).toBe(0);
  });

  it('takes no second place for a repeated attempt, a duplicate or a reused key', async () => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 9 }]);
    const request = newAttempt(inSlot('noon'));
    await shop.place(request);
    await shop.place(request);
    await shop.place({ ...request, orderId: randomUUID() });
    await shop.place({ ...request, requestHash: randomHash() });
    await shop.place({ ...request, idempotencyKey: randomUUID(), orderId: randomUUID() });

    expect(await booked(shop)).toBe(1);
  });

  it('that is full with this same order answers that it is a duplicate, not that there is no room', async () => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 1 }]);
    const request = { ...inSlot('noon'), fingerprint: randomHash() };
    const first = await shop.placed(request);

    expect(await shop.place(request)).toEqual({ kind: 'duplicate', existingOrderId: first.id });
  });

  it('with one place and the same order 30 times at once: one order, 29 told of it', async () => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 1 }]);
    const request = { ...inSlot('noon'), fingerprint: randomHash() };
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => worker(shop).place(request)));

    expect(count(outcomes, 'placed')).toBe(1);
    expect(count(outcomes, 'duplicate')).toBe(29);
    expect(await booked(shop)).toBe(1);
  });

  it('with one place and the same request 30 times at once under one key: one order, answered to all', async () => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 1 }]);
    const { orderId: _, ...request } = newAttempt(inSlot('noon'));
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => worker(shop).place(request)));

    expect(count(outcomes, 'placed')).toBe(30);
    expect(await booked(shop)).toBe(1);
    expect(await shop.countOrders()).toBe(1);
  });
});

describe('the worker, told first that the slot is full and then that a competing order decides', () => {
  it('looks until it knows: the order is a duplicate of the competing one', async () => {
    const shop = await openShop(database, [{ id: 'noon', capacity: 2 }]);
    const inTheWay = [await shop.placed(inSlot('noon')), await shop.placed(inSlot('noon'))];
    const request = { ...inSlot('noon'), fingerprint: randomHash() };
    const competing = newAttempt(request);
    let looks = 0;
    let commit: Promise<void> | undefined;

    async function connect(): Promise<PoolClient> {
      looks += 1;
      if (looks === 2) {
        for (const order of inTheWay) await shop.move(order.id, 'cancelled');
        const open = await shop.begin();
        await placeOrder(open.client, competing);
        commit = eventually('the second look waits', async () => (await lockWaiters(database)) === 1).then(open.commit);
      }
      return database.service.connect();
    }
    const pool: Pool = Object.assign(Object.create(database.service), { connect });

    expect(await worker(shop, pool).place(request)).toEqual({ kind: 'duplicate', existingOrderId: competing.orderId });
    await commit;
    expect(looks).toBe(3);
  });
});

describe('placing, repeating and cancelling at random, all at once', () => {
  it('neither deadlocks nor fails, and every slot counts exactly its live orders', async () => {
    const slots = ['a', 'b', 'c'].map((id) => ({ id, capacity: 3 }));
    const shop = await openShop(database, slots);
    const { place, cancel } = worker(shop);
    const before = await deadlocks();
    const fingerprints = Array.from({ length: 9 }, randomHash);
    const keys = Array.from({ length: 30 }, () => randomUUID());
    const orders: string[] = [];
    const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(Math.random() * from.length)];

    async function caller(): Promise<void> {
      for (let step = 0; step < 12; step += 1) {
        const victim = Math.random() < 0.4 ? pick(orders) : undefined;
        if (victim !== undefined) {
          await cancel(victim);
          continue;
        }
        // Slot and fingerprint are drawn apart, which no real order does: it gives a deadlock more ways to come about.
        const result = await place({
          content: sampleContent({ slotId: pick([...slots.map(({ id }) => id), null]) ?? null }),
          fingerprint: pick(fingerprints) ?? '',
          idempotencyKey: pick(keys) ?? '',
          allowDuplicate: Math.random() < 0.3,
        });
        if (result.kind === 'placed') orders.push(result.order.id);
      }
    }
    await Promise.all(Array.from({ length: 30 }, caller));

    expect(await deadlocks()).toBe(before);
    const { rows } = await database.owner.query<{ id: string; booked: number; live: number }>(
      `SELECT s.id, s.booked, (SELECT count(*)::int FROM orders o
         WHERE o.user_id = s.user_id AND o.slot_id = s.id AND o.status <> 'cancelled') AS live
       FROM fulfilment_slots s WHERE s.user_id = $1`,
      [shop.userId],
    );
    expect(rows).toHaveLength(3);
    expect(rows.filter((slot) => slot.booked !== slot.live)).toEqual([]);
    expect(orders.length).toBeGreaterThan(10);
  });

  async function deadlocks(): Promise<string | undefined> {
    const { rows } = await database.owner.query<{ deadlocks: string }>(
      'SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    return rows[0]?.deadlocks;
  }
});
