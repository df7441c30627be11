import type { CDPSession, Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { setCapabilities } from '../support/booking';
import { startBrowser, type TestBrowser, type TestProfile } from '../support/browser';
import { shortId, signIn, untilLive, withoutStream } from '../support/console';
import { accepted, type Door, openDoor } from '../support/doors';
import { eventually } from '../support/eventually';
import { gate } from '../support/gate';
import { sampleBody } from '../support/sample-order';
import type { ApiProcess, TestTenant } from '../support/scene';
import { SETTLED_WITHIN_MS } from '../support/settled';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver';

/** Longer than any step takes, the sheet's retries included, and as long as the stream that a page lives by may be held back. */
const STEP_MS = SETTLED_WITHIN_MS;
jest.setTimeout(180_000);

let scene: SheetScene;
let api: ApiProcess;
let browser: TestBrowser;
let receiver: WebhookReceiver;

let tenant: TestTenant;
let door: Door;
let profile: TestProfile;
let page: Page;

beforeAll(async () => {
  scene = await createSheetScene();
  const loopback = { ALLOW_LOOPBACK_TARGETS: 'true' };
  const credentials = { GOOGLE_SHEETS_CREDENTIALS: await scene.google.serviceAccountJson() };
  [browser, receiver, api] = await Promise.all([
    startBrowser(),
    startReceiver(),
    scene.startApi({ ...loopback, ...credentials }),
    scene.startWorker(),
    scene.startSync(loopback),
  ]);
});
beforeEach(async () => {
  tenant = await scene.addTenant();
  door = openDoor('gRPC', api, tenant.key);
  receiver.answer(204);
  profile = await browser.open(api.restUrl);
  page = profile.page;
  page.setDefaultTimeout(STEP_MS);
});
afterEach(async () => {
  const { offences } = profile;
  await profile.context.close();
  door.close();
  expect(offences).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await receiver?.close();
  await scene.close();
});

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const toast = (text: string | RegExp) => page.locator('.toast').filter({ hasText: text }).first();

async function openConsole(path: string, key = tenant.adminKey): Promise<void> {
  await page.goto(path);
  await signIn(page, key);
}

async function book(): Promise<string> {
  return accepted(await door.create(sampleBody())).order.id;
}

describe('the sheet', () => {
  test('is connected by its link; one that is not shared is refused with what to do, and works once it is', async () => {
    const spreadsheetId = await scene.google.createSpreadsheet();
    await openConsole('/settings');
    const card = page.getByRole('region', { name: 'Google Sheet' });
    await card.getByRole('switch').click();
    await card.getByLabel('Spreadsheet').fill('my orders');
    await card.getByText('neither a link to a Google Sheet nor its id').waitFor();
    await card
      .getByLabel('Spreadsheet')
      .fill(`https://docs.google.com/spreadsheets/d/${spreadsheetId}/edit?gid=0#gid=0`);
    await card.getByRole('button', { name: 'Save' }).click();

    const refusal = card.getByRole('alert');
    await refusal.getByText('The service account may not edit the spreadsheet.').waitFor();
    expect(await refusal.innerText()).toContain(scene.account);
    await scene.google.act(spreadsheetId, { do: 'share', email: scene.account });
    await card.getByRole('button', { name: 'Save' }).click();
    await toast('The sheet is connected').waitFor();
    expect(await card.getByLabel('Spreadsheet').inputValue()).toBe(spreadsheetId);

    await page.getByRole('link', { name: 'Sheet', exact: true }).click();
    await page.getByRole('heading', { name: 'Every order is in the sheet' }).waitFor();
    await untilLive(page);
    const id = await book();
    await page.getByRole('table').getByText('1 added').waitFor();
    expect(scene.google.rows(spreadsheetId, 'Orders')?.[1]).toContain(id);
  });

  test('that cannot be written says why and what to do, and goes on with one click', async () => {
    const spreadsheetId = await scene.google.createSpreadsheet({ shareWith: [scene.account] });
    await openConsole('/settings');
    const card = page.getByRole('region', { name: 'Google Sheet' });
    await card.getByRole('switch').click();
    await card.getByLabel('Spreadsheet').fill(spreadsheetId);
    await card.getByRole('button', { name: 'Save' }).click();
    await toast('The sheet is connected').waitFor();

    await scene.google.act(spreadsheetId, { do: 'unshare', email: scene.account });
    await page.getByRole('link', { name: 'Sheet', exact: true }).click();
    await untilLive(page);
    const id = await book();
    await page.getByRole('heading', { name: 'Sheet sync has stopped' }).waitFor();
    await page.getByText('The service account may not edit the spreadsheet.').waitFor();
    await page.getByRole('table').getByText('The sheet is not shared with the service account (403)').waitFor();

    await scene.google.act(spreadsheetId, { do: 'share', email: scene.account });
    await button('Retry').click();
    await page.getByRole('heading', { name: 'Every order is in the sheet' }).waitFor();
    expect(scene.google.rows(spreadsheetId, 'Orders')?.[1]).toContain(id);
  });

  test('takes credentials of one’s own from a file, and never shows them again', async () => {
    const email = (await scene.google.serviceAccount('own')).client_email;
    const spreadsheetId = await scene.google.createSpreadsheet({ shareWith: [email] });
    await openConsole('/settings');
    const card = page.getByRole('region', { name: 'Google Sheet' });
    await card.getByRole('switch').click();
    await card.getByLabel('Spreadsheet').fill(spreadsheetId);
    await card.getByText('Credentials of your own').click();
    await card.getByLabel('Service account key').fill('{"type":"service_account"');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('This is not JSON').waitFor();
    await card.getByLabel('Choose a file').setInputFiles({
      name: 'key.json',
      mimeType: 'application/json',
      buffer: Buffer.from(await scene.google.serviceAccountJson('own')),
    });
    await eventually('the file is read', async () =>
      (await card.getByLabel('Service account key').inputValue()).includes(email),
    );
    await card.getByRole('button', { name: 'Save' }).click();
    await toast('The sheet is connected').waitFor();
    await card.getByText(email).waitFor();
    await page.reload();
    await card.getByText(email).waitFor();
    expect(await page.content()).not.toContain('PRIVATE KEY');
  });

  test('is looked at again after a look that failed, for as long as orders are being written', async () => {
    const spreadsheetId = await scene.google.createSpreadsheet({ shareWith: [scene.account] });
    await setCapabilities(api, tenant, { sheets_sync_enabled: true, sheets_spreadsheet_id: spreadsheetId });
    // What it brings has the page look by itself.
    await withoutStream(profile.context);
    let looks = 0;
    const seen = gate();
    await page.route('**/api/sheets/status*', async (route) => {
      looks += 1;
      if (looks === 2) return route.fulfill({ status: 503 });
      if (looks > 2) {
        await seen.opened;
        return route.continue();
      }
      const answer = await route.fetch();
      const { data, ...more } = await answer.json();
      await route.fulfill({ json: { ...more, data: { sheet: { ...data.sheet, state: 'syncing' } } } });
    });
    await openConsole('/sheet');
    await page.getByText('The server is not there for the moment').waitFor();
    await page.getByText('Syncing', { exact: true }).waitFor();
    seen.open();
    await page.getByRole('heading', { name: 'Every order is in the sheet' }).waitFor();
    expect(await page.getByText('The server is not there for the moment').count()).toBe(0);
  });

  test('is shown with its attempts, which are asked for once, when its state is known', async () => {
    await withoutStream(profile.context);
    const asked: string[] = [];
    profile.context.on('request', (request) => {
      const [, what] = /\/api\/sheets\/(\w+)/.exec(request.url()) ?? [];
      if (what !== undefined) asked.push(what);
    });
    const release = gate();
    await page.route('**/api/sheets/status*', async (route) => {
      await release.opened;
      await route.continue();
    });
    await openConsole('/sheet');
    await eventually('the state to be asked for', () => asked.length > 0);
    // Whatever it does when it starts, it has done by the time that it has answered this.
    const untilDone = () => page.evaluate('fetch("/healthz").then((answer) => answer.text())');
    await untilDone();
    expect(asked).toEqual(['status']);
    release.open();
    await page.getByText('Nothing was written yet').waitFor();
    await untilDone();
    expect(asked).toEqual(['status', 'attempts']);
  });

  test('is only looked at with a key that may not change it', async () => {
    await openConsole('/sheet', tenant.readOnlyKey);
    await page.getByRole('heading', { name: 'Sheet sync is off' }).waitFor();
    expect(await button('Write all orders again').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Sheet settings' }).count()).toBe(0);
  });
});

describe('webhooks', () => {
  async function addWebhook(): Promise<string> {
    await button('Add a webhook').click();
    await page.getByLabel('Address').fill(receiver.url);
    await page.getByLabel('Name (optional)').fill('Kitchen printer');
    await button('Add the webhook').click();
    const secret = await page.getByLabel('Secret', { exact: true }).inputValue();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(1);
    await button('I have stored it').click();
    return secret;
  }

  test('one is added, its secret shown once; it gets a test and an order that the secret verifies', async () => {
    await openConsole('/notifications');
    await page.getByText('No webhooks').waitFor();
    const secret = await addWebhook();
    expect(secret).toMatch(/^whsec_/);
    const webhook = page.getByRole('article', { name: `Webhook ${receiver.url}` });
    await webhook.getByText('Kitchen printer').waitFor();
    expect(await page.content()).not.toContain(secret);

    await webhook.getByRole('button', { name: 'Send a test' }).click();
    await toast('Test delivered: HTTP 204').waitFor();
    const id = await book();
    await eventually('the order is told', () => receiver.received.some(({ text }) => text.includes(id)));
    const told = receiver.received.find(({ text }) => text.includes(id));
    const headers = Object.fromEntries(
      Object.entries(told?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    expect(new Webhook(secret).verify(told?.text ?? '', headers)).toMatchObject({ type: 'order.created' });

    await webhook.getByText('Recent deliveries').click();
    await webhook.getByRole('link', { name: `order ${shortId(id)}` }).waitFor();
    await webhook.getByText('Test', { exact: true }).waitFor();
  });

  test('a receiver in trouble is told of, and a delivery is sent again under the same id', async () => {
    await openConsole('/notifications');
    await addWebhook();
    const webhook = page.getByRole('article', { name: `Webhook ${receiver.url}` });
    receiver.answer(500);
    await webhook.getByRole('button', { name: 'Send a test' }).click();
    await toast('Test not delivered: HTTP 500').and(page.locator('.toast-bad')).waitFor();
    // As after deliveries that were given up.
    await scene.database.owner.query(`UPDATE notification_subscriptions SET failing_since = now() WHERE user_id = $1`, [
      tenant.userId,
    ]);
    await page.reload();
    await webhook.getByText('The receiver does not answer as it should').waitFor();
    const before = receiver.received.length;
    receiver.answer(204);
    await webhook.getByText('Recent deliveries').click();
    await webhook
      .getByRole('button', { name: /^Send again/ })
      .first()
      .click();
    await toast('Sent again, and delivered').waitFor();
    await webhook.getByText('2 attempts').waitFor();
    await webhook.getByText('The receiver does not answer as it should').waitFor({ state: 'detached' });
    const [failed, again] = receiver.received.slice(before - 1).map(({ headers }) => headers['webhook-id']);
    expect(again).toBe(failed);
  });

  test('gets a new secret, and goes when it is deleted', async () => {
    await openConsole('/notifications');
    const first = await addWebhook();
    const webhook = page.getByRole('article', { name: `Webhook ${receiver.url}` });
    await webhook.getByRole('button', { name: 'New secret' }).click();
    await page.getByLabel('for an hour').check();
    // Its answer is lost, and it is asked for again, in a dialog that was closed meanwhile.
    let made = '';
    await page.route('**/rotate-secret*', async (route) => {
      const response = await route.fetch();
      if (made !== '') return route.fulfill({ response });
      made = (await response.json()).data.secret;
      return route.abort();
    });
    await button('Make a new secret').click();
    await page.getByText('The server cannot be reached').waitFor();
    await button('Keep the old one').click();
    await webhook.getByRole('button', { name: 'New secret' }).click();
    await page.getByLabel('for an hour').check();
    await button('Make a new secret').click();
    const second = await page.getByLabel('Secret', { exact: true }).inputValue();
    expect(second).not.toBe(first);
    expect(second).toBe(made);
    await button('I have stored it').click();

    await webhook.getByRole('button', { name: 'Delete' }).click();
    await button('Delete the webhook').click();
    await page.getByText('No webhooks').waitFor();
  });

  test('that was switched off after days of failure is switched on again', async () => {
    await openConsole('/notifications');
    await addWebhook();
    await scene.database.owner.query(
      `UPDATE notification_subscriptions SET status = 'disabled', disabled_reason = 'failing' WHERE user_id = $1`,
      [tenant.userId],
    );
    await page.reload();
    await page.getByText('It did not answer as it should for days.').waitFor();
    await button('Switch on again').click();
    await toast('The webhook is on again').waitFor();
    await page.getByText('It did not answer as it should for days.').waitFor({ state: 'detached' });
  });

  test('whose answer got lost is sent again, also by a form that was closed, and is one webhook, whose secret is shown', async () => {
    await openConsole('/notifications');
    const keys: unknown[] = [];
    await page.route('**/api/notifications/subscriptions*', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      keys.push(route.request().postDataJSON().idempotency_key);
      const response = await route.fetch();
      return keys.length === 1 ? route.abort() : route.fulfill({ response });
    });
    await button('Add a webhook').click();
    await page.getByLabel('Address').fill(receiver.url);
    await button('Add the webhook').click();
    await page.getByText('The server cannot be reached').waitFor();
    await button('Cancel').click();
    await button('Add a webhook').click();
    await page.getByLabel('Address').fill(receiver.url);
    await button('Add the webhook').click();
    expect(await page.getByLabel('Secret', { exact: true }).inputValue()).toMatch(/^whsec_/);
    await button('I have stored it').click();
    await page.getByRole('article', { name: `Webhook ${receiver.url}` }).waitFor();
    expect(await page.getByRole('article', { name: /^Webhook / }).count()).toBe(1);
    // Another webhook for the same address, once the first was answered, is another request.
    await addWebhook();
    await page
      .getByRole('article', { name: /^Webhook / })
      .nth(1)
      .waitFor();
    expect(await page.getByRole('article', { name: /^Webhook / }).count()).toBe(2);
    expect(keys).toEqual([expect.stringMatching(/^console-[0-9a-f]{32}$/), keys[0], expect.any(String)]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  test('an address that may not be called is refused beside its field', async () => {
    await openConsole('/notifications');
    await button('Add a webhook').click();
    await page.getByLabel('Address').fill('http://169.254.169.254/latest/meta-data');
    await button('Add the webhook').click();
    await page.locator('.field-problem').waitFor();
    expect(await page.getByLabel('Address').getAttribute('aria-invalid')).toBe('true');
  });
});

describe('this device', () => {
  const PAYLOAD = {
    type: 'order.created',
    title: 'New order',
    body: '2 × Rye bread',
    url: '/orders/0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
    tag: 'order:0198c2de',
  };

  /** What the browser's push service does, minus the network: hands a message to the page's service worker. */
  async function push(devtools: CDPSession, data: string): Promise<void> {
    const registrationId = await registrationOf(devtools);
    await devtools.send('ServiceWorker.deliverPushMessage', { origin: api.restUrl, registrationId, data });
  }

  async function registrationOf(devtools: CDPSession): Promise<string> {
    let found: string | undefined;
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      found = registrations[0]?.registrationId ?? found;
    });
    await devtools.send('ServiceWorker.enable');
    return eventually('the registration', () => found);
  }

  test('cannot be subscribed without the browser’s push service, and says so instead of pretending', async () => {
    await profile.context.grantPermissions(['notifications'], { origin: api.restUrl });
    await openConsole('/notifications');
    const toggle = page.getByRole('switch', { name: 'Notify me on this device' });
    // This Chromium has no push service to reach: no network, and none of Google's keys.
    await toggle.click();
    await page.getByRole('alert').getByText('This browser could not reach its push service').waitFor();
    expect(await toggle.getAttribute('aria-checked')).toBe('false');
    const { rows } = await scene.database.owner.query('SELECT 1 FROM notification_subscriptions WHERE user_id = $1', [
      tenant.userId,
    ]);
    expect(rows).toEqual([]);
  });

  test('shows what is pushed to it, and a click opens the order in the page that is there', async () => {
    await profile.context.grantPermissions(['notifications'], { origin: api.restUrl });
    await openConsole('/settings');
    await page.evaluate(
      "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => 1)",
    );
    const worker = await eventually('the worker', () => profile.context.serviceWorkers()[0]);
    // A headless Chromium has nowhere to show a notification, so its last step is recorded instead.
    await worker.evaluate(
      'self.shown = []; self.registration.showNotification = async (title, options) => { self.shown.push({ title, ...options }); };',
    );
    const devtools = await profile.context.newCDPSession(page);
    await push(devtools, JSON.stringify(PAYLOAD));
    const shown = await eventually('the notification', async () => {
      const found = await worker.evaluate<readonly unknown[]>('self.shown');
      return found.length > 0 ? found : undefined;
    });
    expect(shown).toEqual([
      {
        title: 'New order',
        body: '2 × Rye bread',
        tag: PAYLOAD.tag,
        data: { url: PAYLOAD.url, type: 'order.created' },
        icon: '/icon-192.png',
        badge: '/badge-96.png',
      },
    ]);

    await worker.evaluate(`
      const click = new ExtendableEvent('notificationclick');
      click.notification = { data: self.shown[0].data, close() { self.closed = true; } };
      self.dispatchEvent(click);
    `);
    await page.waitForURL(`**${PAYLOAD.url}`);
    await page.getByText('There is no such order').waitFor();
    expect(await worker.evaluate('self.closed')).toBe(true);
  });

  test('the service worker answers no request: what the API says is never kept', async () => {
    await openConsole('/notifications');
    await page.evaluate(
      "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => 1)",
    );
    await page.reload();
    await page.getByText('No webhooks').waitFor();
    expect(await page.evaluate('caches.keys().then((keys) => keys.length)')).toBe(0);
    const source = await (await profile.context.request.get('/sw.js')).text();
    expect(source).not.toMatch(/respondWith|caches\b|"fetch"/);
  });
});
