import { once } from 'node:events';
import { connect } from 'node:net';
import { DuplicateOrderError, ERRORS, type ErrorCode, orderError, ValidationError } from '../../../domain/errors';
import {
  capabilitiesAnswerSchema,
  createdOrderAnswerSchema,
  errorAnswerSchema,
  orderAnswerSchema,
  orderEventPageAnswerSchema,
  orderPageAnswerSchema,
} from '../../../domain/schemas/wire';
import type { CreateOrder, ListOrders, UseCases } from '../../../services/order-api/use-cases/contract';
import { eventually } from '../../support/eventually';
import { BODY, CAPABILITIES, type Doors, EVENT, KEY, ORDER, openDoors, wordsOf } from './doors';

const CREATED = { order: ORDER, idempotencyKey: 'k1', idempotentReplayed: false, currentStatus: 'pending' } as const;
const ID_PATH = `/api/orders/${ORDER.id}`;

let doors: Doors;
afterEach(() => doors.close());

async function open(own: Partial<UseCases> = {}, options = {}): Promise<void> {
  doors = await openDoors(own, options);
}

interface Sent {
  readonly key?: string | undefined;
  readonly body?: unknown;
  readonly raw?: string | Buffer;
  readonly headers?: Record<string, string>;
}

async function send(method: string, path: string, { key = KEY.full, body, raw, headers = {} }: Sent = {}) {
  const response = await fetch(`${doors.url}${path}`, {
    method,
    headers: {
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined && raw === undefined
      ? {}
      : { body: raw === undefined ? JSON.stringify(body) : Buffer.from(raw) }),
  });
  const text = await response.text();
  const answer = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  return { status: response.status, headers: response.headers, text, answer };
}

/** Sends what must be refused, and checks that the refusal is one of ours through and through. */
async function refused(method: string, path: string, sent: Sent = {}) {
  const { status, headers, text, answer } = await send(method, path, sent);
  const { error, correlation_id } = errorAnswerSchema.parse(answer);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(headers.get('x-correlation-id')).toBe(correlation_id);
  expect(status).toBe(ERRORS[error.code].http);
  // A made id may have any letters.
  expect(text.replaceAll(correlation_id, '')).not.toMatch(/FST_|stack|node_modules|Zoë|901820/);
  const { violations } = error.details as { violations?: { field: string; description: string }[] };
  return {
    status,
    headers,
    code: error.code,
    message: error.message,
    details: error.details,
    fields: violations?.map(({ field }) => field),
  };
}

describe('answers', () => {
  test('201 for a new order and 200 for a replayed one, in the envelope of the contract', async () => {
    let seen: CreateOrder | undefined;
    let replayed = false;
    await open({
      createOrder: async (_ctx, request) => {
        seen = request;
        return { ...CREATED, idempotentReplayed: replayed, currentStatus: 'confirmed' };
      },
    });
    const created = await send('POST', '/api/orders', {
      body: { ...BODY, idempotency_key: 'k1' },
      headers: { 'x-correlation-id': 'mine-1' },
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('x-correlation-id')).toBe('mine-1');
    expect(created.headers.get('cache-control')).toBe('no-store');
    expect(created.answer).toMatchObject({
      success: true,
      correlation_id: 'mine-1',
      data: { idempotency_key: 'k1', idempotent_replayed: false, current_status: 'confirmed' },
    });
    createdOrderAnswerSchema.parse(created.answer);
    expect(seen).toMatchObject({
      idempotencyKey: 'k1',
      content: { customerPhone: '4930901820', source: 'api', notes: null },
    });
    replayed = true;
    expect((await send('POST', '/api/orders', { body: BODY })).status).toBe(200);
  });

  test('every other route', async () => {
    const queries: unknown[] = [];
    const keep =
      <T>(answer: T) =>
      async (_ctx: unknown, query?: unknown): Promise<T> => {
        queries.push(query);
        return answer;
      };
    await open({
      getOrder: keep(ORDER),
      listOrders: keep({ orders: [ORDER], nextPageToken: 'next' }),
      updateOrderStatus: keep(ORDER),
      cancelOrder: keep(ORDER),
      listOrderEvents: keep({ events: [EVENT], nextPageToken: undefined }),
      getCapabilities: keep(CAPABILITIES),
      updateCapabilities: keep(CAPABILITIES),
    });
    orderAnswerSchema.parse((await send('GET', ID_PATH)).answer);
    const page = orderPageAnswerSchema.parse(
      (await send('GET', '/api/orders?status=pending&page_size=7&user_id=bakery&customer_phone=%2B4930901820')).answer,
    );
    expect(page.data.next_page_token).toBe('next');
    orderAnswerSchema.parse(
      (await send('PATCH', `${ID_PATH}/status`, { body: { status: 'confirmed', expected_version: 1 } })).answer,
    );
    orderAnswerSchema.parse((await send('POST', `${ID_PATH}/cancel`)).answer);
    orderAnswerSchema.parse(
      (await send('POST', `${ID_PATH}/cancel`, { body: { reason: 'No flour', user_id: 'bakery' } })).answer,
    );
    const events = orderEventPageAnswerSchema.parse((await send('GET', `${ID_PATH}/events?page_size=500`)).answer);
    expect(events.data.next_page_token).toBe('');
    capabilitiesAnswerSchema.parse((await send('GET', '/api/capabilities')).answer);
    capabilitiesAnswerSchema.parse(
      (await send('PUT', '/api/capabilities', { key: KEY.admin, body: { order_booking_enabled: false } })).answer,
    );
    expect(queries).toMatchObject([
      ORDER.id,
      { status: 'pending', pageSize: 7, customerPhone: '4930901820' } satisfies Partial<ListOrders>,
      { orderId: ORDER.id, status: 'confirmed', expectedVersion: 1 },
      { orderId: ORDER.id, reason: undefined },
      { orderId: ORDER.id, reason: 'No flour' },
      { orderId: ORDER.id, pageSize: 100 },
      undefined,
      { orderBookingEnabled: false },
    ]);
  });

  test('HEAD is GET without a body, OPTIONS says what a route takes', async () => {
    await open({ getOrder: async () => ORDER });
    const head = await send('HEAD', ID_PATH);
    expect([head.status, head.text]).toEqual([200, '']);
    const options = await send('OPTIONS', ID_PATH, { key: '' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect((await send('OPTIONS', '/api/orders/stream', { key: '' })).headers.get('allow')).toBe('GET, OPTIONS');
    expect((await send('HEAD', '/api/orders/stream')).status).toBe(400);
  });
});

describe('who may call', () => {
  test('without a key, with half of one or an unknown one: 401 with a challenge', async () => {
    await open();
    for (const headers of [
      {},
      { authorization: 'Bearer' },
      { authorization: 'Basic eA==' },
      { authorization: 'Bearer nobody' },
    ]) {
      const refusal = await refused('GET', ID_PATH, { key: '', headers: headers as Record<string, string> });
      expect([refusal.code, refusal.headers.get('www-authenticate')]).toEqual(['UNAUTHENTICATED', 'Bearer']);
    }
  });

  test('the key is looked at before the body', async () => {
    await open();
    expect(
      (await refused('POST', '/api/orders', { key: '', raw: '{', headers: { 'content-type': 'application/json' } }))
        .code,
    ).toBe('UNAUTHENTICATED');
    expect((await refused('POST', '/api/orders', { key: KEY.read, raw: '{' })).code).toBe('PERMISSION_DENIED');
    expect((await refused('PUT', '/api/capabilities', { body: {} })).code).toBe('PERMISSION_DENIED');
    expect((await refused('POST', '/api/orders', { key: KEY.ai, body: BODY })).code).toBe('PERMISSION_DENIED');
  });

  test('another user_id is 403 in body and query, and tells nothing of that tenant', async () => {
    await open();
    const answers = [
      await refused('POST', '/api/orders', { body: { ...BODY, user_id: 'pizzeria' } }),
      await refused('POST', '/api/orders', { body: { ...BODY, user_id: 'nobody' } }),
      await refused('GET', '/api/orders?user_id=pizzeria'),
      await refused('GET', `${ID_PATH}?user_id=nobody`),
      await refused('GET', '/api/orders/stream?user_id=pizzeria'),
      await refused('PUT', '/api/capabilities', { key: KEY.admin, body: { user_id: 'pizzeria' } }),
    ];
    for (const { code, message, details } of answers) {
      expect({ code, message, details }).toEqual({
        code: 'PERMISSION_DENIED',
        message: 'The API key belongs to another user_id',
        details: {},
      });
    }
    expect((await refused('POST', '/api/orders', { body: { ...BODY, user_id: 7 } })).code).toBe('VALIDATION_FAILED');
    expect((await refused('GET', '/api/orders?user_id=bakery&user_id=pizzeria')).code).toBe('VALIDATION_FAILED');
  });
});

describe('what is not a request', () => {
  const json = { 'content-type': 'application/json' };

  test.each<[string, Sent]>([
    ['malformed JSON', { raw: '{"customer_name":', headers: json }],
    ['an empty body that says it is JSON', { raw: '', headers: json }],
    ['no body', {}],
    ['null', { raw: 'null', headers: json }],
    ['a list', { body: [BODY] }],
    ['a string', { body: 'order' }],
    ['another content type', { raw: JSON.stringify(BODY), headers: { 'content-type': 'text/plain' } }],
    ['no sensible content type', { raw: JSON.stringify(BODY), headers: { 'content-type': ';;;' } }],
    ['a form', { raw: 'customer_name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a body over one MiB', { raw: `{"notes":"${'x'.repeat(1_100_000)}"}`, headers: json }],
    ['a body that nests deeply', { raw: `{"items":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, headers: json }],
    ['a body of open brackets', { raw: '['.repeat(500_000), headers: json }],
    ['bytes that are not UTF-8', { raw: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), headers: json }],
    ['a __proto__ key', { raw: '{"__proto__":{"admin":true},"customer_name":"x"}', headers: json }],
    ['a constructor key', { raw: '{"constructor":{"prototype":{"x":1}}}', headers: json }],
    ['an unknown field', { body: { ...BODY, price: 3 } }],
    ['wrong types', { body: { ...BODY, items: 'bread', customer_name: 7 } }],
    ['a NUL byte', { body: { ...BODY, customer_name: 'a\0b' } }],
    ['source ai', { body: { ...BODY, source: 'ai' } }],
  ])('%s is VALIDATION_FAILED', async (_name, sent) => {
    await open();
    expect(await refused('POST', '/api/orders', sent)).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  test.each(['', '{}'])(
    'for a call that takes none, %p as a body that says it is JSON is nothing to refuse',
    async (raw) => {
      await open({
        testSubscription: async () => {
          throw new ValidationError('NOT_FOUND', 'There is no such subscription');
        },
      });
      const path = `/api/notifications/subscriptions/${ORDER.id}/test`;
      expect(await refused('POST', path, { key: KEY.admin, raw, headers: json })).toMatchObject({ code: 'NOT_FOUND' });
    },
  );

  test('wrong fields are named by their paths', async () => {
    await open();
    const refusal = await refused('POST', '/api/orders', {
      body: { ...BODY, items: [{ name: 'x', quantity: 1.5 }], customer_phone: '12' },
    });
    expect(refusal.fields?.sort()).toEqual(['customer_phone', 'items[0].quantity']);
  });

  test.each([
    ['GET', '/nothing'],
    ['GET', '/api'],
    ['DELETE', '/api/orders'],
    ['POST', ID_PATH],
    ['GET', `${ID_PATH}/status`],
    ['PROPFIND', '/api/orders'],
    ['GET', '/docs/nothing-here.js'],
  ])('%s %s is NOT_FOUND', async (method, path) => {
    await open();
    expect((await refused(method, path)).code).toBe('NOT_FOUND');
  });

  test.each([
    '/api/orders/',
    '/api/orders/%',
    '/api/orders/%zz/events',
    '/api/orders/%00',
    '/api/orders/1',
    `/api/orders/${'a'.repeat(500)}`,
    '/api/orders?page_size=x',
    '/api/orders?page_size=-1',
    '/api/orders?status=pending&status=confirmed',
    '/api/orders?status=lost',
    '/api/orders?unknown=1',
    '/api/orders?page_token=!!',
    '/api/orders?created_after=yesterday',
    '/api/orders?customer_phone=%ff',
    '/api/orders?__proto__=x',
    `${ID_PATH}?verbose=1`,
  ])('GET %s is VALIDATION_FAILED', async (path) => {
    await open();
    expect((await refused('GET', path)).code).toBe('VALIDATION_FAILED');
  });

  /** What `fetch` would never send; the raw answer. */
  async function overSocket(text: string): Promise<string> {
    const socket = connect(Number(new URL(doors.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(text);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    setTimeout(() => socket.end(), 300);
    await once(socket, 'close');
    return Buffer.concat(chunks).toString();
  }

  test.each([
    ['not HTTP', 'HELLO\r\n\r\n'],
    ['an unknown method', 'ORDER /api/orders HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a URL of 20,000 characters', `GET /api/orders?status=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`],
    ['two lengths', 'POST /api/orders HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
    ['a NUL in the path', 'GET /api/\0 HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('%s gets the envelope as well', async (_name, text) => {
    await open();
    const answer = await overSocket(text);
    const [head, body] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const parsed = errorAnswerSchema.parse(JSON.parse(body ?? ''));
    expect(parsed.error.code).toBe('VALIDATION_FAILED');
    expect(head).toContain(`x-correlation-id: ${parsed.correlation_id}`);
  });

  test('a bad correlation id is replaced, never echoed', async () => {
    await open();
    for (const id of ['a b', '<script>', 'x'.repeat(129)]) {
      const { answer } = await send('GET', '/nothing', { headers: { 'x-correlation-id': id } });
      expect(answer).toMatchObject({ correlation_id: expect.stringMatching(/^req_[A-Za-z0-9_-]{22,}$/) });
    }
  });
});

describe('errors of use cases', () => {
  test.each(Object.keys(ERRORS) as ErrorCode[])('%s keeps its status, message and details', async (code) => {
    await open({
      getOrder: async () => {
        throw orderError(code, 'No', { hint: 'x' });
      },
    });
    expect(await refused('GET', ID_PATH)).toMatchObject({ code, message: 'No', details: { hint: 'x' } });
  });

  test('a duplicate names the existing order', async () => {
    await open({
      createOrder: async () => {
        throw new DuplicateOrderError(ORDER.id);
      },
    });
    expect(await refused('POST', '/api/orders', { body: BODY })).toMatchObject({
      status: 409,
      details: { existing_order_id: ORDER.id },
    });
  });

  test('a defect says nothing of itself and is logged as one', async () => {
    await open();
    expect(await refused('GET', '/api/orders')).toMatchObject({
      status: 500,
      code: 'INTERNAL',
      message: 'Something went wrong on our side',
      details: {},
    });
    expect(doors.lines.at(-1)).toMatchObject({ level: 'error', code: 'INTERNAL', err: { name: 'Error' } });
  });

  test('an error of a library is not taken for ours by its code', async () => {
    await open({
      getOrder: async () => {
        throw Object.assign(new Error('relation "orders" does not exist'), { code: 'NOT_FOUND', statusCode: 404 });
      },
    });
    const refusal = await refused('GET', ID_PATH);
    expect(refusal.message).not.toContain('relation');
  });

  test('a use case that hangs is given up at the deadline', async () => {
    await open({ getOrder: () => new Promise<never>(() => undefined) }, { requestDeadlineMs: 100 });
    const refusal = await refused('GET', ID_PATH);
    expect([refusal.status, refusal.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('the idempotency key', () => {
  test('stands in the header or in the body', async () => {
    const seen: (string | undefined)[] = [];
    await open({
      createOrder: async (_ctx, request) => {
        seen.push(request.idempotencyKey);
        return CREATED;
      },
    });
    await send('POST', '/api/orders', { body: BODY, headers: { 'idempotency-key': 'h' } });
    await send('POST', '/api/orders', { body: { ...BODY, idempotency_key: 'b' } });
    await send('POST', '/api/orders', {
      body: { ...BODY, idempotency_key: 'same' },
      headers: { 'idempotency-key': 'same' },
    });
    await send('POST', '/api/orders', { body: BODY });
    expect(seen).toEqual(['h', 'b', 'same', undefined]);
  });

  test('is refused when both differ or one is malformed', async () => {
    await open();
    const differing = { body: { ...BODY, idempotency_key: 'b' }, headers: { 'idempotency-key': 'h' } };
    expect((await refused('POST', '/api/orders', differing)).fields).toEqual(['idempotency_key']);
    expect(
      (await refused('POST', '/api/orders', { body: BODY, headers: { 'idempotency-key': 'a, b' } })).fields,
    ).toEqual(['Idempotency-Key']);
    expect((await refused('POST', '/api/orders', { body: BODY, headers: { 'idempotency-key': '' } })).fields).toEqual([
      'Idempotency-Key',
    ]);
  });
});

describe('beside the API', () => {
  test('health needs no key; readiness is 503 when a dependency is away and while draining', async () => {
    await open();
    expect(await send('GET', '/healthz', { key: '' })).toMatchObject({ status: 200, answer: { status: 'ok' } });
    expect(await send('GET', '/readyz', { key: '' })).toMatchObject({
      status: 200,
      answer: { ready: true, checks: { postgres: true } },
    });
    doors.dependencies.postgres = false;
    expect(await send('GET', '/readyz', { key: '' })).toMatchObject({
      status: 503,
      answer: { ready: false, checks: { postgres: false } },
    });
    doors.dependencies.postgres = true;
    doors.readiness.drain();
    expect(await send('GET', '/readyz', { key: '' })).toMatchObject({
      status: 503,
      answer: { ready: false, checks: { postgres: true } },
    });
    expect(doors.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  test('a call is one line without its query or anything of the customer', async () => {
    await open({
      listOrders: async () => ({ orders: [ORDER], nextPageToken: undefined }),
      createOrder: async () => CREATED,
    });
    await send('GET', '/api/orders?customer_phone=4930901820', { headers: { 'x-correlation-id': 'log-1' } });
    await send('POST', '/api/orders', { body: BODY });
    await send('GET', '/nothing/Zo%C3%AB?phone=4930901820');
    await send('GET', '/api/orders/%?phone=4930901820');
    expect(doors.lines).toMatchObject([
      {
        event: 'call',
        method: 'GET',
        route: '/api/orders',
        httpStatus: 200,
        correlationId: 'log-1',
        keyPrefix: 'bakery',
        durationMs: expect.any(Number),
      },
      { method: 'POST', route: '/api/orders', httpStatus: 201 },
      { method: 'GET', route: 'unknown', httpStatus: 404, code: 'NOT_FOUND' },
      { httpStatus: 400, code: 'VALIDATION_FAILED' },
    ]);
    expect(wordsOf(doors.lines)).not.toMatch(/Zo|4930|901820/);
  });

  test('the OpenAPI document names every route, its scope’s scheme, its answers and its errors', async () => {
    await open();
    const { status, answer } = await send('GET', '/openapi.json', { key: '' });
    expect(status).toBe(200);
    const document = answer as {
      openapi: string;
      security: unknown;
      components: { securitySchemes: unknown; schemas: Record<string, unknown> };
      paths: Record<
        string,
        Record<string, { parameters: { name: string }[]; responses: Record<string, unknown>; requestBody?: unknown }>
      >;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(document.components.securitySchemes).toMatchObject({ apiKey: { type: 'http', scheme: 'bearer' } });
    expect(Object.keys(document.components.schemas).sort()).toEqual([
      'AiOrderPayload',
      'Booking',
      'BookingDecision',
      'BookingSummary',
      'Capabilities',
      'Catalogue',
      'Delivery',
      'ListedBooking',
      'Order',
      'OrderEvent',
      'Session',
      'Sheet',
      'SheetSyncAttempt',
      'Subscription',
    ]);
    expect(Object.keys(document.paths).sort()).toEqual([
      '/api/ai/orders',
      '/api/bookings',
      '/api/bookings/{id}',
      '/api/bookings/{id}/abandon',
      '/api/bookings/{id}/confirm',
      '/api/bookings/{id}/confirm-items',
      '/api/bookings/{id}/customer',
      '/api/bookings/{id}/decisions',
      '/api/bookings/{id}/items',
      '/api/bookings/{id}/items/{item_id}',
      '/api/bookings/{id}/summary',
      '/api/capabilities',
      '/api/catalogue',
      '/api/notifications/subscriptions',
      '/api/notifications/subscriptions/{id}',
      '/api/notifications/subscriptions/{id}/deliveries',
      '/api/notifications/subscriptions/{id}/deliveries/{delivery_id}/replay',
      '/api/notifications/subscriptions/{id}/rotate-secret',
      '/api/notifications/subscriptions/{id}/test',
      '/api/notifications/vapid-key',
      '/api/orders',
      '/api/orders/stream',
      '/api/orders/{id}',
      '/api/orders/{id}/cancel',
      '/api/orders/{id}/events',
      '/api/orders/{id}/status',
      '/api/session',
      '/api/sheets/attempts',
      '/api/sheets/resync',
      '/api/sheets/status',
    ]);
    const create = document.paths['/api/orders']?.post;
    expect(Object.keys(create?.responses ?? {})).toEqual([
      '200',
      '201',
      '400',
      '401',
      '403',
      '409',
      '422',
      '500',
      '503',
    ]);
    expect(JSON.stringify(create?.responses)).toContain('existing_order_id');
    expect(JSON.stringify(create?.requestBody)).toContain('customer_phone');
    expect(document.paths['/api/orders']?.get?.parameters.map(({ name }) => name)).toContain('user_id');
  });

  test('the docs page loads nothing from elsewhere', async () => {
    await open();
    const page = await send('GET', '/docs/', { key: '' });
    expect(page.status).toBe(200);
    const sources = Array.from(page.text.matchAll(/(?:src|href)="([^"]+)"/g), ([, source]) => source ?? '');
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) {
      expect(source).not.toMatch(/^(?:https?:)?\/\//);
      expect((await send('GET', new URL(source, `${doors.url}/docs/`).pathname, { key: '' })).status).toBe(200);
    }
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  });
});

test('a drain lets a running call finish and takes no new one', async () => {
  let finish: (() => void) | undefined;
  await open({
    getOrder: async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return ORDER;
    },
  });
  const running = send('GET', ID_PATH);
  await eventually('the call', () => finish !== undefined);
  const drained = doors.http.drain(50_000);
  await new Promise((resolve) => setTimeout(resolve, 50));
  finish?.();
  const { status, headers } = await running;
  expect([status, headers.get('connection')]).toEqual([200, 'close']);
  await drained;
  await expect(send('GET', ID_PATH)).rejects.toThrow();
});

test('a drain cuts off what does not finish in time', async () => {
  let began = false;
  const getOrder = () => {
    began = true;
    return new Promise<never>(() => undefined);
  };
  await open({ getOrder }, { requestDeadlineMs: 60_000 });
  const running = send('GET', ID_PATH).catch(() => 'cut off');
  await eventually('the call', () => began);
  const started = Date.now();
  await doors.http.drain(300);
  expect(Date.now() - started).toBeLessThan(30_000);
  expect(await running).toBe('cut off');
});
