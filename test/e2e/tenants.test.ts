import { randomUUID } from 'node:crypto';
import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  CapabilityService,
  GetCapabilitiesRequestSchema,
  GetCapabilitiesResponseSchema,
  IsOrderBookingEnabledRequestSchema,
  UpdateCapabilitiesRequestSchema,
} from '../../gen/orderbooking/v1/capability_service_pb';
import { OrderStatus } from '../../gen/orderbooking/v1/order_pb';
import {
  CancelOrderRequestSchema,
  CreateOrderRequestSchema,
  GetOrderRequestSchema,
  ListOrderEventsRequestSchema,
  ListOrdersRequestSchema,
  ListOrdersResponseSchema,
  OrderService,
  UpdateOrderStatusRequestSchema,
  WatchOrderRequestSchema,
} from '../../gen/orderbooking/v1/order_service_pb';
import { CANARY } from '../support/canary';
import { accepted, DOORS, openDoor, refused } from '../support/doors';
import { pathOf, type RawGrpc, rawGrpc } from '../support/raw-grpc';
import { type RestRequest, sendRest } from '../support/raw-rest';
import { sampleBody } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';
import { frameOf, openSse } from '../support/sse-stream';
import { subscriptionsIn } from '../support/subscriptions';

/** Tenant A tries to get at what tenant B has. */
// Several times as long as a stream may be held back.
jest.setTimeout(180_000);

let scene: Scene;
let api: ApiProcess;
let grpc: RawGrpc;
let a: TestTenant;
let b: TestTenant;
/** Of B, one open and one over. */
let open: { id: string; customer_phone: string };
let over: { id: string };
const ABSENT = randomUUID();

beforeAll(async () => {
  scene = await createScene();
  [api] = await Promise.all([scene.startApi(PATIENT), scene.startWorker()]);
  grpc = rawGrpc(api.grpcAddress);
  a = scene.tenant;
  b = scene.other;
  const door = openDoor('REST', api, b.key);
  open = accepted(await door.create(sampleBody())).order;
  over = accepted(await door.create(sampleBody())).order;
  accepted(await door.cancel(over.id));
});
afterAll(async () => {
  grpc.close();
  await scene.close();
});

const rest = (tenant: TestTenant, method: string, path: string, more: RestRequest = {}) =>
  sendRest(api.restUrl, method, path, { key: tenant.key, ...more });

/** One gRPC call with a key. */
function call<Request extends DescMessage>(
  key: string,
  path: string,
  schema: Request,
  request: MessageInitShape<Request>,
) {
  return grpc.send(path, toBinary(schema, create(schema, request)), { authorization: `Bearer ${key}` });
}

/** Every way to name an order. */
const BY_ID: Readonly<Record<string, (id: string) => Promise<{ readonly told: string; readonly code: unknown }>>> = {
  'GET /api/orders/{id}': (id) => rest(a, 'GET', `/api/orders/${id}`),
  'GET /api/orders/{id} in capitals': (id) => rest(a, 'GET', `/api/orders/${id.toUpperCase()}`),
  'PATCH /api/orders/{id}/status': (id) =>
    rest(a, 'PATCH', `/api/orders/${id}/status`, { json: { status: 'confirmed' } }),
  'PATCH /api/orders/{id}/status, illegal': (id) =>
    rest(a, 'PATCH', `/api/orders/${id}/status`, { json: { status: 'completed', expected_version: 7 } }),
  'POST /api/orders/{id}/cancel': (id) => rest(a, 'POST', `/api/orders/${id}/cancel`, { json: {} }),
  'GET /api/orders/{id}/events': (id) => rest(a, 'GET', `/api/orders/${id}/events`),
  GetOrder: (id) => call(a.key, pathOf(OrderService.method.getOrder), GetOrderRequestSchema, { orderId: id }),
  UpdateOrderStatus: (id) =>
    call(a.key, pathOf(OrderService.method.updateOrderStatus), UpdateOrderStatusRequestSchema, {
      orderId: id,
      status: OrderStatus.CONFIRMED,
    }),
  CancelOrder: (id) =>
    call(a.key, pathOf(OrderService.method.cancelOrder), CancelOrderRequestSchema, { orderId: id, expectedVersion: 1 }),
  ListOrderEvents: (id) =>
    call(a.key, pathOf(OrderService.method.listOrderEvents), ListOrderEventsRequestSchema, { orderId: id }),
  WatchOrder: (id) => call(a.key, pathOf(OrderService.method.watchOrder), WatchOrderRequestSchema, { orderId: id }),
};

test.each(Object.entries(BY_ID))("%s tells another tenant's order from none by nothing", async (_name, ask) => {
  const absent = await ask(ABSENT);
  expect(absent.code).toBe('NOT_FOUND');
  for (const id of [open.id, over.id]) expect((await ask(id)).told).toBe(absent.told);
});

describe('what the business keeps for itself', () => {
  let subscription: string;
  let delivery: string;
  let booking: string;

  beforeAll(async () => {
    const subscriptions = subscriptionsIn(scene.database.owner);
    subscription = (await subscriptions.webhook(b.userId, { url: 'https://b.example.com/' })).id;
    delivery = randomUUID();
    await scene.database.owner.query(
      `INSERT INTO notification_deliveries (id, user_id, subscription_id, event_id, event_type, payload, correlation_id)
       VALUES ($1, $2, $3, 'evt_1', 'order.created', '{}', 'req_1')`,
      [delivery, b.userId, subscription],
    );
    await scene.database.owner.query(
      `INSERT INTO sheet_sync_attempts (user_id, order_ids, correlation_ids, result, attempt, started_at, duration_ms)
       VALUES ($1, $2, '{req_1}', 'synced', 1, now(), 1)`,
      [b.userId, [open.id]],
    );
    await rest(b, 'PUT', '/api/capabilities', { key: b.adminKey, json: { order_booking_enabled: true } });
    const begun = await rest(b, 'POST', '/api/bookings', { key: b.aiKey, json: {} });
    booking = (begun.body as { data: { booking: { id: string } } }).data.booking.id;
  });

  const admin = (method: string, path: string, more: RestRequest = {}) =>
    rest(a, method, path, { key: a.adminKey, ...more });

  test('is not there for another tenant', async () => {
    const asks = (id: string) =>
      [
        ['PATCH', `/api/notifications/subscriptions/${id}`, { json: { description: 'mine' } }],
        ['DELETE', `/api/notifications/subscriptions/${id}`, {}],
        ['POST', `/api/notifications/subscriptions/${id}/test`, {}],
        ['POST', `/api/notifications/subscriptions/${id}/rotate-secret`, {}],
        ['GET', `/api/notifications/subscriptions/${id}/deliveries`, {}],
        ['POST', `/api/notifications/subscriptions/${id}/deliveries/${delivery}/replay`, {}],
      ] as const;
    const absent = await Promise.all(asks(ABSENT).map(([method, path, more]) => admin(method, path, more)));
    for (const [index, [method, path, more]] of asks(subscription).entries()) {
      const answer = await admin(method, path, more);
      expect([method, path, answer.code]).toEqual([method, path, 'NOT_FOUND']);
      expect(answer.told).toBe(absent[index]?.told);
    }
    const own = await subscriptionsIn(scene.database.owner).webhook(a.userId, { url: 'https://a.example.com/' });
    const replay = `/api/notifications/subscriptions/${own.id}/deliveries/${delivery}/replay`;
    expect((await admin('POST', replay)).code).toBe('NOT_FOUND');
    expect((await admin('DELETE', `/api/notifications/subscriptions/${own.id}`)).status).toBe(200);
    expect(await subscriptionsIn(scene.database.owner).state(subscription)).toMatchObject({ status: 'active' });
  });

  test('is in no list of another tenant', async () => {
    for (const path of [
      '/api/notifications/subscriptions',
      '/api/sheets/attempts',
      '/api/bookings',
      '/api/sheets/status',
    ]) {
      const { body } = await admin('GET', path);
      for (const id of [subscription, delivery, booking, open.id, b.userId])
        expect(JSON.stringify(body)).not.toContain(id);
    }
    expect(JSON.stringify((await rest(b, 'GET', '/api/bookings')).body)).toContain(booking);
    expect(JSON.stringify((await rest(b, 'GET', '/api/sheets/attempts')).body)).toContain(open.id);
    expect(JSON.stringify((await rest(b, 'GET', '/api/notifications/subscriptions')).body)).toContain(subscription);
    const found = await rest(a, 'GET', `/api/orders?search=${open.id}`);
    expect(found.body).toMatchObject({ data: { orders: [] } });
  });
});

test('none of that moved anything', async () => {
  const events = await openDoor('REST', api, b.key).events(open.id);
  expect(events.map(({ type }) => type)).toEqual(['created']);
});

test('lists and their filters show nothing of another tenant', async () => {
  const before = await rest(a, 'GET', '/api/orders');
  expect(before.body).toMatchObject({ data: { orders: [], next_page_token: '' } });
  const filters = [`customer_phone=${open.customer_phone}`, 'status=pending', 'status=cancelled', 'source=api'];
  for (const filter of [...filters, 'created_after=2020-01-01T00:00:00Z', 'page_size=1']) {
    expect((await rest(a, 'GET', `/api/orders?${filter}`)).told).toBe(before.told);
  }
  const listed = await call(a.key, pathOf(OrderService.method.listOrders), ListOrdersRequestSchema, {
    pageSize: 1,
    customerPhone: open.customer_phone,
  });
  expect(listed.messages.map((message) => fromBinary(ListOrdersResponseSchema, message))).toMatchObject([
    { orders: [], nextPageToken: '' },
  ]);
});

test("another tenant's page token is refused as a made-up one is", async () => {
  const page = (await rest(b, 'GET', '/api/orders?page_size=1')).body as { data: { next_page_token: string } };
  const orders = page.data.next_page_token;
  const trail = (await rest(b, 'GET', `/api/orders/${over.id}/events?page_size=1`)).body as typeof page;
  const events = trail.data.next_page_token;
  expect(orders).not.toBe('');
  expect(events).not.toBe('');

  const madeUp = await rest(a, 'GET', '/api/orders?page_token=AAAA');
  expect(madeUp.code).toBe('VALIDATION_FAILED');
  expect((await rest(a, 'GET', `/api/orders?page_token=${orders}`)).told).toBe(madeUp.told);
  expect((await rest(a, 'GET', `/api/orders/${over.id}/events?page_token=${events}`)).told).toBe(madeUp.told);
  const list = (pageToken: string) =>
    call(a.key, pathOf(OrderService.method.listOrders), ListOrdersRequestSchema, { pageToken });
  expect((await list(orders)).told).toBe((await list('AAAA')).told);
});

test("another tenant's slot is no slot, and no place in it is taken", async () => {
  const withSlot = await scene.addTenant({ slots: [{ id: 'noon', capacity: 1 }] });
  for (const name of DOORS) {
    const door = openDoor(name, api, a.key);
    const other = refused(await door.create(sampleBody({ slot_id: 'noon' })));
    const none = refused(await door.create(sampleBody({ slot_id: 'none' })));
    expect(none).toMatchObject({ outcome: 'SLOT_UNAVAILABLE', details: { slot_id: 'none' } });
    expect(other).toEqual({
      ...none,
      details: { slot_id: 'noon' },
      correlationId: expect.any(String),
      text: expect.any(String),
    });
    door.close();
  }
  const owner = openDoor('REST', api, withSlot.key);
  expect(accepted(await owner.create(sampleBody({ slot_id: 'noon' }))).order).toMatchObject({ slot_id: 'noon' });
});

describe('a user_id', () => {
  const CLAIMS: Readonly<
    Record<string, (userId: string) => Promise<{ readonly told: string; readonly code: unknown }>>
  > = {
    'POST /api/orders': (user_id) => rest(a, 'POST', '/api/orders', { json: sampleBody({ user_id }) }),
    'POST /api/orders, nothing else': (user_id) => rest(a, 'POST', '/api/orders', { json: { user_id } }),
    'POST /api/orders?': (user_id) => rest(a, 'POST', `/api/orders?user_id=${user_id}`, { json: sampleBody() }),
    'GET /api/orders': (user_id) => rest(a, 'GET', `/api/orders?user_id=${user_id}`),
    'GET /api/orders/{id}': (user_id) => rest(a, 'GET', `/api/orders/${open.id}?user_id=${user_id}`),
    'PATCH /api/orders/{id}/status': (user_id) =>
      rest(a, 'PATCH', `/api/orders/${open.id}/status`, { json: { status: 'confirmed', user_id } }),
    'POST /api/orders/{id}/cancel': (user_id) =>
      rest(a, 'POST', `/api/orders/${open.id}/cancel`, { json: { user_id } }),
    'GET /api/orders/{id}/events': (user_id) => rest(a, 'GET', `/api/orders/${open.id}/events?user_id=${user_id}`),
    'GET /api/orders/stream': (user_id) => rest(a, 'GET', `/api/orders/stream?user_id=${user_id}`),
    'GET /api/capabilities': (user_id) => rest(a, 'GET', `/api/capabilities?user_id=${user_id}`),
    'PUT /api/capabilities': (user_id) =>
      rest(a, 'PUT', '/api/capabilities', { key: a.adminKey, json: { order_booking_enabled: true, user_id } }),
    CreateOrder: (userId) =>
      call(a.key, pathOf(OrderService.method.createOrder), CreateOrderRequestSchema, {
        customerName: CANARY.name,
        customerPhone: CANARY.phone,
        items: [{ name: CANARY.item, quantity: 1 }],
        userId,
      }),
    GetOrder: (userId) =>
      call(a.key, pathOf(OrderService.method.getOrder), GetOrderRequestSchema, { orderId: open.id, userId }),
    ListOrders: (userId) => call(a.key, pathOf(OrderService.method.listOrders), ListOrdersRequestSchema, { userId }),
    UpdateOrderStatus: (userId) =>
      call(a.key, pathOf(OrderService.method.updateOrderStatus), UpdateOrderStatusRequestSchema, {
        orderId: open.id,
        status: OrderStatus.CONFIRMED,
        userId,
      }),
    CancelOrder: (userId) =>
      call(a.key, pathOf(OrderService.method.cancelOrder), CancelOrderRequestSchema, { orderId: open.id, userId }),
    ListOrderEvents: (userId) =>
      call(a.key, pathOf(OrderService.method.listOrderEvents), ListOrderEventsRequestSchema, {
        orderId: open.id,
        userId,
      }),
    WatchOrder: (userId) =>
      call(a.key, pathOf(OrderService.method.watchOrder), WatchOrderRequestSchema, { orderId: open.id, userId }),
    GetCapabilities: (userId) =>
      call(a.key, pathOf(CapabilityService.method.getCapabilities), GetCapabilitiesRequestSchema, { userId }),
    UpdateCapabilities: (userId) =>
      call(a.adminKey, pathOf(CapabilityService.method.updateCapabilities), UpdateCapabilitiesRequestSchema, {
        userId,
        capabilities: { orderBookingEnabled: true },
      }),
    'UpdateCapabilities, inside': (userId) =>
      call(a.adminKey, pathOf(CapabilityService.method.updateCapabilities), UpdateCapabilitiesRequestSchema, {
        capabilities: { userId, orderBookingEnabled: true },
      }),
    IsOrderBookingEnabled: (userId) =>
      call(a.key, pathOf(CapabilityService.method.isOrderBookingEnabled), IsOrderBookingEnabledRequestSchema, {
        userId,
      }),
  };

  test.each(Object.entries(CLAIMS))(
    'of another tenant is refused by %s, whether or not there is one',
    async (_n, claim) => {
      const other = await claim(b.userId);
      expect(other.code).toBe('PERMISSION_DENIED');
      expect((await claim('t-nobody')).told).toBe(other.told);
    },
  );

  test('is nothing that changes what happens when it is one’s own', async () => {
    const answer = await rest(a, 'GET', `/api/orders/${ABSENT}?user_id=${a.userId}`);
    expect(answer.told).toBe((await rest(a, 'GET', `/api/orders/${ABSENT}`)).told);
  });
});

test.each(DOORS)('over %s an equal key and an equal order are independent in two tenants', async (name) => {
  const [first, second] = [await scene.addTenant(), await scene.addTenant()];
  const doors = [openDoor(name, api, first.key), openDoor(name, api, second.key)] as const;
  const key = `key-${randomUUID()}`;
  const body = sampleBody();
  const created = await Promise.all(doors.map(async (door) => accepted(await door.create(body, { key }))));
  expect(created.map(({ idempotent_replayed }) => idempotent_replayed)).toEqual([false, false]);
  const [one, two] = created;
  expect(one?.order.id).not.toBe(two?.order.id);
  // The same key with another body in one tenant says nothing about the other's.
  const duplicate = refused(await doors[0].create(body));
  expect(duplicate).toMatchObject({ outcome: 'DUPLICATE_ORDER', details: { existing_order_id: one?.order.id } });
  expect(duplicate.text).not.toContain(two?.order.id);
  accepted(await doors[0].cancel(one?.order.id ?? ''));
  expect(accepted(await doors[1].create(body, { key }))).toMatchObject({ current_status: 'pending' });
  for (const door of doors) door.close();
});

test("a stream carries its own tenant's changes only, also from another tenant's last event on", async () => {
  const [mine, theirs] = [await scene.addTenant(), await scene.addTenant()];
  const [myDoor, theirDoor] = [openDoor('REST', api, mine.key), openDoor('REST', api, theirs.key)];
  const [stream, theirStream] = await Promise.all([openSse(api.restUrl, mine.key), openSse(api.restUrl, theirs.key)]);
  const foreign = accepted(await theirDoor.create(sampleBody())).order;
  const { id: lastEventId } = await frameOf(theirStream, foreign.id, 'pending');
  const resumed = await openSse(api.restUrl, mine.key, { lastEventId });
  const own = accepted(await myDoor.create(sampleBody())).order;
  accepted(await theirDoor.move(foreign.id, 'confirmed'));
  accepted(await myDoor.move(own.id, 'confirmed'));

  for (const one of [stream, resumed]) {
    await frameOf(one, own.id, 'confirmed');
    expect(one.frames.map(({ data }) => data.order.id)).toEqual([own.id, own.id]);
    for (const secret of [foreign.id, theirs.userId]) expect(one.text()).not.toContain(secret);
    await one.close();
  }
  await theirStream.close();
});

test("a change of one tenant's capabilities is not seen by the other", async () => {
  const read = async (tenant: TestTenant) => {
    const path = pathOf(CapabilityService.method.getCapabilities);
    const { messages } = await call(tenant.key, path, GetCapabilitiesRequestSchema, {});
    return fromBinary(GetCapabilitiesResponseSchema, messages[0] ?? Buffer.alloc(0)).capabilities;
  };
  const before = await read(a);
  const change = { order_booking_enabled: true, sheets_spreadsheet_id: 'of-b' };
  expect((await rest(b, 'PUT', '/api/capabilities', { key: b.adminKey, json: change })).status).toBe(200);
  expect(await read(b)).toMatchObject({ userId: b.userId, orderBookingEnabled: true, sheetsSpreadsheetId: 'of-b' });
  expect(await read(a)).toEqual(before);
  expect(before).toMatchObject({ userId: a.userId, orderBookingEnabled: false });
});
