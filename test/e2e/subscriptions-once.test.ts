import { randomUUID } from 'node:crypto';
import { credentials } from '@grpc/grpc-js';
import { SUBSCRIPTIONS_MAX } from '../../domain/notification';
import { createdSubscriptionAnswerSchema, subscriptionsAnswerSchema } from '../../domain/schemas/notifications';
import { NotificationService } from '../../gen/orderbooking/v1/notification_service_pb';
import { createGrpcClient, type GrpcClient } from '../../platform/grpc-client';
import { eventually } from '../support/eventually';
import { holdCommits } from '../support/postgres-gate';
import { createBrowser } from '../support/push-browser';
import { type RestAnswer, type RestRequest, sendRest } from '../support/raw-rest';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';

/** A request to subscribe whose answer got lost, sent again. */
const SUBSCRIPTIONS = '/api/notifications/subscriptions';
const URL = 'https://shop.example.com/hook';

let scene: Scene;
let api: ApiProcess;
let secondApi: ApiProcess;
let grpc: GrpcClient<typeof NotificationService>;
let tenant: TestTenant;

beforeAll(async () => {
  scene = await createScene();
  [api, secondApi] = await Promise.all([scene.startApi(PATIENT), scene.startApi(PATIENT)]);
  grpc = createGrpcClient(NotificationService, api.grpcAddress, credentials.createInsecure());
});
beforeEach(async () => {
  tenant = await scene.addTenant();
});
afterAll(async () => {
  grpc.close();
  await scene.close();
});

const newKey = () => `key-${randomUUID()}`;
const rest = (method: string, path: string, more: RestRequest = {}, at = api) =>
  sendRest(at.restUrl, method, path, { key: tenant.adminKey, ...more });
const subscribe = (more: object, { at = api, ...request }: RestRequest & { readonly at?: ApiProcess } = {}) =>
  rest('POST', SUBSCRIPTIONS, { json: { kind: 'webhook', url: URL, ...more }, ...request }, at);
const made = ({ body }: RestAnswer) => createdSubscriptionAnswerSchema.parse(body).data;
const list = async () => subscriptionsAnswerSchema.parse((await rest('GET', SUBSCRIPTIONS)).body).data.subscriptions;

describe('with an idempotency key', () => {
  test.each([
    ['in the body', (key: string) => subscribe({ idempotency_key: key })],
    ['in the header', (key: string) => subscribe({}, { headers: { 'Idempotency-Key': key } })],
    ['in both', (key: string) => subscribe({ idempotency_key: key }, { headers: { 'Idempotency-Key': key } })],
  ])('%s, the same request is the same subscription, with its secret', async (_, ask) => {
    const key = newKey();
    const [first, again] = [await ask(key), await ask(key)];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(made(first).secret).toMatch(/^whsec_/);
    expect(made(again)).toEqual(made(first));
    // However it is sent, by whichever process.
    const elsewhere = await subscribe({ idempotency_key: key }, { at: secondApi });
    expect([elsewhere.status, made(elsewhere)]).toEqual([200, made(first)]);
    expect(await list()).toEqual([made(first).subscription]);
  });

  test('the same request in another notation is the same request; another one is refused and learns nothing', async () => {
    const key = newKey();
    const events = ['order.created', 'sheet.parked'];
    const first = await subscribe({ idempotency_key: key, events, description: 'Till' });
    const again = await subscribe({
      url: 'HTTPS://SHOP.example.com:443/hook#top',
      events: [...events, 'order.created'].reverse(),
      description: 'Till',
      idempotency_key: key,
    });
    expect([again.status, made(again)]).toEqual([200, made(first)]);
    for (const other of [
      { events, description: 'Tills' },
      { events: ['order.created'], description: 'Till' },
      { description: 'Till' },
      { events, description: 'Till', url: `${URL}2` },
    ]) {
      const refused = await subscribe({ ...other, idempotency_key: key });
      expect([refused.status, refused.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
      expect(JSON.stringify(refused.body)).not.toContain(made(first).subscription.id);
    }
    expect(await list()).toHaveLength(1);
  });

  test('that is none, or two, nothing is made', async () => {
    for (const key of ['', 'a b', 'ü', 'x'.repeat(256)]) {
      const refused = await subscribe({ idempotency_key: key });
      expect([key, refused.code, refused.fields]).toEqual([key, 'VALIDATION_FAILED', ['idempotency_key']]);
    }
    const header = await subscribe({}, { headers: { 'Idempotency-Key': 'a b' } });
    expect([header.code, header.fields]).toEqual(['VALIDATION_FAILED', ['Idempotency-Key']]);
    const two = await subscribe({ idempotency_key: 'one' }, { headers: { 'Idempotency-Key': 'two' } });
    expect([two.code, two.fields]).toEqual(['VALIDATION_FAILED', ['idempotency_key']]);
    expect(await list()).toEqual([]);
    expect((await subscribe({ idempotency_key: 'x'.repeat(255) })).status).toBe(201);
  });

  test('many at once, at two processes, make one; each is told the same secret', async () => {
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        subscribe({ idempotency_key: key }, { at: index % 2 === 0 ? api : secondApi }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(23);
    expect(new Set(answers.map((answer) => made(answer).secret)).size).toBe(1);
    expect(await list()).toHaveLength(1);
  });

  test('two requests that want the same key at once: one gets it, the other is refused', async () => {
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => subscribe({ idempotency_key: key, description: `${index % 2}` })),
    );
    const counts = [201, 200, 422].map((status) => answers.filter((answer) => answer.status === status).length);
    expect(counts).toEqual([1, 5, 6]);
    expect(await list()).toHaveLength(1);
  });

  test('is answered when there is no room for another one; one that was refused for that keeps its key', async () => {
    const key = newKey();
    const first = await subscribe({ idempotency_key: key });
    for (let index = 1; index < SUBSCRIPTIONS_MAX; index += 1) await subscribe({});
    const again = await subscribe({ idempotency_key: key });
    expect([again.status, made(again)]).toEqual([200, made(first)]);
    const full = newKey();
    expect((await subscribe({ idempotency_key: full })).code).toBe('VALIDATION_FAILED');
    const [newest] = await list();
    await rest('DELETE', `${SUBSCRIPTIONS}/${newest?.id}`);
    // Also for another request than the one that was refused: that one made nothing.
    expect((await subscribe({ idempotency_key: full, description: 'Till' })).status).toBe(201);
  });

  test('after a rotation the subscription is told, and neither secret', async () => {
    const key = newKey();
    const { subscription, secret } = made(await subscribe({ idempotency_key: key }));
    const rotated = await rest('POST', `${SUBSCRIPTIONS}/${subscription.id}/rotate-secret`, { json: {} });
    expect(rotated.status).toBe(200);
    const again = await subscribe({ idempotency_key: key });
    expect([again.status, made(again)]).toEqual([200, { subscription }]);
    expect(JSON.stringify(again.body)).not.toContain('whsec_');
    expect(JSON.stringify(again.body)).not.toContain(secret);
  });

  test('what became of the subscription since is told, and not undone', async () => {
    const key = newKey();
    const { subscription, secret } = made(await subscribe({ idempotency_key: key }));
    await rest('PATCH', `${SUBSCRIPTIONS}/${subscription.id}`, { json: { description: 'Kitchen' } });
    await scene.database.owner.query(
      `UPDATE notification_subscriptions SET status = 'disabled', disabled_reason = 'failing' WHERE id = $1`,
      [subscription.id],
    );
    const again = made(await subscribe({ idempotency_key: key }));
    expect(again).toMatchObject({
      subscription: { id: subscription.id, description: 'Kitchen', status: 'disabled' },
      secret,
    });
  });

  test('after it was deleted, its key makes no other one', async () => {
    const key = newKey();
    const { subscription } = made(await subscribe({ idempotency_key: key }));
    await rest('DELETE', `${SUBSCRIPTIONS}/${subscription.id}`);
    const again = await subscribe({ idempotency_key: key });
    expect([again.status, again.code]).toEqual([404, 'NOT_FOUND']);
    expect((await subscribe({ idempotency_key: key, description: 'x' })).code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await list()).toEqual([]);
    expect((await subscribe({ idempotency_key: newKey() })).status).toBe(201);
  });

  test('another business may use the same key, for its own', async () => {
    const key = newKey();
    const mine = made(await subscribe({ idempotency_key: key }));
    const theirs = await subscribe({ idempotency_key: key }, { key: scene.other.adminKey });
    expect(theirs.status).toBe(201);
    expect(made(theirs).secret).not.toBe(mine.secret);
  });

  test('a browser that comes again under an old key does not get its old keys back', async () => {
    const endpoint = `https://push.example.com/${randomUUID()}`;
    const ask = (keys: object, idempotencyKey: string) =>
      rest('POST', SUBSCRIPTIONS, { json: { kind: 'web_push', endpoint, keys, idempotency_key: idempotencyKey } });
    const [old, young] = [createBrowser().keys, createBrowser().keys];
    const [first, second] = [newKey(), newKey()];
    const answers = [await ask(old, first), await ask(young, second), await ask(old, first), await ask(young, second)];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200]);
    expect(new Set(answers.map((answer) => made(answer).subscription.id)).size).toBe(1);
    const { rows } = await scene.database.owner.query(
      'SELECT push_p256dh FROM notification_subscriptions WHERE user_id = $1',
      [tenant.userId],
    );
    expect(rows).toEqual([{ push_p256dh: young.p256dh }]);
    expect((await ask(young, first)).code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

test('without a key every request is one of its own', async () => {
  const answers = [await subscribe({}), await subscribe({})];
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(await list()).toHaveLength(2);
});

test('gRPC does the same, by field and by metadata, and shares its keys with REST', async () => {
  const target = { case: 'webhook' as const, value: { url: URL } };
  const authorization = `Bearer ${tenant.adminKey}`;
  const key = newKey();
  const ask = (message: object, metadata: Readonly<Record<string, string>> = {}) =>
    grpc.createSubscription({ target, ...message }, { metadata: { authorization, ...metadata } });
  const first = await ask({ idempotencyKey: key });
  expect(first).toMatchObject({ created: true, secret: expect.stringMatching(/^whsec_/) });
  const again = { ...first, created: false };
  expect(await ask({ idempotencyKey: key })).toEqual(again);
  expect(await ask({}, { 'idempotency-key': key })).toEqual(again);
  const overRest = await subscribe({ idempotency_key: key });
  expect([overRest.status, made(overRest).secret]).toEqual([200, first.secret]);
  await expect(ask({ idempotencyKey: key, description: 'x' })).rejects.toMatchObject({ code: 9 });
  await expect(ask({ idempotencyKey: key }, { 'idempotency-key': 'other' })).rejects.toMatchObject({ code: 3 });
  await expect(ask({ idempotencyKey: 'a b' })).rejects.toMatchObject({ code: 3 });
  await grpc.deleteSubscription({ subscriptionId: first.subscription?.id ?? '' }, { metadata: { authorization } });
  await expect(ask({ idempotencyKey: key })).rejects.toMatchObject({ code: 5 });
});

test('a process that dies between the commit and its answer leaves one subscription, whose secret the repeat tells', async () => {
  // A commit that waits at the gate is not to be given up by Postgres, however long its process takes to die.
  const timeouts = new URLSearchParams({ statement_timeout: '60000', lock_timeout: '60000', query_timeout: '60000' });
  const dying = await scene.startApi({ ...PATIENT, DATABASE_URL: `${scene.database.serviceUrl}?${timeouts}` });
  // The first call looks the API key up.
  await rest('GET', SUBSCRIPTIONS, {}, dying);
  const key = newKey();
  const gate = await holdCommits(scene.database, undefined, 'notification_subscriptions');
  const lost = subscribe({ idempotency_key: key }, { at: dying }).then(
    () => 'answered',
    () => 'lost',
  );
  await eventually('the commit to be asked for', async () => {
    const { rows } = await scene.database.owner.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'order-api' AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.n === 1;
  });
  await dying.kill();
  expect(await lost).toBe('lost');
  await gate.open();
  const again = await subscribe({ idempotency_key: key });
  await scene.database.owner.query('DROP TRIGGER gate ON notification_subscriptions');
  expect(again.status).toBe(200);
  expect(made(again).secret).toMatch(/^whsec_/);
  expect(await list()).toEqual([made(again).subscription]);
});
