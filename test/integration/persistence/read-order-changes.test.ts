import { placeOrder } from '../../../persistence/orders/place-order';
import {
  type ChangePosition,
  currentChangePosition,
  type OrderChangeRow,
  readOrderChanges,
} from '../../../persistence/orders/read-order-changes';
import { createDatabase, type TestDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { SETTLED_WITHIN_MS } from '../../support/settled';
import { newAttempt, openShop, type Shop } from '../../support/shop';

const START: ChangePosition = { xid: '0', orderId: '00000000-0000-0000-0000-000000000000', sequence: 0 };

let database: TestDatabase;
let shop: Shop;

jest.setTimeout(120_000);

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  shop = await openShop(database);
});
afterAll(() => database.close());

const read = (after: ChangePosition, limit = 100) => shop.run((client) => readOrderChanges(client, { after, limit }));

/** All changes after a position, once none is held back. Other databases' transactions hold back too, hence the wait. */
function settled(after: ChangePosition, limit = 100): Promise<readonly OrderChangeRow[]> {
  const look = async () => {
    const { changes, heldBack } = await read(after, limit);
    return !heldBack && changes;
  };
  return eventually('all changes are settled', look, SETTLED_WITHIN_MS);
}

const steps = (changes: readonly OrderChangeRow[]) => changes.map(({ event }) => [event.orderId, event.sequence]);

describe("the changes of a tenant's orders", () => {
  it('are all its events in the order of their writing, each with its order as it is now', async () => {
    const first = await shop.placed();
    const second = await shop.placed();
    await shop.move(first.id, 'confirmed');
    await (await openShop(database)).placed();

    const changes = await settled(START);
    expect(steps(changes)).toEqual([
      [first.id, 1],
      [second.id, 1],
      [first.id, 2],
    ]);
    expect(changes.map(({ order }) => [order.id, order.status])).toEqual([
      [first.id, 'confirmed'],
      [second.id, 'pending'],
      [first.id, 'confirmed'],
    ]);
    expect(changes[2]?.event).toEqual((await shop.events(first.id))[1]);
  });

  it('go on after any position, in steps of any size, without a gap or a repeat', async () => {
    await Promise.all(Array.from({ length: 12 }, async () => shop.move((await shop.placed()).id, 'confirmed')));
    const all = await settled(START);
    expect(all).toHaveLength(24);

    for (const limit of [1, 5, 24]) {
      const seen: OrderChangeRow[] = [];
      for (;;) {
        const page = await settled(seen.at(-1)?.position ?? START, limit);
        if (page.length === 0) break;
        seen.push(...page);
      }
      expect(seen).toEqual(all);
    }
  });

  it('within one transaction come in the order of sequence', async () => {
    const open = await shop.begin();
    const request = newAttempt();
    await placeOrder(open.client, request);
    await placeOrder(open.client, newAttempt());
    await open.commit();
    await shop.move(request.orderId, 'confirmed');

    const sequences = steps(await settled(START)).filter(([id]) => id === request.orderId);
    expect(sequences).toEqual([
      [request.orderId, 1],
      [request.orderId, 2],
    ]);
  });

  it('wait for an older transaction that is still open, and say so, so that none ever appears before one seen', async () => {
    const open = await shop.begin();
    const late = newAttempt();
    try {
      await placeOrder(open.client, late);
      const early = await shop.placed();
      expect(await read(START)).toEqual({ changes: [], heldBack: true });

      await open.commit();
      expect(steps(await settled(START))).toEqual([
        [late.orderId, 1],
        [early.id, 1],
      ]);
    } catch (error) {
      await open.rollback().catch(() => undefined);
      throw error;
    }
  });

  it('are given out when the older transaction came to nothing', async () => {
    const open = await shop.begin();
    await placeOrder(open.client, newAttempt());
    const early = await shop.placed();
    const { heldBack } = await read(START);
    await open.rollback();

    expect(heldBack).toBe(true);
    expect(steps(await settled(START))).toEqual([[early.id, 1]]);
  });

  it('before an open transaction are not held back by it', async () => {
    const early = await shop.placed();
    await settled(START);
    const open = await shop.begin();
    await placeOrder(open.client, newAttempt());
    const { changes } = await read(START);
    await open.rollback();

    expect(steps(changes)).toEqual([[early.id, 1]]);
  });

  it('from now on are all that come later, also from a transaction that was open already', async () => {
    const before = await shop.placed();
    await settled(START);
    const open = await shop.begin();
    const request = newAttempt();
    await placeOrder(open.client, request);
    const now = await shop.run(currentChangePosition);
    await open.commit();
    await shop.move(before.id, 'confirmed');

    expect(steps(await settled(now))).toEqual([
      [request.orderId, 1],
      [before.id, 2],
    ]);
  });

  it('read by one who follows them while 30 writers work are exactly what was written, each order in its sequence', async () => {
    const seen: OrderChangeRow[] = [];
    let writing = true;
    const writers = Promise.all(
      Array.from({ length: 30 }, async () => {
        const order = await shop.placed();
        await shop.move(order.id, 'confirmed');
        await shop.move(order.id, 'cancelled');
      }),
    ).finally(() => {
      writing = false;
    });
    while (writing) seen.push(...(await read(seen.at(-1)?.position ?? START, 7)).changes);
    await writers;
    seen.push(...(await settled(seen.at(-1)?.position ?? START)));

    expect(seen).toHaveLength(90);
    expect(new Set(seen.map(({ event }) => `${event.orderId} ${event.sequence}`)).size).toBe(90);
    for (const id of new Set(seen.map(({ event }) => event.orderId))) {
      expect(steps(seen).filter(([orderId]) => orderId === id)).toEqual([
        [id, 1],
        [id, 2],
        [id, 3],
      ]);
    }
  });

  it('announce themselves when they are committed, with ids only', async () => {
    const listener = await database.service.connect();
    const heard: string[] = [];
    try {
      listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
      await listener.query('LISTEN order_events');
      const order = await shop.placed();
      const mine = await eventually('the announcement', () => heard.find((payload) => payload.includes(order.id)));
      expect(JSON.parse(mine)).toEqual({ user_id: shop.userId, order_id: order.id });
    } finally {
      listener.release(true);
    }
  });
});
