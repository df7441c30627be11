import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { orderError } from '../../../domain/errors';
import { errorAnswerSchema } from '../../../domain/schemas/wire';
import type { OrderChange, UseCases } from '../../../services/order-api/use-cases/contract';
import { eventually } from '../../support/eventually';
import { nextResponse } from '../../support/next-response';
import { type Doors, EVENT, KEY, ORDER, openDoors, useCasesDouble } from './doors';

type StreamOrders = UseCases['streamOrders'];
type Change = OrderChange & { readonly cursor: string };

/** A use case whose stream has begun. */
const begun =
  (read: (...call: Parameters<StreamOrders>) => AsyncIterable<Change>): StreamOrders =>
  async (...call) =>
    read(...call);

const change = (cursor: string, reason: string | null = null): Change => ({
  cursor,
  event: { ...EVENT, reason },
  order: ORDER,
});

let doors: Doors;
afterEach(() => doors.close());

function subscribe(headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${doors.url}/api/orders/stream`, {
    headers: { authorization: `Bearer ${KEY.read}`, ...headers },
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Waits for nothing but the end of its stream. */
async function idle(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

// biome-ignore lint/correctness/useYield: nothing happens on it
async function* silent(signal: AbortSignal): AsyncGenerator<Change> {
  await idle(signal);
}

test('frames are id, event and data, as the EventSource standard has them', async () => {
  doors = await openDoors({
    streamOrders: begun(async function* () {
      yield change('c1', 'first\nsecond');
      yield change('c2');
    }),
  });
  const response = await subscribe({ 'x-correlation-id': 'sse-1' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('x-correlation-id')).toBe('sse-1');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const blocks = (await response.text()).split('\n\n').filter((block) => block !== '');
  expect(blocks[0]).toBe('retry: 2000');
  const [id, event, data, ...more] = (blocks[1] ?? '').split('\n');
  expect([id, event, more]).toEqual(['id: c1', 'event: order', []]);
  expect(JSON.parse(data?.replace('data: ', '') ?? '')).toMatchObject({
    event: { order_id: ORDER.id, sequence: 1, type: 'created', reason: 'first\nsecond' },
    order: { id: ORDER.id, customer_name: 'Zoë García' },
  });
  expect(blocks).toHaveLength(3);
  const line = await eventually('the line of the call', () => doors.lines.at(-1));
  expect(line).toMatchObject({
    route: '/api/orders/stream',
    httpStatus: 200,
    correlationId: 'sse-1',
    keyPrefix: 'bakery',
  });
});

test('Last-Event-ID is where it resumes, and nothing means from now on', async () => {
  const cursors: (string | undefined)[] = [];
  doors = await openDoors({
    // biome-ignore lint/correctness/useYield: nothing happens on it
    streamOrders: begun(async function* (_ctx, { afterCursor }) {
      cursors.push(afterCursor);
    }),
  });
  for (const headers of [{}, { 'last-event-id': '' }, { 'last-event-id': 'c17' }])
    await (await subscribe(headers as Record<string, string>)).text();
  expect(cursors).toEqual([undefined, undefined, 'c17']);
});

test('headers come at once on a stream on which nothing happens', async () => {
  doors = await openDoors({ streamOrders: begun(({ signal }) => silent(signal)) });
  const started = Date.now();
  const response = await subscribe();
  // Before the first heartbeat, with which they would come as well.
  expect(Date.now() - started).toBeLessThan(10_000);
  await response.body?.cancel();
});

test('headers do not come before it is known where the stream begins: what happens from then on is told', async () => {
  let begin: () => void = () => undefined;
  const known = new Promise<void>((resolve) => {
    begin = resolve;
  });
  doors = await openDoors({
    async streamOrders({ signal }) {
      await known;
      return silent(signal);
    },
  });
  let isOpen = false;
  const opened = subscribe().then((response) => {
    isOpen = true;
    return response;
  });
  // Longer than an error is waited for.
  await sleep(300);
  expect(isOpen).toBe(false);
  begin();
  const response = await opened;
  expect(response.status).toBe(200);
  await response.body?.cancel();
});

test.each([
  ['too long', 'x'.repeat(300)],
  ['with white space', 'a b'],
])('a Last-Event-ID %s is 400', async (_name, id) => {
  doors = await openDoors({});
  const response = await subscribe({ 'last-event-id': id });
  expect([response.status, errorAnswerSchema.parse(await response.json()).error.code]).toEqual([
    400,
    'VALIDATION_FAILED',
  ]);
});

test.each(['VALIDATION_FAILED', 'UNAVAILABLE'] as const)(
  '%s of the use case is answered with its status, not with an empty stream',
  async (code) => {
    doors = await openDoors({
      // biome-ignore lint/correctness/useYield: it fails before it has anything to say
      streamOrders: begun(async function* () {
        await sleep(10);
        throw orderError(code, 'No');
      }),
    });
    const response = await subscribe({ 'last-event-id': 'foreign' });
    expect(response.status).toBe(code === 'UNAVAILABLE' ? 503 : 400);
    expect(errorAnswerSchema.parse(await response.json()).error.code).toBe(code);
  },
);

test('an error in midstream ends it, tells the log and leaves the process alone', async () => {
  doors = await openDoors({
    streamOrders: begun(async function* () {
      yield change('c1');
      await sleep(150);
      throw new Error('4930901820');
    }),
  });
  const text = await (await subscribe()).text();
  expect(text).toContain('id: c1');
  expect(text).not.toMatch(/INTERNAL|stack/);
  const line = await eventually('the line of the call', () => doors.lines.at(-1));
  expect(line).toMatchObject({ level: 'error', code: 'INTERNAL', route: '/api/orders/stream' });
  expect(JSON.stringify(doors.lines)).not.toContain('4930901820');
});

test('a client that leaves ends its use case', async () => {
  let ended = false;
  doors = await openDoors({
    streamOrders: begun(async function* ({ signal }) {
      try {
        yield change('c1');
        await idle(signal);
      } finally {
        ended = true;
      }
    }),
  });
  const controller = new AbortController();
  const response = await subscribe({}, controller.signal);
  await response.body?.getReader().read();
  controller.abort();
  await eventually('the end of its use case', () => ended);
});

test('a client that leaves before it is let in leaves no stream behind', async () => {
  const { authenticate } = useCasesDouble({});
  let letIn: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    letIn = resolve;
  });
  let told: AbortSignal | undefined;
  doors = await openDoors({
    async authenticate(key) {
      await asked;
      return authenticate(key);
    },
    streamOrders: begun(({ signal }) => {
      told = signal;
      return silent(signal);
    }),
  });
  const coming = nextResponse();
  const client = new AbortController();
  const refused = expect(subscribe({}, client.signal)).rejects.toThrow();
  const response = await coming;
  const closed = once(response, 'close');
  client.abort();
  await Promise.all([closed, refused]);
  letIn();
  const signal = await eventually('its stream', () => told);
  // Nothing ends it later: this is as it began.
  expect(signal.aborted).toBe(true);
});

test('a client that does not read is not run ahead of', async () => {
  let made = 0;
  const streamOrders = begun(async function* ({ signal }) {
    while (!signal.aborted && made < 50_000) {
      made += 1;
      yield change(`c${made}`, 'x'.repeat(5_000));
    }
  });
  doors = await openDoors({ streamOrders });
  const socket = connect(Number(new URL(doors.url).port), '127.0.0.1');
  socket.pause();
  socket.write(`GET /api/orders/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY.read}\r\n\r\n`);
  // The kernel's buffers of both ends take some megabytes.
  await eventually('it to wait for the client', async () => {
    const before = made;
    await sleep(500);
    return before > 0 && made === before;
  });
  expect(made).toBeLessThan(5_000);
  socket.destroy();
});

test('a drain ends open streams at once, and later ones are 503', async () => {
  doors = await openDoors({
    streamOrders: begun(async function* ({ signal }) {
      yield change('c1');
      await idle(signal);
    }),
  });
  const response = await subscribe();
  const text = response.text();
  doors.streams.drain();
  expect(await text).toContain('id: c1');
  const late = await subscribe();
  expect(late.status).toBe(503);
  const started = Date.now();
  await doors.http.drain(50_000);
  expect(Date.now() - started).toBeLessThan(25_000);
});
