import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { eventually } from '../support/eventually';
import { createBrowser, vapidClaims } from '../support/push-browser';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, patientUrl, type Scene, type TestTenant } from '../support/scene';
import type { ServiceProcess } from '../support/services';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver';

/** Everything from a subscription to what arrives, through the real door and both workers. */
let scene: Scene;
let api: ApiProcess;
let syncWorker: ServiceProcess;
let shop: TestTenant;
let receiver: WebhookReceiver;

const LOOPBACK = { ALLOW_LOOPBACK_TARGETS: 'true' };

beforeAll(async () => {
  scene = await createScene();
  const sync = {
    ...LOOPBACK,
    DELIVERY_RETRY_MS: '10',
    WEBHOOK_DISABLE_AFTER_SECONDS: '1',
    // A delivery that a busy Postgres does not record in time is rightly sent again: here, how often is counted.
    DATABASE_URL: patientUrl(scene.database),
  };
  [api, syncWorker] = await Promise.all([
    scene.startApi({ ...LOOPBACK, ...PATIENT }),
    scene.startSyncWorker(sync),
    scene.startWorker(),
  ]);
});
beforeEach(async () => {
  shop = await scene.addTenant();
  receiver = await startReceiver();
});
afterEach(() => receiver.close());
afterAll(() => scene.close());

interface Answer {
  readonly status: number;
  readonly data: Record<string, unknown>;
  readonly code: string | undefined;
}

async function call(method: string, path: string, body?: unknown, key = shop.adminKey): Promise<Answer> {
  const response = await fetch(`${api.restUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { data = {}, error } =
    text === '' ? {} : (JSON.parse(text) as { data?: Answer['data']; error?: { code: string } });
  return { status: response.status, data, code: error?.code };
}

const SUBSCRIPTIONS = '/api/notifications/subscriptions';

interface Subscribed {
  readonly id: string;
  readonly secret: string;
}

async function subscribe(body: Readonly<Record<string, unknown>> = {}): Promise<Subscribed> {
  const { status, data } = await call('POST', SUBSCRIPTIONS, { kind: 'webhook', url: receiver.url, ...body });
  expect(status).toBe(201);
  const { id } = data.subscription as { id: string };
  return { id, secret: String(data.secret ?? '') };
}

async function book(): Promise<string> {
  const { status, data } = await call('POST', '/api/orders', sampleBody(), shop.key);
  expect(status).toBe(201);
  return (data.order as { id: string }).id;
}

async function move(orderId: string, status: string): Promise<void> {
  expect((await call('PATCH', `/api/orders/${orderId}/status`, { status }, shop.key)).status).toBe(200);
}

type Deliveries = readonly { id: string; event_type: string; status: string; attempts: readonly unknown[] }[];

async function deliveriesOf(id: string): Promise<Deliveries> {
  return (await call('GET', `${SUBSCRIPTIONS}/${id}/deliveries`)).data.deliveries as Deliveries;
}

async function stateOf(id: string): Promise<Record<string, unknown> | undefined> {
  const { data } = await call('GET', SUBSCRIPTIONS);
  return (data.subscriptions as Record<string, unknown>[]).find((subscription) => subscription.id === id);
}

function verified(secret: string, index: number): unknown {
  const arrived = receiver.received[index];
  if (arrived === undefined) throw new Error(`nothing arrived as number ${index}`);
  return new Webhook(secret).verify(arrived.text, arrived.headers as Record<string, string>);
}

it('an order and its moves arrive, signed with the secret that was shown, and every try can be read', async () => {
  const { id, secret } = await subscribe();
  const orderId = await book();
  await move(orderId, 'confirmed');
  await eventually('both messages', () => receiver.received.length === 2);
  const bodies = [verified(secret, 0), verified(secret, 1)] as { type: string; data: { order: { id: string } } }[];
  expect(bodies.map(({ type }) => type).sort()).toEqual(['order.created', 'order.status_changed']);
  const { data } = await call('GET', `/api/orders/${orderId}`, undefined, shop.key);
  expect(bodies.find(({ type }) => type === 'order.status_changed')?.data.order).toEqual(data.order);
  await eventually('the records', async () => (await deliveriesOf(id)).every(({ status }) => status === 'delivered'));
  expect(await deliveriesOf(id)).toEqual(
    Array(2).fill(
      expect.objectContaining({
        order_id: orderId,
        status: 'delivered',
        attempts: [expect.objectContaining({ attempt: 1, result: 'delivered', status_code: 204, cause: null })],
      }),
    ),
  );
});

it('a test tells at once whether the receiver answers', async () => {
  const { id, secret } = await subscribe();
  expect((await call('POST', `${SUBSCRIPTIONS}/${id}/test`)).data.delivery).toMatchObject({
    event_type: 'test.ping',
    status: 'delivered',
  });
  expect(verified(secret, 0)).toMatchObject({ type: 'test.ping' });
  await receiver.down();
  expect((await call('POST', `${SUBSCRIPTIONS}/${id}/test`)).data.delivery).toMatchObject({
    status: 'failed',
    attempts: [{ result: 'failed', cause: 'network' }],
  });
});

it('the tries are counted for operators, by kind and result', async () => {
  const { id } = await subscribe();
  receiver.answer(204, 500);
  for (let tries = 0; tries < 2; tries += 1) await call('POST', `${SUBSCRIPTIONS}/${id}/test`);
  const metrics = await (await fetch(`http://127.0.0.1:${String(syncWorker.ready.healthPort)}/metrics`)).text();
  for (const result of ['delivered', 'failed']) {
    expect(metrics).toMatch(
      new RegExp(
        `^order_booking_notification_attempt_duration_seconds_count\\{kind="webhook",result="${result}"\\} [1-9]`,
        'm',
      ),
    );
  }
});

it('a secret is changed without a gap', async () => {
  const { id, secret: old } = await subscribe();
  const rotate = async (overlap_seconds: number) =>
    String((await call('POST', `${SUBSCRIPTIONS}/${id}/rotate-secret`, { overlap_seconds })).data.secret);
  const fresh = await rotate(3_600);
  await call('POST', `${SUBSCRIPTIONS}/${id}/test`);
  expect(verified(old, 0)).toBeDefined();
  expect(verified(fresh, 0)).toBeDefined();
  const last = await rotate(0);
  await call('POST', `${SUBSCRIPTIONS}/${id}/test`);
  expect(verified(last, 1)).toBeDefined();
  for (const gone of [old, fresh]) expect(() => verified(gone, 1)).toThrow();
});

it('a webhook that fails for too long is disabled, the others hear of it, and it is taken up and played again by hand', async () => {
  const { id, secret } = await subscribe({ events: ['order.created'] });
  const notices = await startReceiver();
  try {
    await subscribe({ url: notices.url, events: ['webhook.disabled'] });
    receiver.answer(500);
    const orderId = await book();
    await eventually('the end of it', async () => (await stateOf(id))?.status === 'disabled');
    expect(await stateOf(id)).toMatchObject({ disabled_reason: 'failing', failing_since: expect.any(String) });
    await eventually('the notice', () => notices.received.length === 1);
    expect(JSON.parse(notices.received[0]?.text ?? '')).toMatchObject({
      type: 'webhook.disabled',
      data: { subscription_id: id, url: receiver.url },
    });
    await book();
    receiver.answer(204);
    expect((await call('PATCH', `${SUBSCRIPTIONS}/${id}`, { status: 'active' })).status).toBe(200);
    const [failed] = (await deliveriesOf(id)).filter(({ status }) => status === 'failed');
    expect(failed?.attempts).toHaveLength(6);
    const { data } = await call('POST', `${SUBSCRIPTIONS}/${id}/deliveries/${failed?.id}/replay`);
    expect(data.delivery).toMatchObject({ id: failed?.id, status: 'delivered' });
    expect(receiver.received).toHaveLength(7);
    expect(verified(secret, 6)).toMatchObject({ type: 'order.created', data: { order: { id: orderId } } });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  } finally {
    await notices.close();
  }
});

it('a receiver that says 410, or whose subscription was deleted, is told of nothing any more', async () => {
  const gone = await subscribe({ events: ['order.created'] });
  receiver.answer(410);
  await book();
  await eventually('the end of it', async () => (await stateOf(gone.id))?.status !== 'active');
  const deleted = await subscribe({ events: ['order.created'] });
  expect((await call('DELETE', `${SUBSCRIPTIONS}/${deleted.id}`)).status).toBeLessThan(300);
  const kept = await subscribe({ events: ['order.created'] });
  receiver.answer(204);
  await book();
  await eventually('the one that is left', async () => (await deliveriesOf(kept.id))[0]?.status === 'delivered');
  expect(receiver.received).toHaveLength(2);
});

it('a browser that subscribed to the key that the API names can read what it gets', async () => {
  const { data } = await call('GET', '/api/notifications/vapid-key');
  const browser = createBrowser();
  const body = { kind: 'web_push', endpoint: `${receiver.url}/push`, keys: browser.keys, events: ['order.created'] };
  expect((await call('POST', SUBSCRIPTIONS, body)).status).toBe(201);
  const orderId = await book();
  await eventually('the message', () => receiver.received.length === 1);
  const [arrived] = receiver.received;
  if (arrived === undefined) throw new Error('nothing arrived');
  expect(JSON.parse(browser.decrypt(arrived))).toMatchObject({ title: 'New order', url: `/orders/${orderId}` });
  expect(vapidClaims(arrived.headers.authorization, String(data.public_key))).toMatchObject({
    aud: new URL(receiver.url).origin,
  });
});

it('the receiver of docs/webhooks.md takes what is ours, once, and nobody else’s', async () => {
  const docs = readFileSync(join(__dirname, '..', '..', 'docs', 'webhooks.md'), 'utf8');
  const [, example = ''] = /```js\n(.*?)```/s.exec(docs) ?? [];
  const createReceiver = new Function('require', `${example}\nreturn createReceiver;`)(createRequire(__filename)) as (
    secret: string,
    handle: (body: { type: string }) => void,
  ) => Server;
  const handled: string[] = [];
  let server: Server | undefined;
  try {
    // The subscription needs the address, and the receiver the secret.
    const { id, secret } = await subscribe({ url: receiver.url });
    const { port } = new URL(receiver.url);
    await receiver.close();
    server = createReceiver(secret, ({ type }) => handled.push(type)).listen(Number(port), '127.0.0.1');
    const { data } = await call('POST', `${SUBSCRIPTIONS}/${id}/test`);
    const delivery = data.delivery as { id: string; status: string };
    expect(delivery.status).toBe('delivered');
    await call('POST', `${SUBSCRIPTIONS}/${id}/deliveries/${delivery.id}/replay`);
    expect(handled).toEqual(['test.ping']);
    const forged = await fetch(receiver.url, { method: 'POST', body: '{"type":"order.created"}' });
    expect(forged.status).toBe(401);
    expect((server.address() as AddressInfo).port).toBe(Number(port));
  } finally {
    server?.closeAllConnections();
    server?.close();
  }
});
