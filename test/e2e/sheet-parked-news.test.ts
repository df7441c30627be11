import { Webhook } from 'standardwebhooks';
import { eventually } from '../support/eventually';
import { countEvents } from '../support/histories';
import type { ServiceProcess } from '../support/services';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';
import { openSheetShop } from '../support/sheet-shop';
import { subscriptionsIn } from '../support/subscriptions';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver';

let scene: SheetScene;
let receiver: WebhookReceiver;
let worker: ServiceProcess;

afterEach(() => worker.kill());

const SYNC_ENV = { ALLOW_LOOPBACK_TARGETS: 'true', DELIVERY_RETRY_MS: '10' };

beforeAll(async () => {
  scene = await createSheetScene();
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await scene.close();
});

it('a sheet that is parked is told of to who subscribed, once each time, also when the worker dies with the news', async () => {
  worker = await scene.startSync(SYNC_ENV);
  const spreadsheetId = await scene.google.createSpreadsheet({ shareWith: [] });
  const shop = await openSheetShop(scene, { spreadsheetId, tab: 'Orders' });
  const subscriptions = subscriptionsIn(scene.database.owner);
  const { id, secret } = await subscriptions.webhook(shop.userId, { url: receiver.url, events: ['sheet.parked'] });
  await subscriptions.webhook(shop.userId, { url: receiver.url, events: ['order.created', 'webhook.disabled'] });
  const ids = () => new Set(receiver.received.map(({ headers }) => headers['webhook-id']));

  receiver.answer('hang');
  await shop.place();
  await eventually('the news to be on the way', () => receiver.received.length === 1);
  await worker.kill();
  receiver.answer(204);
  worker = await scene.startSync(SYNC_ENV);
  const delivered = async () => (await subscriptions.deliveries(id)).filter(({ status }) => status === 'delivered');
  await eventually('the record', async () => (await delivered()).length === 1, 60_000);
  const [first] = receiver.received;
  expect(new Webhook(secret).verify(first?.text ?? '', first?.headers as Record<string, string>)).toMatchObject({
    type: 'sheet.parked',
    data: { cause: 'not_shared', message: expect.any(String), what_to_do: expect.stringContaining(scene.account) },
  });
  expect(ids().size).toBe(1);

  // More orders while it is parked are no news.
  await shop.place();
  await shop.resume();
  await eventually('the news of the second time', async () => (await delivered()).length === 2);
  expect(ids().size).toBe(2);
  expect(await subscriptions.deliveries(id)).toHaveLength(2);
  expect(await shop.parkedCause()).toBe('not_shared');
  // The worker that died is missed after thirty seconds.
}, 120_000);

it('a sheet that was taken up again is written, whether or not the news of its parking have arrived', async () => {
  worker = await scene.startSync({ ...SYNC_ENV, DELIVERY_RETRY_MS: '60000' });
  const spreadsheetId = await scene.google.createSpreadsheet({ shareWith: [] });
  const shop = await openSheetShop(scene, { spreadsheetId, tab: 'Orders' });
  const { id } = await subscriptionsIn(scene.database.owner).webhook(shop.userId, { url: receiver.url });
  receiver.answer(500);
  await shop.place();
  await eventually('a try that failed', async () => {
    const [delivery] = await subscriptionsIn(scene.database.owner).deliveries(id);
    return delivery?.tries.length === 1;
  });
  const shared = await scene.google.createSpreadsheet({ shareWith: [scene.account] });
  await shop.change({ sheets_spreadsheet_id: shared });
  await shop.resume();
  await shop.untilSynced();
  // It was parked, written, and looked at once more: but for the news the run would be over.
  await eventually(
    'the last look',
    async () => ((await countEvents(shop.sync())).ACTIVITY_TASK_COMPLETED ?? 0) >= 3,
    30_000,
  );
  await shop.place();
  await shop.untilSynced(30_000);
});
