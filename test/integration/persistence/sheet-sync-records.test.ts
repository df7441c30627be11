import type { Order } from '../../../domain/order';
import { listUnsyncedOrders } from '../../../persistence/sheets/list-unsynced-orders';
import { lowerSheetFlag } from '../../../persistence/sheets/lower-sheet-flag';
import { markOrdersSynced } from '../../../persistence/sheets/mark-orders-synced';
import { openSheetWrite, suspectSheetWrite } from '../../../persistence/sheets/open-sheet-write';
import { parkSheet, type TriedSheet } from '../../../persistence/sheets/park-sheet';
import { sheetBacklog, sheetsLeftBehind } from '../../../persistence/sheets/sheets-left-behind';
import { takeSheetTurn } from '../../../persistence/sheets/take-sheet-turn';
import { takeUpSheet } from '../../../persistence/sheets/take-up-sheet';
import { turnToSheet } from '../../../persistence/sheets/turn-to-sheet';
import { createDatabase, type TestDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { createPlainInstallation } from '../../support/plain-installation';
import { lockWaiters, openShop, type Shop } from '../../support/shop';

let database: TestDatabase;
let shop: Shop;

const TARGET = 'sheet-1/Orders';

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  shop = await openShop(database);
  await change({ sheets_sync_enabled: true, sheets_spreadsheet_id: 'sheet-1', sheets_sheet_name: 'Orders' });
  await shop.run((client) => turnToSheet(client, { target: TARGET, writer: 0 }));
});
afterAll(() => database.close());

async function change(columns: Readonly<Record<string, unknown>>): Promise<void> {
  const sets = Object.keys(columns).map((name, index) => `${name} = $${index + 2}`);
  await database.owner.query(`UPDATE ai_capabilities SET ${sets.join(', ')} WHERE user_id = $1`, [
    shop.userId,
    ...Object.values(columns),
  ]);
}

const mark = (orders: readonly Pick<Order, 'id' | 'version'>[], target = TARGET, writer = 0) =>
  shop.run((client) =>
    markOrdersSynced(client, {
      orders: orders.map(({ id, version }) => ({ orderId: id, version })),
      target,
      writer,
    }),
  );
const park = (other: Partial<TriedSheet> = {}, writer = 0) =>
  shop.run((client) => {
    const tried = { spreadsheetId: 'sheet-1', sheetName: 'Orders', credentials: null, takenUp: 0, ...other };
    return parkSheet(client, 'not_shared', { tried, writer });
  });
const unsynced = async () => (await shop.run((client) => listUnsyncedOrders(client, 100))).map(({ order }) => order.id);

describe('what a sheet lacks', () => {
  it('is every order since its last write, oldest first, with what its newest change was asked for with', async () => {
    const first = await shop.placed({ correlationId: 'req_first' });
    const second = await shop.placed({ correlationId: 'req_second' });
    expect(await mark([first])).toBe(true);
    await shop.move(second.id, 'confirmed', { correlationId: 'req_move' });
    await shop.placed({ correlationId: 'req_third' });
    const found = await shop.run((client) => listUnsyncedOrders(client, 100));
    expect(found.map(({ order: { id, version }, correlationId }) => [id, version, correlationId])).toEqual([
      [second.id, 2, 'req_move'],
      [expect.any(String), 1, 'req_third'],
    ]);
    expect(await shop.run((client) => listUnsyncedOrders(client, 1))).toHaveLength(1);
  });

  it('is an order that moved on while it was written', async () => {
    const order = await shop.placed();
    await shop.move(order.id, 'confirmed');
    await mark([order]);
    expect(await unsynced()).toEqual([order.id]);
    await mark([{ ...order, version: 2 }]);
    expect(await unsynced()).toEqual([]);
    // An answer that comes late takes nothing back.
    await mark([order]);
    expect(await unsynced()).toEqual([]);
  });
});

describe('a write that is recorded', () => {
  it('counts for nothing when the orders go to another sheet by now', async () => {
    const order = await shop.placed();
    await change({ sheets_sheet_name: 'Other' });
    expect(await mark([order])).toBe(false);
  });

  it('waits for a change of the sheet that is under way, and then counts for nothing', async () => {
    const order = await shop.placed();
    const owner = await database.owner.connect();
    await owner.query('BEGIN');
    await owner.query("UPDATE ai_capabilities SET sheets_spreadsheet_id = 'sheet-2' WHERE user_id = $1", [shop.userId]);
    const marked = mark([order]);
    await eventually('the record to wait', async () => (await lockWaiters(database)) === 1);
    await owner.query('COMMIT');
    owner.release();
    expect(await marked).toBe(false);
  });

  it('does not wait in a circle with orders that are placed and moved', async () => {
    const orders = await Promise.all(Array.from({ length: 20 }, () => shop.placed()));
    await Promise.all([
      ...orders.map(({ id }) => shop.move(id, 'confirmed')),
      ...Array.from({ length: 20 }, () => shop.placed()),
      ...Array.from({ length: 5 }, () => mark(orders)),
      ...Array.from({ length: 5 }, () => shop.run((client) => lowerSheetFlag(client, false))),
    ]);
    expect((await unsynced()).length).toBe(40);
  });
});

describe('the flag', () => {
  const pending = async () =>
    (
      await database.owner.query('SELECT sheet_sync_pending AS up FROM ai_capabilities WHERE user_id = $1', [
        shop.userId,
      ])
    ).rows[0]?.up as boolean;

  it('is lowered by the sync, which is told whether it was up', async () => {
    await shop.placed();
    expect(await shop.run((client) => lowerSheetFlag(client, false))).toBe(true);
    expect(await shop.run((client) => lowerSheetFlag(client, false))).toBe(false);
  });

  it('stays up while the sheet is parked, until that is taken up again', async () => {
    await shop.placed();
    const parked = await park();
    expect(parked?.at).toEqual(expect.any(String));
    expect((await park())?.at).toBe(parked?.at);
    expect(await shop.run((client) => lowerSheetFlag(client, false))).toBe(false);
    expect(await pending()).toBe(true);
    expect(await shop.run((client) => lowerSheetFlag(client, true))).toBe(true);
    expect(await pending()).toBe(false);
    const { rows } = await database.owner.query('SELECT sheet_parked_at FROM ai_capabilities WHERE user_id = $1', [
      shop.userId,
    ]);
    expect(rows).toEqual([{ sheet_parked_at: null }]);
  });
});

describe('one who writes to a sheet', () => {
  const openWrite = async () =>
    (
      await database.owner.query<{ open: unknown }>(
        'SELECT sheet_open_write AS open FROM ai_capabilities WHERE user_id = $1',
        [shop.userId],
      )
    ).rows[0]?.open;

  it('neither begins nor records anything once another one does, and says what he may have written over', async () => {
    const order = await shop.placed();
    const first = await shop.run(takeSheetTurn);
    expect(await shop.run((client) => openSheetWrite(client, [{ 'Order ID': 0 }], first))).toBe(true);
    const second = await shop.run(takeSheetTurn);
    expect(second).toBeGreaterThan(first);
    expect(await shop.run((client) => openSheetWrite(client, null, first))).toBe(false);
    expect(await openWrite()).toEqual([{ 'Order ID': 0 }]);
    const record = (writer: number) =>
      shop.run((client) =>
        markOrdersSynced(client, { orders: [{ orderId: order.id, version: 1 }], target: TARGET, writer }),
      );
    expect(await record(second)).toBe(true);
    expect(await openWrite()).toBeNull();
    expect(await record(first)).toBe(false);
    const columns = [{ 'Order ID': 3 }];
    await shop.run((client) => suspectSheetWrite(client, { columns, writer: second, target: TARGET }));
    expect(await openWrite()).toBeNull();
    await shop.run((client) => suspectSheetWrite(client, { columns, writer: first, target: 'sheet-0/Orders' }));
    expect(await openWrite()).toBeNull();
    await shop.run((client) => suspectSheetWrite(client, { columns, writer: first, target: TARGET }));
    expect(await openWrite()).toEqual(columns);
  });

  it('who goes on after another one took over forgets nothing of what that one has opened', async () => {
    const first = await shop.run(takeSheetTurn);
    const second = await shop.run(takeSheetTurn);
    await shop.run((client) => openSheetWrite(client, [{ 'Order ID': 0 }], second));
    const turn = (writer: number) => shop.run((client) => turnToSheet(client, { target: 'sheet-0/Orders', writer }));
    expect(await turn(first)).toBe(false);
    expect(await openWrite()).toEqual([{ 'Order ID': 0 }]);
    expect(await mark([await shop.placed()], TARGET, second)).toBe(true);
    expect(await turn(second)).toBe(true);
    expect(await openWrite()).toBeNull();
  });
});

describe('parking', () => {
  it('waits for a change of the sheet that is under way, and then parks nothing', async () => {
    const owner = await database.owner.connect();
    await owner.query('BEGIN');
    await owner.query("UPDATE ai_capabilities SET sheets_credentials = 'v1.new' WHERE user_id = $1", [shop.userId]);
    const parked = park();
    await eventually('the parking to wait', async () => (await lockWaiters(database)) === 1);
    await owner.query('COMMIT');
    owner.release();
    expect(await parked).toBeUndefined();
    expect(await park({ credentials: 'v1.new' })).toMatchObject({ subscriptions: [] });
  });

  it('waits for an owner who takes the sheet up just now, and then parks nothing', async () => {
    const owner = await shop.begin();
    await takeUpSheet(owner.client);
    const parked = park();
    await eventually('the parking to wait', async () => (await lockWaiters(database)) === 1);
    await owner.commit();
    expect(await parked).toBeUndefined();
    expect(await park({ takenUp: 1 })).toMatchObject({ subscriptions: [] });
  });
});

describe('who is left behind', () => {
  const left = async (seconds = 30) => (await sheetsLeftBehind(database.service, seconds, 1_000)).includes(shop.userId);
  const age = () =>
    database.owner.query("UPDATE orders SET updated_at = updated_at - interval '1 minute' WHERE user_id = $1", [
      shop.userId,
    ]);

  it('is a tenant with a change that the sheet has lacked for a while, and no other', async () => {
    expect(await left()).toBe(false);
    const order = await shop.placed();
    await change({ sheet_sync_pending: false });
    expect(await left()).toBe(false);
    await age();
    expect(await left()).toBe(true);
    await mark([order]);
    expect(await left()).toBe(false);
  });

  it('is one whose flag is up, or whose last write has no end', async () => {
    await change({ sheet_sync_pending: true });
    expect(await left()).toBe(true);
    await change({ sheet_sync_pending: false, sheet_open_write: '[]' });
    expect(await left()).toBe(true);
  });

  it('is nobody whose sheet is off or parked', async () => {
    await shop.placed();
    await age();
    await change({ sheet_parked_at: new Date(), sheet_parked_cause: 'not_shared' });
    expect(await left()).toBe(false);
    await change({ sheet_parked_at: null, sheet_parked_cause: null, sheets_sync_enabled: false });
    expect(await left()).toBe(false);
  });

  it('is shown to monitoring in figures only', async () => {
    const before = await sheetBacklog(database.service);
    await shop.placed();
    await age();
    await change({ sheet_parked_at: new Date(), sheet_parked_cause: 'not_shared' });
    const after = await sheetBacklog(database.service);
    expect(after.unsynced).toBe(before.unsynced + 1);
    expect(after.parked).toBe(before.parked + 1);
    expect(after.oldestSeconds).toBeGreaterThanOrEqual(60);
  });
});

describe('an installation whose owner is no superuser', () => {
  it('finds who is left behind all the same, and its owner sees no tenant’s rows otherwise', async () => {
    const installation = await createPlainInstallation();
    try {
      await installation.asSuperuser(async (superuser) => {
        await superuser.query("INSERT INTO tenants (user_id, name) VALUES ('shop', 'Shop')");
        await superuser.query(
          "INSERT INTO ai_capabilities (user_id, sheets_sync_enabled, sheet_sync_pending) VALUES ('shop', true, true)",
        );
      });
      await installation.asOwner(async (owner) => {
        expect((await owner.query('SELECT user_id FROM ai_capabilities')).rows).toEqual([]);
      });
      await installation.asService(async (service) => {
        await service.query("SET app.sheet_overview = 'on'");
        expect((await service.query('SELECT user_id FROM ai_capabilities')).rows).toEqual([]);
        const { rows } = await service.query("SELECT * FROM sheets_left_behind(interval '30 s', 10)");
        expect(rows).toEqual([{ sheets_left_behind: 'shop' }]);
        expect((await service.query('SELECT parked, unsynced FROM sheet_backlog()')).rows).toEqual([
          { parked: '0', unsynced: '0' },
        ]);
      });
    } finally {
      await installation.close();
    }
  });
});
