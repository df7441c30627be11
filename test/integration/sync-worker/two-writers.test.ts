import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Pool } from 'pg';
import { FIRST_COLUMNS, SHEET_COLUMNS } from '../../../domain/sheets/columns';
import { columnsToRecord } from '../../../domain/sheets/sheet-tab';
import { openSheetWrite } from '../../../persistence/sheets/open-sheet-write';
import { sheetsLeftBehind } from '../../../persistence/sheets/sheets-left-behind';
import { withTenant } from '../../../persistence/with-tenant';
import { parseKeyring } from '../../../platform/keyring';
import { createLogger } from '../../../platform/logger';
import { sheetUseCases } from '../../../services/order-api/use-cases/sheets';
import { createSheetActivities } from '../../../services/sync-worker/activities/create-sheet-activities';
import { accountBudget } from '../../../services/sync-worker/google/account-budget';
import type { SheetActivities, SyncSheetResult } from '../../../workflows/sheet-contract';
import { beforeStatement } from '../../support/before-statement';
import { eventually } from '../../support/eventually';
import { TEST_SECRETS_KEYS } from '../../support/services';
import { createSheetScene, type SheetScene } from '../../support/sheet-scene';
import { ourRows } from '../../support/sheet-shop';

/**
 * Two who write to a tenant's sheet at once: a process that stood still is taken for dead, and goes on with what it had read when
 * another one has done its work. No worker runs here, so that each goes on exactly when the test lets it.
 */
let scene: SheetScene;
let activities: SheetActivities;
let activitiesWith: (pool: Pool) => SheetActivities;

beforeAll(async () => {
  scene = await createSheetScene();
  const sharedCredentials = await scene.google.serviceAccountJson();
  activitiesWith = (pool) =>
    createSheetActivities({
      pool,
      temporal: scene.temporal,
      secrets: parseKeyring(TEST_SECRETS_KEYS),
      sharedCredentials,
      apiUrl: scene.google.url,
      timeoutMs: 20_000,
      budget: accountBudget(6_000),
      retryMs: 100,
      lateWriteMs: 2_000,
      sheetsTaskQueue: scene.sheetsTaskQueue,
      notificationsTaskQueue: scene.notificationsTaskQueue,
      logger: createLogger({ service: 'test', level: 'silent' }),
    });
  activities = activitiesWith(scene.database.service);
});
afterAll(() => scene.close());

// Otherwise it prints what a failed activity says, which here is what it is to say.
const quietly = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

function sync(userId: string, environment = quietly(), { syncSheet } = activities): Promise<SyncSheetResult> {
  const input = { userId, attempt: 1, resume: false, audit: false, booked: { read: 0, write: 0 } };
  return environment.run(syncSheet, input);
}

async function writerOf(userId: string): Promise<number> {
  const { rows } = await scene.database.owner.query<{ writer: number }>(
    'SELECT sheet_writer AS writer FROM ai_capabilities WHERE user_id = $1',
    [userId],
  );
  return rows[0]?.writer ?? Number.NaN;
}

/** A sheet with an order in it, and a move of that order to be written. */
async function behind() {
  const { shop, view, act } = await scene.openShop();
  const order = await shop.place();
  expect(await sync(shop.userId)).toMatchObject({ kind: 'synced' });
  await shop.move(order.id, 'confirmed');
  return { shop, view, act, order };
}

it('one that had read when another took over writes nothing any more', async () => {
  const { shop, view, order } = await behind();
  scene.google.afterNext({ kind: 'read', spreadsheet_id: view.spreadsheetId }, async () => {
    await shop.move(order.id, 'processing');
    expect(await sync(shop.userId)).toMatchObject({ kind: 'synced' });
  });
  const writes = () => scene.google.calls({ kind: 'write', spreadsheet_id: view.spreadsheetId });
  const before = writes().length;
  expect(await sync(shop.userId)).toEqual({ kind: 'overtaken' });
  expect(writes()).toHaveLength(before + 1);
  expect(await shop.unsynced()).toBe(0);
  await shop.expectEqual(view);
});

it('what one wrote that was about to write when another took over is put right by the next look', async () => {
  const { shop, view, order } = await behind();
  scene.google.beforeNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, async () => {
    await shop.move(order.id, 'processing');
    expect(await sync(shop.userId)).toMatchObject({ kind: 'synced' });
  });
  expect(await sync(shop.userId)).toEqual({ kind: 'overtaken' });
  expect(await shop.unsynced()).toBe(0);
  await sync(shop.userId);
  await shop.expectEqual(view);
  expect(await sync(shop.userId)).toEqual({ kind: 'idle', fellBehind: false });
});

it('nor is it lost when that one is told to stop before Google answers', async () => {
  const { shop, view, order } = await behind();
  const slow = quietly();
  scene.google.beforeNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, async () => {
    await shop.move(order.id, 'processing');
    expect(await sync(shop.userId)).toMatchObject({ kind: 'synced' });
    slow.cancel();
  });
  await expect(sync(shop.userId, slow)).rejects.toThrow();
  const shown = async () => ourRows((await view.rows()) ?? [])[0]?.Status;
  await eventually('the old news on the sheet', async () => (await shown()) === 'confirmed');
  expect(await shop.unsynced()).toBe(0);
  await sync(shop.userId);
  await shop.expectEqual(view);
});

it('what another one opens before the turn is taken is looked through, also when that one is never heard of again', async () => {
  const { shop, view, act, order } = await behind();
  const { service } = scene.database;
  // It writes to a row that this one has nothing to write to, and dies.
  const spoilt = await shop.place();
  expect(await sync(shop.userId)).toMatchObject({ kind: 'synced' });
  await shop.move(order.id, 'processing');
  const pool = beforeStatement(service, 'sheet_writer + 1', async () => {
    const columns = [columnsToRecord(FIRST_COLUMNS)];
    const other = await writerOf(shop.userId);
    expect(await withTenant(service, shop.userId, (client) => openSheetWrite(client, columns, other))).toBe(true);
    await act({ do: 'edit', tab: view.tab, row: 2, column: SHEET_COLUMNS.indexOf('Customer'), text: 'of long ago' });
  });
  expect(ourRows((await view.rows()) ?? [])[1]?.['Order ID']).toBe(spoilt.id);
  expect(await sync(shop.userId, quietly(), activitiesWith(pool))).toMatchObject({ kind: 'synced' });
  await shop.expectEqual(view);
});

describe('the owner, while a batch is under way', () => {
  /** As order-api does it. No worker runs, so the word to the sync is heard by nobody. */
  function askAgain({ userId }: { readonly userId: string }, all: boolean, pool = scene.database.service) {
    const { resyncSheet } = sheetUseCases({
      pool,
      temporal: scene.temporal,
      sheetsTaskQueue: scene.sheetsTaskQueue,
      notificationsTaskQueue: scene.notificationsTaskQueue,
      sharedServiceAccount: scene.account,
      spreadsheetsUrl: scene.google.url,
    });
    const caller = { userId, keyId: 'key', keyPrefix: 'prefix', scopes: [] };
    return resyncSheet({ caller, correlationId: 'req_again', deadline: new Date(Date.now() + 60_000) }, { all });
  }

  it('has every order written again, also those that the batch has just written', async () => {
    const { shop, view, act } = await behind();
    let asked: Promise<unknown> = Promise.resolve();
    scene.google.afterNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, async () => {
      await act({ do: 'edit', tab: view.tab, row: 1, column: SHEET_COLUMNS.indexOf('Customer'), text: 'spoilt' });
      // The batch is recorded when the orders are forgotten and the sheet is not taken up yet.
      await new Promise<void>((forgotten) => {
        const pool = beforeStatement(scene.database.service, 'sheet_parked_at = NULL', () => {
          forgotten();
          return batch;
        });
        asked = askAgain(shop, true, pool);
      });
    });
    const batch = sync(shop.userId);
    expect(await batch).toEqual({ kind: 'overtaken' });
    expect((await shop.attempts()).at(-1)).toMatchObject({ result: 'retried', cause: 'overtaken', updated: 1 });
    await asked;
    expect(await shop.unsynced()).toBe(1);
    expect(await sync(shop.userId)).toMatchObject({ kind: 'synced' });
    await shop.expectEqual(view);
  });

  it('takes up a sheet that is well: what the batch has written stands', async () => {
    const { shop, view } = await behind();
    scene.google.afterNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, async () => {
      await askAgain(shop, false);
    });
    expect(await sync(shop.userId)).toEqual({ kind: 'synced' });
    expect(await shop.unsynced()).toBe(0);
    await shop.expectEqual(view);
  });

  it('shares the sheet and takes it up: a refusal that is on its way does not park it', async () => {
    const { shop, view } = await behind();
    const share = { do: 'share', email: scene.account } as const;
    scene.google.beforeNext({ kind: 'read', spreadsheet_id: view.spreadsheetId }, async () => {
      await scene.google.act(view.spreadsheetId, { ...share, do: 'unshare' });
      await askAgain(shop, false);
    });
    expect(await sync(shop.userId)).toEqual({ kind: 'overtaken' });
    expect(await shop.parkedCause()).toBeNull();
    expect((await shop.attempts()).at(-1)).toMatchObject({ result: 'retried', cause: 'not_shared', status_code: 403 });
    // Should the sync not have heard of it, the sweep finds the sheet.
    expect(await sheetsLeftBehind(scene.database.service, 0, 1_000)).toContain(shop.userId);
    await scene.google.act(view.spreadsheetId, share);
    expect(await sync(shop.userId)).toMatchObject({ kind: 'synced' });
    await shop.expectEqual(view);
  });
});
