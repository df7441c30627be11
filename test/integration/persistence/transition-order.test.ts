import { randomUUID } from 'node:crypto';
import { ORDER_STATUSES } from '../../../domain/order';
import { canTransition } from '../../../domain/order-state';
import { createDatabase, type TestDatabase } from '../../support/database';
import { verifyEventChain } from '../../support/event-chain';
import { openShop, type Shop, warmConnections } from '../../support/shop';

let database: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  database = await createDatabase();
  await warmConnections(database, 20);
  shop = await openShop(database);
});
afterAll(() => database.close());

const pairs = ORDER_STATUSES.flatMap((from) => ORDER_STATUSES.map((to) => [from, to] as const));

describe('moving an order', () => {
  it.each(pairs.filter(([from, to]) => canTransition(from, to)))(
    'from %s to %s is done and recorded',
    async (from, to) => {
      const order = await shop.orderThatIs(from);
      const at = new Date(Date.now() + 60_000);
      const outcome = await shop.move(order.id, to, {
        actor: 'api_key:obk_mover000',
        reason: 'because "ä" \\ said so',
        correlationId: 'req_move',
        at,
      });

      const moved = { ...order, status: to, version: order.version + 1, updatedAt: at.toISOString() };
      expect(outcome).toEqual({ kind: 'moved', from, order: moved, ...unheard(order.version + 1) });
      const events = await shop.events(order.id);
      expect(events.at(-1)).toEqual({
        orderId: order.id,
        sequence: order.version + 1,
        type: 'status_changed',
        fromStatus: from,
        toStatus: to,
        actor: 'api_key:obk_mover000',
        reason: 'because "ä" \\ said so',
        correlationId: 'req_move',
        occurredAt: at.toISOString(),
      });
      await verifyEventChain(database, order.id);
    },
  );

  it.each(pairs.filter(([from, to]) => from !== to && !canTransition(from, to)))(
    'from %s to %s is illegal, and changes and records nothing',
    async (from, to) => {
      const order = await shop.orderThatIs(from);
      const events = await shop.events(order.id);

      expect(await shop.move(order.id, to)).toEqual({ kind: 'illegal', from, order, ...unheard(order.version) });
      expect(await shop.events(order.id)).toEqual(events);
    },
  );

  it.each(pairs.filter(([from, to]) => from !== to && !canTransition(from, to)))(
    'from %s to %s is recorded as ignored where nobody hears the answer',
    async (from, to) => {
      const order = await shop.orderThatIs(from);

      expect(await shop.move(order.id, to, { auditRefusal: true, actor: 'signal' })).toEqual({
        kind: 'illegal',
        from,
        order,
        ...unheard(order.version + 1),
      });
      const events = await shop.events(order.id);
      expect(events).toHaveLength(order.version + 1);
      expect(events.at(-1)).toMatchObject({
        sequence: order.version + 1,
        type: 'status_change_ignored',
        fromStatus: from,
        toStatus: to,
        actor: 'signal',
      });
      await verifyEventChain(database, order.id);
    },
  );

  it.each(ORDER_STATUSES)(
    'from %s to the same is no change and no event, also where refusals are recorded',
    async (status) => {
      const order = await shop.orderThatIs(status);
      const events = await shop.events(order.id);

      expect(await shop.move(order.id, status)).toEqual({
        kind: 'unchanged',
        from: status,
        order,
        ...unheard(order.version),
      });
      expect(await shop.move(order.id, status, { auditRefusal: true })).toEqual({
        kind: 'unchanged',
        from: status,
        order,
        ...unheard(order.version),
      });
      expect(await shop.events(order.id)).toEqual(events);
    },
  );

  it('finds no order that nobody has or that another tenant has', async () => {
    const other = await openShop(database);
    const order = await other.placed();

    expect(await shop.move(order.id, 'confirmed')).toBeUndefined();
    expect(await shop.move(randomUUID(), 'confirmed')).toBeUndefined();
    expect(await other.events(order.id)).toHaveLength(1);
  });
});

describe('an expected version', () => {
  it("lets the move through when it is the order's", async () => {
    const order = await shop.orderThatIs('confirmed');
    expect(await shop.move(order.id, 'processing', { expectedVersion: 2 })).toMatchObject({ kind: 'moved' });
  });

  it.each([
    ['a lawful move', 'processing'],
    ['an illegal move', 'pending'],
    ['no move at all', 'confirmed'],
  ] as const)('that is stale or ahead refuses %s and tells the order as it is', async (_, to) => {
    const order = await shop.orderThatIs('confirmed');

    for (const expectedVersion of [1, 3, 2_147_483_647]) {
      expect(await shop.move(order.id, to, { expectedVersion })).toEqual({
        kind: 'version_conflict',
        from: 'confirmed',
        order,
        ...unheard(2),
      });
    }
    expect(await shop.events(order.id)).toHaveLength(2);
  });
});

describe('a command that runs again', () => {
  it('changes nothing and answers as it did when it moved the order', async () => {
    const order = await shop.placed();
    const command = { commandId: randomUUID() };
    const first = await shop.move(order.id, 'confirmed', command);

    expect(first).toMatchObject({ kind: 'moved', from: 'pending' });
    expect(await shop.move(order.id, 'confirmed', command)).toEqual(first);
    expect(await shop.events(order.id)).toHaveLength(2);
  });

  it('answers as it did when it moved the order and expected the version before', async () => {
    const order = await shop.placed();
    const command = { commandId: randomUUID(), expectedVersion: 1, auditRefusal: true };
    const first = await shop.move(order.id, 'confirmed', command);

    expect(await shop.move(order.id, 'confirmed', command)).toEqual(first);
    expect(await shop.events(order.id)).toHaveLength(2);
  });

  it('still says that it moved the order when others came behind it, and which event tells of that', async () => {
    const order = await shop.placed();
    const commands = [{ commandId: randomUUID(), expectedVersion: 1, auditRefusal: true }, { commandId: randomUUID() }];
    await shop.move(order.id, 'confirmed', commands[0]);
    const second = await shop.move(order.id, 'processing', commands[1]);

    expect(await shop.move(order.id, 'confirmed', commands[0])).toEqual({
      kind: 'moved',
      from: 'pending',
      order: second?.order,
      ...unheard(2),
    });
    expect(await shop.move(order.id, 'processing', commands[1])).toEqual(second);
    expect(await shop.events(order.id)).toHaveLength(3);
  });

  it.each([
    ['illegal', 'completed', {}],
    ['version_conflict', 'processing', { expectedVersion: 1 }],
    ['version_conflict', 'confirmed', { expectedVersion: 1 }],
  ] as const)('answers %s again, with one line in the trail (to %s)', async (kind, to, more) => {
    const order = await shop.orderThatIs('confirmed');
    const command = { commandId: randomUUID(), auditRefusal: true, ...more };

    expect(await shop.move(order.id, to, command)).toEqual({ kind, from: 'confirmed', order, ...unheard(3) });
    expect(await shop.move(order.id, to, command)).toEqual({ kind, from: 'confirmed', order, ...unheard(3) });
    expect(await shop.events(order.id)).toHaveLength(3);
  });

  it('20 times at once moves the order once and tells every run so', async () => {
    const order = await shop.placed();
    const command = { commandId: randomUUID(), expectedVersion: 1 };
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => shop.move(order.id, 'confirmed', command)));

    expect(new Set(outcomes.map((outcome) => outcome?.kind))).toEqual(new Set(['moved']));
    expect(await shop.events(order.id)).toHaveLength(2);
  });
});

describe('20 moves of one order at once', () => {
  it('have one winner when they all expect the same version', async () => {
    const order = await shop.placed();
    const targets = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 'confirmed' : 'cancelled'));
    const outcomes = await Promise.all(
      targets.map((to) => shop.move(order.id, to, { expectedVersion: 1, auditRefusal: true })),
    );

    expect(outcomes.filter((outcome) => outcome?.kind === 'moved')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome?.kind === 'version_conflict')).toHaveLength(19);
    expect((await shop.events(order.id)).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 21 }, (_, i) => i + 1),
    );
    await verifyEventChain(database, order.id);
  });

  it('of all kinds leave a trail without gaps or forks that tells exactly the way the order went', async () => {
    const order = await shop.placed();
    const targets = ORDER_STATUSES.flatMap((status) => [status, status, status, status]);
    const outcomes = await Promise.all(targets.map((to) => shop.move(order.id, to, { auditRefusal: true })));

    const moves = outcomes.filter((outcome) => outcome?.kind === 'moved');
    const events = await shop.events(order.id);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    const changes = events.filter(({ type }) => type === 'status_changed');
    expect(changes).toHaveLength(moves.length);
    expect(changes.map(({ fromStatus }) => fromStatus)).toEqual([
      'pending',
      ...changes.slice(0, -1).map(({ toStatus }) => toStatus),
    ]);
    expect(
      changes.every(({ fromStatus, toStatus }) => fromStatus !== null && canTransition(fromStatus, toStatus)),
    ).toBe(true);
    await verifyEventChain(database, order.id);
  });
});

/** What a statement says of a tenant that has no sheet and nobody who subscribed. */
function unheard(sequence: number) {
  return { sequence, sheetFellBehind: false, subscriptions: [] };
}
