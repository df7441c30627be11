import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { capabilitiesAnswerSchema } from '../../domain/schemas/wire';
import type { OrderWire } from '../../domain/wire';
import { placeOrder } from '../../persistence/orders/place-order';
import { withTenant } from '../../persistence/with-tenant';
import { bookTo, sampleTalk, setCapabilities } from '../support/booking';
import { bookingCaller } from '../support/booking-caller';
import { startBrowser, type TestBrowser, type TestProfile } from '../support/browser';
import { shortId, signIn, untilLive, withoutStream, withPatience } from '../support/console';
import { accepted, type Door, openDoor, refused } from '../support/doors';
import { eventually } from '../support/eventually';
import { gate } from '../support/gate';
import { keptPort } from '../support/kept-port';
import { restCall } from '../support/rest-caller';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, type Scene, type TestTenant } from '../support/scene';
import { SETTLED_WITHIN_MS, untilAllSettled, untilSettled } from '../support/settled';
import { newAttempt } from '../support/shop';

/**
 * Longer than any step takes, and as long as the stream that a page lives by may be held back; it turns a hang into a failure that
 * names what was waited for.
 */
const STEP_MS = SETTLED_WITHIN_MS;
// Some take 25 seconds of an ordinary machine, which are more than a minute of a slow one.
jest.setTimeout(180_000);

let scene: Scene;
let api: ApiProcess;
let browser: TestBrowser;

let tenant: TestTenant;
let door: Door;
let profile: TestProfile;
let page: Page;

beforeAll(async () => {
  scene = await createScene();
  [browser, api] = await Promise.all([startBrowser(), scene.startApi(), scene.startWorker()]);
});
beforeEach(async () => {
  tenant = await scene.addTenant();
  door = openDoor('gRPC', api, tenant.key);
  profile = await browser.open(api.restUrl, { timezoneId: noonZone() });
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
  await scene.close();
});

/** Where it is about noon now: the orders of one test are all of one day. */
function noonZone(): string {
  const ahead = 12 - new Date().getUTCHours();
  // The signs of these names are the wrong way round.
  return `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

let count = 0;

/** An order like no other, over gRPC, of a customer with a name of their own. */
async function book(fields: Readonly<Record<string, unknown>> = {}): Promise<OrderWire> {
  count += 1;
  return accepted(await door.create(sampleBody({ customer_name: `Customer ${count}`, ...fields }))).order;
}

/** Orders that are in the database and nowhere else, and in no stream that begins from now on: enough for a list to have pages. */
async function placeMany(number: number): Promise<void> {
  const place = () => withTenant(scene.database.service, tenant.userId, (client) => placeOrder(client, newAttempt()));
  for (let left = number; left > 0; left -= 9) await Promise.all(Array.from({ length: Math.min(left, 9) }, place));
  await untilAllSettled(scene.database, tenant.userId);
}

async function openConsole(path = '/', key = tenant.adminKey): Promise<void> {
  await page.goto(path);
  await signIn(page, key);
}

/** Has the pages behind the first one answered as ever, and the answers come when they are released. */
async function holdOlder(tab: Page): Promise<{ readonly answered: Promise<void>; release(): void }> {
  const [answered, release] = [gate(), gate()];
  await withPatience(tab);
  await tab.route('**/api/orders?*page_token=*', async (route) => {
    const answer = await route.fetch();
    answered.open();
    await release.opened;
    await route.fulfill({ response: answer });
  });
  return { answered: answered.opened, release: release.open };
}

/** An order that an agent booked for a customer who said yes in these words. */
async function bookByAgent(yes: string): Promise<{ readonly order: OrderWire; readonly bookingId: string }> {
  await setCapabilities(api, tenant, { order_booking_enabled: true });
  const agent = bookingCaller('REST', api, tenant.aiKey);
  const { id: bookingId, order } = await bookTo(agent, 'confirmed', sampleTalk({ yes }));
  const created = accepted(await agent.createOrder(order));
  agent.close();
  return { order: created.order, bookingId };
}

/** Waits until an order's page has loaded all that it shows: the list, the order and its history. */
async function untilOrderIsThere(tab: Page, order: OrderWire): Promise<void> {
  await tab.locator(`#order-${order.id}`).waitFor();
  await tab.getByText('Order placed').waitFor();
}

const rowOf = (order: OrderWire) => page.locator(`#order-${order.id}`);
const heading = (text: string) => page.getByRole('heading', { name: text, exact: true });
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });

async function statusOf(order: OrderWire): Promise<string> {
  return accepted(await door.get(order.id)).status;
}

async function isBookingOn({ adminKey }: TestTenant): Promise<boolean> {
  const answer = await restCall(api.restUrl, adminKey)('GET', '/api/capabilities', capabilitiesAnswerSchema);
  return accepted(answer).capabilities.order_booking_enabled;
}

describe('signing in', () => {
  test('with a key that is known; a wrong one gets a clear answer', async () => {
    await page.goto('/');
    await page.getByLabel('API key').fill('obk_nobody_has_this_key');
    await button('Sign in').click();
    await page.getByText('This key is not known here').waitFor();
    expect(await page.getByLabel('API key').getAttribute('aria-invalid')).toBe('true');
    await signIn(page, tenant.adminKey);
    await heading('Orders').waitFor();
  });

  test('leaves the key nowhere a script could read it, and lasts over a reload', async () => {
    await openConsole();
    const stored = await page.evaluate<string>(
      'JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, location.href])',
    );
    expect(stored).not.toContain(tenant.adminKey);
    expect(stored).not.toContain('order_booking_session');
    await page.reload();
    await heading('Orders').waitFor();
  });

  test('out again: the session is gone from the browser', async () => {
    await openConsole();
    await button('Sign out').click();
    await page.getByText('You are signed out.').waitFor();
    expect(await profile.context.cookies()).toEqual([]);
    await page.reload();
    await page.getByLabel('API key').waitFor();
  });

  test('again after the session has ended brings one back to where one was', async () => {
    const order = await book();
    // Otherwise what it loads by itself may find that the session has ended, before the click.
    await withoutStream(profile.context);
    await openConsole(`/orders/${order.id}?status=pending`);
    await untilOrderIsThere(page, order);
    await profile.context.clearCookies();
    await button('Confirm order').click();
    await page.getByText('Your session has ended').waitFor();
    expect(await statusOf(order)).toBe('pending');
    await signIn(page, tenant.adminKey);
    await heading(`Order ${shortId(order.id)}`).waitFor();
    expect(new URL(page.url()).search).toBe('?status=pending');
  });

  test('for another business in another tab: this tab does nothing to it, and becomes its own', async () => {
    const [mine, other] = [tenant, await scene.addTenant()];
    const both = [mine, other];
    await Promise.all(both.map((each) => setCapabilities(api, each, { order_booking_enabled: true })));
    await openConsole('/settings', mine.adminKey);
    const agents = page.getByRole('switch', { name: 'AI agents may book orders' });
    await agents.waitFor();
    // Its stream, opened after the other one has signed in, would tell it before the click.
    await untilLive(page);
    // As by a tab that tells this one nothing of it.
    await profile.context.request.post('/api/session', { data: { api_key: other.adminKey } });

    await agents.click();
    await page.getByRole('status').filter({ hasText: 'Another tab has signed in for' }).waitFor();
    await page.getByText(other.userId, { exact: true }).waitFor();
    expect(await Promise.all(both.map(isBookingOn))).toEqual([true, true]);
  });

  test('out, or in for another business, in one tab: all other tabs follow at once', async () => {
    const other = await scene.addTenant();
    const order = await book();
    // Otherwise the second tab may find by itself that the session is gone, before it is told why.
    await withoutStream(profile.context);
    await openConsole('/settings');
    await page.getByText(tenant.userId, { exact: true }).waitFor();
    const second = await profile.context.newPage();
    second.setDefaultTimeout(STEP_MS);
    await second.goto(`/orders/${order.id}`);
    await untilOrderIsThere(second, order);

    await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
    await second.getByText('You are signed out.').waitFor();
    expect(await second.getByText(order.customer_name).count()).toBe(0);
    await signIn(second, other.adminKey);
    await page.getByText(other.userId, { exact: true }).waitFor();
  });

  test('out in one tab, while another asks whether the session is still good: the answer brings nobody back', async () => {
    const [signedIn, answered, release] = [gate(), gate(), gate()];
    // A stream that is given up has the page ask.
    await profile.context.route('**/api/orders/stream*', async (route) => {
      await signedIn.opened;
      await route.fulfill({ status: 503 });
    });
    await openConsole();
    await withPatience(page);
    await page.route('**/api/session', async (route) => {
      const answer = await route.fetch();
      answered.open();
      await release.opened;
      await route.fulfill({ response: answer });
    });
    signedIn.open();
    await answered.opened;
    const second = await profile.context.newPage();
    second.setDefaultTimeout(STEP_MS);
    await second.goto('/settings');
    await second.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    release.open();
    await page.unrouteAll({ behavior: 'wait' });
    // Whatever it makes of the answers, it has made by the time that it has answered this.
    await page.evaluate('fetch("/healthz").then((answer) => answer.text())');
    expect(await page.getByText('You are signed out.').count()).toBe(1);
  });

  test('ends, when the key is revoked, in all tabs: no customer stays on any screen', async () => {
    const order = await book();
    // Otherwise what a tab loads by itself may find that the session has ended, before the click.
    await withoutStream(profile.context);
    await openConsole();
    await rowOf(order).waitFor();
    const second = await profile.context.newPage();
    second.setDefaultTimeout(STEP_MS);
    await second.goto(`/orders/${order.id}`);
    await untilOrderIsThere(second, order);
    // As when the key was revoked, without the half minute that a process still knows it.
    await profile.context.clearCookies();
    await second.getByRole('button', { name: 'Confirm order' }).click();
    for (const tab of [second, page]) await tab.getByText('Your session has ended').waitFor();
    expect(await page.getByText(order.customer_name).count()).toBe(0);
  });

  test('with a key that may only read: no buttons, and why', async () => {
    const order = await book();
    await openConsole(`/orders/${order.id}`, tenant.readOnlyKey);
    await page.getByText('a key that may look at orders but not move them').waitFor();
    expect(await button('Confirm order').count()).toBe(0);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('You can see the settings, but not change them').waitFor();
    expect(await page.getByRole('switch', { name: 'AI agents may book orders' }).isDisabled()).toBe(true);
  });

  test('with an agent’s key: nothing to see, and why', async () => {
    await page.goto('/');
    await page.getByLabel('API key').fill(tenant.aiKey);
    await button('Sign in').click();
    await heading('Order booking').waitFor();
    await page.getByText('This key is for an AI agent').waitFor();
  });
});

describe('the list of orders', () => {
  test('an order booked over gRPC appears without a reload, is marked as new, and is told', async () => {
    await openConsole();
    await page.getByText('No orders yet').waitFor();
    await untilLive(page);
    const order = await book();
    const row = rowOf(order);
    // What the page loads once it is live may have the order before the stream has told that it is new.
    await eventually('the order to be marked', async () => (await row.innerText()).includes('New'), STEP_MS);
    await page
      .getByRole('status')
      .filter({ hasText: `New order from ${order.customer_name}` })
      .waitFor();
    await eventually('the title to count it', async () => (await page.title()).startsWith('(1) Orders'));
    await row.click();
    await heading(`Order ${shortId(order.id)}`).waitFor();
    await eventually('the order is not new any more', async () => !(await row.innerText()).includes('New'));
  });

  test('says when an order came by the server’s clock: the device’s own may be hours off', async () => {
    await page.addInitScript('const now = Date.now; Date.now = () => now() + 3 * 3_600_000;');
    const order = await book();
    await openConsole(`/orders/${order.id}`);
    await page.locator('.detail-meta').getByText('just now').waitFor();
  });

  test('what others do to an order shows at once, in the list and on its page', async () => {
    const order = await book();
    await openConsole(`/orders/${order.id}`);
    await untilLive(page);
    accepted(await door.move(order.id, 'confirmed'));
    await button('Start preparing').waitFor();
    await rowOf(order).getByText('Confirmed').waitFor();
    await page.getByText('Pending → Confirmed').waitFor();
  });

  test('is searched and filtered, and the address says how, so that it can be kept', async () => {
    const pizza = await book({ customer_name: 'Zoë García', items: [{ name: 'Margherita', quantity: 2 }] });
    const bread = await book({ customer_name: 'Jonas Weber', source: 'phone' });
    accepted(await door.move(bread.id, 'confirmed'));
    await openConsole();
    await rowOf(pizza).waitFor();

    await page.getByLabel('Search by name').fill('margher');
    await rowOf(bread).waitFor({ state: 'detached' });
    await page.waitForURL('**/?q=margher');
    await button('Clear the search').click();
    await rowOf(bread).waitFor();

    await page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Confirmed' }).click();
    await rowOf(pizza).waitFor({ state: 'detached' });
    await rowOf(bread).click();
    await heading(`Order ${shortId(bread.id)}`).waitFor();
    expect(page.url()).toContain(`/orders/${bread.id}?status=confirmed`);

    await page.goto('/?source=phone&from=2001-01-01&to=2001-12-31');
    await page.getByText('No orders like that').waitFor();
    await button('Clear all filters').click();
    await rowOf(pizza).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('an order that comes while the list is on its way is in it, though the answer is older', async () => {
    await openConsole('/settings');
    await untilLive(page);
    await withPatience(page);
    const [answered, release] = [gate(), gate()];
    await page.route('**/api/orders?*', async (route) => {
      const answer = await route.fetch();
      answered.open();
      await release.opened;
      await route.fulfill({ response: answer });
    });
    await page.getByRole('link', { name: /^Orders/ }).click();
    await answered.opened;
    const order = await book();
    await page
      .getByRole('status')
      .filter({ hasText: `New order from ${order.customer_name}` })
      .waitFor({ state: 'attached' });
    release.open();
    await rowOf(order).waitFor();
  });

  test('an order that changes while its page is on its way is there as it is now, though the answer is older', async () => {
    const order = await book();
    await placeMany(50);
    await openConsole(`/orders/${order.id}`);
    await untilLive(page);
    const older = await holdOlder(page);
    await button('Load older orders').click();
    await older.answered;
    accepted(await door.move(order.id, 'confirmed'));
    // The stream has told it, to the order's page as to the list, which has no row for it yet.
    await button('Start preparing').waitFor();
    older.release();
    expect(await rowOf(order).innerText()).toContain('Confirmed');
  });

  test('an order that changes unheard while its page is on its way is there as it is now as well', async () => {
    const order = await book();
    await placeMany(50);
    const HTTP_PORT = String(await keptPort());
    const first = await scene.startApi({ HTTP_PORT });
    const own = await browser.open(first.restUrl);
    own.page.setDefaultTimeout(STEP_MS);
    try {
      await own.page.goto('/');
      await signIn(own.page, tenant.adminKey);
      await untilLive(own.page);
      const older = await holdOlder(own.page);
      await own.page.getByRole('button', { name: 'Load older orders' }).click();
      await older.answered;
      await first.kill();
      accepted(await door.move(order.id, 'confirmed'));
      // Or the stream may begin before it, and tell it.
      await untilSettled(scene.database, order.id);
      let isAnew = false;
      own.page.on('response', (answer) => {
        if (answer.ok() && /\/api\/orders\?(?!.*page_token=)/.test(answer.url())) isAnew = true;
      });
      await scene.startApi({ HTTP_PORT });
      // As when somebody turns to it: the next try by itself may be half a minute away.
      await own.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
      await eventually('the list to be loaded anew', () => isAnew, STEP_MS);
      older.release();
      expect(await own.page.locator(`#order-${order.id}`).innerText()).toContain('Confirmed');
    } finally {
      await own.context.close();
    }
  });

  test('an order that is no longer what is looked at leaves the list, and comes when it is', async () => {
    const order = await book();
    await openConsole('/?status=pending');
    await untilLive(page);
    await rowOf(order).waitFor();
    accepted(await door.move(order.id, 'confirmed'));
    await rowOf(order).waitFor({ state: 'detached' });
    const another = await book();
    await rowOf(another).waitFor();
  });

  test('in a tab that was opened behind another takes up no stream until it is looked at', async () => {
    const order = await book();
    let streams = 0;
    page.on('request', (request) => {
      if (request.url().includes('/api/orders/stream')) streams += 1;
    });
    await page.addInitScript(
      "Object.defineProperty(document, 'visibilityState', { get: () => (window.isShown ? 'visible' : 'hidden') })",
    );
    await openConsole();
    await rowOf(order).waitFor();
    const meanwhile = await book();
    // Whatever it does when it starts, it has done by the time that it has answered this.
    await page.evaluate('fetch("/healthz").then((answer) => answer.text())');
    expect(streams).toBe(0);
    await page.evaluate("window.isShown = true, document.dispatchEvent(new Event('visibilitychange'))");
    await untilLive(page);
    await rowOf(meanwhile).waitFor();
    expect(streams).toBe(1);
  });

  test('is live in any number of tabs, over one stream that the next tab takes over', async () => {
    let streams = 0;
    profile.context.on('request', (request) => {
      if (request.url().includes('/api/orders/stream')) streams += 1;
    });
    // The tab that leads has three seconds to say that it does. With eight to draw, a busy machine may take longer, and the one that
    // asked would rightly take the stream from it: here it waits for as long as it takes.
    await profile.context.addInitScript(
      'const set = setTimeout; setTimeout = (run, ms, ...given) => set(run, ms === 3_000 ? 300_000 : ms, ...given);',
    );
    await openConsole();
    const tabs = [page];
    // More than a browser opens connections to one server.
    while (tabs.length < 8) {
      const tab = await profile.context.newPage();
      tab.setDefaultTimeout(STEP_MS);
      await tab.goto('/');
      await untilLive(tab);
      tabs.push(tab);
    }
    expect(streams).toBe(1);
    const order = await book();
    for (const tab of tabs) await tab.locator(`#order-${order.id}`).waitFor();

    await page.close();
    const [next, ...others] = tabs.slice(1);
    await eventually('another tab opens it', () => streams === 2);
    const later = await book();
    for (const tab of [...others, next]) await tab?.locator(`#order-${later.id}`).waitFor();
    expect(streams).toBe(2);
  });

  test('is live again in the tab that is looked at when the one with the stream was put to sleep', async () => {
    await openConsole();
    await untilLive(page);
    const second = await profile.context.newPage();
    second.setDefaultTimeout(STEP_MS);
    await second.goto('/');
    await untilLive(second);
    // What a browser does to a tab that sleeps: nothing of it runs, and it keeps all that it has.
    const devtools = await profile.context.newCDPSession(page);
    await devtools.send('Debugger.enable');
    const asleep = new Promise((resolve) => devtools.once('Debugger.paused', resolve));
    await devtools.send('Debugger.pause');
    const woken = devtools.send('Runtime.evaluate', { expression: '0' });
    await asleep;
    const order = await book();
    // As when somebody turns to it.
    await second.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await second.locator(`#order-${order.id}`).waitFor();
    await devtools.send('Debugger.disable');
    await woken;
    await rowOf(order).waitFor();
  });

  test('far down: nothing is lost between pages, nothing moves while orders come in above, and how many is said', async () => {
    await placeMany(63);
    const HTTP_PORT = String(await keptPort());
    let server = await scene.startApi({ HTTP_PORT });
    const own = await browser.open(server.restUrl, { viewport: { width: 390, height: 844 } });
    own.page.setDefaultTimeout(STEP_MS);
    const shown = () => own.page.locator('.rows .row-link').evaluateAll((links) => links.map(({ id }) => id.slice(6)));
    const more = own.page.getByRole('button', { name: 'Load older orders' });
    /** The server goes, an order comes, and the server is back: the browser has no event to go on from, so all is loaded anew. */
    const missOne = async (): Promise<void> => {
      await server.kill();
      const missed = await book();
      // Or the stream may begin before it, and tell it as a new one.
      await untilSettled(scene.database, missed.id);
      server = await scene.startApi({ HTTP_PORT });
      await own.page.locator(`#order-${missed.id}`).waitFor();
    };
    try {
      await own.page.goto('/');
      await signIn(own.page, tenant.adminKey);
      await untilLive(own.page);
      const older = await holdOlder(own.page);
      await more.click();
      await older.answered;
      await missOne();
      older.release();
      // The page that was on its way belongs behind another end.
      await own.page.locator('.more .button:not([aria-disabled])').waitFor();
      expect(await shown()).toEqual((await door.orderIds()).slice(0, 50));
      await own.page.unroute('**/api/orders?*page_token=*');
      await more.click();
      await more.waitFor({ state: 'detached' });
      const all = await door.orderIds();
      expect(await shown()).toEqual(all);

      const target = own.page.locator(`#order-${all.at(-5)}`);
      const top = async () => (await target.boundingBox())?.y;
      await target.scrollIntoViewIfNeeded();
      const before = await top();
      await target.click();
      await own.page.getByRole('heading', { name: /^Order / }).waitFor();
      await own.page.goBack();
      await target.waitFor();
      expect(await top()).toBe(before);
      await missOne();
      expect(await shown()).toEqual(await door.orderIds());
      expect(await top()).toBe(before);

      await Promise.all([book(), book()]);
      const above = own.page.getByRole('button', { name: '2 new orders' });
      await above.waitFor();
      expect(await top()).toBe(before);
      expect(await shown()).toEqual(await door.orderIds());
      await above.click();
      await above.waitFor({ state: 'detached' });
      expect(await own.page.evaluate('scrollY')).toBeLessThan(200);
    } finally {
      await own.context.close();
    }
  });

  test('stays until what was searched for is there, tells how many it found, and shows an order before its history', async () => {
    const [pizza, bread] = [
      await book({ items: [{ name: 'Margherita', quantity: 2 }] }),
      await book({ notes: 'By bicycle' }),
    ];
    await openConsole();
    await rowOf(bread).waitFor();
    await withPatience(page);
    const release = gate();
    await page.route(/search=margherita|\/events\?/, async (route) => {
      await release.opened;
      await route.continue();
    });
    const asked = page.waitForRequest(/search=margherita/);
    await page.getByLabel('Search by name').fill('margherita');
    await asked;
    await page.locator('.list-body[aria-busy=true]').waitFor();
    await rowOf(bread).click();
    await page.locator('.ticket').getByText('By bicycle').waitFor();
    await button('Confirm order').waitFor();
    expect(await page.getByText('Order placed').count()).toBe(0);
    release.open();
    await page.getByText('Order placed').waitFor();
    await rowOf(bread).waitFor({ state: 'detached' });
    await rowOf(pizza).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: /^1 order$/ })
      .waitFor({ state: 'attached' });
  });

  test('of a search that cannot be made says what is wrong with it', async () => {
    await openConsole(`/?q=${'x'.repeat(101)}`);
    await page.getByRole('alert').filter({ hasText: '100 characters' }).waitFor();
  });

  test('has pages, and loads the older ones when asked', async () => {
    const orders: OrderWire[] = [];
    for (let batch = 0; batch < 6; batch += 1)
      orders.push(...(await Promise.all(Array.from({ length: 9 }, () => book()))));
    await openConsole();
    await button('Load older orders').waitFor();
    // No count of the day yet: there may be more of it on the next page.
    await page.getByText('50 orders or more', { exact: true }).waitFor();
    await button('Load older orders').click();
    // The button says so while it loads, and goes away when there is nothing more.
    await eventually('all orders', async () => (await page.locator('.rows .row-link').count()) === orders.length);
    await page.locator('.more').waitFor({ state: 'detached' });
    await page.getByText('54 orders', { exact: true }).waitFor();
    const ids = await page.locator('.rows .row-link').evaluateAll((links) => links.map(({ id }) => id));
    expect(ids.map((id) => id.replace('order-', ''))).toEqual(await door.orderIds());
    expect(ids).toHaveLength(orders.length);
  });
});

describe('one order', () => {
  test('goes its way by clicks, and its history says by whom', async () => {
    const order = await book({ notes: 'Back entrance <b>please</b>' });
    await openConsole(`/orders/${order.id}`);
    await page.getByText('Back entrance <b>please</b>').waitFor();
    for (const [name, status] of [
      ['Confirm order', 'confirmed'],
      ['Start preparing', 'processing'],
      ['Complete order', 'completed'],
    ] as const) {
      await button(name).click();
      await button(name).waitFor({ state: 'detached' });
      expect(await statusOf(order)).toBe(status);
    }
    // The buttons follow the answer, the history follows the stream.
    await page.locator('.timeline-what').nth(3).waitFor();
    expect(await page.locator('.timeline-what').allInnerTexts()).toEqual([
      'Processing → Completed',
      'Confirmed → Processing',
      'Pending → Confirmed',
      'Order placed',
    ]);
    const events = await door.events(order.id);
    expect(new Set(events.slice(1).map(({ actor }) => actor)).size).toBe(1);
    expect(await button('Cancel order').count()).toBe(0);
  });

  test('that somebody else moved first: a clear message and the order as it is, not an error', async () => {
    const order = await book();
    await openConsole(`/orders/${order.id}`);
    await button('Confirm order').waitFor();
    // Between the click and the server stands another client, which is faster.
    await page.route(/\/status\?/, async (route) => {
      accepted(await door.cancel(order.id, { reason: 'changed their mind' }));
      await route.continue();
    });
    await button('Confirm order').click();
    await page.getByRole('alert').filter({ hasText: 'Someone else moved this order to “Cancelled”' }).waitFor();
    await page.getByText('“changed their mind”').waitFor();
    expect(await button('Confirm order').count()).toBe(0);
    expect(await statusOf(order)).toBe('cancelled');
  });

  test('that somebody else moved to where one wanted it: said so, and no harm done', async () => {
    const order = await book();
    await openConsole(`/orders/${order.id}`);
    await page.route(/\/status\?/, async (route) => {
      accepted(await door.move(order.id, 'confirmed'));
      await route.continue();
    });
    await button('Confirm order').click();
    await page.getByText('Someone else has already moved this order to “Confirmed”').waitFor();
    await button('Start preparing').waitFor();
  });

  test('stays within a phone’s screen, whatever its texts are', async () => {
    const order = await book({
      customer_name: `<b>${'W'.repeat(150)}</b>`,
      items: [
        { name: `<i>${'x'.repeat(150)}`, quantity: 2 },
        { name: 'Bread', quantity: 1 },
        { name: 'Bread', quantity: 3 },
      ],
      notes: 'n'.repeat(1_500),
    });
    accepted(await door.cancel(order.id, { reason: 'r'.repeat(150) }));
    await page.setViewportSize({ width: 360, height: 740 });
    await openConsole(`/orders/${order.id}`);
    await page.locator('.ticket').getByText(order.customer_name).waitFor();
    await page.getByText('r'.repeat(150)).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await page.locator('.ticket-items li').allInnerTexts()).toHaveLength(3);
  });

  test('is moved once by two clicks', async () => {
    const order = await book();
    await openConsole(`/orders/${order.id}`);
    let requests = 0;
    const clicked = gate();
    await page.route(/\/status\?/, async (route) => {
      requests += 1;
      // Answered between the two clicks, the second one would be one on the order's next step.
      await clicked.opened;
      await route.continue();
    });
    await button('Confirm order').dblclick();
    clicked.open();
    await button('Start preparing').waitFor();
    expect(requests).toBe(1);
    expect(await statusOf(order)).toBe('confirmed');
  });

  test('is cancelled only after a question, with the reason in its history', async () => {
    const order = await book();
    await openConsole(`/orders/${order.id}`);
    await button('Cancel order').click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await statusOf(order)).toBe('pending');

    await button('Cancel order').click();
    await page.getByLabel('Reason (optional)').fill('Oven is\nbroken');
    await button('Cancel the order').click();
    await page.getByText('“Oven is broken”').waitFor();
    expect(await statusOf(order)).toBe('cancelled');
  });

  test('of nobody, or of another business, is not there', async () => {
    const stranger = openDoor('gRPC', api, scene.other.key);
    const theirs = accepted(await stranger.create(sampleBody())).order;
    stranger.close();
    await openConsole(`/orders/${theirs.id}`);
    await page.getByText('There is no such order').waitFor();
    await page.goto(`/orders/${randomUUID()}`);
    await page.getByText('There is no such order').waitFor();
  });
});

describe('AI booking', () => {
  test('switched off in the console, an agent with a confirmed order is refused; switched on, it books', async () => {
    await setCapabilities(api, tenant, { order_booking_enabled: true });
    const agent = bookingCaller('gRPC', api, tenant.aiKey);
    const booked = await bookTo(agent, 'confirmed');
    await openConsole('/settings');
    const gate = page.getByRole('switch', { name: 'AI agents may book orders' });
    expect(await gate.getAttribute('aria-checked')).toBe('true');

    await gate.click();
    await page.locator('.toast').filter({ hasText: 'AI booking is off' }).waitFor();
    expect(refused(await agent.createOrder(booked.order)).outcome).toBe('ORDER_BOOKING_DISABLED');

    await gate.click();
    await page.locator('.toast').filter({ hasText: 'AI agents may book again' }).waitFor();
    const { order } = accepted(await agent.createOrder(booked.order));
    await page.getByRole('link', { name: /^Orders/ }).click();
    await rowOf(order).getByText('AI agent').waitFor({ state: 'attached' });
    agent.close();
  });

  test('an order shows the yes that it came from, and leads to the conversation and back', async () => {
    const { order, bookingId } = await bookByAgent('Yes, please!');
    await openConsole(`/orders/${order.id}`);
    const link = page.getByRole('link', { name: 'Read the conversation' });
    await link.waitFor();
    expect(await link.innerText()).toMatch(/“Yes, please!”\s+The customer’s yes, (today|yesterday), \d\d:\d\d/);
    await link.click();
    await heading(`Booking ${shortId(bookingId)}`).waitFor();
    await page.getByRole('link', { name: `Became order ${shortId(order.id)}` }).click();
    await heading(`Order ${shortId(order.id)}`).waitFor();

    const byPhone = await book({ source: 'phone' });
    await page.goto(`/orders/${byPhone.id}`);
    await button('Confirm order').waitFor();
    await page.getByText('Order placed').waitFor();
    expect(await heading('Conversation').count()).toBe(0);
  });

  test('an order can be worked on while its conversation cannot be loaded, and shows none where there is none', async () => {
    const { order } = await bookByAgent('Yes');
    await page.route('**/api/bookings?*', (route) => route.abort());
    await openConsole(`/orders/${order.id}`);
    await page.getByRole('alert').filter({ hasText: 'The conversation could not be loaded' }).waitFor();
    await button('Confirm order').click();
    await button('Start preparing').waitFor();
    expect(await statusOf(order)).toBe('confirmed');

    await page.unroute('**/api/bookings?*');
    await button('Try again').click();
    await page.getByRole('link', { name: 'Read the conversation' }).waitFor();

    await page.route('**/api/bookings?*', (route) =>
      route.fulfill({
        json: { success: true, data: { bookings: [], next_page_token: '' }, correlation_id: 'req_none' },
      }),
    );
    await page.reload();
    await page.getByText('Order placed').waitFor();
    await heading('Conversation').waitFor({ state: 'detached' });
    await button('Start preparing').waitFor();
  });

  test('a booking can be read: the customer’s words, what was stopped and why, what was shown, and the yes', async () => {
    await setCapabilities(api, tenant, { order_booking_enabled: true });
    const agent = bookingCaller('REST', api, tenant.aiKey);
    const talk = sampleTalk();
    const { id } = accepted(await agent.start()).booking;
    const [claim] = talk.items.items;
    refused(await agent.addItems(id, { ...talk.items, items: [{ ...claim, quantity: 20 }] }));
    accepted(await agent.addItems(id, talk.items));
    accepted(await agent.confirmItems(id, talk.yesToItems));
    accepted(await agent.setCustomer(id, talk.customer));
    const shown = accepted(await agent.summary(id));
    const { summary_digest } = shown;
    refused(await agent.confirm(id, { summary_digest, customer_reply: 'What does it cost?' }));
    const confirmed = accepted(await agent.confirm(id, { summary_digest, customer_reply: 'Yes, confirm' }));
    const { order } = accepted(
      await agent.createOrder({
        version: '1.0',
        action: 'create_order',
        idempotency_key: confirmed.idempotency_key,
        payload: { ...confirmed.payload },
      }),
    );
    agent.close();

    await openConsole('/bookings');
    await page.locator(`#booking-${id}`).click();
    await heading(`Booking ${shortId(id)}`).waitFor();
    await page.getByText(talk.items.customer_message).waitFor();
    await page.getByText('The customer had said another number than the agent sent.').waitFor();
    await page.getByText('The customer asked a question instead of saying yes.').waitFor();
    await page.getByText('The agent was stopped twice').waitFor();
    const agreed = page.getByRole('region', { name: 'What was agreed' });
    expect(await agreed.locator('blockquote').allTextContents()).toEqual([shown.summary.text, 'Yes, confirm']);
    await page.getByRole('link', { name: `Became order ${shortId(order.id)}` }).click();
    await heading(`Order ${shortId(order.id)}`).waitFor();
  });
});

describe('settings', () => {
  test('are saved, and a value out of bounds is refused beside its field', async () => {
    await openConsole('/settings');
    await page.getByLabel('Language').selectOption('de');
    await page.getByLabel('A quiet conversation ends after', { exact: true }).fill('45');
    await page.getByLabel('A customer’s yes is good for', { exact: true }).fill('0');
    await page.getByText('Choose between 30 seconds and 1 hour.').waitFor();
    await page.getByLabel('A customer’s yes is good for', { exact: true }).fill('5');
    await page.getByLabel('Your customers’ own ways to say yes').fill('aye aye\nno way');
    const conversations = page.getByRole('region', { name: 'Conversations' });
    await conversations.getByRole('button', { name: 'Save' }).click();
    await conversations.locator('.field-problem').waitFor();
    await page.getByLabel('Your customers’ own ways to say yes').fill('aye aye');
    await conversations.getByRole('button', { name: 'Save' }).click();
    await page.locator('.toast').filter({ hasText: 'Saved' }).waitFor();

    await page.getByRole('switch', { name: 'Cancel pending orders after a while' }).click();
    await page.getByLabel('Cancel after', { exact: true }).fill('3');
    await page.getByRole('region', { name: 'Orders nobody confirms' }).getByRole('button', { name: 'Save' }).click();
    await eventually('all of it is stored', async () => {
      const { rows } = await scene.database.owner.query(
        `SELECT booking_locale, booking_idle_expiry_seconds AS idle, confirmation_expiry_seconds AS yes,
                confirmation_phrases AS phrases, pending_order_expiry_seconds AS pending
         FROM ai_capabilities WHERE user_id = $1`,
        [tenant.userId],
      );
      const [row] = rows;
      return (
        row?.pending === 10_800 &&
        expect(row).toEqual({
          booking_locale: 'de',
          idle: 2_700,
          yes: 300,
          phrases: ['aye aye'],
          pending: 10_800,
        }) === undefined
      );
    });
  });

  test('the theme is this device’s, and there from the first moment after a reload', async () => {
    await openConsole('/settings');
    await page.getByRole('region', { name: 'Appearance' }).getByRole('button', { name: 'Dark' }).click();
    const theme = (): Promise<string> => page.evaluate('document.documentElement.dataset.theme ?? "system"');
    expect(await theme()).toBe('dark');
    await page.reload({ waitUntil: 'commit' });
    await page.locator('#app').waitFor({ state: 'attached' });
    expect(await theme()).toBe('dark');
  });
});

describe('when something is not there', () => {
  test('the server: said so, and made good when it is back, without a reload', async () => {
    const HTTP_PORT = String(await keptPort());
    const first = await scene.startApi({ HTTP_PORT });
    const own = await browser.open(first.restUrl);
    own.page.setDefaultTimeout(STEP_MS);
    try {
      await own.page.goto('/');
      await signIn(own.page, tenant.adminKey);
      await untilLive(own.page);
      await first.kill();
      await own.page.getByText('Reconnecting…').waitFor();
      const missed = await book();
      await own.page.getByRole('link', { name: 'Bookings' }).click();
      await own.page.getByText('No connection to the server').waitFor();

      await scene.startApi({ HTTP_PORT });
      await own.page.getByRole('button', { name: 'Try again' }).click();
      await own.page.getByText('No bookings yet').waitFor();
      await own.page.getByRole('link', { name: /^Orders/ }).click();
      await untilLive(own.page);
      await own.page.locator(`#order-${missed.id}`).waitFor();
      expect(own.offences).toEqual([]);
    } finally {
      await own.context.close();
    }
  });

  test('an order of the time without a server is there as soon as the list is live again', async () => {
    const HTTP_PORT = String(await keptPort());
    const first = await scene.startApi({ HTTP_PORT });
    const own = await browser.open(first.restUrl);
    own.page.setDefaultTimeout(STEP_MS);
    try {
      await own.page.goto('/');
      await signIn(own.page, tenant.adminKey);
      await untilLive(own.page);
      await first.kill();
      const missed = await book();
      await scene.startApi({ HTTP_PORT });
      await own.page.locator(`#order-${missed.id}`).waitFor();
    } finally {
      await own.context.close();
    }
  });

  test('the page’s own files, after a deploy: it is loaded once more by itself, and if that does not help it says so', async () => {
    let isGone = true;
    await page.route('**/assets/app-*.js', (route) => {
      if (!isGone) return route.continue();
      return route.fulfill({ status: 404, body: 'gone' });
    });
    const loads: string[] = [];
    page.on('request', (request) => {
      if (request.isNavigationRequest()) loads.push(request.url());
    });
    await page.goto('/settings');
    await page.getByRole('alert').getByText('The console could not be loaded').waitFor();
    expect(loads).toHaveLength(2);
    isGone = false;
    await button('Try again').click();
    await page.getByLabel('API key').waitFor();
  });

  test('a script that an extension brought: the page stays as it is', async () => {
    await page.route('**/assets/of-nobody.js', (route) => route.fulfill({ status: 404, body: 'gone' }));
    await openConsole('/settings');
    await heading('Settings').waitFor();
    await page.evaluate(`window.isOld = true; new Promise((failed) => {
      const script = Object.assign(document.createElement('script'), { src: '/assets/of-nobody.js', onerror: failed });
      document.head.append(script);
    })`);
    await page.getByRole('link', { name: 'Bookings' }).click();
    await heading('Bookings').waitFor();
    expect(await page.evaluate('window.isOld')).toBe(true);
  });

  test('the build that runs here, after a deploy: the next step loads the new one', async () => {
    const HTTP_PORT = String(await keptPort());
    const first = await scene.startApi({ HTTP_PORT });
    const own = await browser.open(first.restUrl);
    own.page.setDefaultTimeout(STEP_MS);
    try {
      await own.page.goto('/');
      await signIn(own.page, tenant.adminKey);
      await untilLive(own.page);
      await own.page.evaluate(`window.isOld = true;
        const read = Response.prototype.text;
        Response.prototype.text = async function () {
          const text = await read.call(this);
          // After whoever reads it has drawn its conclusions.
          if (new URL(this.url).pathname === '/') setTimeout(() => { window.hasLooked = true; });
          return text;
        }`);
      await own.page.getByRole('link', { name: 'Bookings' }).click();
      await own.page.getByText('No bookings yet').waitFor();
      expect(await own.page.evaluate('window.isOld')).toBe(true);
      // The next server's page names other files.
      await own.page.route('**/', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({
          response: answer,
          body: (await answer.text()).replace(/app-\w+\.js/, 'app-OTHERONE.js'),
        });
      });
      await first.kill();
      await own.page.getByText('Reconnecting…').waitFor();
      await scene.startApi({ HTTP_PORT });
      await eventually(
        'the page to have looked',
        () => own.page.evaluate<boolean>('window.hasLooked === true'),
        STEP_MS,
      );
      await own.page.getByRole('link', { name: 'Sheet' }).click();
      await own.page.getByText('Sheet sync is off').waitFor();
      expect(await own.page.evaluate('window.isOld ?? false')).toBe(false);
    } finally {
      await own.context.close();
    }
  });

  test('the network: a banner, for as long as it is gone', async () => {
    await openConsole();
    await profile.context.setOffline(true);
    await page.getByText('You are offline').waitFor();
    await profile.context.setOffline(false);
    await page.getByText('You are offline').waitFor({ state: 'detached' });
    await untilLive(page);
  });

  test('the database: the API’s words, the id for support, and another try', async () => {
    await openConsole();
    await page.route('**/api/bookings?*', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/json',
        body: JSON.stringify({
          success: false,
          error: { code: 'UNAVAILABLE', message: 'The database cannot be reached', details: {} },
          correlation_id: 'req_of_this_failure',
        }),
      }),
    );
    await page.getByRole('link', { name: 'Bookings' }).click();
    await page.getByText('The database cannot be reached.').waitFor();
    await page.getByText('Details for support').click();
    await page.getByText('req_of_this_failure').waitFor();
    await page.unroute('**/api/bookings?*');
    await button('Try again').click();
    await page.getByText('No bookings yet').waitFor();
  });
});

describe('by keyboard alone', () => {
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? ""');

  /** Presses Tab until the focus is there; a place that cannot be reached is a failure. */
  async function tabTo(text: string): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await focused()).includes(text)) return;
    }
    throw new Error(`Tab never came to “${text}”`);
  }

  test('one signs in, opens an order, cancels it, and goes on', async () => {
    const order = await book({ customer_name: 'Ada Keys' });
    await page.goto('/');
    await eventually('the focus is where the key goes', () =>
      page.evaluate<boolean>('document.activeElement?.name === "api-key"'),
    );
    await page.keyboard.type(tenant.adminKey);
    await page.keyboard.press('Enter');
    await rowOf(order).waitFor();

    await page.evaluate('document.activeElement?.blur()');
    await page.keyboard.press('Tab');
    expect(await focused()).toContain('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.id')).toBe('main');

    await tabTo('Ada Keys');
    await page.keyboard.press('Enter');
    await eventually('the focus is on the order', async () => (await focused()).includes(`Order ${shortId(order.id)}`));
    await tabTo('Cancel order');
    await page.keyboard.press('Enter');
    await eventually('the focus is where nothing happens', async () => (await focused()) === 'Keep the order');
    await page.keyboard.press('Enter');
    await eventually('the focus is back', async () => (await focused()) === 'Cancel order');

    await page.keyboard.press('Enter');
    await tabTo('Cancel the order');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await statusOf(order)).toBe('cancelled');
    // The button that asked is gone with what it could do: one goes on from the order, not from the top of the page.
    await eventually('the focus is on the order', async () => (await focused()) === `Order ${shortId(order.id)}`);
  });
});
