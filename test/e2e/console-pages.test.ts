import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { orderOf, sampleTalk, setCapabilities } from '../support/booking';
import { bookingCaller } from '../support/booking-caller';
import { seriousAxeFindings, startBrowser, type TestBrowser, type TestProfile } from '../support/browser';
import { signIn, untilLive } from '../support/console';
import { accepted, openDoor, refused } from '../support/doors';
import { eventually } from '../support/eventually';
import type { ApiProcess, TestTenant } from '../support/scene';
import { createSheetScene, type SheetScene } from '../support/sheet-scene';
import { PROJECT_ROOT } from '../support/source-files';
import { subscriptionsIn } from '../support/subscriptions';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver';

const PICTURES = join(PROJECT_ROOT, 'test-results', 'console');
const STEP_MS = 20_000;
// More than all steps of a test together: what hangs is told by its step, and not by the test's own end.
jest.setTimeout(180_000);

interface Look {
  readonly width: number;
  readonly height: number;
  readonly schemes: readonly ('light' | 'dark')[];
}

interface Device {
  readonly name: string;
  /** How it is looked at: in both schemes at its usual size, and in one at the narrowest and the widest it is made for. */
  readonly looks: readonly Look[];
  readonly has: BrowserContextOptions;
}

const PHONE: Device = {
  name: 'a phone',
  looks: [
    { width: 390, height: 844, schemes: ['light', 'dark'] },
    { width: 360, height: 740, schemes: ['light'] },
  ],
  has: { deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};
const LAPTOP: Device = {
  name: 'a laptop',
  looks: [
    { width: 1280, height: 860, schemes: ['light', 'dark'] },
    { width: 768, height: 1024, schemes: ['light'] },
    { width: 1600, height: 1000, schemes: ['light'] },
  ],
  has: {},
};

/** A bakery's day: names long and short, in several scripts, orders in every state. */
const DAY: readonly (readonly [
  name: string,
  items: readonly (readonly [string, number])[],
  more: object,
  way: readonly string[],
])[] = [
  ['Chloé Dubois', [['Éclair au chocolat', 4]], { source: 'web' }, ['confirmed', 'processing', 'completed']],
  ['فاطمة الزهراء', [['خبز بالزعتر', 4]], { source: 'web' }, ['cancelled']],
  ['Amara Okafor', [['Cinnamon bun', 12]], { source: 'walk_in' }, ['confirmed', 'processing', 'completed']],
  [
    'Tomasz Zieliński',
    [['Poppy seed roll', 250]],
    { source: 'phone', notes: 'Invoice to the company' },
    ['confirmed', 'processing'],
  ],
  [
    'Maximilian Freiherr von Hohenstein-Wiedenbrück',
    [['Wedding cake, three tiers, vanilla and raspberry', 1]],
    { source: 'phone', notes: 'Delivery to the back entrance, please.\nNut allergy: no almonds anywhere.' },
    ['confirmed'],
  ],
  ['Jonas Weber', [['Rye bread', 1]], { source: 'api' }, ['confirmed']],
  [
    'Zoë García',
    [
      ['Sourdough loaf', 2],
      ['Butter croissant', 6],
    ],
    { source: 'web' },
    [],
  ],
  [
    'Priya Raman',
    [
      ['Brown bread', 1],
      ['Banana muffin', 4],
      ['Oat cookie', 10],
      ['Carrot cake slice', 2],
      ['Lemon tart', 2],
    ],
    { source: 'web', notes: 'Pick-up at noon, by bicycle' },
    ['confirmed'],
  ],
];

let scene: SheetScene;
let api: ApiProcess;
let browser: TestBrowser;
let receiver: WebhookReceiver;
let tenant: TestTenant;
let orderId: string;
let bookingId: string;
let agentsOrderId: string;

beforeAll(async () => {
  await mkdir(PICTURES, { recursive: true });
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
  tenant = await scene.addTenant();
  await scene.database.owner.query(`UPDATE tenants SET name = 'Corner Bakery' WHERE user_id = $1`, [tenant.userId]);
  orderId = await fillTheDay();
  [bookingId, agentsOrderId] = await talk();
  await connect();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await receiver?.close();
  await scene.close();
});

/** Books the day's orders over gRPC; returns the one with most to show. */
async function fillTheDay(): Promise<string> {
  const door = openDoor('gRPC', api, tenant.key);
  let last = '';
  for (const [index, [customer_name, items, more, way]] of DAY.entries()) {
    const body = {
      customer_name,
      customer_phone: `+4930901${String(index).padStart(4, '0')}`,
      items: items.map(([name, quantity]) => ({ name, quantity })),
      ...more,
    };
    const { order } = accepted(await door.create(body));
    for (const status of way) {
      accepted(
        status === 'cancelled'
          ? await door.cancel(order.id, { reason: 'Changed their mind, will come by instead' })
          : await door.move(order.id, status),
      );
    }
    last = order.id;
  }
  door.close();
  return last;
}

/** An agent that is stopped twice on its way to an order; returns the booking and the order. */
async function talk(): Promise<readonly [bookingId: string, orderId: string]> {
  await setCapabilities(api, tenant, { order_booking_enabled: true });
  const agent = bookingCaller('REST', api, tenant.aiKey);
  const { items, yesToItems, customer } = sampleTalk({
    items: {
      customer_message: 'Hi! Could I get 2 margherita and 3 tiramisu for tonight?',
      items: [
        { name: 'margherita', quantity: 2, name_words: 'margherita', quantity_words: '2' },
        { name: 'tiramisu', quantity: 3, name_words: 'tiramisu', quantity_words: '3' },
      ],
    },
    customer: {
      customer_message: "It's Dana Brooks, +49 151 2345 6789",
      customer_name: 'Dana Brooks',
      customer_phone: '+4915123456789',
    },
  });
  accepted(await agent.start());
  const { id } = accepted(await agent.start()).booking;
  refused(await agent.addItems(id, { ...items, items: [{ ...items.items[0], quantity: 20 }] }));
  accepted(await agent.addItems(id, items));
  accepted(await agent.confirmItems(id, yesToItems));
  accepted(await agent.setCustomer(id, customer));
  const { summary_digest } = accepted(await agent.summary(id));
  refused(await agent.confirm(id, { summary_digest, customer_reply: 'How long will it take?' }));
  const confirmed = accepted(await agent.confirm(id, { summary_digest, customer_reply: 'Yes, please!' }));
  const { order } = accepted(await agent.createOrder(orderOf(confirmed)));
  agent.close();
  return [id, order.id];
}

/** A sheet that worked and then was taken away, a webhook with deliveries, one that was switched off, and another device. */
async function connect(): Promise<void> {
  const { owner } = scene.database;
  const spreadsheet = await scene.google.createSpreadsheet({ shareWith: [scene.account] });
  await setCapabilities(api, tenant, { sheets_sync_enabled: true, sheets_spreadsheet_id: spreadsheet });
  const subscriptions = subscriptionsIn(owner);
  await subscriptions.webhook(tenant.userId, { url: receiver.url, events: ['order.created', 'order.status_changed'] });
  const off = await subscriptions.webhook(tenant.userId, { url: 'https://hooks.example.com/orders/incoming?till=2' });
  await owner.query(
    `UPDATE notification_subscriptions SET status = 'disabled', disabled_reason = 'failing', description = 'Kitchen printer' WHERE id = $1`,
    [off.id],
  );
  const written = async (): Promise<boolean> => {
    const { rows } = await owner.query('SELECT 1 FROM sheet_sync_attempts WHERE user_id = $1 AND result = $2', [
      tenant.userId,
      'synced',
    ]);
    return rows.length > 0;
  };
  await eventually('the sheet to be written', written);
  await scene.google.act(spreadsheet, { do: 'unshare', email: scene.account });
  const door = openDoor('gRPC', api, tenant.key);
  accepted(await door.move(orderId, 'processing'));
  door.close();
  await eventually('the sheet to be parked', async () => {
    const { rows } = await owner.query('SELECT 1 FROM sheet_sync_attempts WHERE user_id = $1 AND result = $2', [
      tenant.userId,
      'parked',
    ]);
    return rows.length > 0;
  });
  // Not when it arrives: a page that is loaded before the answer is written down shows it as on its way, and looks no more.
  await eventually('the news to be delivered', async () => {
    const { rows } = await owner.query(
      `SELECT 1 FROM notification_deliveries WHERE user_id = $1 AND status = 'delivered'`,
      [tenant.userId],
    );
    return rows.length > 0;
  });
}

interface Subject {
  readonly name: string;
  readonly path: () => string;
  /** What is there when the page has loaded. */
  readonly shows: RegExp;
  /** What to do before looking. */
  readonly act?: (page: Page) => Promise<unknown>;
}

const SUBJECTS: readonly Subject[] = [
  { name: 'orders', path: () => '/', shows: /Load older|Priya Raman/ },
  { name: 'orders-filtered', path: () => '/?status=confirmed&source=phone&from=2020-01-01', shows: /Maximilian/ },
  { name: 'orders-none', path: () => '/?q=nothing+like+that', shows: /No orders like that/ },
  { name: 'order', path: () => `/orders/${orderId}`, shows: /Order placed/ },
  {
    name: 'order-cancel',
    path: () => `/orders/${orderId}`,
    shows: /Order placed/,
    act: (page) => page.getByRole('button', { name: 'Cancel order' }).click(),
  },
  { name: 'order-by-agent', path: () => `/orders/${agentsOrderId}`, shows: /Yes, please!/ },
  { name: 'bookings', path: () => '/bookings', shows: /No name yet/ },
  { name: 'booking', path: () => `/bookings/${bookingId}`, shows: /What was agreed/ },
  { name: 'sheet', path: () => '/sheet', shows: /Sheet sync has stopped[\s\S]*Written/ },
  {
    name: 'notifications',
    path: () => '/notifications',
    shows: /Kitchen printer/,
    act: async (page) => {
      const fold = page.getByRole('article', { name: receiver.url }).locator('.fold summary');
      await fold.click();
      await page.getByText('Delivered', { exact: true }).first().waitFor();
    },
  },
  {
    name: 'notifications-add',
    path: () => '/notifications',
    shows: /Kitchen printer/,
    act: (page) => page.getByRole('button', { name: 'Add a webhook' }).click(),
  },
  { name: 'settings', path: () => '/settings', shows: /Conversations/ },
  { name: 'nowhere', path: () => '/no/such/page', shows: /There is no such page/ },
];

/** A headless Chromium says that notifications are blocked, whatever it was granted; an owner's says that nobody was asked. */
const NOT_ASKED_YET = "Object.defineProperty(Notification, 'permission', { get: () => 'default' })";
/**
 * Brings what moves to rest: half faded in, nothing has the contrast that it is made with. Not waited for: what moves without end
 * never rests, and what is taken away while it moves does not always say so.
 */
const AT_REST = `for (const animation of document.getAnimations())
  if (Number.isFinite(animation.effect.getComputedTiming().endTime)) animation.finish()`;

/** On a phone with a screen as long as the page: what is fixed to its lower edge would hide what lies behind it. */
async function photograph(page: Page, name: string, { width, height }: Look): Promise<void> {
  const isLong = width < 600 && !(await page.getByRole('dialog').isVisible());
  const whole = isLong ? await page.evaluate<number>('document.documentElement.scrollHeight') : height;
  if (whole > height) await page.setViewportSize({ width, height: whole });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  if (whole > height) await page.setViewportSize({ width, height });
}

/** How far the page is wider than the window; whatever is not reached by scrolling down does not count as shown. */
const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
const doubleIdsOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(
    '[...document.querySelectorAll("[id]")].map(({ id }) => id).filter((id, index, all) => all.indexOf(id) !== index)',
  );
/** What is too small for a finger: less than 44 px either way, links within a sentence aside. */
const tooSmallIn = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`[...document.querySelectorAll('button, summary, input, select, textarea, a')].flatMap((element) => {
    const { width, height } = element.getBoundingClientRect();
    const isUnseen = !element.checkVisibility({ visibilityProperty: true }) || width < 2;
    const isChoice = element.matches('input') && element.closest('label') !== null;
    const isInText = element.matches('p a, dd a, li:not(.row) > a:not(.nav-link), .detail-meta a');
    // What a switch takes is larger than it looks.
    const takes = element.matches('[role=switch]') ? height + 14 : height;
    const fits = takes >= 43.5 && width >= 43.5;
    return isUnseen || isChoice || isInText || fits ? [] : [element.className + ' "' + element.textContent + '" ' + width + ' x ' + height];
  })`);

/**
 * For what Playwright waits for without end. A page that answers no more is told by the step that found it so, as it is by those that
 * have a limit of their own.
 */
async function within<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${2 * STEP_MS} ms for: ${what}`)), 2 * STEP_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Looks at a page in every size and scheme of the device, and takes its picture; a page is laid out anew, not loaded anew. */
async function lookAt(page: Page, name: string, { looks, has }: Device): Promise<void> {
  for (const look of looks) {
    await within(`${name} in another size`, page.setViewportSize({ width: look.width, height: look.height }));
    for (const scheme of look.schemes) {
      const title = `${name}-${look.width}-${scheme}`;
      await within(`${title} in its colours`, page.emulateMedia({ colorScheme: scheme }));
      await within(`${title} at rest`, page.evaluate(AT_REST));
      await within(`${title} to be photographed`, photograph(page, title, look));
      const found = {
        overflow: await within(`the width of ${title}`, overflowOf(page)),
        axe: look.schemes.length > 1 ? await within(`what axe says of ${title}`, seriousAxeFindings(page)) : [],
        tooSmall: has.hasTouch === true ? await within(`what is small in ${title}`, tooSmallIn(page)) : [],
      };
      expect([title, found]).toEqual([title, { overflow: 0, axe: [], tooSmall: [] }]);
    }
  }
}

describe.each([PHONE, LAPTOP])('on $name', (device) => {
  let profile: TestProfile;

  beforeAll(async () => {
    profile = await browser.open(api.restUrl, device.has);
    profile.page.setDefaultTimeout(STEP_MS);
    await profile.page.addInitScript(NOT_ASKED_YET);
    const signedIn = await profile.context.request.post('/api/session', { data: { api_key: tenant.adminKey } });
    expect(signedIn.status()).toBe(201);
  });
  afterAll(() => profile?.context.close());

  test('signing in: axe finds nothing serious, nothing sticks out, nothing is forbidden', async () => {
    const { context, page, offences } = await browser.open(api.restUrl, device.has);
    try {
      await page.goto('/');
      await page.getByLabel('API key').waitFor();
      await lookAt(page, 'sign-in', device);
      expect(offences).toEqual([]);
    } finally {
      await context.close();
    }
  });

  test.each(SUBJECTS)('$name: axe finds nothing serious, nothing sticks out, nothing is forbidden', async (subject) => {
    const { page, offences } = profile;
    await page.goto(subject.path());
    await untilLive(page);
    await page.locator('main').filter({ hasText: subject.shows }).waitFor();
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    await subject.act?.(page);
    await lookAt(page, subject.name, device);
    expect(await doubleIdsOf(page)).toEqual([]);
    expect(offences).toEqual([]);
  });
});

test('on paper an order is its slip, and nothing to press', async () => {
  const { context, page } = await browser.open(api.restUrl, { colorScheme: 'dark' });
  try {
    await context.request.post('/api/session', { data: { api_key: tenant.adminKey } });
    await page.goto(`/orders/${orderId}`);
    await page.getByText('Order placed').waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: join(PICTURES, 'order-print.png') });
    expect(await page.locator('.ticket').innerText()).toMatch(/Banana muffin[\s\S]*by bicycle[\s\S]*Priya Raman/);
    expect(await page.locator('.detail-meta').innerText()).toMatch(/Ordered \d+ \w+ \d{4}, \d/);
    expect(await page.locator('button:visible, input:visible, nav:visible, .row:visible').count()).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
  } finally {
    await context.close();
  }
});

test('with motion reduced nothing moves', async () => {
  const { context, page } = await browser.open(api.restUrl, { reducedMotion: 'reduce' });
  try {
    await page.goto('/');
    await signIn(page, tenant.adminKey);
    const moving = 'document.getAnimations().filter(({ effect }) => effect.getComputedTiming().duration > 0).length';
    await untilLive(page);
    expect(await page.evaluate(moving)).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.querySelector(".button")).transitionDuration')).toMatch(
      /^0s/,
    );
  } finally {
    await context.close();
  }
});
