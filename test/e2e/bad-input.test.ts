import { randomUUID } from 'node:crypto';
import { CANARY } from '../support/canary';
import fc from '../support/fast-check';
import { type RestRequest, sendBytes, sendRest } from '../support/raw-rest';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';

/** Over REST. `sendRest` and `sendBytes` check every answer: typed, with its correlation id, and without leaks. */
let scene: Scene;
let api: ApiProcess;
let tenant: TestTenant;
/** A real order, so that what is refused is the request and not the order's absence. */
let orderId: string;

beforeAll(async () => {
  scene = await createScene();
  [api] = await Promise.all([scene.startApi(PATIENT), scene.startWorker()]);
  tenant = scene.tenant;
  const created = await rest('POST', '/api/orders', { json: sampleBody() });
  orderId = (created.body as { data: { order: { id: string } } }).data.order.id;
});
afterAll(() => scene.close());

const rest = (method: string, path: string, more: RestRequest = {}) =>
  sendRest(api.restUrl, method, path, { key: tenant.key, ...more });
const INVALID = { status: 400, code: 'VALIDATION_FAILED' };

describe('a body', () => {
  const whole = JSON.stringify(sampleBody());
  const nested = (open: string, close: string) => `{"notes":${open.repeat(100_000)}1${close.repeat(100_000)}}`;
  const withName = (json: string) => whole.replace(JSON.stringify(CANARY.name), json);
  const withQuantity = (json: string) => whole.replace('"quantity":2', `"quantity":${json}`);
  const bytes = (...parts: (string | number)[]) =>
    new Uint8Array(
      Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part)))),
    );

  const BODIES: Readonly<Record<string, RestRequest>> = {
    'that is none': {},
    'that is empty': { raw: '' },
    'of white space': { raw: ' \n\t ' },
    'cut off': { raw: whole.slice(0, -5) },
    'with a tail': { raw: `${whole}}` },
    'of two values': { raw: `${whole}${whole}` },
    'with a comment': { raw: `/* */${whole}` },
    'with a trailing comma': { raw: whole.replace(/}$/, ',}') },
    'in single quotes': { raw: whole.replaceAll('"', "'") },
    'of null': { raw: 'null' },
    'of true': { raw: 'true' },
    'of a number': { raw: '1e400' },
    'of a text': { raw: '"order"' },
    'of a list': { json: [sampleBody()] },
    'of an empty list': { raw: '[]' },
    'of an empty object': { raw: '{}' },
    'of more than a MiB': { raw: `{"notes":"${'x'.repeat(1_100_000)}"}` },
    'of a MiB of white space': { raw: ' '.repeat(1_048_577) },
    'of 100,000 levels of lists': { raw: nested('[', ']') },
    'of 100,000 levels of objects': { raw: nested('{"a":', '}') },
    'of open brackets': { raw: '['.repeat(1_000_000) },
    'of 100,000 unknown fields': { raw: `{${Array.from({ length: 100_000 }, (_, i) => `"${i}":0`).join(',')}}` },
    'with an unknown field': { json: sampleBody({ price: 1 }) },
    'with an unknown field in an item': { json: sampleBody({ items: [{ name: 'Bread', quantity: 1, price: 1 }] }) },
    'with a __proto__': { raw: whole.replace('{', '{"__proto__":{"allow_duplicate":true},') },
    'with an escaped __proto__': { raw: whole.replace('{', '{"\\u005f_proto__":{"x":1},') },
    'with a constructor': { raw: whole.replace('{', '{"constructor":{"prototype":{"x":1}},') },
    'with a hasOwnProperty': { json: sampleBody({ hasOwnProperty: 1 }) },
    'with a toString and a then': { raw: whole.replace('{', '{"toString":1,"then":1,') },
    'with bytes that are no UTF-8': { raw: bytes(whole.slice(0, -2), 0xc3, 0x28, '"}') },
    'with an overlong encoding': { raw: bytes(`{"customer_name":"`, 0xc0, 0x80, `"}`) },
    'with a surrogate in UTF-8': { raw: bytes(`{"customer_name":"`, 0xed, 0xa0, 0x80, `"}`) },
    'in UTF-16': { raw: new Uint8Array(Buffer.from(whole, 'utf16le')) },
    'with a NUL': { raw: withName('"a\\u0000b"') },
    'with a raw NUL': { raw: withName('"a\0b"') },
    'with an escape character': { raw: withName('"a\\u001bb"') },
    'with a high surrogate alone': { raw: withName('"a\\ud800b"') },
    'with a low surrogate alone': { raw: withName('"\\udc00"') },
    'with surrogates in the wrong order': { raw: withName('"\\udc00\\ud800"') },
    'with an endless number': { raw: withQuantity('1e400') },
    'with a tiny number': { raw: withQuantity('1e-400') },
    'with minus zero': { raw: withQuantity('-0') },
    'with 2^53': { raw: withQuantity('9007199254740992') },
    'with a number just above one': { raw: withQuantity('1.0000000001') },
    'with a number as a text': { raw: withQuantity('"2"') },
    'with NaN': { raw: withQuantity('NaN') },
    'with a number of a million digits': { raw: withQuantity('9'.repeat(1_000_000)) },
    'with a list for a text': { json: sampleBody({ customer_name: [CANARY.name] }) },
    'with an object for a text': { json: sampleBody({ customer_name: { toString: 'x' } }) },
    'with a text for a list': { json: sampleBody({ items: 'bread' }) },
    'with an object for a list': { json: sampleBody({ items: { 0: { name: 'Bread', quantity: 1 }, length: 1 } }) },
    'with null in a list': { json: sampleBody({ items: [null] }) },
    'without items': { json: sampleBody({ items: [] }) },
    'with 30,000 items': { json: sampleBody({ items: Array(30_000).fill({ name: 'Bread', quantity: 1 }) }) },
    'with a text for a switch': { json: sampleBody({ allow_duplicate: 'true' }) },
    'with a number for a switch': { json: sampleBody({ allow_duplicate: 1 }) },
    'with a null for a text': { json: sampleBody({ customer_name: null }) },
    'with a key that is none': { json: sampleBody({ idempotency_key: 'a b' }) },
    'with an empty key': { json: sampleBody({ idempotency_key: '' }) },
    'with a key of 256': { json: sampleBody({ idempotency_key: 'k'.repeat(256) }) },
    'with a slot that is none': { json: sampleBody({ slot_id: '../noon' }) },
    'with a tenant that is none': { json: sampleBody({ user_id: "' OR 1=1 --" }) },
    'with a list for a tenant': { json: sampleBody({ user_id: ['x'] }) },
    'that says it is text': { raw: whole, headers: { 'content-type': 'text/plain' } },
    'that says it is a form': { raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    'that says it is of parts': { raw: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    'of nonsense type': { raw: whole, headers: { 'content-type': 'application/;;json' } },
    'with an encoding that is none': { raw: whole, headers: { 'content-encoding': 'rot13' } },
    'with a key beside that is none': { raw: whole, headers: { 'idempotency-key': 'a b' } },
    'with a key beside that is too long': { raw: whole, headers: { 'idempotency-key': 'k'.repeat(256) } },
  };

  test.each(Object.entries(BODIES))('%s is refused by POST /api/orders', async (_name, request) => {
    expect(await rest('POST', '/api/orders', request)).toMatchObject(INVALID);
  });

  test.each([
    ['PATCH', 'status'],
    ['POST', 'cancel'],
  ])('that is none of %s …/%s is refused', async (method, tail) => {
    const path = `/api/orders/${orderId}/${tail}`;
    const bodies = [
      { status: 'lost' },
      { status: ['confirmed'] },
      { status: 'confirmed', expected_version: 0 },
      { status: 'confirmed', expected_version: 1.5 },
      { status: 'confirmed', expected_version: '1' },
      { status: 'confirmed', expected_version: 2 ** 31 },
      { status: 'confirmed', reason: 'a\0b' },
      { status: 'confirmed', reason: 'a\nb' },
      { status: 'confirmed', reason: '\ud800' },
      { status: 'confirmed', reason: 'x'.repeat(501) },
      { status: 'confirmed', note: 'x' },
    ];
    for (const json of bodies) expect(await rest(method, path, { json })).toMatchObject(INVALID);
    for (const raw of ['[]', '7', '"x"', '{', '{"__proto__":{"status":"cancelled"}}']) {
      expect(await rest(method, path, { raw })).toMatchObject(INVALID);
    }
  });

  test('that is none of PUT /api/capabilities is refused', async () => {
    const key = tenant.adminKey;
    for (const json of [
      { order_booking_enabled: 'yes' },
      { order_booking_enabled: null },
      { pending_order_expiry_seconds: -1 },
      { pending_order_expiry_seconds: 2 ** 40 },
      { sheets_spreadsheet_id: '\0' },
      { sheets_sheet_name: '' },
      { sheets_credentials: {} },
      { sheets_credentials: '' },
      { sheets_credentials: '\0' },
      { sheets_service_account: 'me@example.com' },
      { updated_at: 'now' },
      [],
    ]) {
      expect(await rest('PUT', '/api/capabilities', { key, json })).toMatchObject(INVALID);
    }
  });

  const P256DH = `B${'A'.repeat(86)}`;
  const AUTH = 'A'.repeat(22);
  const HOOK = 'https://shop.example.com/hook';
  const webhook = (more: object) => ({ kind: 'webhook', url: HOOK, ...more });
  const browser = (more: object) => ({
    kind: 'web_push',
    endpoint: 'https://push.example.com/1',
    keys: { p256dh: P256DH, auth: AUTH },
    ...more,
  });

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['a list', []],
    ['no kind', { url: HOOK }],
    ['another kind', webhook({ kind: 'sms' })],
    ['a prototype for a kind', webhook({ kind: '__proto__' })],
    ['no URL', { kind: 'webhook' }],
    ['an empty URL', webhook({ url: '' })],
    ['no URL at all', webhook({ url: 'shop.example.com' })],
    ['a number', webhook({ url: 7 })],
    ['a file', webhook({ url: 'file:///etc/passwd' })],
    ['another scheme', webhook({ url: 'gopher://shop.example.com/' })],
    ['a script', webhook({ url: 'javascript:alert(1)' })],
    ['a user', webhook({ url: 'https://me:secret@shop.example.com/' })],
    ['no host', webhook({ url: 'https://' })],
    ['a port that is none', webhook({ url: 'https://shop.example.com:99999/' })],
    ['a long URL', webhook({ url: `${HOOK}?${'x'.repeat(2_048)}` })],
    ['a URL that becomes long', webhook({ url: `${HOOK}?${'é'.repeat(400)}` })],
    ['plain HTTP', webhook({ url: 'http://shop.example.com/' })],
    ['this machine', webhook({ url: 'https://127.0.0.1/' })],
    ['this machine in disguise', webhook({ url: 'https://0x7f.1/' })],
    ['a neighbour', webhook({ url: 'https://[fd00::1]/' })],
    ['the metadata of the cloud', webhook({ url: 'http://169.254.169.254/latest' })],
    ['no events', webhook({ events: [] })],
    ['an unknown event', webhook({ events: ['order.deleted'] })],
    ['a test for an event', webhook({ events: ['test.ping'] })],
    ['events as a text', webhook({ events: 'order.created' })],
    ['many events', webhook({ events: Array.from({ length: 1_000 }, () => 'order.created') })],
    ['an empty description', webhook({ description: '' })],
    ['a long description', webhook({ description: 'x'.repeat(201) })],
    ['a description of lines', webhook({ description: 'a\nb' })],
    ['a secret of one’s own', webhook({ secret: 'whsec_mine' })],
    ['keys for a webhook', webhook({ keys: { p256dh: P256DH, auth: AUTH } })],
    ['no keys', browser({ keys: undefined })],
    ['a key that is no point', browser({ keys: { p256dh: 'A'.repeat(87), auth: AUTH } })],
    ['a short key', browser({ keys: { p256dh: P256DH.slice(1), auth: AUTH } })],
    ['a short secret', browser({ keys: { p256dh: P256DH, auth: 'AAAA' } })],
    ['one more key', browser({ keys: { p256dh: P256DH, auth: AUTH, x: '1' } })],
    ['a URL for a browser', browser({ url: HOOK })],
    ['an insecure push service', browser({ endpoint: 'http://push.example.com/1' })],
  ])('with %s is no subscription', async (_name, json) => {
    const answer = await rest('POST', '/api/notifications/subscriptions', { key: tenant.adminKey, json });
    expect(answer).toMatchObject(INVALID);
    expect(answer.told).not.toMatch(/secret@|whsec_mine/);
  });

  test('that is none of a subscription’s changes is refused', async () => {
    const key = tenant.adminKey;
    const path = `/api/notifications/subscriptions/${randomUUID()}`;
    for (const json of [{ status: 'disabled' }, { status: null }, { url: HOOK }, { events: [] }, { description: '\0' }])
      expect(await rest('PATCH', path, { key, json })).toMatchObject(INVALID);
    for (const json of [{ overlap_seconds: -1 }, { overlap_seconds: 604_801 }, { overlap_seconds: '60' }, { x: 1 }])
      expect(await rest('POST', `${path}/rotate-secret`, { key, json })).toMatchObject(INVALID);
    for (const json of [{ all: 'yes' }, { all: null }, { everything: true }])
      expect(await rest('POST', '/api/sheets/resync', { key, json })).toMatchObject(INVALID);
    expect(await rest('DELETE', path, { key, json: { force: true } })).toMatchObject(INVALID);
  });

  test.each(['1', '%00', 'x'.repeat(36), "'%20OR%201=1--"])('that has %s for an id names nothing', async (id) => {
    const key = tenant.adminKey;
    const path = `/api/notifications/subscriptions/${id}`;
    const good = `/api/notifications/subscriptions/${randomUUID()}`;
    for (const answer of [
      await rest('PATCH', path, { key, json: {} }),
      await rest('DELETE', path, { key }),
      await rest('POST', `${path}/test`, { key }),
      await rest('GET', `${path}/deliveries`, { key }),
      await rest('POST', `${good}/deliveries/${id}/replay`, { key }),
    ])
      expect(answer).toMatchObject(INVALID);
  });

  test('names its wrong fields and nobody’s values', async () => {
    const json = { customer_name: 7, customer_phone: CANARY.phone.slice(0, 5), items: [{ name: '', quantity: 0 }] };
    const { fields, told } = await rest('POST', '/api/orders', { json: { ...json, [CANARY.name]: CANARY.notes } });
    expect([...fields].sort()).toEqual([
      '(unknown)',
      'customer_name',
      'customer_phone',
      'items[0].name',
      'items[0].quantity',
    ]);
    for (const value of [CANARY.name, CANARY.notes, CANARY.phone.slice(0, 5)]) expect(told).not.toContain(value);
  });
});

describe('a query', () => {
  const token = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

  test.each([
    'page_size=x',
    'page_size=-1',
    'page_size=1.5',
    'page_size=1e3',
    'page_size=NaN',
    'page_size=99999999999999999999',
    'page_size=1&page_size=2',
    'page_size[]=1',
    'status=lost',
    'status=PENDING',
    'status=pending&status=confirmed',
    'status=__proto__',
    'source=fax',
    'customer_phone=abc',
    'customer_phone=%ff%fe',
    'customer_phone=%00',
    "customer_phone='%20OR%201=1--",
    'created_after=yesterday',
    'created_after=2026-13-01T00:00:00Z',
    'created_after=2026-02-30T00:00:00Z',
    'created_after=%2B275760-09-13T00:00:00Z',
    'created_before=tomorrow',
    'search=%00',
    'search=%20',
    `search=${'x'.repeat(101)}`,
    'search=a&search=b',
    '__proto__=1',
    'constructor[prototype][x]=1',
    'unknown=1',
    '%E0%A4%A=1',
    'user_id=a%00b',
    'page_token=%00',
    'page_token=!!',
    'page_token=null',
    `page_token=${'A'.repeat(1_025)}`,
    `page_token=${token(null)}`,
    `page_token=${token([])}`,
    `page_token=${token({ b: '', p: [] })}`,
    `page_token=${token({ b: '0'.repeat(32), p: ["2026-01-01T00:00:00.000Z'; DROP TABLE orders", randomUUID()] })}`,
    `page_token=${token({ b: '0'.repeat(32), p: ['infinity', randomUUID()] })}`,
  ])('%s is refused by GET /api/orders', async (query) => {
    expect(await rest('GET', `/api/orders?${query}`)).toMatchObject(INVALID);
  });

  test.each([
    ['/api/bookings', 'status=lost'],
    ['/api/bookings', 'status=open&status=ordered'],
    ['/api/bookings', 'search=x'],
    ['/api/bookings', `page_token=${token({ b: '0'.repeat(32), p: ['infinity', randomUUID()] })}`],
    ['/api/sheets/attempts', `page_token=${token({ b: '0'.repeat(32), p: ['9'.repeat(30)] })}`],
    ['/api/sheets/attempts', 'result=synced'],
    ['/api/sheets/status', 'page_size=1'],
    ['/api/notifications/subscriptions', 'page_size=1'],
    ['/api/notifications/vapid-key', 'x=1'],
  ])('of %s that is %s is refused', async (path, query) => {
    expect(await rest('GET', `${path}?${query}`)).toMatchObject(INVALID);
  });

  test('a page token serves its own list and filter only, and only whole', async () => {
    await rest('POST', '/api/orders', { json: sampleBody() });
    const first = await rest('GET', '/api/orders?page_size=1&status=pending');
    const { next_page_token: good } = (first.body as { data: { next_page_token: string } }).data;
    expect((await rest('GET', `/api/orders?status=pending&page_token=${good}`)).status).toBe(200);
    const content = JSON.parse(Buffer.from(good, 'base64url').toString()) as { b: string; p: string[] };
    const forged = [
      ['infinity', orderId],
      ['2026-01-01T00:00:00.000Z', 'x'],
      ['2026-99-01T00:00:00.000Z', orderId],
      [],
      [...content.p, 'x'],
      ["'", '"'],
    ].map((p) => token({ ...content, p }));
    const spoilt = [good.slice(0, -4), `${good}AAAA`, good.slice(4), good.toUpperCase(), ...forged];
    for (const one of spoilt) {
      expect(await rest('GET', `/api/orders?status=pending&page_token=${one}`)).toMatchObject(INVALID);
    }
    for (const query of ['', 'status=cancelled&', 'status=pending&source=api&']) {
      expect(await rest('GET', `/api/orders?${query}page_token=${good}`)).toMatchObject(INVALID);
    }
    expect(await rest('GET', `/api/orders/${orderId}/events?page_token=${good}`)).toMatchObject(INVALID);
  });

  test.each(['x', '0.a.1', `1.${randomUUID()}.0`, `99999999999999999999.${randomUUID()}.1`, `1.${randomUUID()}.9e9`])(
    'the stream does not begin at %s',
    async (lastEventId) => {
      const headers = { 'last-event-id': lastEventId };
      expect(await rest('GET', '/api/orders/stream', { headers })).toMatchObject(INVALID);
    },
  );
});

describe('a path', () => {
  test.each([
    '/api/orders/1',
    '/api/orders/%00',
    '/api/orders/%',
    '/api/orders/%zz',
    '/api/orders/%ff%fe',
    '/api/orders/%E0%A4%A',
    `/api/orders/${'a'.repeat(3_000)}`,
    '/api/orders/__proto__',
    "/api/orders/'%20OR%201=1--",
    '/api/orders/0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f%0a',
    '/api/orders/{0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f}',
    '/api/orders/0198c2de7f3a7cc19d4e5b6a7c8d9e0f',
    '/api/orders/x/events',
    '/api/orders/%/events',
  ])('GET %s names no order', async (path) => {
    expect(await rest('GET', path)).toMatchObject(INVALID);
  });

  test.each([
    ['POST', '/'],
    ['GET', '/api'],
    ['GET', '/api/order'],
    ['GET', '/API/ORDERS'],
    ['GET', '//api//orders'],
    ['DELETE', '/api/orders'],
    ['PUT', '/api/orders'],
    ['PATCH', '/api/orders/1'],
    ['PROPFIND', '/api/orders'],
    ['GET', '/__proto__'],
    ['GET', '/docs/nothing.js'],
    ['GET', '/docs/static/..%2f..%2fpackage.json'],
    ['GET', '/docs/static/%2e%2e/package.json'],
    ['GET', '/.env'],
  ])('%s %s is no route', async (method, path) => {
    expect(await rest(method, path)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('a correlation id', () => {
  test.each(['a b', '<script>', 'x'.repeat(129), 'a,b', '{"a":1}', '', 'é'])('%s is replaced', async (id) => {
    const { correlationId } = await rest('GET', '/api/orders', { headers: { 'x-correlation-id': id } });
    expect(correlationId).toMatch(/^req_[A-Za-z0-9_-]{22,}$/);
  });

  test('a header in a header goes nowhere', async () => {
    const request = (line: string) => `GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${line}\r\n\r\n`;
    for (const line of ['X-Correlation-ID: a\rX-Evil: 1', 'X-Correlation-ID: a\nX-Evil: 1', 'X-Correlation-ID: a\0b']) {
      const answer = await sendBytes(api.restUrl, request(line));
      expect(answer?.headers.has('x-evil')).toBe(false);
      expect(answer?.correlationId).toMatch(/^req_/);
    }
    const twice = await sendBytes(api.restUrl, request('X-Correlation-ID: one\r\nX-Correlation-ID: two'));
    expect(twice?.correlationId).toMatch(/^req_/);
  });
});

describe('bytes at the REST port', () => {
  const head = 'Host: x\r\nConnection: close\r\n';
  const post = (more: string, body = '') => `POST /api/orders HTTP/1.1\r\n${head}${more}\r\n${body}`;

  test.each<[string, string | Uint8Array, number]>([
    ['no Host', 'GET /api/orders HTTP/1.1\r\n\r\n', 400],
    ['an unknown method', `ORDER / HTTP/1.1\r\n${head}\r\n`, 400],
    ['garbage', new Uint8Array(Array.from({ length: 2_000 }, (_, i) => (i * 37) % 256)), 400],
    ['a TLS greeting', Buffer.from('16030100c8010000c40303', 'hex'), 400],
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['HTTP/9.9', `GET / HTTP/9.9\r\n${head}\r\n`, 400],
    ['a line that never ends', `GET /${'a'.repeat(60_000)}`, 400],
    ['headers without end', `GET / HTTP/1.1\r\n${'X-A: b\r\n'.repeat(5_000)}`, 400],
    ['two lengths', post('Content-Length: 1\r\nContent-Length: 2\r\n', 'a'), 400],
    ['a length and chunks', post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['a negative length', post('Content-Length: -1\r\n'), 400],
    ['chunks that are none', post('Transfer-Encoding: chunked\r\n', 'zz\r\nabc\r\n'), 400],
    ['a huge length', post('Content-Length: 99999999999\r\n'), 401],
    ['a NUL in the path', `GET /\0 HTTP/1.1\r\n${head}\r\n`, 400],
    ['a space before the colon', `GET / HTTP/1.1\r\nHost : x\r\n\r\n`, 400],
    ['a folded header', `GET / HTTP/1.1\r\n${head}X-A: b\r\n c\r\n\r\n`, 400],
    ['another host’s URL', `GET http://elsewhere/api/orders HTTP/1.1\r\n${head}\r\n`, 401],
    ['an asterisk', `OPTIONS * HTTP/1.1\r\n${head}\r\n`, 404],
    ['an upgrade', 'GET /api/orders HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 401],
    ['a tunnel', 'CONNECT elsewhere:443 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['an expectation', `GET /nothing HTTP/1.1\r\n${head}Expect: 200-maybe\r\n\r\n`, 404],
  ])('%s', async (_name, bytes, status) => {
    const answer = await sendBytes(api.restUrl, bytes);
    // What is not HTTP may be cut off without a word.
    if (answer !== undefined) expect(answer.status).toBe(status);
    else expect(status).toBe(400);
  });
});

describe('random requests', () => {
  const RUNS = { numRuns: 300, endOnFailure: true };
  // Mostly near misses: a valid order with one field replaced, and any JSON at all.
  const anything = fc.jsonValue({ maxDepth: 4 });
  const field = fc.constantFrom(...Object.keys(sampleBody({ source: 0, slot_id: 0, idempotency_key: 0, user_id: 0 })));
  const mutated = fc.tuple(field, anything).map(([name, value]) => ({ ...sampleBody(), [name]: value }));
  const body = fc.oneof({ weight: 1, arbitrary: anything }, { weight: 2, arbitrary: mutated });
  const route = fc.constantFrom(
    ['POST', '/api/orders'],
    ['PATCH', `/api/orders/${randomUUID()}/status`],
    ['POST', `/api/orders/${randomUUID()}/cancel`],
    ['PUT', '/api/capabilities'],
  );

  test('are answered within the contract', async () => {
    await fc.assert(
      fc.asyncProperty(
        route,
        body,
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        async ([method, path], json, text) => {
          const query = encodeURIComponent(text);
          const answers = [
            await rest(method ?? '', path ?? '', { json, key: tenant.key }),
            await rest('GET', `/api/orders?customer_phone=${query}&page_token=${query}`),
          ];
          for (const { status } of answers) expect(status).toBeLessThan(500);
        },
      ),
      RUNS,
    );
  });
});

test('after all of it the processes live, are ready, and nothing was a defect of theirs', async () => {
  expect((await sendRest(api.restUrl, 'GET', '/readyz')).body).toMatchObject({ ready: true });
  expect((await rest('GET', `/api/orders/${orderId}`)).body).toMatchObject({ data: { order: { status: 'pending' } } });
  expect((await rest('POST', '/api/orders', { json: sampleBody() })).status).toBe(201);
  expect(api.lines.filter((line) => /"level":"(?:error|fatal)"|uncaught|unhandled/.test(line))).toEqual([]);
});
