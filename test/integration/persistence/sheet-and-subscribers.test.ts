import { randomUUID } from 'node:crypto';
import { placeOrder } from '../../../persistence/orders/place-order';
import { createDatabase, type TestDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { lockWaiters, newAttempt, openShop, type Shop, warmConnections } from '../../support/shop';

let database: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  shop = await openShop(database);
});
afterAll(() => database.close());

async function sheet(fields: { readonly enabled: boolean; readonly pending?: boolean }): Promise<void> {
  await database.owner.query(
    'UPDATE ai_capabilities SET sheets_sync_enabled = $2, sheet_sync_pending = $3 WHERE user_id = $1',
    [shop.userId, fields.enabled, fields.pending ?? false],
  );
}

async function pending(): Promise<boolean | undefined> {
  const { rows } = await database.owner.query<{ pending: boolean }>(
    'SELECT sheet_sync_pending AS pending FROM ai_capabilities WHERE user_id = $1',
    [shop.userId],
  );
  return rows[0]?.pending;
}

async function subscribe(events: readonly string[], status = 'active', userId = shop.userId): Promise<string> {
  const id = randomUUID();
  await database.owner.query(
    `INSERT INTO notification_subscriptions (id, user_id, kind, url, secret, events, status)
     VALUES ($1, $2, 'webhook', 'https://example.com/', 'sealed', $3, $4)`,
    [id, userId, events, status],
  );
  return id;
}

describe("the flag of a tenant's sheet", () => {
  it('is raised by the first order that the sheet lacks, and by none after it', async () => {
    await sheet({ enabled: true });
    expect(await shop.place()).toMatchObject({ kind: 'placed', sheetFellBehind: true });
    expect(await shop.place()).toMatchObject({ kind: 'placed', sheetFellBehind: false });
    expect(await pending()).toBe(true);
  });

  it('is raised by exactly one of a hundred orders at once', async () => {
    await sheet({ enabled: true });
    await warmConnections(database, 40);
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => shop.place()));
    expect(outcomes.filter((outcome) => outcome.kind === 'placed')).toHaveLength(100);
    expect(outcomes.filter((outcome) => outcome.kind === 'placed' && outcome.sheetFellBehind)).toHaveLength(1);
  });

  it('is raised by a move, but not by one that is refused or changes nothing', async () => {
    const order = await shop.placed();
    await sheet({ enabled: true });
    expect(await shop.move(order.id, 'completed', { auditRefusal: true })).toMatchObject({ sheetFellBehind: false });
    expect(await shop.move(order.id, 'pending')).toMatchObject({ sheetFellBehind: false });
    expect(await pending()).toBe(false);
    expect(await shop.move(order.id, 'confirmed')).toMatchObject({ kind: 'moved', sheetFellBehind: true });
    expect(await pending()).toBe(true);
  });

  it('is not raised by a duplicate or a replay', async () => {
    const request = newAttempt();
    await shop.place(request);
    await sheet({ enabled: true });
    expect(await shop.place(request)).toMatchObject({ kind: 'placed', sheetFellBehind: false });
    expect(await shop.place({ ...newAttempt(), fingerprint: request.fingerprint })).toMatchObject({
      kind: 'duplicate',
    });
    expect(await pending()).toBe(false);
  });

  it('stays down for a tenant without a sheet', async () => {
    expect(await shop.place()).toMatchObject({ kind: 'placed', sheetFellBehind: false });
    expect(await pending()).toBe(false);
  });

  it('is raised by the next order when the one that would have raised it is undone', async () => {
    await sheet({ enabled: true });
    const first = await shop.begin();
    expect(await placeOrder(first.client, newAttempt())).toMatchObject({ sheetFellBehind: true });
    const second = shop.place();
    await eventually('the second order waiting for the flag', async () => (await lockWaiters(database)) === 1);
    await first.rollback();
    expect(await second).toMatchObject({ kind: 'placed', sheetFellBehind: true });
  });

  it('leaves every new version of an order unsynced', async () => {
    const order = await shop.placed();
    const unsynced = async () => {
      const { rows } = await database.owner.query(
        'SELECT id FROM orders WHERE user_id = $1 AND sheet_synced_version <> version',
        [shop.userId],
      );
      return rows.length;
    };
    expect(await unsynced()).toBe(1);
    await database.owner.query('UPDATE orders SET sheet_synced_version = version WHERE id = $1', [order.id]);
    expect(await unsynced()).toBe(0);
    await shop.move(order.id, 'confirmed');
    expect(await unsynced()).toBe(1);
  });
});

describe('who wants to hear of an order', () => {
  it('is told by the statement that writes it: the active subscriptions to just this event', async () => {
    const both = await subscribe(['order.created', 'order.status_changed']);
    const created = await subscribe(['order.created']);
    const changed = await subscribe(['order.status_changed', 'sheet.parked']);
    await subscribe(['order.created', 'order.status_changed'], 'disabled');
    await subscribe(['order.created', 'order.status_changed'], 'ended');
    await subscribe(['order.created', 'order.status_changed'], 'active', 'somebody-else');

    const outcome = await shop.place();
    expect(outcome).toMatchObject({ kind: 'placed', subscriptions: [both, created].sort() });
    if (outcome.kind !== 'placed') throw new Error('the order was not placed');
    const command = { commandId: randomUUID() };
    const moved = { kind: 'moved', sequence: 2, subscriptions: [both, changed].sort() };
    expect(await shop.move(outcome.order.id, 'confirmed', command)).toMatchObject(moved);
    // The same command once more, as after a crash: it is for the same event.
    expect(await shop.move(outcome.order.id, 'confirmed', command)).toMatchObject(moved);
  });

  it('is nobody where nobody subscribed', async () => {
    expect(await shop.place()).toMatchObject({ kind: 'placed', subscriptions: [] });
  });
});
