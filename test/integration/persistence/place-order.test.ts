import { randomUUID } from 'node:crypto';
import { findOrderByKey } from '../../../persistence/orders/find-order-by-key';
import { type PlaceOrder, type PlaceOrderOutcome, placeOrder } from '../../../persistence/orders/place-order';
import { createDatabase, type TestDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { sampleContent } from '../../support/sample-order';
import { lockWaiters, newAttempt, openShop, randomHash, type Shop, warmConnections } from '../../support/shop';

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

/** One caller's way to a definite answer: the statement again for as long as another transaction decided meanwhile. */
async function settled(request: PlaceOrder): Promise<PlaceOrderOutcome> {
  for (let round = 0; round < 8; round += 1) {
    const outcome = await shop.place(request);
    if (outcome.kind !== 'undecided') return outcome;
  }
  throw new Error('still undecided');
}

function kinds(outcomes: readonly PlaceOrderOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

async function keyRow(key: string) {
  const { rows } = await database.owner.query<{ status: string; order_id: string | null; hash: string }>(
    `SELECT status, order_id, encode(request_hash, 'hex') AS hash FROM idempotency_keys WHERE user_id = $1 AND key = $2`,
    [shop.userId, key],
  );
  return rows[0];
}

describe('placing an order', () => {
  it('writes the order, its completed key and its first event, and answers with the order', async () => {
    const request = newAttempt({
      content: sampleContent({
        items: [
          { name: 'Bröd "½"', quantity: 3 },
          { name: '面包', quantity: 4 },
        ],
      }),
    });
    const at = new Date('2026-03-01T12:00:00.123Z');
    const outcome = await shop.place({ ...request, at });

    expect(outcome).toEqual({
      kind: 'placed',
      created: true,
      pendingExpirySeconds: null,
      sheetFellBehind: false,
      subscriptions: [],
      order: {
        ...request.content,
        id: request.orderId,
        userId: shop.userId,
        totalQuantity: 7,
        status: 'pending',
        version: 1,
        createdAt: at.toISOString(),
        updatedAt: at.toISOString(),
      },
    });
    expect(await keyRow(request.idempotencyKey)).toEqual({
      status: 'completed',
      order_id: request.orderId,
      hash: request.requestHash,
    });
    expect(await shop.events(request.orderId)).toEqual([
      {
        orderId: request.orderId,
        sequence: 1,
        type: 'created',
        fromStatus: null,
        toStatus: 'pending',
        actor: request.actor,
        reason: null,
        correlationId: request.correlationId,
        occurredAt: at.toISOString(),
      },
    ]);
  });

  it('answers the same attempt again with the same order, as created by it, and writes nothing more', async () => {
    const request = newAttempt();
    const first = await shop.place(request);

    expect(await shop.place(request)).toEqual(first);
    expect(await shop.countOrders()).toBe(1);
    expect(await shop.events(request.orderId)).toHaveLength(1);
  });

  it('answers another attempt under the same key and request with the order as it is now, not created by it', async () => {
    const request = newAttempt();
    await shop.placed(request);
    await shop.move(request.orderId, 'cancelled');

    expect(await shop.place({ ...request, orderId: randomUUID() })).toMatchObject({
      kind: 'placed',
      created: false,
      order: { id: request.orderId, status: 'cancelled', version: 2 },
    });
    expect(await shop.countOrders()).toBe(1);
  });

  it('refuses another request under a used key, also when it would be a duplicate or has no slot', async () => {
    const request = newAttempt();
    await shop.placed(request);
    const other = { ...request, orderId: randomUUID(), requestHash: randomHash() };

    expect(await shop.place(other)).toEqual({ kind: 'key_reused' });
    expect(await shop.place({ ...other, fingerprint: randomHash() })).toEqual({ kind: 'key_reused' });
    expect(await shop.place({ ...other, allowDuplicate: true })).toEqual({ kind: 'key_reused' });
    expect(await shop.place({ ...other, content: sampleContent({ slotId: 'none' }) })).toEqual({ kind: 'key_reused' });
    expect(await keyRow(request.idempotencyKey)).toMatchObject({
      order_id: request.orderId,
      hash: request.requestHash,
    });
    expect(await shop.countOrders()).toBe(1);
  });

  it('tells how long the tenant lets a pending order wait', async () => {
    await database.owner.query('UPDATE ai_capabilities SET pending_order_expiry_seconds = 90 WHERE user_id = $1', [
      shop.userId,
    ]);

    expect(await shop.place()).toMatchObject({ kind: 'placed', pendingExpirySeconds: 90 });
  });

  it('leaves nothing behind when the statement fails', async () => {
    const request = newAttempt({ content: sampleContent({ customerName: '' }) });
    await expect(shop.place(request)).rejects.toMatchObject({ code: '23514' });

    expect(await keyRow(request.idempotencyKey)).toBeUndefined();
    expect(await shop.countOrders()).toBe(0);
    expect(await shop.place({ ...request, content: sampleContent() })).toMatchObject({ kind: 'placed', created: true });
  });
});

describe('a key', () => {
  it('is failed after a refusal, holds no order, and serves a new attempt with any request', async () => {
    const first = await shop.placed({ fingerprint: 'aa'.repeat(32) });
    const refused = newAttempt({ fingerprint: 'aa'.repeat(32) });
    expect(await shop.place(refused)).toEqual({ kind: 'duplicate', existingOrderId: first.id });
    expect(await keyRow(refused.idempotencyKey)).toEqual({
      status: 'failed',
      order_id: null,
      hash: refused.requestHash,
    });
    expect(await shop.run((client) => findOrderByKey(client, refused.idempotencyKey))).toBeUndefined();

    const next = newAttempt({ idempotencyKey: refused.idempotencyKey });
    expect(await shop.place(next)).toMatchObject({ kind: 'placed', created: true });
    expect(await keyRow(refused.idempotencyKey)).toEqual({
      status: 'completed',
      order_id: next.orderId,
      hash: next.requestHash,
    });
  });

  it('of a refused attempt serves the very same attempt once the reason is gone', async () => {
    const fingerprint = randomHash();
    const first = await shop.placed({ fingerprint });
    const request = newAttempt({ fingerprint });
    expect(await shop.place(request)).toMatchObject({ kind: 'duplicate' });
    await shop.move(first.id, 'cancelled');

    expect(await shop.place(request)).toMatchObject({ kind: 'placed', created: true, order: { id: request.orderId } });
  });

  it('that is completed stays as it is, whatever is tried under it', async () => {
    const request = newAttempt();
    await shop.placed(request);
    const before = await keyRow(request.idempotencyKey);
    await Promise.all(
      Array.from({ length: 10 }, () => shop.place({ ...newAttempt(), idempotencyKey: request.idempotencyKey })),
    );

    expect(await keyRow(request.idempotencyKey)).toEqual(before);
  });

  it('belongs to one tenant', async () => {
    const request = newAttempt();
    await shop.placed(request);
    const other = await openShop(database);

    expect(await other.place({ ...request, orderId: randomUUID() })).toMatchObject({ kind: 'placed', created: true });
  });
});

describe('many at once', () => {
  it('50 times one order under 50 keys is one order and 49 duplicates that name it', async () => {
    const fingerprint = randomHash();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => settled(newAttempt({ fingerprint }))));

    expect(kinds(outcomes)).toEqual({ placed: 1, duplicate: 49 });
    const placed = outcomes.find((outcome) => outcome.kind === 'placed');
    const named = outcomes.flatMap((outcome) => (outcome.kind === 'duplicate' ? [outcome.existingOrderId] : []));
    expect(new Set(named)).toEqual(new Set([placed?.order.id]));
    expect(await shop.countOrders()).toBe(1);
  });

  it('50 times one request under one key is one order for all, and exactly one attempt made it', async () => {
    const request = newAttempt();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => settled({ ...request, orderId: randomUUID() })),
    );

    expect(kinds(outcomes)).toEqual({ placed: 50 });
    const placed = outcomes.flatMap((outcome) => (outcome.kind === 'placed' ? [outcome] : []));
    expect(new Set(placed.map(({ order }) => order.id)).size).toBe(1);
    expect(placed.filter(({ created }) => created)).toHaveLength(1);
    expect(await shop.countOrders()).toBe(1);
  });

  it('50 runs of the very same attempt all answer that it made the order', async () => {
    const request = newAttempt();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => settled(request)));

    expect(outcomes.filter((outcome) => outcome.kind === 'placed' && outcome.created)).toHaveLength(50);
    expect(await shop.events(request.orderId)).toHaveLength(1);
  });

  it.each([
    ['other content', () => ({ fingerprint: randomHash() })],
    ['duplicates allowed', () => ({ fingerprint: 'bb'.repeat(32), allowDuplicate: true })],
  ])('the key alone lets one order through where the duplicate window cannot help: %s', async (_, more) => {
    const idempotencyKey = randomUUID();
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, () => settled(newAttempt({ idempotencyKey, ...more() }))),
    );

    expect(kinds(outcomes)).toEqual({ placed: 1, key_reused: 29 });
    expect(await shop.countOrders()).toBe(1);
  });
});

describe('two at once', () => {
  /** Runs the second attempt while the first one is written and not committed; ends the first one when it waits. */
  async function meet(first: PlaceOrder, second: PlaceOrder, end: 'commit' | 'rollback'): Promise<PlaceOrderOutcome> {
    const open = await shop.begin();
    let waiting: Promise<PlaceOrderOutcome> | undefined;
    let how: 'commit' | 'rollback' = 'rollback';
    try {
      expect(await placeOrder(open.client, first)).toMatchObject({ kind: 'placed', created: true });
      waiting = shop.place(second);
      await eventually('the second attempt waits', async () => (await lockWaiters(database)) === 1);
      how = end;
    } finally {
      await open[how]();
    }
    return waiting;
  }

  const sameKey = (first: PlaceOrder) => ({ ...first, orderId: randomUUID() });
  const sameFingerprint = (first: PlaceOrder) => newAttempt({ fingerprint: first.fingerprint });

  it('under one key: the second is undecided when the first is committed, and finds its order at the next look', async () => {
    const first = newAttempt();
    const second = sameKey(first);
    expect(await meet(first, second, 'commit')).toEqual({ kind: 'undecided' });

    expect(await shop.place(second)).toMatchObject({ kind: 'placed', created: false, order: { id: first.orderId } });
  });

  it('of one fingerprint: the second is undecided when the first is committed, and a duplicate at the next look', async () => {
    const first = newAttempt();
    const second = sameFingerprint(first);
    expect(await meet(first, second, 'commit')).toEqual({ kind: 'undecided' });

    expect(await shop.place(second)).toEqual({ kind: 'duplicate', existingOrderId: first.orderId });
  });

  it.each([
    ['key', sameKey],
    ['fingerprint', sameFingerprint],
  ])('of one %s: the second is placed when the first is rolled back', async (_, another) => {
    const first = newAttempt();
    const second = another(first);

    expect(await meet(first, second, 'rollback')).toMatchObject({ created: true, order: { id: second.orderId } });
    expect(await shop.countOrders()).toBe(1);
  });

  it('an allowed duplicate does not even wait for the order it repeats', async () => {
    const first = newAttempt();
    const open = await shop.begin();
    try {
      await placeOrder(open.client, first);
      expect(await shop.place({ fingerprint: first.fingerprint, allowDuplicate: true })).toMatchObject({
        created: true,
      });
    } finally {
      await open.rollback();
    }
  });

  it('a completed key survives an attempt under it that was judged before it was completed', async () => {
    const first = newAttempt();
    const second = newAttempt({ idempotencyKey: first.idempotencyKey });
    expect(await meet(first, second, 'commit')).toEqual({ kind: 'undecided' });

    expect(await keyRow(first.idempotencyKey)).toEqual({
      status: 'completed',
      order_id: first.orderId,
      hash: first.requestHash,
    });
    expect(await shop.place(second)).toEqual({ kind: 'key_reused' });
  });
});
