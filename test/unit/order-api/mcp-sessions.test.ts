import { McpServer } from '@modelcontextprotocol/server';
import {
  createSessions,
  type McpSessions,
  type SessionAnswer,
} from '../../../services/order-api/handlers/mcp/sessions';
import { INITIALIZE } from '../../support/json-rpc';

const MINUTE = 60_000;
const PING = { jsonrpc: '2.0', id: 7, method: 'ping' };

let sessions: McpSessions;
let closed = 0;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  closed = 0;
  sessions = createSessions(() => {
    const server = new McpServer({ name: 'test', version: '1' });
    server.server.onclose = () => {
      closed += 1;
    };
    return server;
  });
});
afterEach(async () => {
  await sessions.close();
  jest.useRealTimers();
});

function send(
  body: unknown,
  options: { readonly session?: string; readonly keyId?: string; readonly method?: string } = {},
) {
  const { session, keyId = 'key', method = 'POST' } = options;
  const headers = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    ...(session === undefined ? {} : { 'mcp-session-id': session }),
  };
  const request = new Request('http://localhost/mcp', { method, headers });
  return sessions.serve({ request, body, keyId, authInfo: { token: keyId, clientId: keyId, scopes: [] } });
}

/** Opens a session and reads its answer to the end. */
async function open(keyId = 'key'): Promise<string> {
  const answer = await send(INITIALIZE, { keyId });
  await finish(answer);
  return answer.response.headers.get('mcp-session-id') ?? '';
}

async function finish({ response, sent }: SessionAnswer): Promise<string> {
  const text = await response.text();
  sent();
  return text;
}

async function status(session: string, keyId = 'key'): Promise<number> {
  const answer = await send(PING, { session, keyId });
  await finish(answer);
  return answer.response.status;
}

test('a session that nobody uses for half an hour is closed', async () => {
  const session = await open();
  await jest.advanceTimersByTimeAsync(29 * MINUTE);
  expect(await status(session)).toBe(200);
  await jest.advanceTimersByTimeAsync(29 * MINUTE);
  expect([await status(session), closed]).toEqual([200, 0]);
  await jest.advanceTimersByTimeAsync(31 * MINUTE);
  expect([await status(session), closed]).toEqual([404, 1]);
});

test('one with a request under way is not, however long that takes', async () => {
  const session = await open();
  const stream = await send(undefined, { session, method: 'GET' });
  expect(stream.response.status).toBe(200);
  await jest.advanceTimersByTimeAsync(120 * MINUTE);
  expect(await status(session)).toBe(200);
  stream.sent();
  // A second call changes nothing: the session would otherwise never be idle again, or always.
  stream.sent();
  await jest.advanceTimersByTimeAsync(31 * MINUTE);
  expect(await status(session)).toBe(404);
});

test('a key has a hundred; the one it did not use for longest makes place', async () => {
  const own: string[] = [];
  for (let count = 0; count < 100; count += 1) own.push(await open('wild'));
  const other = await open('calm');
  const [first = '', second = ''] = own;
  expect(await status(first, 'wild')).toBe(200);
  await open('wild');
  expect([await status(first, 'wild'), await status(second, 'wild'), await status(other, 'calm')]).toEqual([
    200, 404, 200,
  ]);
});

test('a key whose hundred are all in use gets no other', async () => {
  for (let count = 0; count < 100; count += 1) await send(INITIALIZE, { keyId: 'wild' });
  await expect(send(INITIALIZE, { keyId: 'wild' })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(await status(await open('calm'), 'calm')).toBe(200);
});

test('a thousand are open at most; what is open stays', async () => {
  const kept = await open('key-0');
  for (let count = 1; count < 1_000; count += 1) await open(`key-${Math.floor(count / 100)}`);
  await expect(send(INITIALIZE, { keyId: 'late' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await status(kept, 'key-0')).toBe(200);
});

test('an initialize that is refused leaves no session behind', async () => {
  const request = new Request('http://localhost/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  const authInfo = { token: 'key', clientId: 'key', scopes: [] };
  // It accepts nothing that we can answer with.
  const { response } = await sessions.serve({ request, body: INITIALIZE, keyId: 'key', authInfo });
  expect([response.status, closed]).toEqual([406, 1]);
});

test('closing ends them all', async () => {
  const ids = [await open('a'), await open('b')];
  await sessions.close();
  expect(closed).toBe(2);
  expect([await status(ids[0] ?? '', 'a'), await status(ids[1] ?? '', 'b')]).toEqual([404, 404]);
});
