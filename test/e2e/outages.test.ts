import { randomUUID } from 'node:crypto';
import { placeOrder } from '../../persistence/orders/place-order';
import { transitionOrder } from '../../persistence/orders/transition-order';
import { type TenantClient, withTenant } from '../../persistence/with-tenant';
import { accepted, DOORS, type Door, openDoor, refused } from '../support/doors';
import { eventually } from '../support/eventually';
import { orderClient } from '../support/grpc-caller';
import { sendRest } from '../support/raw-rest';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, type Scene } from '../support/scene';
import type { ServiceProcess } from '../support/services';
import { newAttempt } from '../support/shop';
import { frameOf, openSse } from '../support/sse-stream';
import { testStack } from '../support/stack';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';

/** Both services reach Postgres and Temporal through lines that the tests cut, silence and mend. */
let scene: Scene;
let postgres: TcpProxy;
let temporal: TcpProxy;
let api: ApiProcess;
let worker: ServiceProcess;
let env: Record<string, string>;

// Of what must be answered, with services that are all there, a machine that pauses must not make UNAVAILABLE.
const DEADLINE_MS = 5_000;
/** What a busy machine adds to it. A caller that nobody answers gives up much later, and says so in other words. */
const SLACK_MS = 10_000;
/** For calls that must not be answered before the test is there, however long it takes. */
const NOT_YET = { REQUEST_DEADLINE_MS: '29000' } as const;
jest.setTimeout(180_000);

beforeAll(async () => {
  scene = await createScene();
  const database = new URL(scene.database.serviceUrl);
  [postgres, temporal] = await Promise.all([startTcpProxy(database.host), startTcpProxy(testStack().temporalAddress)]);
  database.host = postgres.address;
  env = {
    DATABASE_URL: database.href,
    TEMPORAL_ADDRESS: temporal.address,
    REQUEST_DEADLINE_MS: String(DEADLINE_MS),
  };
  // Time enough to end what it holds, although another worker is started before Postgres answers.
  const grace = { SHUTDOWN_GRACE_SECONDS: '90' };
  [api, worker] = await Promise.all([scene.startApi(env), scene.startWorker({ ...env, ...grace })]);
});
afterEach(async () => {
  await Promise.all([postgres.restore(), temporal.restore()]);
  await Promise.all([apiIs(true), workerIs(true)]);
});
afterAll(async () => {
  await scene.close();
  await Promise.all([postgres.close(), temporal.close()]);
});

const newKey = () => `key-${randomUUID()}`;

/** Undefined when there was no answer. */
async function isReady(url: string): Promise<boolean | undefined> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(6_000) }).catch(() => undefined);
  return answer && answer.status === 200;
}
const apiIs = (ready: boolean) =>
  eventually(`the API to be ${ready ? '' : 'not '}ready`, async () => (await isReady(api.restUrl)) === ready);
const workerIs = (ready: boolean) =>
  eventually(`the worker to be ${ready ? '' : 'not '}ready`, async () => {
    return (await isReady(`http://127.0.0.1:${String(worker.ready.healthPort)}`)) === ready;
  });

/** A call that is told UNAVAILABLE, and no later than the deadline. */
async function unavailable(call: Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  expect(refused((await call) as Parameters<typeof refused>[0]).outcome).toBe('UNAVAILABLE');
  expect(performance.now() - startedAt).toBeLessThan(DEADLINE_MS + SLACK_MS);
}

async function ordersOf(userId: string): Promise<number> {
  const { rows } = await scene.database.owner.query('SELECT FROM orders WHERE user_id = $1', [userId]);
  return rows.length;
}

/** Two doors of a new tenant, whose key the API knows already. */
async function openDoors(at: ApiProcess = api): Promise<{ userId: string; key: string; doors: Door[] }> {
  const { userId, key } = await scene.addTenant();
  const doors = DOORS.map((name) => openDoor(name, at, key));
  for (const door of doors) expect(await door.orderIds()).toEqual([]);
  return { userId, key, doors };
}

describe.each<[string, () => unknown]>([
  ['is down', () => postgres.refuse()],
  ['is silent', () => postgres.hang()],
])('Postgres %s', (_how, fail) => {
  test('everybody is told so in time, readiness says so, and what was ordered is booked once it is back', async () => {
    const { userId, doors } = await openDoors();
    const stranger = await scene.addTenant();
    const attempts = doors.map((door) => ({ door, key: newKey(), body: sampleBody() }));
    await fail();

    await Promise.all([
      ...attempts.map(({ door, key, body }) => unavailable(door.create(body, { key }))),
      ...doors.map((door) => unavailable(door.get(randomUUID()))),
      // More than the pool has connections: those that wait for one are answered as well.
      ...Array.from({ length: 30 }, () => unavailable(doors[0]?.get(randomUUID()) ?? Promise.reject())),
      // A key that cannot be looked up is not thereby a wrong one.
      ...DOORS.map((name) => unavailable(openDoor(name, api, stranger.key).create(sampleBody()))),
    ]);
    await Promise.all([apiIs(false), workerIs(false)]);
    expect((await fetch(`${api.restUrl}/healthz`)).status).toBe(200);

    await postgres.restore();
    await Promise.all([apiIs(true), workerIs(true)]);
    // Nobody asked again yet.
    await eventually('both orders to be booked', async () => (await ordersOf(userId)) === attempts.length);
    for (const { door, key, body } of attempts) {
      const again = accepted(await door.create(body, { key }));
      expect(await door.orderIds()).toContain(again.order.id);
      expect((await door.events(again.order.id)).map(({ type }) => type)).toEqual(['created']);
    }
    expect(await ordersOf(userId)).toBe(attempts.length);
  });
});

test('a move whose caller was told UNAVAILABLE is made once Postgres is back, and once only', async () => {
  const { doors } = await openDoors();
  for (const door of doors) {
    const { order } = accepted(await door.create(sampleBody()));
    await postgres.refuse();
    await unavailable(door.move(order.id, 'confirmed'));
    await postgres.restore();
    await eventually('the order to be confirmed', async () => {
      const answer = await door.get(order.id);
      return answer.outcome === 'ok' && answer.data.status === 'confirmed';
    });
    expect(accepted(await door.move(order.id, 'confirmed')).version).toBe(2);
    expect((await door.events(order.id)).map(({ type }) => type)).toEqual(['created', 'status_changed']);
  }
});

describe.each<[string, () => unknown]>([
  ['is down', () => temporal.refuse()],
  ['is silent', () => temporal.hang()],
])('Temporal %s', (_how, fail) => {
  test('orders are not taken but can be read, readiness says so, and all goes on once it is back', async () => {
    const { userId, doors } = await openDoors();
    const attempts = doors.map((door) => ({ door, key: newKey(), body: sampleBody() }));
    const earlier = accepted(await (doors[0] as Door).create(sampleBody())).order;
    await fail();

    await Promise.all(attempts.map(({ door, key, body }) => unavailable(door.create(body, { key }))));
    await Promise.all(doors.map((door) => unavailable(door.cancel(earlier.id))));
    for (const door of doors) expect(accepted(await door.get(earlier.id))).toEqual(earlier);
    await Promise.all([apiIs(false), workerIs(false)]);

    await temporal.restore();
    await Promise.all([apiIs(true), workerIs(true)]);
    for (const { door, key, body } of attempts) {
      const { order } = await eventually('the order to be taken', async () => {
        const answer = await door.create(body, { key });
        return answer.outcome === 'ok' ? answer.data : undefined;
      });
      expect(accepted(await door.create(body, { key })).order.id).toBe(order.id);
    }
    expect(await ordersOf(userId)).toBe(1 + attempts.length);
  });
});

test('streams outlive the loss of their connections and miss nothing of what happened meanwhile', async () => {
  const { userId, key, doors } = await openDoors();
  const [door] = doors as [Door];
  const stream = await openSse(api.restUrl, key);
  const first = accepted(await door.create(sampleBody())).order;
  await frameOf(stream, first.id, 'pending');
  // Written past the API, which hears of it from Postgres alone.
  const past = <T>(work: (client: TenantClient) => Promise<T>) => withTenant(scene.database.service, userId, work);
  const second = newAttempt();
  await past((client) => placeOrder(client, second));
  await frameOf(stream, second.orderId, 'pending');
  const { client, options } = orderClient(api.grpcAddress, key);
  const watch = client.watchOrder({ orderId: second.orderId }, options());
  expect((await watch.next()).value?.event).toMatchObject({ sequence: 1 });

  await postgres.refuse();
  const move = { orderId: second.orderId, commandId: randomUUID(), to: 'confirmed', actor: 'operator' } as const;
  await past((connection) => transitionOrder(connection, { ...move, correlationId: 'req_past', auditRefusal: false }));
  await postgres.restore();
  await frameOf(stream, second.orderId, 'confirmed');
  expect((await watch.next()).value?.event).toMatchObject({ sequence: 2, correlationId: 'req_past' });

  postgres.drop();
  await eventually('a move', async () => (await door.move(first.id, 'confirmed')).outcome === 'ok');
  await frameOf(stream, first.id, 'confirmed');
  const seen = stream.frames.map(({ data: { event } }) => `${String(event.order_id)} ${String(event.to_status)}`);
  expect(seen).toEqual([
    `${first.id} pending`,
    `${second.orderId} pending`,
    `${second.orderId} confirmed`,
    `${first.id} confirmed`,
  ]);
  await Promise.all([stream.close(), watch.return?.()]);
  client.close();
});

describe('the end of a process', () => {
  /** Creates that hang in the middle: Temporal has them, Postgres does not. */
  async function createsInFlight(at: ApiProcess) {
    const { userId, key, doors } = await openDoors(at);
    const keys = doors.map(newKey);
    const bodies = doors.map(() => sampleBody());
    postgres.hang();
    const answers = doors.map((door, i) =>
      door.create(bodies[i] ?? {}, { key: keys[i] ?? '' }).catch(() => 'cut off' as const),
    );
    await eventually('Temporal to have both', async () => {
      for (const one of keys) {
        const handle = scene.temporal.workflow.getHandle(`order:${userId}:${one}`);
        const description = await handle.describe().catch(() => undefined);
        if (description === undefined) return false;
      }
      return true;
    });
    return { userId, key, keys, bodies, answers };
  }

  const exiting = (service: ServiceProcess) =>
    eventually('the process to begin its end', () => service.lines.some((line) => line.includes('"event":"shutdown"')));

  test('SIGTERM lets the API finish its calls, ends its streams and exits with 0, whoever does not read', async () => {
    const other = await scene.startApi({ ...env, ...NOT_YET, SHUTDOWN_GRACE_SECONDS: '90' });
    const { tenant } = scene;
    const stream = await openSse(other.restUrl, tenant.key);
    const unread = await fetch(`${other.restUrl}/api/orders/stream`, {
      headers: { authorization: `Bearer ${tenant.key}` },
    });
    const { answers } = await createsInFlight(other);
    const startedAt = performance.now();
    const exit = other.stop();
    await exiting(other);
    await stream.ended;
    await postgres.restore();
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ outcome: 'ok' });
    expect(await exit).toBe(0);
    // Its calls alone are waited for: of the grace, streams that nobody reads could take a minute.
    expect(performance.now() - startedAt).toBeLessThan(40_000);
    await unread.body?.cancel().catch(() => undefined);
  });

  test('SIGTERM lets the worker finish what it has begun, and another one takes the rest', async () => {
    const { userId, answers } = await createsInFlight(api);
    const exit = worker.stop();
    await exiting(worker);
    worker = await scene.startWorker(env);
    await postgres.restore();
    expect(await exit).toBe(0);
    await Promise.all(answers);
    await eventually('both orders to be booked', async () => (await ordersOf(userId)) === 2);
  });

  test('SIGTERM while nothing answers ends the API within its grace all the same', async () => {
    const other = await scene.startApi({ ...env, SHUTDOWN_GRACE_SECONDS: '4' });
    await createsInFlight(other);
    temporal.hang();
    const startedAt = performance.now();
    await other.stop();
    expect(performance.now() - startedAt).toBeLessThan(4_000 + SLACK_MS);
  });

  test('SIGKILL of the API in the middle: another one answers the retry with the one order', async () => {
    const other = await scene.startApi({ ...env, ...NOT_YET });
    const { userId, key, keys, bodies, answers } = await createsInFlight(other);
    await other.kill();
    for (const answer of await Promise.all(answers)) expect(answer).toBe('cut off');
    await postgres.restore();
    const next = await scene.startApi(env);
    for (const [i, name] of DOORS.entries()) {
      const door = openDoor(name, next, key);
      const { order } = await eventually('the order', async () => {
        const answer = await door.create(bodies[i] ?? {}, { key: keys[i] ?? '' });
        return answer.outcome === 'ok' ? answer.data : undefined;
      });
      expect((await door.events(order.id)).map(({ type }) => type)).toEqual(['created']);
    }
    expect(await ordersOf(userId)).toBe(2);
    await next.stop();
  });

  test('an API that starts while everything is away starts, is not ready, and is once all is back', async () => {
    await Promise.all([postgres.refuse(), temporal.refuse()]);
    const early = await scene.startApi(env);
    expect(await isReady(early.restUrl)).toBe(false);
    expect((await sendRest(early.restUrl, 'GET', '/api/orders', { key: scene.tenant.key })).code).toBe('UNAVAILABLE');
    await Promise.all([postgres.restore(), temporal.restore()]);
    await eventually('it to be ready', () => isReady(early.restUrl));
    expect(await early.stop()).toBe(0);
  });
});
