import { sessionAnswerSchema } from '../../domain/schemas/session';
import { accepted, openDoor } from '../support/doors';
import { eventually } from '../support/eventually';
import { sendRest } from '../support/raw-rest';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, type Scene, type TestTenant } from '../support/scene';
import { SETTLED_WITHIN_MS } from '../support/settled';

// A stream may be held back for as long as a minute.
jest.setTimeout(120_000);

/** Signing in to the console, through a real process on real Postgres. */
let scene: Scene;
let api: ApiProcess;

beforeAll(async () => {
  scene = await createScene();
  [api] = await Promise.all([scene.startApi(), scene.startWorker()]);
});
afterAll(() => scene.close());

async function signIn(key: string) {
  const answer = await sendRest(api.restUrl, 'POST', '/api/session', { json: { api_key: key } });
  const { session } = sessionAnswerSchema.parse(answer.body).data;
  return { session, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

const revoke = (tenant: TestTenant) =>
  scene.database.owner.query('UPDATE api_keys SET revoked_at = now() WHERE user_id = $1', [tenant.userId]);

test('the console is served at /, with all that its page names', async () => {
  const page = await fetch(`${api.restUrl}/orders`, { headers: { accept: 'text/html' } });
  expect([page.status, page.headers.get('content-security-policy')]).toEqual([200, expect.stringContaining("'none'")]);
  const named = Array.from((await page.text()).matchAll(/(?:src|href)="(\/[^"]+)"/g), ([, path = '']) => path);
  expect(named.length).toBeGreaterThan(3);
  for (const path of [...named, '/', '/sw.js']) {
    const file = await fetch(api.restUrl + path);
    const hashed = path.startsWith('/assets/');
    expect([path, file.status, file.headers.get('cache-control')]).toEqual([
      path,
      200,
      hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ]);
    await file.arrayBuffer();
  }
});

test('a session says whose it is, does what its key may do, and nothing in another tenant', async () => {
  const { session, cookie } = await signIn(scene.tenant.key);
  expect(session).toMatchObject({
    user_id: scene.tenant.userId,
    tenant_name: `Tenant ${scene.tenant.userId}`,
    scopes: ['orders:read', 'orders:write'],
  });
  const headers = { cookie, 'x-csrf-token': session.csrf_token };
  const created = await sendRest(api.restUrl, 'POST', '/api/orders', { json: sampleBody(), headers });
  expect(created.status).toBe(201);
  const door = openDoor('REST', api, scene.tenant.key);
  const [id = ''] = await door.orderIds();
  expect((await sendRest(api.restUrl, 'GET', `/api/orders/${id}`, { headers: { cookie } })).status).toBe(200);
  expect(await door.events(id)).toMatchObject([{ actor: `api_key:${scene.tenant.key.slice(0, 12)}` }]);
  const other = await signIn(scene.other.key);
  const foreign = await sendRest(api.restUrl, 'GET', `/api/orders/${id}`, { headers: { cookie: other.cookie } });
  expect(foreign.code).toBe('NOT_FOUND');
});

test('a session reads the stream of orders', async () => {
  const { cookie } = await signIn(scene.tenant.readOnlyKey);
  const abort = new AbortController();
  const response = await fetch(`${api.restUrl}/api/orders/stream`, { headers: { cookie }, signal: abort.signal });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString('utf8');
  })().catch(() => undefined);
  const { order } = accepted(await openDoor('REST', api, scene.tenant.key).create(sampleBody()));
  await eventually('the order on the stream', () => text.includes(order.id), SETTLED_WITHIN_MS);
  abort.abort();
  await reading;
});

test('a session of one process is good at another, and ends with its key', async () => {
  const tenant = await scene.addTenant();
  const { cookie } = await signIn(tenant.key);
  const second = await scene.startApi();
  expect((await sendRest(second.restUrl, 'GET', '/api/session', { headers: { cookie } })).status).toBe(200);
  await revoke(tenant);
  const fresh = await scene.startApi();
  const refused = await sendRest(fresh.restUrl, 'GET', '/api/session', { headers: { cookie } });
  expect([refused.status, refused.headers.get('set-cookie')]).toEqual([
    401,
    expect.stringMatching(/^order_booking_session=; .*Max-Age=0/),
  ]);
});

test('the keys that people sign in with stand in no line of any log', async () => {
  const keys = [scene.tenant.key, scene.tenant.readOnlyKey, scene.other.key];
  for (const key of keys) expect(api.lines.join('\n')).not.toContain(key.slice(13));
  const signedIn = api.lines.filter((line) => line.includes('"route":"/api/session"'));
  expect(signedIn.length).toBeGreaterThan(0);
  for (const line of signedIn) expect(JSON.parse(line)).toMatchObject({ event: 'call', keyPrefix: expect.any(String) });
});
