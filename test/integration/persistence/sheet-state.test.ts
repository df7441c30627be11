import { randomUUID } from 'node:crypto';
import { type SheetState, sheetStateWord } from '../../../domain/sheets/sheet-status';
import { getCapabilities } from '../../../persistence/capabilities/get-capabilities';
import {
  type CapabilitiesPatch,
  type SheetConnection,
  updateCapabilities,
} from '../../../persistence/capabilities/update-capabilities';
import { FORGET_SYNCED, forgetSynced, type OrderPosition } from '../../../persistence/sheets/forget-synced';
import { getSheetState } from '../../../persistence/sheets/get-sheet-state';
import { listSheetAttempts } from '../../../persistence/sheets/list-sheet-attempts';
import { takeUpSheet } from '../../../persistence/sheets/take-up-sheet';
import { createDatabase, type TestDatabase } from '../../support/database';
import { indexPlan } from '../../support/index-plan';
import { meet } from '../../support/meet';
import { openShop, type Shop } from '../../support/shop';

let database: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  shop = await openShop(database);
});
afterAll(() => database.close());

const NO_CHANGE: CapabilitiesPatch = {
  orderBookingEnabled: undefined,
  sheetsSyncEnabled: undefined,
  sheetsSpreadsheetId: undefined,
  sheetsSheetName: undefined,
  sheetsAccount: undefined,
  pendingOrderExpirySeconds: undefined,
  bookingLocale: undefined,
  bookingIdleExpirySeconds: undefined,
  confirmationExpirySeconds: undefined,
  confirmationPhrases: undefined,
};

const change = (patch: Partial<CapabilitiesPatch>) =>
  shop.run((client) => updateCapabilities(client, { ...NO_CHANGE, ...patch }));
const state = (at = shop) => at.run(getSheetState);

/** What the sync worker would write. */
const set = (fields: string) =>
  database.owner.query(`UPDATE ai_capabilities SET ${fields} WHERE user_id = $1`, [shop.userId]);
const synced = (id: string, version = 1) =>
  database.owner.query('UPDATE orders SET sheet_synced_version = $2 WHERE id = $1', [id, version]);

describe('the state of a sheet', () => {
  it('counts the orders that the sheet lacks or shows in an older state', async () => {
    await change({ sheetsSyncEnabled: true, sheetsSpreadsheetId: 'abc' });
    await set(`sheet_synced_target = 'abc/Orders', sheet_synced_at = '2026-03-01T12:00:00Z'`);
    const [one, two] = [await shop.placed(), await shop.placed()];
    await shop.placed();
    await synced(one.id);
    await synced(two.id);
    await shop.move(two.id, 'confirmed');
    expect(await state()).toEqual({
      enabled: true,
      spreadsheetId: 'abc',
      sheetName: 'Orders',
      serviceAccount: null,
      unsyncedOrders: 2,
      lastSyncedAt: '2026-03-01T12:00:00.000Z',
      parked: null,
    });
  });

  it('counts all of them as soon as they go to another tab or spreadsheet, or have never gone to any', async () => {
    await change({ sheetsSyncEnabled: true, sheetsSpreadsheetId: 'abc' });
    const order = await shop.placed();
    await synced(order.id);
    expect(await state()).toMatchObject({ unsyncedOrders: 1 });
    await set(`sheet_synced_target = 'abc/Orders'`);
    expect(await state()).toMatchObject({ unsyncedOrders: 0 });
    await change({ sheetsSheetName: 'Bestellungen' });
    expect(await state()).toMatchObject({ unsyncedOrders: 1 });
    await change({ sheetsSheetName: 'Orders', sheetsSpreadsheetId: 'def' });
    expect(await state()).toMatchObject({ unsyncedOrders: 1 });
    await change({ sheetsSpreadsheetId: null });
    expect(await state()).toMatchObject({ unsyncedOrders: 1, spreadsheetId: null });
  });

  it('says why it is parked, until it is taken up again, with the flag for the sweep raised', async () => {
    await change({ sheetsSyncEnabled: true, sheetsSpreadsheetId: 'abc' });
    await set(`sheet_parked_at = '2026-03-01T12:00:00Z', sheet_parked_cause = 'not_shared'`);
    expect(await state()).toMatchObject({ parked: { cause: 'not_shared', parkedAt: '2026-03-01T12:00:00.000Z' } });
    await shop.run(takeUpSheet);
    expect(await state()).toMatchObject({ parked: null });
    const { rows } = await database.owner.query(
      'SELECT sheet_sync_pending AS pending FROM ai_capabilities WHERE user_id = $1',
      [shop.userId],
    );
    expect(rows).toEqual([{ pending: true }]);
  });

  it('that is off stays without a flag', async () => {
    await change({ orderBookingEnabled: true });
    await shop.run(takeUpSheet);
    const { rows } = await database.owner.query(
      'SELECT sheet_sync_pending AS pending FROM ai_capabilities WHERE user_id = $1',
      [shop.userId],
    );
    expect(rows).toEqual([{ pending: false }]);
  });

  it('has every order missing once what was synced is forgotten, of this tenant only', async () => {
    await change({ sheetsSyncEnabled: true, sheetsSpreadsheetId: 'abc' });
    await set(`sheet_synced_target = 'abc/Orders'`);
    const other = await openShop(database);
    const theirs = await other.placed();
    await synced(theirs.id);
    for (let index = 0; index < 3; index += 1) await synced((await shop.placed()).id);
    expect(await state()).toMatchObject({ unsyncedOrders: 0 });
    let behind: OrderPosition | undefined;
    const forget = async (limit: number) => {
      const at = { limit, behind };
      const forgotten = await shop.run((client) => forgetSynced(client, at));
      behind = forgotten?.last;
      return forgotten?.count ?? 0;
    };
    expect(await forget(2)).toBe(2);
    expect(await state()).toMatchObject({ unsyncedOrders: 2 });
    expect([await forget(2), await forget(2)]).toEqual([1, 0]);
    expect(await state()).toMatchObject({ unsyncedOrders: 3 });
    expect(behind).toBeUndefined();
    const { rows } = await database.owner.query('SELECT sheet_synced_version AS v FROM orders WHERE id = $1', [
      theirs.id,
    ]);
    expect(rows).toEqual([{ v: 1 }]);
  });
});

it('a batch of what is to be forgotten begins behind the one before, and does not walk past what that one forgot', async () => {
  const plan = await indexPlan(database, `(GENERIC_PLAN) ${FORGET_SYNCED}`);
  expect(plan).toMatch(/Index Scan using orders_by_time/);
  expect(plan).toMatch(/Index Cond: .*ROW\(created_at, id\) < ROW\(/);
  expect(plan).not.toMatch(/Sort Key: orders/);
});

describe('in one word', () => {
  const STATE: SheetState = {
    enabled: true,
    spreadsheetId: 'abc',
    sheetName: 'Orders',
    serviceAccount: null,
    unsyncedOrders: 0,
    lastSyncedAt: null,
    parked: null,
  };
  const parked = { cause: 'not_shared', parkedAt: '2026-03-01T12:00:00.000Z' };
  it.each<[string, Partial<SheetState>, string | null]>([
    ['off', { enabled: false, parked }, 'a'],
    ['not_connected', { spreadsheetId: null }, 'a'],
    ['not_connected', {}, null],
    ['parked', { parked, unsyncedOrders: 3 }, 'a'],
    ['syncing', { unsyncedOrders: 1 }, 'a'],
    ['synced', {}, 'a'],
  ])('%s (%#)', (word, more, account) => {
    expect(sheetStateWord({ ...STATE, ...more }, account)).toBe(word);
  });
});

describe('a change that was tried with how the sheet is connected', () => {
  const tried = { enabled: true, spreadsheetId: 'abc', sheetName: 'Orders', credentials: null };
  const changeWhile = (at: SheetConnection, patch: Partial<CapabilitiesPatch>) =>
    shop.run((client) => updateCapabilities(client, { ...NO_CHANGE, ...patch }, at));

  it('is made only while it is connected like that, whatever is changed meanwhile', async () => {
    await change({ sheetsSyncEnabled: true, sheetsSpreadsheetId: 'abc' });
    for (const other of [{ enabled: false }, { spreadsheetId: null }, { sheetName: 'B' }, { credentials: 'v1.k.x' }]) {
      expect(await changeWhile({ ...tried, ...other }, { sheetsSheetName: 'Other' })).toBeUndefined();
    }
    expect(await state()).toMatchObject({ sheetName: 'Orders' });
    expect(await changeWhile(tried, { sheetsSheetName: 'Other' })).toMatchObject({ sheetsSheetName: 'Other' });
  });

  it('waits for a change that is under way, and then is not made', async () => {
    await change({ sheetsSyncEnabled: true, sheetsSpreadsheetId: 'abc' });
    const [, second] = await meet(
      { database, shop },
      (client) => updateCapabilities(client, { ...NO_CHANGE, sheetsSpreadsheetId: 'def' }),
      () => changeWhile(tried, { sheetsSheetName: 'Other' }),
    );
    expect(second).toBeUndefined();
    expect(await state()).toMatchObject({ spreadsheetId: 'def', sheetName: 'Orders' });
  });

  it('nor is it made by the second of two who set something for the first time', async () => {
    await database.owner.query('DELETE FROM ai_capabilities WHERE user_id = $1', [shop.userId]);
    const never = { enabled: false, spreadsheetId: null, sheetName: 'Orders', credentials: null };
    const [first, second] = await meet(
      { database, shop },
      (client) => updateCapabilities(client, { ...NO_CHANGE, sheetsSpreadsheetId: 'def' }, never),
      () => changeWhile(never, { sheetsSheetName: 'Other' }),
    );
    expect(first).toMatchObject({ sheetsSpreadsheetId: 'def' });
    expect(second).toBeUndefined();
  });
});

describe('a service account of one’s own', () => {
  it('is kept sealed, shown by its address only, and forgotten by null', async () => {
    const sheetsAccount = { sealedCredentials: 'v1.k.sealed', serviceAccount: 'a@example.com' };
    expect(await change({ sheetsAccount })).toMatchObject({ sheetsServiceAccount: 'a@example.com' });
    expect(await change({ orderBookingEnabled: true })).toMatchObject({ sheetsServiceAccount: 'a@example.com' });
    expect(await state()).toMatchObject({ serviceAccount: 'a@example.com' });
    expect(JSON.stringify(await shop.run(getCapabilities))).not.toContain('sealed');
    expect(await change({ sheetsAccount: null })).toMatchObject({ sheetsServiceAccount: null });
    const { rows } = await database.owner.query(
      'SELECT sheets_credentials AS c FROM ai_capabilities WHERE user_id = $1',
      [shop.userId],
    );
    expect(rows).toEqual([{ c: null }]);
  });

  it('of a tenant that never set anything is kept by its first change', async () => {
    await database.owner.query('DELETE FROM ai_capabilities WHERE user_id = $1', [shop.userId]);
    expect(await state()).toBeUndefined();
    const sheetsAccount = { sealedCredentials: 'v1.k.sealed', serviceAccount: 'a@example.com' };
    expect(await change({ sheetsAccount })).toMatchObject({ sheetsServiceAccount: 'a@example.com' });
  });
});

describe('attempts to write to a sheet', () => {
  async function attempt(at: Shop, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const row = { result: 'synced', cause: null, status_code: null, attempt: 1, ...more };
    const { rows } = await database.owner.query<{ id: string }>(
      `INSERT INTO sheet_sync_attempts (user_id, order_ids, correlation_ids, result, cause, status_code, attempt, updated,
         appended, mended, started_at, duration_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 2, 3, '2026-03-01T12:00:00Z', 40) RETURNING id`,
      [at.userId, [randomUUID()], ['req_1'], row.result, row.cause, row.status_code, row.attempt],
    );
    return rows[0]?.id ?? '';
  }
  const list = (beforeId?: string, limit = 100, at = shop) =>
    at.run((client) => listSheetAttempts(client, { beforeId, limit }));

  it('are listed newest first, with all that is known of them', async () => {
    const first = await attempt(shop);
    const second = await attempt(shop, { result: 'retried', cause: 'rate_limited', status_code: 429, attempt: 2 });
    expect(await list()).toEqual([
      {
        id: second,
        orderIds: [expect.any(String)],
        result: 'retried',
        cause: 'rate_limited',
        statusCode: 429,
        startedAt: '2026-03-01T12:00:00.000Z',
        durationMs: 40,
        correlationIds: ['req_1'],
        written: { updated: 1, appended: 2, mended: 3 },
        attempt: 2,
      },
      expect.objectContaining({ id: first, result: 'synced', cause: null, statusCode: null }),
    ]);
  });

  it('come page by page, of this tenant only', async () => {
    const other = await openShop(database);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.unshift(await attempt(shop));
      await attempt(other);
    }
    const first = await list(undefined, 2);
    const second = await list(first.at(-1)?.id, 2);
    const third = await list(second.at(-1)?.id, 2);
    expect([...first, ...second, ...third].map(({ id }) => id)).toEqual(ids);
    expect(await list(undefined, 100, await openShop(database))).toEqual([]);
  });
});
