import { once } from 'node:events';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import type { Scope } from '../../domain/access';
import { Health, HealthCheckRequestSchema, HealthCheckResponseSchema } from '../../gen/health/v1/health_pb';
import { BookingService } from '../../gen/orderbooking/v1/booking_service_pb';
import { CapabilityService } from '../../gen/orderbooking/v1/capability_service_pb';
import { CatalogueService } from '../../gen/orderbooking/v1/catalogue_service_pb';
import { NotificationService } from '../../gen/orderbooking/v1/notification_service_pb';
import { OrderService } from '../../gen/orderbooking/v1/order_service_pb';
import { SheetService } from '../../gen/orderbooking/v1/sheet_service_pb';
import { seedTenant } from '../../persistence/tenants/seed-tenant';
import { generateApiKey } from '../../platform/api-key';
import { eventually } from '../support/eventually';
import { pathOf, type RawGrpc, rawGrpc } from '../support/raw-grpc';
import { sendRest } from '../support/raw-rest';
import { type ApiProcess, createScene, PATIENT, type Scene } from '../support/scene';
import { openSse } from '../support/sse-stream';

const ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';
const READ: readonly Scope[] = ['orders:read', 'admin'];
const WRITE: readonly Scope[] = ['orders:write', 'admin'];
/** Not even admin: nobody else says yes for a customer. */
const AGENT: readonly Scope[] = ['ai:book'];
const AGENT_OR_READ: readonly Scope[] = ['ai:book', 'orders:read', 'admin'];

const SERVICES = [OrderService, BookingService, CatalogueService, CapabilityService, SheetService, NotificationService];

/** The contract's own list: each method, and the scopes of which one opens it. */
const METHODS: Readonly<Record<string, readonly Scope[]>> = {
  '/orderbooking.v1.OrderService/CreateOrder': WRITE,
  '/orderbooking.v1.OrderService/GetOrder': READ,
  '/orderbooking.v1.OrderService/ListOrders': READ,
  '/orderbooking.v1.OrderService/UpdateOrderStatus': WRITE,
  '/orderbooking.v1.OrderService/CancelOrder': WRITE,
  '/orderbooking.v1.OrderService/WatchOrder': READ,
  '/orderbooking.v1.OrderService/ListOrderEvents': READ,
  '/orderbooking.v1.CapabilityService/GetCapabilities': READ,
  '/orderbooking.v1.CapabilityService/UpdateCapabilities': ['admin'],
  '/orderbooking.v1.CapabilityService/IsOrderBookingEnabled': AGENT_OR_READ,
  '/orderbooking.v1.SheetService/GetSheetStatus': READ,
  '/orderbooking.v1.SheetService/ListSheetSyncAttempts': READ,
  '/orderbooking.v1.SheetService/ResyncSheet': ['admin'],
  '/orderbooking.v1.NotificationService/CreateSubscription': ['admin'],
  '/orderbooking.v1.NotificationService/ListSubscriptions': READ,
  '/orderbooking.v1.NotificationService/UpdateSubscription': ['admin'],
  '/orderbooking.v1.NotificationService/DeleteSubscription': ['admin'],
  '/orderbooking.v1.NotificationService/RotateSubscriptionSecret': ['admin'],
  '/orderbooking.v1.NotificationService/TestSubscription': ['admin'],
  '/orderbooking.v1.NotificationService/ListDeliveries': READ,
  '/orderbooking.v1.NotificationService/ReplayDelivery': ['admin'],
  '/orderbooking.v1.NotificationService/GetVapidKey': READ,
  '/orderbooking.v1.CatalogueService/GetCatalogue': AGENT_OR_READ,
  '/orderbooking.v1.CatalogueService/UpdateCatalogue': ['admin'],
  '/orderbooking.v1.BookingService/StartBooking': AGENT,
  '/orderbooking.v1.BookingService/AddItems': AGENT,
  '/orderbooking.v1.BookingService/RemoveItem': AGENT,
  '/orderbooking.v1.BookingService/ConfirmItems': AGENT,
  '/orderbooking.v1.BookingService/SetCustomer': AGENT,
  '/orderbooking.v1.BookingService/GetSummary': AGENT,
  '/orderbooking.v1.BookingService/ConfirmBooking': AGENT,
  '/orderbooking.v1.BookingService/CreateOrderFromAi': AGENT,
  '/orderbooking.v1.BookingService/GetBooking': AGENT_OR_READ,
  '/orderbooking.v1.BookingService/AbandonBooking': AGENT,
  '/orderbooking.v1.BookingService/ListBookings': READ,
  '/orderbooking.v1.BookingService/ListBookingDecisions': AGENT_OR_READ,
};

/** The same of each route. */
const ROUTES: Readonly<Record<string, readonly Scope[]>> = {
  'POST /api/orders': WRITE,
  'GET /api/orders': READ,
  'HEAD /api/orders': READ,
  'GET /api/orders/{id}': READ,
  'PATCH /api/orders/{id}/status': WRITE,
  'POST /api/orders/{id}/cancel': WRITE,
  'GET /api/orders/{id}/events': READ,
  'GET /api/orders/stream': READ,
  'GET /api/capabilities': READ,
  'PUT /api/capabilities': ['admin'],
  'GET /api/sheets/status': READ,
  'GET /api/sheets/attempts': READ,
  'POST /api/sheets/resync': ['admin'],
  'POST /api/notifications/subscriptions': ['admin'],
  'GET /api/notifications/subscriptions': READ,
  'PATCH /api/notifications/subscriptions/{id}': ['admin'],
  'DELETE /api/notifications/subscriptions/{id}': ['admin'],
  'POST /api/notifications/subscriptions/{id}/rotate-secret': ['admin'],
  'POST /api/notifications/subscriptions/{id}/test': ['admin'],
  'GET /api/notifications/subscriptions/{id}/deliveries': READ,
  'POST /api/notifications/subscriptions/{id}/deliveries/{delivery_id}/replay': ['admin'],
  'GET /api/notifications/vapid-key': READ,
  'GET /api/catalogue': AGENT_OR_READ,
  'PUT /api/catalogue': ['admin'],
  'POST /api/bookings': AGENT,
  'GET /api/bookings': READ,
  'GET /api/bookings/{id}': AGENT_OR_READ,
  'POST /api/bookings/{id}/items': AGENT,
  'DELETE /api/bookings/{id}/items/{item_id}': AGENT,
  'POST /api/bookings/{id}/confirm-items': AGENT,
  'PUT /api/bookings/{id}/customer': AGENT,
  'GET /api/bookings/{id}/summary': AGENT,
  'POST /api/bookings/{id}/confirm': AGENT,
  'POST /api/bookings/{id}/abandon': AGENT,
  'GET /api/bookings/{id}/decisions': AGENT_OR_READ,
  'POST /api/ai/orders': AGENT,
};

/** About the caller itself: signing in takes a key in its body, and the rest the session that it begins. */
const OF_NO_SCOPE = ['POST /api/session', 'GET /api/session', 'DELETE /api/session'];

/** Keys by their scopes. */
const KEYS: Readonly<Record<string, { readonly key: string; readonly scopes: readonly Scope[] }>> = {
  'orders:read': { key: generateApiKey().key, scopes: ['orders:read'] },
  'orders:write': { key: generateApiKey().key, scopes: ['orders:write'] },
  'ai:book': { key: generateApiKey().key, scopes: ['ai:book'] },
  admin: { key: generateApiKey().key, scopes: ['admin'] },
  'no scope': { key: generateApiKey().key, scopes: [] },
};

let scene: Scene;
let api: ApiProcess;
let grpc: RawGrpc;

beforeAll(async () => {
  scene = await createScene();
  api = await scene.startApi(PATIENT);
  grpc = rawGrpc(api.grpcAddress);
  const owner = await scene.database.owner.connect();
  const keys = Object.entries(KEYS).map(([name, { key, scopes }]) => ({ name, key, scopes }));
  await seedTenant(owner, { userId: 'access', name: 'Access', keys }).finally(() => owner.release());
});
afterAll(async () => {
  grpc.close();
  await scene.close();
});

/** What a request without a body is answered with; that of an admitted stream is not waited for. */
async function knock(route: string, headers: Record<string, string>) {
  const [method = '', path = ''] = route
    .replace('{id}', ID)
    .replace('{item_id}', 'item_1')
    .replace('{delivery_id}', ID)
    .split(' ');
  if (method === 'HEAD') {
    const { status } = await fetch(`${api.restUrl}${path}`, { method, headers });
    return { code: { 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED' }[status], told: `${status}`, status };
  }
  if (path.endsWith('/stream') && !(await isRefused(path, headers))) return { code: undefined, told: '', status: 200 };
  return sendRest(api.restUrl, method, path, { headers, ...(method === 'GET' ? {} : { json: {} }) });
}

async function isRefused(path: string, headers: Record<string, string>): Promise<boolean> {
  const response = await fetch(`${api.restUrl}${path}`, { headers });
  await response.body?.cancel();
  return !response.ok;
}

test('the lists of this test are complete', async () => {
  const methods = SERVICES.flatMap((service) => service.methods.map(pathOf));
  expect(Object.keys(METHODS).sort()).toEqual(methods.sort());
  const { paths } = (await sendRest(api.restUrl, 'GET', '/openapi.json')).body as {
    paths: Record<string, Record<string, unknown>>;
  };
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const documented = Object.keys(ROUTES).filter((route) => !route.startsWith('HEAD'));
  expect(routes.filter((route) => !route.startsWith('HEAD')).sort()).toEqual([...documented, ...OF_NO_SCOPE].sort());
});

describe.each(Object.entries(KEYS))('a key with %s', (_name, { key, scopes }) => {
  const authorization = `Bearer ${key}`;

  test.each(Object.entries(METHODS))('at %s', async (path, opening) => {
    const { code, told } = await grpc.send(path, undefined, { authorization });
    if (opening.some((scope) => scopes.includes(scope)))
      expect(['UNAUTHENTICATED', 'PERMISSION_DENIED']).not.toContain(code);
    else expect([code, told]).toEqual(['PERMISSION_DENIED', expect.stringContaining('required_scopes')]);
  });

  test.each(Object.entries(ROUTES))('at %s', async (route, opening) => {
    const { code, status } = await knock(route, { authorization });
    if (opening.some((scope) => scopes.includes(scope))) expect([401, 403]).not.toContain(status);
    else expect([status, code]).toEqual([403, 'PERMISSION_DENIED']);
  });
});

test('an AI key learns of a whole and valid order no more than that it may not', async () => {
  const order = { customer_name: 'Zoë', customer_phone: '+49 30 901820', items: [{ name: 'Bread', quantity: 1 }] };
  const key = KEYS['ai:book']?.key;
  const whole = await sendRest(api.restUrl, 'POST', '/api/orders', { key, json: { ...order, source: 'ai' } });
  const broken = await sendRest(api.restUrl, 'POST', '/api/orders', { key, raw: '{' });
  expect(whole.code).toBe('PERMISSION_DENIED');
  expect(broken.told).toBe(whole.told);
  const { rows } = await scene.database.owner.query('SELECT FROM orders');
  expect(rows).toHaveLength(0);
});

describe('without a valid key', () => {
  const good = KEYS.admin?.key ?? '';
  const NOT_KEYS: Readonly<Record<string, string | undefined>> = {
    'no header': undefined,
    'an empty one': '',
    'the scheme alone': 'Bearer',
    'no scheme': good,
    'another scheme': `Basic ${Buffer.from(`key:${good}`).toString('base64')}`,
    'a scheme in a scheme': `Bearer Bearer ${good}`,
    'two keys': `Bearer ${good}, Bearer ${good}`,
    'a prefix alone': `Bearer ${good.slice(0, 12)}`,
    'one letter less': `Bearer ${good.slice(0, -1)}`,
    'one letter more': `Bearer ${good}A`,
    'another last letter': `Bearer ${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`,
    'other capitals': `Bearer ${good.toUpperCase()}`,
    'an unknown key': `Bearer ${generateApiKey().key}`,
    'a long one': `Bearer ${'x'.repeat(5_000)}`,
    'a quote': "Bearer obk_' OR true --",
  };

  test.each(Object.entries(NOT_KEYS))('%s: every door is shut, and says no more than that', async (_name, value) => {
    const headers = value === undefined ? {} : { authorization: value };
    const routes = await Promise.all(Object.keys(ROUTES).map((route) => knock(route, headers)));
    expect(new Set(routes.map(({ status }) => status))).toEqual(new Set([401]));
    expect(new Set(routes.map(({ told }) => told)).size).toBe(2);
    const methods = await Promise.all(Object.keys(METHODS).map((path) => grpc.send(path, undefined, headers)));
    expect(new Set(methods.map(({ code }) => code))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(new Set(methods.map(({ told }) => told)).size).toBe(1);
  });

  test('a challenge says how to send one', async () => {
    const { headers } = await sendRest(api.restUrl, 'GET', '/api/orders');
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  test('the key is asked for before anything else is looked at', async () => {
    const requests = [
      { raw: '{' },
      { raw: '['.repeat(100_000) },
      { raw: 'x', headers: { 'content-type': 'text/plain' } },
    ];
    for (const request of requests) {
      expect((await sendRest(api.restUrl, 'POST', '/api/orders', request)).code).toBe('UNAUTHENTICATED');
    }
    expect((await sendRest(api.restUrl, 'GET', '/api/orders/1?page_size=x')).code).toBe('UNAUTHENTICATED');
  });

  test('the scheme may be written in any case', async () => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer ']) {
      const authorization = `${scheme} ${good}`;
      expect((await sendRest(api.restUrl, 'GET', '/api/capabilities', { headers: { authorization } })).status).toBe(
        200,
      );
      const path = pathOf(CapabilityService.method.getCapabilities);
      expect((await grpc.send(path, undefined, { authorization })).status).toBe('OK');
    }
  });
});

describe('a key that was taken back', () => {
  const end = (column: 'revoked_at' | 'expires_at', userId: string) =>
    scene.database.owner.query(`UPDATE api_keys SET ${column} = now() - interval '1 second' WHERE user_id = $1`, [
      userId,
    ]);
  const list = (key: string) => sendRest(api.restUrl, 'GET', '/api/orders', { key });

  test.each(['revoked_at', 'expires_at'] as const)(
    '%s: it never worked here, so it does not from now on',
    async (column) => {
      const tenant = await scene.addTenant();
      await end(column, tenant.userId);
      expect((await list(tenant.key)).code).toBe('UNAUTHENTICATED');
      const headers = { authorization: `Bearer ${tenant.key}` };
      expect((await grpc.send(pathOf(OrderService.method.listOrders), undefined, headers)).code).toBe(
        'UNAUTHENTICATED',
      );
    },
  );

  test('works on for at most half a minute where it is remembered, open streams included', async () => {
    const tenant = await scene.addTenant();
    expect((await list(tenant.key)).status).toBe(200);
    const rememberedAt = performance.now();
    const stream = await openSse(api.restUrl, tenant.key);
    await end('revoked_at', tenant.userId);
    const fresh = await scene.startApi();
    expect((await sendRest(fresh.restUrl, 'GET', '/api/orders', { key: tenant.key })).code).toBe('UNAUTHENTICATED');
    await eventually(
      'the remembered key to be forgotten',
      async () => {
        const sentAt = performance.now();
        const { status } = await list(tenant.key);
        if (status !== 401) expect(sentAt - rememberedAt).toBeLessThan(30_000);
        return status === 401;
      },
      60_000,
    );
    let over = false;
    void stream.ended.then(() => {
      over = true;
    });
    await eventually('the stream to end', () => over);
    // It asks every 15 seconds, as often as it says that it is alive.
    expect(stream.text().split(': alive').length - 1).toBeLessThanOrEqual(3);
  }, 180_000);
});

describe('open to everybody', () => {
  test.each(['/healthz', '/readyz', '/openapi.json', '/docs', '/docs/'])('%s', async (path) => {
    const response = await fetch(`${api.restUrl}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-correlation-id')).toMatch(/^req_/);
  });

  test('gRPC health of the server and of each service', async () => {
    for (const service of ['', ...SERVICES.map(({ typeName }) => typeName)]) {
      const { messages } = await grpcWithoutDetails(
        pathOf(Health.method.check),
        toBinary(HealthCheckRequestSchema, create(HealthCheckRequestSchema, { service })),
      );
      expect(fromBinary(HealthCheckResponseSchema, messages).status).toBe(1);
    }
  });

  test('reflection lists the services and hands out their files', async () => {
    const LIST_SERVICES = Buffer.from([0x3a, 0x00]);
    const symbol = Buffer.from(OrderService.typeName);
    const fileOf = Buffer.concat([Buffer.from([0x22, symbol.length]), symbol]);
    for (const version of ['v1', 'v1alpha']) {
      const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
      const services = (await grpcWithoutDetails(path, LIST_SERVICES)).messages.toString();
      for (const { typeName } of [...SERVICES, Health]) expect(services).toContain(typeName);
      expect((await grpcWithoutDetails(path, fileOf)).messages.toString()).toContain('CreateOrderRequest');
    }
  });

  test('the OpenAPI document is 3.1, and each of its operations says who may call', async () => {
    const document = (await sendRest(api.restUrl, 'GET', '/openapi.json')).body as {
      openapi: string;
      security: readonly Record<string, unknown>[];
      components: { securitySchemes: Record<string, { type: string; scheme: string }> };
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.security.flatMap((one) => Object.keys(one))).toEqual(
      Object.keys(document.components.securitySchemes),
    );
    for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '401', '403', '500', '503']));
    }
  });

  test('the docs load nothing from other hosts, and all that they name is there', async () => {
    const page = await fetch(`${api.restUrl}/docs/`);
    const html = await page.text();
    const named = Array.from(html.matchAll(/(?:src|href)="([^"]+)"/g), ([, url]) => new URL(url ?? '', page.url));
    expect(named.length).toBeGreaterThan(3);
    for (const url of named) {
      expect(url.origin).toBe(api.restUrl);
      const part = await fetch(url);
      expect(part.status).toBe(200);
      if (!/initializer|\.css/.test(url.pathname)) continue;
      expect(await part.text()).not.toMatch(/(?:url\(|fetch\(|url: ?)["']?https?:/);
    }
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/);
    expect(page.headers.get('content-security-policy')).not.toMatch(/https?:\/\//);
  });

  /** One message there, one back: health and reflection speak for themselves, without our details. */
  async function grpcWithoutDetails(path: string, bytes: Uint8Array): Promise<{ readonly messages: Buffer }> {
    const client = new Client(api.grpcAddress, credentials.createInsecure());
    const same = (value: Uint8Array) => Buffer.from(value);
    const call = client.makeBidiStreamRequest<Uint8Array, Buffer>(path, same, (value) => value, new Metadata());
    call.end(bytes);
    const [messages] = (await once(call, 'data')) as [Buffer];
    client.close();
    return { messages };
  }
});
