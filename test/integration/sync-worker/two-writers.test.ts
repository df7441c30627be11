import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { parseKeyring } from '../../../platform/keyring';
import { createLogger } from '../../../platform/logger';
import { createSheetActivities } from '../../../services/sync-worker/activities/create-sheet-activities';
import { accountBudget } from '../../../services/sync-worker/google/account-budget';
import type { SheetActivities, SyncSheetResult } from '../../../workflows/sheet-contract';
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

beforeAll(async () => {
  scene = await createSheetScene();
  activities = createSheetActivities({
    pool: scene.database.service,
    temporal: scene.temporal,
    secrets: parseKeyring(TEST_SECRETS_KEYS),
    sharedCredentials: await scene.google.serviceAccountJson(),
    apiUrl: scene.google.url,
    timeoutMs: 20_000,
    budget: accountBudget(6_000),
    retryMs: 100,
    lateWriteMs: 2_000,
    sheetsTaskQueue: scene.sheetsTaskQueue,
    notificationsTaskQueue: scene.notificationsTaskQueue,
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
});
afterAll(() => scene.close());

// Otherwise it prints what a failed activity says, which here is what it is to say.
const quietly = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

function sync(userId: string, environment = quietly()): Promise<SyncSheetResult> {
  const input = { userId, attempt: 1, resume: false, audit: false, booked: { read: 0, write: 0 } };
  return environment.run(activities.syncSheet, input);
}

/** A sheet with an order in it, and a move of that order to be written. */
async function behind() {
  const { shop, view } = await scene.openShop();
  const order = await shop.place();
  expect(await sync(shop.userId)).toMatchObject({ kind: 'synced' });
  await shop.move(order.id, 'confirmed');
  return { shop, view, order };
}

it('one that had read when another took over writes nothing any more', async () => {
  const { shop, view, order } = await behind();
  scene.google.afterNext({ kind: 'read', spreadsheet_id: view.spreadsheetId }, async () => {
    await shop.move(order.id, 'processing');
    expect(await sync(shop.userId)).toMatchObject({ kind: 'synced' });
  });
  await expect(sync(shop.userId)).rejects.toMatchObject({ name: 'CancelledFailure' });
  expect(await shop.unsynced()).toBe(0);
  await shop.expectEqual(view);
});

it('what one wrote that was about to write when another took over is put right by the next look', async () => {
  const { shop, view, order } = await behind();
  scene.google.beforeNext({ kind: 'write', spreadsheet_id: view.spreadsheetId }, async () => {
    await shop.move(order.id, 'processing');
    expect(await sync(shop.userId)).toMatchObject({ kind: 'synced' });
  });
  await sync(shop.userId);
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
