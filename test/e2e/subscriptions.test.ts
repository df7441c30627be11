import { randomUUID } from 'node:crypto';
import { credentials } from '@grpc/grpc-js';
import { Webhook } from 'standardwebhooks';
import type * as z from 'zod';
import { SUBSCRIPTIONS_MAX } from '../../domain/notification';
import {
  createdSubscriptionAnswerSchema,
  deliveryAnswerSchema,
  deliveryPageAnswerSchema,
  rotatedSecretAnswerSchema,
  subscriptionAnswerSchema,
  subscriptionsAnswerSchema,
  vapidKeyAnswerSchema,
} from '../../domain/schemas/notifications';
import {
  DeliveryResult,
  DeliveryStatus,
  NotificationService,
  SubscriptionKind,
  SubscriptionStatus,
} from '../../gen/orderbooking/v1/notification_service_pb';
import { createGrpcClient, type GrpcClient } from '../../platform/grpc-client';
import { accepted, openDoor } from '../support/doors';
import { eventually } from '../support/eventually';
import { createBrowser } from '../support/push-browser';
import { type RestAnswer, type RestRequest, sendRest } from '../support/raw-rest';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';
import { subscriptionsIn } from '../support/subscriptions';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver';

/** Subscribing through real doors, and being told by a real sync-worker. */
const SUBSCRIPTIONS = '/api/notifications/subscriptions';
const LOOPBACK = { ALLOW_LOOPBACK_TARGETS: 'true' };

let scene: Scene;
let api: ApiProcess;
let grpc: GrpcClient<typeof NotificationService>;
let receiver: WebhookReceiver;
let tenant: TestTenant;

beforeAll(async () => {
  scene = await createScene();
  [api] = await Promise.all([
    scene.startApi({ ...LOOPBACK, ...PATIENT }),
    scene.startWorker(),
    scene.startSyncWorker({ ...LOOPBACK, DELIVERY_RETRY_MS: '10' }),
  ]);
  grpc = createGrpcClient(NotificationService, api.grpcAddress, credentials.createInsecure());
});
beforeEach(async () => {
  receiver = await startReceiver();
  tenant = await scene.addTenant();
});
afterEach(() => receiver.close());
afterAll(async () => {
  grpc.close();
  await scene.close();
});

const rest = (method: string, path: string, more: RestRequest = {}) =>
  sendRest(api.restUrl, method, path, { key: tenant.adminKey, ...more });

async function ask<Data>(
  schema: z.ZodType<{ readonly data: Data }>,
  method: string,
  path: string,
  more: RestRequest = {},
): Promise<Data> {
  return schema.parse((await rest(method, path, more)).body).data;
}

const subscribe = (more: Readonly<Record<string, unknown>> = {}) =>
  ask(createdSubscriptionAnswerSchema, 'POST', SUBSCRIPTIONS, {
    json: { kind: 'webhook', url: receiver.url, ...more },
  });
const list = async () => (await ask(subscriptionsAnswerSchema, 'GET', SUBSCRIPTIONS)).subscriptions;
const deliveries = async (id: string) =>
  (await ask(deliveryPageAnswerSchema, 'GET', `${SUBSCRIPTIONS}/${id}/deliveries`)).deliveries;
const book = async () => accepted(await openDoor('REST', api, tenant.key).create(sampleBody())).order;

function verified(secret: string | undefined, index: number): unknown {
  const { headers, text } = receiver.received[index] ?? { headers: {}, text: '' };
  return new Webhook(secret ?? '').verify(text, headers as Record<string, string>);
}

describe('a webhook', () => {
  test('is told of what happens, signed with the secret that only its subscription showed', async () => {
    const { subscription, secret } = await subscribe({ description: 'Till' });
    expect(subscription).toMatchObject({
      kind: 'webhook',
      url: receiver.url,
      events: ['order.created', 'order.status_changed', 'sheet.parked', 'webhook.disabled'],
      description: 'Till',
      status: 'active',
      last_delivered_at: null,
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const order = await book();
    await eventually('the webhook', () => receiver.received.length === 1);
    expect(verified(secret, 0)).toMatchObject({ type: 'order.created', data: { order: { id: order.id } } });

    const [delivery] = await eventually('the record', async () => {
      const all = await deliveries(subscription.id);
      return all[0]?.status === 'delivered' ? all : undefined;
    });
    expect(delivery).toMatchObject({
      event_id: receiver.received[0]?.headers['webhook-id'],
      event_type: 'order.created',
      order_id: order.id,
      attempts: [{ attempt: 1, result: 'delivered', status_code: 204, cause: null }],
    });
    expect(JSON.stringify(await list())).not.toContain('whsec');
    expect(await list()).toMatchObject([{ id: subscription.id, last_delivered_at: expect.any(String) }]);
    expect(api.lines.join('\n')).not.toContain(secret?.slice(6));
  });

  test('is tested: the answer says how it went, and a failure is no error', async () => {
    const { subscription, secret } = await subscribe();
    const test = async () =>
      (await ask(deliveryAnswerSchema, 'POST', `${SUBSCRIPTIONS}/${subscription.id}/test`)).delivery;
    expect(await test()).toMatchObject({
      event_type: 'test.ping',
      order_id: null,
      status: 'delivered',
      attempts: [{ attempt: 1, result: 'delivered', status_code: 204 }],
    });
    expect(verified(secret, 0)).toMatchObject({ type: 'test.ping' });
    receiver.answer(500);
    expect(await test()).toMatchObject({
      status: 'failed',
      attempts: [{ result: 'failed', status_code: 500, cause: 'server_error' }],
    });
    await receiver.down();
    expect(await test()).toMatchObject({ status: 'failed', attempts: [{ result: 'failed', status_code: null }] });
    expect(await deliveries(subscription.id)).toHaveLength(3);
  });

  test('has a delivery played again, under the same id, with a fresh attempt', async () => {
    const { subscription } = await subscribe();
    receiver.answer(500);
    const order = await book();
    const [failed] = await eventually('it to be given up', async () => {
      const all = await deliveries(subscription.id);
      return all[0]?.status === 'failed' ? all : undefined;
    });
    const tries = failed?.attempts.length ?? 0;
    receiver.answer(200);
    const replay = `${SUBSCRIPTIONS}/${subscription.id}/deliveries/${failed?.id}/replay`;
    const { delivery } = await ask(deliveryAnswerSchema, 'POST', replay);
    expect(delivery).toMatchObject({
      id: failed?.id,
      event_id: failed?.event_id,
      order_id: order.id,
      status: 'delivered',
    });
    expect(delivery.attempts).toHaveLength(tries + 1);
    expect(delivery.attempts.at(-1)).toMatchObject({ result: 'delivered', status_code: 200 });
    const sent = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(sent)).toEqual(new Set([failed?.event_id]));
  });

  test('gets another secret; until the overlap is over both sign', async () => {
    const { subscription, secret: first } = await subscribe();
    const rotate = (json: object) =>
      ask(rotatedSecretAnswerSchema, 'POST', `${SUBSCRIPTIONS}/${subscription.id}/rotate-secret`, { json });
    const { secret: second } = await rotate({ overlap_seconds: 600 });
    expect(second).not.toBe(first);
    await rest('POST', `${SUBSCRIPTIONS}/${subscription.id}/test`);
    for (const secret of [first, second]) expect(() => verified(secret, 0)).not.toThrow();

    const { secret: third } = await rotate({ overlap_seconds: 0 });
    await rest('POST', `${SUBSCRIPTIONS}/${subscription.id}/test`);
    expect(() => verified(third, 1)).not.toThrow();
    for (const secret of [first, second]) expect(() => verified(secret, 1)).toThrow();
  });

  test('whose new secret got lost on its way gets it again, and goes on signing with the one that its receiver knows', async () => {
    const { subscription, secret: first } = await subscribe();
    const path = `${SUBSCRIPTIONS}/${subscription.id}`;
    const key = randomUUID();
    const rotate = (json: object, more: RestRequest = {}) => rest('POST', `${path}/rotate-secret`, { json, ...more });
    const told = ({ body }: RestAnswer) => rotatedSecretAnswerSchema.parse(body).data.secret;
    const answers = await Promise.all([
      rotate({ idempotency_key: key }),
      rotate({}, { headers: { 'Idempotency-Key': key } }),
      rotate({ idempotency_key: key, overlap_seconds: 86_400 }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [second, ...others] = new Set(answers.map(told));
    expect(others).toEqual([]);
    expect(second).not.toBe(first);
    await rest('POST', `${path}/test`);
    for (const secret of [first, second]) expect(() => verified(secret, 0)).not.toThrow();

    expect((await rotate({ idempotency_key: key, overlap_seconds: 0 })).code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await rotate({ idempotency_key: 'a b' })).fields).toEqual(['idempotency_key']);
    const withKey = { metadata: { authorization: `Bearer ${tenant.adminKey}` } };
    const ask = () => grpc.rotateSubscriptionSecret({ subscriptionId: subscription.id, idempotencyKey: key }, withKey);
    expect((await ask()).secret).toBe(second);
    // Yet another one: the secret of the first key is in use no longer, and is told no longer.
    const third = told(await rotate({ idempotency_key: randomUUID() }));
    const late = await rotate({ idempotency_key: key });
    expect([late.status, told(late)]).toEqual([200, undefined]);
    expect((await ask()).secret).toBe('');
    await rest('POST', `${path}/test`);
    for (const secret of [second, third]) expect(() => verified(secret, 1)).not.toThrow();
    await rest('DELETE', path);
    expect((await rotate({ idempotency_key: key })).code).toBe('NOT_FOUND');
  });

  test('is changed, taken up again, and ended', async () => {
    const { subscription } = await subscribe({ events: ['order.created', 'order.created'] });
    expect(subscription.events).toEqual(['order.created']);
    const path = `${SUBSCRIPTIONS}/${subscription.id}`;
    const change = async (json: object) => (await ask(subscriptionAnswerSchema, 'PATCH', path, { json })).subscription;
    expect(await change({ events: ['sheet.parked'], description: 'Kitchen' })).toMatchObject({
      events: ['sheet.parked'],
      description: 'Kitchen',
    });
    await subscriptionsIn(scene.database.owner).set(subscription.id, 'disabled');
    expect(await list()).toMatchObject([{ status: 'disabled' }]);
    expect(await change({ status: 'active', description: null })).toMatchObject({
      status: 'active',
      description: null,
    });

    expect((await rest('DELETE', path)).status).toBe(200);
    expect(await list()).toEqual([]);
    for (const [method, more] of [
      ['DELETE', ''],
      ['PATCH', ''],
      ['POST', '/test'],
      ['POST', '/rotate-secret'],
      ['GET', '/deliveries'],
    ] as const) {
      const answer = await rest(method, `${path}${more}`, method === 'PATCH' ? { json: {} } : {});
      expect([method, more, answer.code]).toEqual([method, more, 'NOT_FOUND']);
    }
    await book();
    expect(receiver.received).toHaveLength(0);
  });

  test('whose receiver is gone has ended: there is nothing to take up, to test or to play again', async () => {
    const { subscription } = await subscribe();
    await rest('POST', `${SUBSCRIPTIONS}/${subscription.id}/test`);
    const [delivery] = await deliveries(subscription.id);
    await subscriptionsIn(scene.database.owner).set(subscription.id, 'ended');
    const path = `${SUBSCRIPTIONS}/${subscription.id}`;
    for (const answer of [
      await rest('PATCH', path, { json: { status: 'active' } }),
      await rest('POST', `${path}/test`),
      await rest('POST', `${path}/rotate-secret`),
      await rest('POST', `${path}/deliveries/${delivery?.id}/replay`),
    ])
      expect([answer.status, answer.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(await list()).toMatchObject([{ status: 'ended' }]);
  });
});

describe('a browser', () => {
  const endpoint = () => `${receiver.url}/${randomUUID()}`;

  test('subscribes with the installation’s key, which is the same for everybody and for ever', async () => {
    const { public_key } = await ask(vapidKeyAnswerSchema, 'GET', '/api/notifications/vapid-key');
    expect(Buffer.from(public_key, 'base64url')).toHaveLength(65);
    const second = await scene.startApi(LOOPBACK);
    const { body } = await sendRest(second.restUrl, 'GET', '/api/notifications/vapid-key', {
      key: scene.other.readOnlyKey,
    });
    expect(vapidKeyAnswerSchema.parse(body).data.public_key).toBe(public_key);
  });

  test('is told in a message that only it can read; its endpoint is shown to nobody', async () => {
    const browser = createBrowser();
    const target = endpoint();
    receiver.answer(201);
    const { subscription, secret } = await ask(createdSubscriptionAnswerSchema, 'POST', SUBSCRIPTIONS, {
      json: { kind: 'web_push', endpoint: target, keys: browser.keys, events: ['order.created'] },
    });
    expect(secret).toBeUndefined();
    expect(subscription).toMatchObject({ kind: 'web_push', url: new URL(target).origin });
    expect(JSON.stringify(await list())).not.toContain(new URL(target).pathname);
    const order = await book();
    const message = await eventually('the push message', () => receiver.received[0]);
    expect(JSON.parse(browser.decrypt(message))).toMatchObject({ type: 'order.created', url: `/orders/${order.id}` });
  });

  test('that subscribes again is the same subscription, with its new keys', async () => {
    const target = endpoint();
    const keysOf = () => createBrowser().keys;
    const answer = await rest('POST', SUBSCRIPTIONS, {
      json: { kind: 'web_push', endpoint: target, keys: keysOf(), events: ['order.created'], description: 'Phone' },
    });
    expect(answer.status).toBe(201);
    const first = createdSubscriptionAnswerSchema.parse(answer.body).data.subscription;
    await subscriptionsIn(scene.database.owner).set(first.id, 'disabled');
    const browser = createBrowser();
    const again = await rest('POST', SUBSCRIPTIONS, {
      json: { kind: 'web_push', endpoint: target, keys: browser.keys },
    });
    expect(again.status).toBe(200);
    expect(createdSubscriptionAnswerSchema.parse(again.body).data.subscription).toEqual({ ...first, status: 'active' });
    expect(await list()).toHaveLength(1);
    receiver.answer(201);
    await rest('POST', `${SUBSCRIPTIONS}/${first.id}/test`);
    expect(() => browser.decrypt(receiver.received[0] as never)).not.toThrow();
    // The same browser at another business is another subscription.
    const theirs = await sendRest(api.restUrl, 'POST', SUBSCRIPTIONS, {
      key: scene.other.adminKey,
      json: { kind: 'web_push', endpoint: target, keys: browser.keys },
    });
    expect(theirs.status).toBe(201);
  });
});

test('there are at most so many subscriptions, however many ask at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: SUBSCRIPTIONS_MAX + 5 }, () =>
      rest('POST', SUBSCRIPTIONS, { json: { kind: 'webhook', url: receiver.url } }),
    ),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(SUBSCRIPTIONS_MAX);
  for (const { status, code } of answers)
    if (status !== 201) expect([status, code]).toEqual([400, 'VALIDATION_FAILED']);
  const [first] = await list();
  await rest('DELETE', `${SUBSCRIPTIONS}/${first?.id}`);
  expect((await rest('POST', SUBSCRIPTIONS, { json: { kind: 'webhook', url: receiver.url } })).status).toBe(201);
});

test('in production this machine and what stands beside it are told nothing', async () => {
  const strict = await scene.startApi();
  for (const url of [
    receiver.url,
    'https://localhost/',
    'https://169.254.169.254/',
    'https://10.0.0.1/',
    'http://shop.example.com/',
  ]) {
    const answer = await sendRest(strict.restUrl, 'POST', SUBSCRIPTIONS, {
      key: tenant.adminKey,
      json: { kind: 'webhook', url },
    });
    expect([answer.code, answer.fields]).toEqual(['VALIDATION_FAILED', ['url']]);
    const push = await sendRest(strict.restUrl, 'POST', SUBSCRIPTIONS, {
      key: tenant.adminKey,
      json: { kind: 'web_push', endpoint: url, keys: createBrowser().keys },
    });
    expect([push.code, push.fields]).toEqual(['VALIDATION_FAILED', ['endpoint']]);
  }
});

test('gRPC does the same', async () => {
  const withKey = { metadata: { authorization: `Bearer ${tenant.adminKey}` } };
  const target = { case: 'webhook' as const, value: { url: receiver.url } };
  const created = await grpc.createSubscription(
    { target, events: { events: ['order.created'] }, description: 'Till' },
    withKey,
  );
  expect(created).toMatchObject({
    created: true,
    secret: expect.stringMatching(/^whsec_/),
    subscription: { kind: SubscriptionKind.WEBHOOK, url: receiver.url, events: ['order.created'], description: 'Till' },
  });
  const subscriptionId = created.subscription?.id ?? '';
  expect((await grpc.listSubscriptions({}, withKey)).subscriptions).toMatchObject([{ id: subscriptionId }]);
  const tested = await grpc.testSubscription({ subscriptionId }, withKey);
  expect(tested.delivery).toMatchObject({
    eventType: 'test.ping',
    status: DeliveryStatus.DELIVERED,
    attempts: [{ attempt: 1, result: DeliveryResult.DELIVERED, statusCode: 204 }],
  });
  const listed = await grpc.listDeliveries({ subscriptionId, pageSize: 1 }, withKey);
  expect(listed).toMatchObject({ deliveries: [{ id: tested.delivery?.id }], nextPageToken: '' });
  const replayed = await grpc.replayDelivery({ subscriptionId, deliveryId: tested.delivery?.id ?? '' }, withKey);
  expect(replayed.delivery?.attempts).toHaveLength(2);
  const rotated = await grpc.rotateSubscriptionSecret({ subscriptionId, overlapSeconds: 0 }, withKey);
  expect(rotated.secret).not.toBe(created.secret);
  await subscriptionsIn(scene.database.owner).set(subscriptionId, 'disabled');
  const changed = await grpc.updateSubscription(
    { subscriptionId, status: SubscriptionStatus.ACTIVE, description: '' },
    withKey,
  );
  expect(changed.subscription).toMatchObject({ status: SubscriptionStatus.ACTIVE, events: ['order.created'] });
  expect(changed.subscription?.description).toBeUndefined();
  await grpc.deleteSubscription({ subscriptionId }, withKey);
  expect((await grpc.listSubscriptions({}, withKey)).subscriptions).toEqual([]);

  const browser = createBrowser();
  const push = { endpoint: `${receiver.url}/1`, ...browser.keys };
  const subscribed = await grpc.createSubscription({ target: { case: 'webPush', value: push } }, withKey);
  expect(subscribed).toMatchObject({ created: true, subscription: { kind: SubscriptionKind.WEB_PUSH } });
  expect((await grpc.createSubscription({ target: { case: 'webPush', value: push } }, withKey)).created).toBe(false);
  expect((await grpc.getVapidKey({}, withKey)).publicKey).toMatch(/^B[\w-]{86}$/);
  await expect(grpc.createSubscription({}, withKey)).rejects.toMatchObject({ code: 3 });
});

test('nobody sends while no sync-worker runs: a test says so in time, and nothing is sent later', async () => {
  const alone = await createScene();
  try {
    const lonely = await alone.startApi({ ...LOOPBACK, ...PATIENT });
    const { adminKey: key, userId } = alone.tenant;
    const created = await sendRest(lonely.restUrl, 'POST', SUBSCRIPTIONS, {
      key,
      json: { kind: 'webhook', url: receiver.url },
    });
    const { id } = createdSubscriptionAnswerSchema.parse(created.body).data.subscription;
    const runs = async (status: 'Running' | 'TimedOut') =>
      (await alone.temporal.workflow.count(`TenantId = '${userId}' AND ExecutionStatus = '${status}'`)).count;
    // A busy machine may need all of a caller's time before it has begun a run: then that one asks again.
    await eventually('a run that was begun for a caller', async () => {
      const asked = grpcTest(lonely, key, id);
      await expect(asked).rejects.toMatchObject({ code: expect.any(Number) });
      return (await runs('Running')) + (await runs('TimedOut')) > 0;
    });
    // The API heard of the deadline a little after its caller set it.
    await eventually(
      'nobody to wait any more',
      async () => (await runs('Running')) === 0 && (await runs('TimedOut')) > 0,
    );
    await alone.startSyncWorker(LOOPBACK);
    const later = await sendRest(lonely.restUrl, 'POST', `${SUBSCRIPTIONS}/${id}/test`, { key });
    expect(deliveryAnswerSchema.parse(later.body).data.delivery.status).toBe('delivered');
    expect(receiver.received).toHaveLength(1);
  } finally {
    await alone.close();
  }
});

/** A caller who waits for three seconds. */
async function grpcTest(process: ApiProcess, key: string, subscriptionId: string): Promise<void> {
  const client = createGrpcClient(NotificationService, process.grpcAddress, credentials.createInsecure());
  try {
    await client.testSubscription(
      { subscriptionId },
      { metadata: { authorization: `Bearer ${key}` }, deadline: Date.now() + 3_000 },
    );
  } finally {
    client.close();
  }
}
