import { type ApiError, isOvertaken, isWorthRetrying, violationsOf } from '../../../console/app/api/api-error';
import { type Client, createClient } from '../../../console/app/api/client';
import type { Session } from '../../../console/app/api/wire';
import { eventually } from '../../support/eventually';

interface Seen {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | undefined;
}

type Answer = Response | Error | 'never';

const session = (csrf: string, userId = 'bakery'): Session => ({
  user_id: userId,
  tenant_name: 'Bakery',
  scopes: ['admin'],
  csrf_token: csrf,
  expires_at: '2026-11-25T09:30:00.000Z',
});

function ok(data: unknown): Response {
  return Response.json({ success: true, data, correlation_id: 'req_1' });
}

function refused(status: number, code: string, details: Record<string, unknown> = {}): Response {
  const body = { success: false, error: { code, message: `said of ${code}`, details }, correlation_id: 'req_2' };
  return Response.json(body, { status });
}

/** A client whose server answers by a script, in order. */
function scripted(...answers: readonly Answer[]) {
  const seen: Seen[] = [];
  const told: string[] = [];
  const left = [...answers];
  const client: Client = createClient({
    fetch: async (url, init = {}) => {
      seen.push({
        url: String(url),
        method: init.method ?? 'GET',
        headers: new Headers(init.headers),
        body: typeof init.body === 'string' ? init.body : undefined,
      });
      const answer = left.shift();
      if (answer === undefined) throw new Error('the script has ended');
      if (answer === 'never') {
        return new Promise((_, reject) => {
          init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
        });
      }
      if (answer instanceof Error) throw answer;
      return answer;
    },
    onSessionEnded: () => told.push('ended'),
    onSession: ({ user_id, csrf_token }) => told.push(user_id === 'bakery' ? csrf_token : user_id),
  });
  return { client, seen, told };
}

/** A client whose server answers when it is told to, in any order. */
function waiting() {
  const asked: { readonly what: string; readonly headers: Headers; answer(response: Response): void }[] = [];
  const told: string[] = [];
  const client = createClient({
    fetch: (url, { method = 'GET', headers } = {}) =>
      new Promise((answer) => {
        asked.push({ what: `${method} ${String(url).split('?')[0]}`, headers: new Headers(headers), answer });
      }),
    onSessionEnded: () => told.push('ended'),
    onSession: ({ csrf_token }) => told.push(csrf_token),
  });
  return {
    client,
    told,
    /** What was asked as the nth, when it is. */
    nth: (number: number) => eventually(`call ${number}`, () => asked[number - 1]),
  };
}

async function failure(call: Promise<unknown>): Promise<ApiError> {
  return call.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: ApiError) => error,
  );
}

describe('the API client', () => {
  it('gives the data of an answer, and asks without what is not set', async () => {
    const { client, seen } = scripted(ok({ orders: [] }));
    expect(
      await client.get('/api/orders', { status: 'pending', source: undefined, search: '', page_size: 50 }),
    ).toEqual({
      orders: [],
    });
    expect(seen[0]?.url).toBe('/api/orders?status=pending&page_size=50');
  });

  it('sends the CSRF token of the session with every call that changes something, and with no other', async () => {
    const { client, seen } = scripted(ok({ session: session('token-1') }), ok({}), ok({}), ok({}));
    await client.signIn('obk_key');
    await client.get('/api/orders');
    await client.send('PATCH', '/api/orders/1/status', { status: 'confirmed' });
    await client.send('DELETE', '/api/notifications/subscriptions/1');
    expect(seen.map(({ headers }) => headers.get('x-csrf-token'))).toEqual([null, null, 'token-1', 'token-1']);
    expect(seen[0]?.body).toBe('{"api_key":"obk_key"}');
    // A body that is not there must not be announced: the server would look for it.
    expect(seen[3]?.headers.has('content-type')).toBe(false);
  });

  it('takes the new token when another tab has signed in, and sends the call once more', async () => {
    const { client, seen, told } = scripted(
      ok({ session: session('old') }),
      refused(403, 'PERMISSION_DENIED'),
      ok({ session: session('new') }),
      ok({ order: 1 }),
    );
    await client.signIn('obk_key');
    expect(await client.send('PATCH', '/api/orders/1/status', {})).toEqual({ order: 1 });
    expect(seen.map(({ headers }) => headers.get('x-csrf-token'))).toEqual([null, 'old', null, 'new']);
    expect(told).toEqual(['new']);
  });

  it('does not send it again when the token was right, or the key lacks a scope', async () => {
    const same = scripted(
      ok({ session: session('one') }),
      refused(403, 'PERMISSION_DENIED'),
      ok({ session: session('one') }),
    );
    await same.client.signIn('obk_key');
    expect((await failure(same.client.send('PUT', '/api/capabilities', {}))).code).toBe('PERMISSION_DENIED');

    const scope = scripted(refused(403, 'PERMISSION_DENIED', { required_scopes: ['admin'] }));
    expect((await failure(scope.client.send('PUT', '/api/capabilities', {}))).code).toBe('PERMISSION_DENIED');
    expect(scope.seen).toHaveLength(1);
  });

  it('says of every call whose page it is for, so that another business’s session does nothing by it', async () => {
    const { client, seen } = scripted(ok({ session: session('one') }), ok({}), ok({}), ok({}));
    await client.signIn('obk_key');
    await client.get('/api/orders', { page_size: 50 });
    await client.send('PUT', '/api/capabilities', {});
    await client.signOut();
    expect(seen.map(({ url }) => url)).toEqual([
      '/api/session',
      '/api/orders?page_size=50&user_id=bakery',
      '/api/capabilities?user_id=bakery',
      '/api/session',
    ]);
  });

  test.each([
    ['a look', (client: Client) => client.get('/api/orders')],
    ['a change', (client: Client) => client.send('PUT', '/api/capabilities', { order_booking_enabled: false })],
    ['a sign-out', (client: Client) => client.signOut()],
  ])('%s that was meant for one business is not made for another that signed in meanwhile', async (_what, call) => {
    const { client, seen, told } = scripted(
      ok({ session: session('one') }),
      refused(403, 'PERMISSION_DENIED'),
      ok({ session: session('two', 'pizzeria') }),
    );
    await client.signIn('obk_key');
    expect((await failure(call(client))).code).toBe('PERMISSION_DENIED');
    expect(seen).toHaveLength(3);
    expect(told).toEqual(['pizzeria']);
  });

  it('of calls under way when another business signs in, none is made for it', async () => {
    const { client, seen } = scripted(
      ok({ session: session('one') }),
      refused(403, 'PERMISSION_DENIED'),
      refused(403, 'PERMISSION_DENIED'),
      ok({ session: session('two', 'pizzeria') }),
      ok({ session: session('two', 'pizzeria') }),
    );
    await client.signIn('obk_key');
    const calls = [client.send('PUT', '/api/capabilities', {}), client.send('PUT', '/api/capabilities', {})];
    expect((await Promise.all(calls.map(failure))).map(({ code }) => code)).toEqual([
      'PERMISSION_DENIED',
      'PERMISSION_DENIED',
    ]);
    expect(seen).toHaveLength(5);
  });

  it('tells when the session has ended', async () => {
    const { client, told } = scripted(refused(401, 'UNAUTHENTICATED'));
    expect((await failure(client.get('/api/orders'))).code).toBe('UNAUTHENTICATED');
    expect(told).toEqual(['ended']);
  });

  test.each([
    [
      'this tab',
      async ({ client, nth }: ReturnType<typeof waiting>) => {
        const left = client.signOut();
        (await nth(3)).answer(ok({}));
        await left;
        return 4;
      },
    ],
    [
      'another tab',
      async ({ client }: ReturnType<typeof waiting>) => {
        client.outdate();
        return 3;
      },
    ],
  ])(
    'a session that was asked for before somebody signed out in %s is nobody’s: it is asked for again',
    async (_where, signOut) => {
      const server = waiting();
      const { client, told, nth } = server;
      const entered = client.signIn('obk_key');
      (await nth(1)).answer(ok({ session: session('one') }));
      await entered;
      const checked = client.resume();
      const before = await nth(2);
      const next = await signOut(server);
      before.answer(ok({ session: session('one') }));
      const again = await nth(next);
      expect(again.what).toBe('GET /api/session');
      again.answer(refused(401, 'UNAUTHENTICATED'));
      expect(await checked).toBeUndefined();
      expect(told).toEqual([]);
    },
  );

  it('nobody’s session, found by what was asked before somebody signed in, ends no session and takes no token', async () => {
    const { client, told, nth } = waiting();
    const calls = [failure(client.get('/api/orders')), client.resume()] as const;
    const [looked, checked] = [await nth(1), await nth(2)];
    const entered = client.signIn('obk_key');
    (await nth(3)).answer(ok({ session: session('one') }));
    await entered;
    looked.answer(refused(401, 'UNAUTHENTICATED'));
    expect((await calls[0]).code).toBe('UNAUTHENTICATED');
    expect(told).toEqual([]);
    checked.answer(refused(401, 'UNAUTHENTICATED'));
    (await nth(4)).answer(ok({ session: session('one') }));
    expect((await calls[1])?.csrf_token).toBe('one');
    expect(told).toEqual(['one']);
    const moved = client.send('PUT', '/api/capabilities', {});
    const move = await nth(5);
    expect(move.headers.get('x-csrf-token')).toBe('one');
    move.answer(ok({}));
    await moved;
  });

  it('a wrong key ends no session', async () => {
    const { client, told } = scripted(refused(401, 'UNAUTHENTICATED'));
    expect((await failure(client.signIn('obk_wrong'))).code).toBe('UNAUTHENTICATED');
    expect(told).toEqual([]);
  });

  it('nobody signed in is an answer, no server is none', async () => {
    expect(await scripted(refused(401, 'UNAUTHENTICATED')).client.resume()).toBeUndefined();
    expect((await failure(scripted(new TypeError('fetch failed')).client.resume())).code).toBe('UNREACHABLE');
  });

  it('keeps code, message, details and correlation id of an error', async () => {
    const violations = [{ field: 'url', description: 'must be https' }];
    const error = await failure(scripted(refused(400, 'VALIDATION_FAILED', { violations })).client.get('/api/x'));
    expect(error).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: 'said of VALIDATION_FAILED',
      correlationId: 'req_2',
    });
    expect([...violationsOf(error)]).toEqual([['url', 'Must be https']]);
  });

  test.each([
    ['a proxy’s error page', new Response('<h1>502</h1>', { status: 502, headers: { 'x-correlation-id': 'req_3' } })],
    ['a page where an answer belongs', new Response('<h1>Welcome</h1>', { status: 200 })],
    ['an answer that is no envelope', Response.json({ hello: 1 })],
  ])('%s is “not available”', async (_what, answer) => {
    const error = await failure(scripted(answer).client.get('/api/orders'));
    expect(error.code).toBe('UNAVAILABLE');
    expect(isWorthRetrying(error)).toBe(true);
  });

  it('tells no answer in time from no server, because the first may have been done', async () => {
    jest.useFakeTimers();
    try {
      const slow = failure(scripted('never').client.send('POST', '/api/orders/1/cancel', {}));
      await jest.advanceTimersByTimeAsync(15_000);
      expect((await slow).code).toBe('TIMED_OUT');
    } finally {
      jest.useRealTimers();
    }
    expect((await failure(scripted(new TypeError('fetch failed')).client.get('/api/orders'))).code).toBe('UNREACHABLE');
  });

  it('a call that was given up is not told as an error of the server', async () => {
    const { client } = scripted('never');
    const aborter = new AbortController();
    const call = failure(client.get('/api/orders', undefined, aborter.signal));
    aborter.abort();
    expect((await call).name).toBe('AbortError');
  });

  test.each([
    ['VERSION_CONFLICT', 409, true],
    ['INVALID_ORDER_STATE', 422, true],
    ['NOT_FOUND', 404, false],
    ['UNAVAILABLE', 503, false],
  ])('%s: overtaken %j', async (code, status, overtaken) => {
    expect(isOvertaken(await failure(scripted(refused(status, code)).client.get('/api/x')))).toBe(overtaken);
  });
});
