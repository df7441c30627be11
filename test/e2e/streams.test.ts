import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorAnswerSchema } from '../../domain/schemas/wire';
import type { OrderWire } from '../../domain/wire';
import { placeOrder } from '../../persistence/orders/place-order';
import { transitionOrder } from '../../persistence/orders/transition-order';
import { type TenantClient, withTenant } from '../../persistence/with-tenant';
import { generateApiKey } from '../../platform/api-key';
import { accepted, type Door, openDoor } from '../support/doors';
import { type EventStream, openEventStream, requestStream, type StreamedChange } from '../support/event-stream';
import { eventually } from '../support/eventually';
import { orderClient } from '../support/grpc-caller';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, type Scene, type TestTenant } from '../support/scene';
import { untilSettled } from '../support/settled';
import { newAttempt } from '../support/shop';

// Several times as long as a stream may be held back.
jest.setTimeout(180_000);

let scene: Scene;
let api: ApiProcess;
let secondApi: ApiProcess;
/** Open from the first test to the last; nothing ever happens on it. */
let idle: EventStream;

let tenant: TestTenant;
let door: Door;
const streams: EventStream[] = [];

beforeAll(async () => {
  scene = await createScene();
  [api, secondApi] = await Promise.all([scene.startApi(), scene.startApi(), scene.startWorker()]);
  idle = await openEventStream(api, scene.other.key);
});
beforeEach(async () => {
  tenant = await scene.addTenant();
  door = openDoor('REST', api, tenant.key);
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(async () => {
  idle.close();
  await scene.close();
});

async function open(at: ApiProcess = api, lastEventId?: string): Promise<EventStream> {
  const stream = await openEventStream(at, tenant.key, lastEventId);
  streams.push(stream);
  return stream;
}

/** What happened, in a form that tells changes apart. */
const told = ({ event }: StreamedChange) => `${event.order_id} ${event.sequence} ${event.to_status}`;

describe('GET /api/orders/stream', () => {
  test('tells every change of every order of the tenant as it happens, at every server, and nothing of others', async () => {
    const [here, there] = [await open(api), await open(secondApi)];
    const stranger = openDoor('REST', api, scene.other.key);
    const { order } = accepted(await door.create(sampleBody()));
    accepted(await stranger.create(sampleBody()));
    accepted(await door.move(order.id, 'confirmed'));
    accepted(await door.cancel(order.id, { reason: 'changed their mind' }));
    const expected = ['pending', 'confirmed', 'cancelled'].map((status, index) => `${order.id} ${index + 1} ${status}`);
    for (const stream of [here, there]) expect((await stream.received(3)).map(told)).toEqual(expected);
    expect(here.changes[2]?.event).toEqual({ order_id: order.id, ...(await door.events(order.id))[2] });
    expect(here.changes[2]?.order).toEqual(accepted(await door.get(order.id)));
    // One event more, so that anything of the stranger's would have come before it.
    accepted(await door.create(sampleBody()));
    expect((await here.received(4)).every((each) => each.order.user_id === tenant.userId)).toBe(true);
    expect(here.changes).toHaveLength(4);
  });

  test('begins now without Last-Event-ID, also with an empty one, and goes on after it at any server', async () => {
    const order = await bookedBefore();
    const first = await open();
    const empty = await open(secondApi, '');
    accepted(await door.move(order.id, 'confirmed'));
    expect((await first.received(1)).map(told)).toEqual([`${order.id} 2 confirmed`]);
    expect((await empty.received(1)).map(told)).toEqual([`${order.id} 2 confirmed`]);
    first.close();
    accepted(await door.move(order.id, 'processing'));
    accepted(await door.move(order.id, 'completed'));
    const resumed = await open(secondApi, first.changes[0]?.id);
    expect((await resumed.received(2)).map(told)).toEqual([`${order.id} 3 processing`, `${order.id} 4 completed`]);
  });

  test('a reader that keeps losing its connection misses nothing and sees nothing twice while many write', async () => {
    const steady = await open();
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let turn = 0; turn < 8; turn += 1) await writeOrder({ hold: writer === 0 });
    });
    const collected: StreamedChange[] = [];
    const reader = (async () => {
      // From the beginning of the steady one, so that both read the same.
      const [first] = await steady.received(1);
      if (first === undefined) throw new Error('no change came');
      collected.push(first);
      for (let at = api; collected.length < 128; at = at === api ? secondApi : api) {
        const stream = await open(at, collected.at(-1)?.id);
        await stream.received(1);
        // Not more than a few of what came: the rest is lost with the connection.
        collected.push(...stream.changes.slice(0, 5));
        stream.close();
      }
    })();
    await Promise.all(writers);
    await reader;
    await steady.received(128);
    expect(collected.map(told)).toEqual(steady.changes.map(told));
    expect(new Set(collected.map(told)).size).toBe(128);
  });

  test('an order that commits late is told before those that came after it began, to all the same', async () => {
    const early = await open();
    const late = await begin();
    await late.place();
    const behind = [await writeOrder({}), await writeOrder({})];
    await late.commit();
    const seen = await early.received(5);
    expect(seen[0]?.event.order_id).toBe(late.orderId);
    expect(seen.slice(1).map(({ event }) => event.order_id)).toEqual(behind.flatMap((id) => [id, id]));
    // Resuming after the late one finds those that had committed before it.
    const resumed = await open(secondApi, seen[0]?.id);
    expect((await resumed.received(4)).map(told)).toEqual(seen.slice(1).map(told));
  });

  test.each([
    'x',
    '12',
    '0.0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f.1',
    '-1.0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f.1',
    '99999999999999999999.0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f.1',
    '5.0198C2DE-7F3A-7CC1-9D4E-5B6A7C8D9E0F.1',
    '5.0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f.0',
    '5.0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f.99999999999',
    "5'; SELECT 1 --",
    'x'.repeat(201),
  ])('the Last-Event-ID %s is refused', async (lastEventId) => {
    const response = await requestStream(api, tenant.key, lastEventId, AbortSignal.timeout(30_000));
    expect(response.status).toBe(400);
    const { error } = errorAnswerSchema.parse(await response.json());
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', details: { violations: [{ field: 'Last-Event-ID' }] } });
  });

  test('another tenant’s id says nothing of that tenant: what follows is one’s own', async () => {
    const theirs = await openEventStream(api, scene.tenant.key);
    streams.push(theirs);
    const stranger = openDoor('REST', api, scene.tenant.key);
    accepted(await stranger.create(sampleBody()));
    const [change] = await theirs.received(1);
    const mine = await open(api, change?.id);
    accepted(await stranger.create(sampleBody()));
    const { order } = accepted(await door.create(sampleBody()));
    expect((await mine.received(1)).map(({ event }) => event.order_id)).toEqual([order.id]);
  });
});

describe('WatchOrder', () => {
  test('sends the trail from 0, then what happens, to two watchers at two servers, and ends after the last event', async () => {
    const { order } = accepted(await door.create(sampleBody()));
    accepted(await door.move(order.id, 'confirmed'));
    const watches = [watch(api, order.id), watch(secondApi, order.id)];
    for (const each of watches) expect(await each.received(2)).toEqual(['1', '2']);
    accepted(await door.move(order.id, 'processing'));
    for (const each of watches) expect(await each.received(3)).toEqual(['1', '2', '3']);
    accepted(await door.move(order.id, 'completed'));
    for (const each of watches) {
      expect(await each.done).toBe('OK');
      expect(each.seen).toEqual(['1', '2', '3', '4']);
    }
  });

  test('after a sequence it sends what came later; of an order that is over, that and the end', async () => {
    const { order } = accepted(await door.create(sampleBody()));
    const live = watch(api, order.id, 1);
    accepted(await door.move(order.id, 'confirmed'));
    expect(await live.received(1)).toEqual(['2']);
    accepted(await door.cancel(order.id));
    expect(await live.done).toBe('OK');
    for (const [after, rest] of [
      [0, ['1', '2', '3']],
      [2, ['3']],
      [3, []],
      [99, []],
    ] as const) {
      const over = watch(secondApi, order.id, after);
      expect(await over.done).toBe('OK');
      expect(over.seen).toEqual(rest);
    }
  });

  test('cancelled by its client it is over at the server, and the others watch on', async () => {
    const { order } = accepted(await door.create(sampleBody()));
    const [leaving, staying] = [watch(api, order.id), watch(api, order.id)];
    await Promise.all([leaving.received(1), staying.received(1)]);
    leaving.hangUp();
    expect(await leaving.done).toBe(1);
    await eventually('the server to notice', () =>
      api.lines.some((line) => line.includes('WatchOrder') && line.includes('CANCELLED')),
    );
    accepted(await door.cancel(order.id));
    expect(await staying.done).toBe('OK');
    expect(staying.seen).toEqual(['1', '2']);
    expect(leaving.seen).toEqual(['1']);
  });

  test('of no order, another tenant’s, or from before the beginning it is refused', async () => {
    const { order } = accepted(await door.create(sampleBody()));
    expect(await watch(api, randomUUID()).done).toBe(5);
    expect(await watch(api, order.id, 0, scene.other.key).done).toBe(5);
    expect(await watch(api, order.id, -1).done).toBe(3);
    expect(await watch(api, 'none').done).toBe(3);
  });
});

describe('streams of both kinds', () => {
  test('a broken LISTEN connection costs neither kind of stream an event', async () => {
    const order = await bookedBefore();
    const [stream, watching] = [await open(), watch(api, order.id, 1)];
    const listeners = await listening();
    expect(listeners).toHaveLength(2);
    await scene.database.owner.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [listeners]);
    // While nobody listens.
    accepted(await door.move(order.id, 'confirmed'));
    await stream.received(1);
    expect(await watching.received(1)).toEqual(['2']);
    await eventually('both to listen again', async () => {
      const now = await listening();
      return now.length === 2 && now.every((pid) => !listeners.includes(pid));
    });
    accepted(await door.cancel(order.id));
    expect((await stream.received(2)).map(told)).toEqual([`${order.id} 2 confirmed`, `${order.id} 3 cancelled`]);
    expect(await watching.done).toBe('OK');
  });

  test('whatever anybody sends to the channel, servers and streams live on', async () => {
    const stream = await open();
    for (const payload of [
      '',
      'null',
      '{',
      '[]',
      '"x"',
      '{"user_id":7}',
      '{"user_id":"x","order_id":{}}',
      'x'.repeat(7_000),
    ]) {
      await scene.database.service.query('SELECT pg_notify($1, $2)', ['order_events', payload]);
    }
    await scene.database.service.query('NOTIFY order_events');
    const { order } = accepted(await door.create(sampleBody()));
    expect((await stream.received(1)).map(told)).toEqual([`${order.id} 1 pending`]);
  });

  test('200 idle streams send Postgres no statement, and each is told of the next event', async () => {
    const order = await bookedBefore();
    const following = await Promise.all(Array.from({ length: 100 }, () => open()));
    const watches = Array.from({ length: 100 }, () => watch(api, order.id));
    await Promise.all(watches.map((each) => each.received(1)));

    const since = await scene.database.owner.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    const statements = async () => {
      const { rows } = await scene.database.owner.query<{ query: string }>(
        `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'order-api%'
           AND query_start > $1 AND query <> 'SELECT 1' AND query NOT LIKE '%FROM authenticate_api_key(%'`,
        [since.rows[0]?.now],
      );
      return rows.map(({ query }) => query);
    };
    // Readiness' own SELECT 1 apart, which runs with or without streams, and the look-up of a key, which all that goes on
    // under it share: open streams have it made anew every 30 seconds, whenever that falls due. So that it always falls due
    // here, a key that nobody knows is looked up. A poll per stream would show within one of its intervals; three seconds is
    // longer than anybody would dare to choose.
    expect((await requestStream(api, generateApiKey().key, undefined, AbortSignal.timeout(60_000))).status).toBe(401);
    for (const until = Date.now() + 3_000; Date.now() < until; await sleep(50)) expect(await statements()).toEqual([]);

    accepted(await door.cancel(order.id));
    for (const stream of following) await stream.received(1);
    expect(await Promise.all(watches.map((each) => each.done))).toEqual(watches.map(() => 'OK'));
    // The look above does see what streams read.
    expect(await statements()).not.toEqual([]);
  });

  test('a drain ends every stream at once and tells watchers to come back; the process exits with 0', async () => {
    const leaving = await scene.startApi({ SHUTDOWN_GRACE_SECONDS: '90' });
    const { order } = accepted(await door.create(sampleBody()));
    const [stream, watching] = [await open(leaving), watch(leaving, order.id)];
    await watching.received(1);
    const startedAt = performance.now();
    expect(await leaving.stop()).toBe(0);
    // Streams that are waited for would take the better part of the grace.
    expect(performance.now() - startedAt).toBeLessThan(40_000);
    expect(await stream.over).toBe('ended');
    // UNAVAILABLE: OK would tell the watcher that the order is final.
    expect(await watching.done).toBe(14);
  });
});

test('a stream on which nothing happens is kept alive', async () => {
  await eventually('a heartbeat', () => idle.heartbeats > 0);
  expect(idle.changes.every(({ order }) => order.user_id === scene.other.userId)).toBe(true);
});

/** Collects a watch; `done` resolves with how it ended. */
function watch(at: ApiProcess, orderId: string, afterSequence = 0, apiKey = tenant.key) {
  const { client, options } = orderClient(at.grpcAddress, apiKey);
  const seen: string[] = [];
  const hangUp = new AbortController();
  const done = (async () => {
    const call = { ...options(), signal: hangUp.signal };
    for await (const { event, order } of client.watchOrder({ orderId, afterSequence }, call)) {
      if (event === undefined || order === undefined) throw new Error('a message without its event or order');
      seen.push(`${event.sequence}`);
      if (order.version < event.sequence) throw new Error('an order that is older than its event');
    }
  })()
    .then(
      () => 'OK',
      // What is no status of gRPC's is said as it is.
      (error: Error & { readonly code?: number }) => error.code ?? error.message,
    )
    .finally(() => client.close());
  return {
    seen,
    done,
    hangUp: () => hangUp.abort(),
    received: (count: number) => eventually(`${count} events`, () => seen.length >= count && seen),
  };
}

async function listening(): Promise<readonly number[]> {
  const { rows } = await scene.database.owner.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'order-api listen' AND query LIKE 'LISTEN%'`,
  );
  return rows.map(({ pid }) => pid);
}

/** An order that lies behind a stream which begins now. */
async function bookedBefore(): Promise<OrderWire> {
  const { order } = accepted(await door.create(sampleBody()));
  await untilSettled(scene.database, order.id);
  return order;
}

/** Writes an order with two events straight into Postgres: its run's part in the streams is nothing but these. */
async function writeOrder({ hold = false }: { readonly hold?: boolean }): Promise<string> {
  const order = await begin();
  await order.place();
  // A transaction that stays open holds back what others committed after it began.
  if (hold) await sleep(30);
  await order.commit();
  const move = { orderId: order.orderId, to: 'confirmed', commandId: randomUUID(), auditRefusal: false } as const;
  await withTenant(scene.database.service, tenant.userId, (client) =>
    transitionOrder(client, { ...move, actor: 'test', correlationId: 'req_test' }),
  );
  return order.orderId;
}

/** A transaction of the tenant that a test commits when it wants. */
async function begin() {
  const connection = await scene.database.service.connect();
  await connection.query('BEGIN');
  await connection.query("SELECT set_config('app.tenant', $1, true)", [tenant.userId]);
  const attempt = newAttempt();
  const client: TenantClient = { tenant: tenant.userId, query: connection.query.bind(connection) };
  return {
    orderId: attempt.orderId,
    place: () => placeOrder(client, attempt),
    async commit() {
      await connection.query('COMMIT');
      connection.release();
    },
  };
}
