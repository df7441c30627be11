import { Agent, request as httpRequest } from 'node:http';
import { ValidationError } from '../../../domain/errors';
import { endedSessionAnswerSchema, sessionAnswerSchema } from '../../../domain/schemas/session';
import { errorAnswerSchema, orderPageAnswerSchema } from '../../../domain/schemas/wire';
import type { SessionWire } from '../../../domain/session';
import { parseKeyring } from '../../../platform/keyring';
import { createConsoleSessions } from '../../../services/order-api/console-sessions';
import { SESSION_COOKIE } from '../../../services/order-api/session-cookie';
import { BODY, CAPABILITIES, type Doors, KEY, ORDER, openDoors } from './doors';

let doors: Doors;
afterEach(() => doors.close());

const AN_ORDER = {
  listOrders: async () => ({ orders: [ORDER], nextPageToken: undefined }),
  createOrder: async () =>
    ({ order: ORDER, idempotencyKey: 'k1', idempotentReplayed: false, currentStatus: 'pending' }) as const,
  updateCapabilities: async () => CAPABILITIES,
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Not fetch: it sends neither cookies, nor a Host, nor an Origin of one's own. */
function send(
  method: string,
  path: string,
  { headers = {}, json }: { readonly headers?: Readonly<Record<string, string>>; readonly json?: unknown } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const request = httpRequest(
      `${doors.url}${path}`,
      {
        method,
        agent: new Agent({ keepAlive: false }),
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function codeOf({ text }: Answer): string {
  return errorAnswerSchema.parse(JSON.parse(text)).error.code;
}

interface SignedIn {
  readonly session: SessionWire;
  /** Of the `Cookie` header. */
  readonly cookie: string;
  readonly setCookie: string;
}

async function signIn(key = KEY.admin, headers: Readonly<Record<string, string>> = {}): Promise<SignedIn> {
  const answer = await send('POST', '/api/session', { json: { api_key: key }, headers });
  expect(answer.status).toBe(201);
  const [setCookie = ''] = answer.headers['set-cookie'] ?? [];
  const { session } = sessionAnswerSchema.parse(JSON.parse(answer.text)).data;
  return { session, cookie: setCookie.split(';')[0] ?? '', setCookie };
}

describe('signing in', () => {
  test('answers who it is and sets a cookie that no script reads and no other site sends', async () => {
    doors = await openDoors();
    const before = Date.now();
    const { session, setCookie } = await signIn();
    expect(session).toMatchObject({ user_id: 'bakery', tenant_name: 'The bakery', scopes: ['admin'] });
    expect(session.csrf_token).toMatch(/^[\w-]{43}$/);
    const expires = Date.parse(session.expires_at);
    expect(expires).toBeGreaterThanOrEqual(before + 60_000);
    expect(expires).toBeLessThanOrEqual(Date.now() + 60_000);
    expect(setCookie).toMatch(
      /^order_booking_session=v1\.k1\.[\w-]+; Path=\/; Max-Age=(59|60); HttpOnly; SameSite=Strict$/,
    );
  });

  test('leaves the key in no answer, no cookie and no log line', async () => {
    doors = await openDoors();
    const answer = await send('POST', '/api/session', {
      json: { api_key: KEY.admin },
      headers: { 'x-correlation-id': 'mine-1' },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(`${answer.text}${JSON.stringify(answer.headers)}`).not.toContain(KEY.admin);
    await send('POST', '/api/session', { json: { api_key: 'nobody.admin' } });
    expect(
      doors.lines.map(({ event, method, route, httpStatus, code, keyPrefix }) => ({
        event,
        method,
        route,
        httpStatus,
        code,
        keyPrefix,
      })),
    ).toEqual([
      { event: 'call', method: 'POST', route: '/api/session', httpStatus: 201, keyPrefix: 'bakery' },
      { event: 'call', method: 'POST', route: '/api/session', httpStatus: 401, code: 'UNAUTHENTICATED' },
    ]);
    expect(doors.lines[0]?.correlationId).toBe('mine-1');
    expect(JSON.stringify(doors.lines)).not.toMatch(/bakery\.admin|nobody\.admin/);
  });

  test.each([
    ['localhost', false],
    ['localhost:8080', false],
    ['LOCALHOST:8080', false],
    ['127.0.0.1:8080', false],
    ['127.8.9.10', false],
    ['[::1]:8080', false],
    ['orders.example.com', true],
    ['192.168.1.7:8080', true],
    ['127.0.0.1.example.com', true],
    ['localhost.example.com', true],
    ['[::2]', true],
  ])('asked for at %s the cookie is Secure: %s', async (host, secure) => {
    doors = await openDoors();
    expect((await signIn(KEY.admin, { host })).setCookie.includes('; Secure')).toBe(secure);
  });

  test.each([
    ['https://console.example', true],
    ['http://localhost:8080', false],
  ])('behind a proxy on the same machine, for a page of %s, the cookie is Secure: %s', async (origin, secure) => {
    doors = await openDoors({}, { consoleUrl: origin });
    const { setCookie } = await signIn(KEY.admin, { host: 'localhost:8080', origin });
    expect(setCookie.includes('; Secure')).toBe(secure);
  });

  test('with no key of anybody sets no cookie', async () => {
    doors = await openDoors();
    const answer = await send('POST', '/api/session', { json: { api_key: 'nobody' } });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('looks a wrong key up once, as every other call does', async () => {
    const asked: string[] = [];
    doors = await openDoors({
      authenticate: async (key) => {
        asked.push(key);
        throw new ValidationError('UNAUTHENTICATED', 'Unknown key');
      },
      tenantName: async () => {
        throw new Error('nobody has no name');
      },
    });
    await send('POST', '/api/session', { json: { api_key: 'guess' } });
    expect(asked).toEqual(['guess']);
  });

  test.each([
    ['nothing', undefined],
    ['no key', {}],
    ['an empty key', { api_key: '' }],
    ['a long one', { api_key: 'x'.repeat(257) }],
    ['a number', { api_key: 1 }],
    ['a field more', { api_key: KEY.admin, remember: true }],
    ['a user_id', { api_key: KEY.admin, user_id: 'bakery' }],
    ['a list', [KEY.admin]],
  ])('with %s is a bad request', async (_name, json) => {
    doors = await openDoors();
    const answer = await send('POST', '/api/session', { json });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.text).not.toContain(KEY.admin);
  });

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('from a page of another origin is refused: %j', async (headers) => {
    doors = await openDoors();
    const answer = await send('POST', '/api/session', { json: { api_key: KEY.admin }, headers });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'PERMISSION_DENIED']);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('a session', () => {
  test('can be read again, the same', async () => {
    doors = await openDoors();
    const { session, cookie } = await signIn();
    const answer = await send('GET', '/api/session', { headers: { cookie } });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(sessionAnswerSchema.parse(JSON.parse(answer.text)).data.session).toEqual(session);
  });

  test('stands in for the key at every route, with the key’s scopes', async () => {
    doors = await openDoors(AN_ORDER);
    const { session, cookie } = await signIn(KEY.read);
    const answer = await send('GET', '/api/orders', { headers: { cookie: `theme=dark; ${cookie}; other=1` } });
    expect(orderPageAnswerSchema.parse(JSON.parse(answer.text)).data.orders).toHaveLength(1);
    const headers = { cookie, 'x-csrf-token': session.csrf_token };
    expect(codeOf(await send('POST', '/api/orders', { json: BODY, headers }))).toBe('PERMISSION_DENIED');
    expect((await send('HEAD', '/api/orders', { headers: { cookie } })).status).toBe(200);
  });

  test('changes something only with its CSRF token', async () => {
    doors = await openDoors(AN_ORDER);
    const { session, cookie } = await signIn(KEY.full);
    const other = await signIn(KEY.full);
    expect(other.session.csrf_token).not.toBe(session.csrf_token);
    const create = (token?: string) =>
      send('POST', '/api/orders', {
        json: BODY,
        headers: { cookie, ...(token === undefined ? {} : { 'x-csrf-token': token }) },
      });
    expect((await create(session.csrf_token)).status).toBe(201);
    for (const token of [
      undefined,
      '',
      'x',
      other.session.csrf_token,
      `${session.csrf_token}x`,
      session.csrf_token.toUpperCase(),
    ]) {
      const answer = await create(token);
      expect([answer.status, codeOf(answer)]).toEqual([403, 'PERMISSION_DENIED']);
      // It is still good.
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  test.each([
    [
      'the page’s own',
      { 'sec-fetch-site': 'same-origin', origin: 'http://shop.local:8080', host: 'shop.local:8080' },
      201,
    ],
    ['the page’s own, behind TLS', { origin: 'https://shop.local', host: 'Shop.Local' }, 201],
    ['the person’s own doing', { 'sec-fetch-site': 'none' }, 201],
    ['that of CONSOLE_URL', { origin: 'https://console.example', host: 'internal:8080' }, 201],
    ['another one', { origin: 'https://evil.example', host: 'shop.local' }, 403],
    ['another port’s', { origin: 'http://shop.local:9090', host: 'shop.local:8080' }, 403],
    ['a sandboxed frame’s', { origin: 'null', host: 'null' }, 403],
    ['a sister site’s', { 'sec-fetch-site': 'same-site' }, 403],
    ['another site’s', { 'sec-fetch-site': 'cross-site' }, 403],
  ] as const)('with its token, from an origin that is %s', async (_name, origin, status) => {
    doors = await openDoors(AN_ORDER, { consoleUrl: 'https://console.example/orders' });
    const { session, cookie } = await signIn(KEY.full);
    const headers = { cookie, 'x-csrf-token': session.csrf_token, ...origin };
    expect((await send('POST', '/api/orders', { json: BODY, headers })).status).toBe(status);
  });

  test('is not looked at where a key is sent, whatever that is', async () => {
    doors = await openDoors(AN_ORDER);
    const { cookie } = await signIn(KEY.full);
    const withKey = (authorization: string) =>
      send('POST', '/api/orders', {
        json: BODY,
        headers: { cookie, authorization, origin: 'https://elsewhere.example' },
      });
    expect((await withKey(`Bearer ${KEY.full}`)).status).toBe(201);
    for (const authorization of ['Bearer nobody', 'Basic x', '']) {
      const answer = await withKey(authorization);
      expect([answer.status, answer.headers['set-cookie']]).toEqual([401, undefined]);
    }
  });

  test('ends with its key, and the browser is told to forget it', async () => {
    let revoked = false;
    doors = await openDoors({
      ...AN_ORDER,
      authenticate: async (key) => {
        if (revoked) throw new ValidationError('UNAUTHENTICATED', 'Unknown key');
        return { userId: 'bakery', keyId: key, keyPrefix: 'bakery', scopes: ['admin'] };
      },
    });
    const { cookie } = await signIn();
    revoked = true;
    for (const path of ['/api/session', '/api/orders', '/api/orders/stream']) {
      const answer = await send('GET', path, { headers: { cookie } });
      expect([path, answer.status, codeOf(answer)]).toEqual([path, 401, 'UNAUTHENTICATED']);
      expect(answer.headers['set-cookie']).toEqual([
        'order_booking_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
      ]);
    }
  });

  test('ends at its time, also for a browser that keeps the cookie', async () => {
    doors = await openDoors({ ...AN_ORDER }, { sessionTtlSeconds: 0 });
    const { cookie } = await signIn();
    expect((await send('GET', '/api/orders', { headers: { cookie } })).status).toBe(401);
  });

  test.each([
    ['another key’s', () => seal(`k1:${'B'.repeat(43)}`)],
    ['an unknown key id’s', () => seal(`k9:${'B'.repeat(43)}`)],
    ['a changed one', (cookie: string) => `${cookie.slice(0, -2)}${cookie.at(-2) === 'A' ? 'B' : 'A'}${cookie.at(-1)}`],
    ['a cut one', (cookie: string) => cookie.slice(0, -10)],
    ['the bare key', () => `${SESSION_COOKIE}=${KEY.admin}`],
    ['a word', () => `${SESSION_COOKIE}=x`],
  ])('is not %s', async (_name, forge) => {
    doors = await openDoors(AN_ORDER);
    const { cookie } = await signIn();
    expect((await send('GET', '/api/orders', { headers: { cookie } })).status).toBe(200);
    const answer = await send('GET', '/api/orders', { headers: { cookie: forge(cookie) } });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(answer.headers['set-cookie']?.[0]).toContain('Max-Age=0');
  });

  test('does not open /mcp', async () => {
    doors = await openDoors();
    const { session, cookie } = await signIn(KEY.ai);
    const headers = { cookie, 'x-csrf-token': session.csrf_token };
    expect((await send('POST', '/mcp', { json: {}, headers })).status).toBe(401);
  });
});

describe('signing out', () => {
  test('has the browser forget the session', async () => {
    doors = await openDoors();
    const { session, cookie } = await signIn();
    const answer = await send('DELETE', '/api/session', { headers: { cookie, 'x-csrf-token': session.csrf_token } });
    endedSessionAnswerSchema.parse(JSON.parse(answer.text));
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^order_booking_session=; .*Max-Age=0/);
  });

  test('is not for other pages to do', async () => {
    doors = await openDoors();
    const { session, cookie } = await signIn();
    const attempts = [{ cookie }, { cookie, 'x-csrf-token': session.csrf_token, origin: 'https://evil.example' }];
    for (const headers of attempts) {
      const answer = await send('DELETE', '/api/session', { headers });
      expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
    }
  });

  test.each([undefined, `${SESSION_COOKIE}=x`])('twice is no error (%s)', async (cookie) => {
    doors = await openDoors();
    const answer = await send('DELETE', '/api/session', { headers: cookie === undefined ? {} : { cookie } });
    expect(answer.status).toBe(200);
  });
});

test('who is not signed in is told so', async () => {
  doors = await openDoors();
  const answer = await send('GET', '/api/session', { headers: { authorization: `Bearer ${KEY.admin}` } });
  expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
});

/** A session as a server with other keys would make it. */
function seal(keyring: string): string {
  const sessions = createConsoleSessions({ keyring: parseKeyring(keyring), ttlSeconds: 60 });
  return `${SESSION_COOKIE}=${sessions.begin(KEY.admin).sealed}`;
}
