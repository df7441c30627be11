import { randomUUID } from 'node:crypto';
import { connect as http2Connect } from 'node:http2';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { CapabilityService, UpdateCapabilitiesRequestSchema } from '../../gen/orderbooking/v1/capability_service_pb';
import type { OrderSource, OrderStatus } from '../../gen/orderbooking/v1/order_pb';
import {
  CancelOrderRequestSchema,
  CreateOrderRequestSchema,
  ListOrderEventsRequestSchema,
  ListOrdersRequestSchema,
  OrderService,
  UpdateOrderStatusRequestSchema,
} from '../../gen/orderbooking/v1/order_service_pb';
import { CANARY } from '../support/canary';
import fc from '../support/fast-check';
import { pathOf, type RawGrpc, rawGrpc } from '../support/raw-grpc';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';

/** Over gRPC. `rawGrpc` checks every answer: typed, with its correlation id, and without leaks. */
let scene: Scene;
let api: ApiProcess;
let grpc: RawGrpc;
let tenant: TestTenant;
const orderId = randomUUID();

beforeAll(async () => {
  scene = await createScene();
  [api] = await Promise.all([scene.startApi(PATIENT), scene.startWorker()]);
  grpc = rawGrpc(api.grpcAddress);
  tenant = scene.tenant;
});
afterAll(async () => {
  grpc.close();
  await scene.close();
});

const authorized = () => ({ authorization: `Bearer ${tenant.key}` });

describe('a call', () => {
  const createPath = pathOf(OrderService.method.createOrder);
  const ORDER: MessageInitShape<typeof CreateOrderRequestSchema> = {
    customerName: CANARY.name,
    customerPhone: CANARY.phone,
    items: [{ name: CANARY.item, quantity: 1 }],
  };
  const place = (more: MessageInitShape<typeof CreateOrderRequestSchema>) =>
    grpc.send(createPath, toBinary(CreateOrderRequestSchema, create(CreateOrderRequestSchema, { ...ORDER, ...more })), {
      ...authorized(),
    });

  test.each<[string, MessageInitShape<typeof CreateOrderRequestSchema>, string]>([
    ['no name', { customerName: '' }, 'customer_name'],
    ['a NUL', { customerName: 'a\0b' }, 'customer_name'],
    ['no phone', { customerPhone: '' }, 'customer_phone'],
    ['no items', { items: [] }, 'items'],
    ['an empty item', { items: [{}] }, 'items[0].name'],
    ['a negative quantity', { items: [{ name: 'Bread', quantity: -1 }] }, 'items[0].quantity'],
    ['a quantity of 2^31-1', { items: [{ name: 'Bread', quantity: 2 ** 31 - 1 }] }, 'items[0].quantity'],
    ['10,000 items', { items: Array(10_000).fill({ name: 'Bread', quantity: 1 }) }, 'items'],
    ['an unknown source', { source: 99 as OrderSource }, 'source'],
    ['the source AI', { source: 1 }, 'source'],
    ['long notes', { notes: 'x'.repeat(2_001) }, 'notes'],
    ['an empty slot', { slotId: '' }, 'slot_id'],
    ['an empty key', { idempotencyKey: '' }, 'idempotency_key'],
    ['a tenant that is none', { userId: "'" }, 'user_id'],
  ])('with %s is refused', async (_name, more, field) => {
    const { code, fields } = await place(more);
    expect([code, fields]).toEqual(['VALIDATION_FAILED', expect.arrayContaining([field])]);
  });

  test('with other wrong fields is refused', async () => {
    const send = (method: (typeof OrderService.methods)[number], bytes: Uint8Array) =>
      grpc.send(pathOf(method), bytes, authorized()).then(({ fields }) => fields);
    const { updateOrderStatus, cancelOrder, listOrders } = OrderService.method;
    const update = (fields: MessageInitShape<typeof UpdateOrderStatusRequestSchema>) =>
      send(updateOrderStatus, toBinary(UpdateOrderStatusRequestSchema, create(UpdateOrderStatusRequestSchema, fields)));
    const list = (fields: MessageInitShape<typeof ListOrdersRequestSchema>) =>
      send(listOrders, toBinary(ListOrdersRequestSchema, create(ListOrdersRequestSchema, fields)));

    expect(await update({ orderId, status: 99 as OrderStatus })).toEqual(['status']);
    expect(await update({ orderId })).toEqual(['status']);
    expect(await update({ orderId, status: -1 as OrderStatus })).toEqual(['status']);
    expect(await update({ orderId: 'x', status: 2 })).toEqual(['order_id']);
    const cancel = create(CancelOrderRequestSchema, { orderId: `${orderId}\0` });
    expect(await send(cancelOrder, toBinary(CancelOrderRequestSchema, cancel))).toEqual(['order_id']);
    expect(await list({ status: 99 as OrderStatus, source: -5 as OrderSource })).toEqual(['status', 'source']);
    expect(await list({ pageSize: -(2 ** 31) })).toEqual(['page_size']);
    expect(await list({ createdAfter: { seconds: 2n ** 62n, nanos: 5 } })).toEqual(['created_after']);
    expect(await list({ createdAfter: { seconds: -62_135_596_801n, nanos: 0 } })).toEqual(['created_after']);
    expect(await list({ pageToken: 'AAAA' })).toEqual(['page_token']);
    const trail = create(ListOrderEventsRequestSchema, { orderId, pageToken: '\0' });
    expect(await send(OrderService.method.listOrderEvents, toBinary(ListOrderEventsRequestSchema, trail))).toEqual([
      'page_token',
    ]);
    const mask = create(UpdateCapabilitiesRequestSchema, { updateMask: { paths: ['__proto__', 'user_id'] } });
    const answer = await grpc.send(
      pathOf(CapabilityService.method.updateCapabilities),
      toBinary(UpdateCapabilitiesRequestSchema, mask),
      { authorization: `Bearer ${tenant.adminKey}` },
    );
    expect(answer.fields).toEqual(['update_mask']);
  });

  test.each<[string, Uint8Array]>([
    ['bytes that are no message', Buffer.from('ffffffffffffffffffff', 'hex')],
    ['a field that is cut off', Buffer.from([0x0a, 0x7f, 0x41])],
    ['a length of 4 GiB', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f])],
    ['field number zero', Buffer.from([0x02, 0x00])],
    ['a group that never ends', Buffer.from([0x0b])],
    ['100,000 groups in groups', Buffer.alloc(100_000, 0xa3)],
    ['text that is no UTF-8', Buffer.from([0x0a, 0x02, 0xc3, 0x28])],
    ['a lone surrogate', Buffer.from([0x0a, 0x03, 0xed, 0xa0, 0x80])],
    ['a message of more than a MiB', Buffer.concat([Buffer.from([0x2a, 0xe0, 0x91, 0x43]), Buffer.alloc(1_100_000)])],
    ['nothing', Buffer.alloc(0)],
    ['unknown fields alone', Buffer.from([0xf8, 0x7f, 0x01])],
  ])('of %s is refused', async (_name, bytes) => {
    expect((await grpc.send(createPath, bytes, authorized())).code).toBe('VALIDATION_FAILED');
  });

  test.each([
    '/orderbooking.v1.OrderService/DropOrders',
    '/orderbooking.v1.OrderService/createOrder',
    '/orderbooking.v2.OrderService/CreateOrder',
    '/orderbooking.v1.OrderService',
    '/',
    '/x',
    '/__proto__/constructor',
    `/${'x'.repeat(5_000)}`,
  ])('of %s is UNIMPLEMENTED', async (path) => {
    const { status, code, told } = await grpc.send(path, undefined, authorized());
    expect([status, code]).toEqual(['UNIMPLEMENTED', 'NOT_FOUND']);
    expect(told).not.toContain(path.length > 2 ? path : 'nothing to look for');
  });

  test('with a bad correlation id gets another one', async () => {
    for (const id of ['a b', 'x'.repeat(129), '<script>', '']) {
      const answer = await grpc.send('/x', undefined, { 'x-correlation-id': id });
      expect(answer.correlationId).toMatch(/^req_/);
    }
  });

  test('of frames made by hand is answered or cut off', async () => {
    const frames: Uint8Array[] = [
      Buffer.from([0, 0, 0, 0, 5, 1]),
      Buffer.from([0, 0xff, 0xff, 0xff, 0xff]),
      Buffer.from([1, 0, 0, 0, 2, 9, 9]),
      Buffer.from([7, 0, 0, 0, 0]),
      Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.alloc(3),
      Buffer.alloc(0),
    ];
    const headers = [
      {},
      { 'grpc-timeout': 'soon' },
      { 'grpc-timeout': '0n' },
      { 'grpc-encoding': 'zip' },
      { 'grpc-encoding': 'gzip' },
      { 'content-type': 'text/plain' },
      { 'grpc-timeout': `${'9'.repeat(50)}H` },
      { authorization: '\u00ff' },
    ];
    const session = http2Connect(`http://${api.grpcAddress}`).on('error', () => undefined);
    for (const more of headers) {
      for (const frame of frames) {
        const stream = session.request({
          ':method': 'POST',
          ':path': createPath,
          'content-type': 'application/grpc',
          te: 'trailers',
          ...authorized(),
          ...more,
        });
        const told: string[] = [];
        stream.on('error', () => undefined);
        const note = (got: object) => told.push(JSON.stringify(got));
        stream.on('response', note).on('trailers', note);
        stream.resume();
        stream.end(frame);
        await new Promise((resolve) => stream.once('close', resolve));
        expect(told.join()).not.toMatch(/"grpc-status":"0"|node_modules|Error:/);
      }
    }
    session.destroy();
  });
});

describe('random requests', () => {
  const RUNS = { numRuns: 300, endOnFailure: true };
  test('are answered within the contract', async () => {
    const paths = fc.constantFrom(...[...OrderService.methods, ...CapabilityService.methods].map(pathOf));
    const valid = toBinary(
      CreateOrderRequestSchema,
      create(CreateOrderRequestSchema, {
        customerName: CANARY.name,
        customerPhone: CANARY.phone,
        items: [{ name: CANARY.item, quantity: 1 }],
        slotId: 'none',
      }),
    );
    const spoilt = fc
      .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const bytes = Uint8Array.from(valid);
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      });
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), spoilt);
    await fc.assert(
      fc.asyncProperty(paths, bytes, async (path, message) => {
        const { code } = await grpc.send(path, message, authorized());
        expect(['INTERNAL', 'UNAVAILABLE']).not.toContain(code);
      }),
      RUNS,
    );
  });
});

test('after all of it the process lives, is ready, and nothing was a defect of its own', async () => {
  expect((await fetch(`${api.restUrl}/readyz`)).status).toBe(200);
  expect((await grpc.send(pathOf(OrderService.method.listOrders), undefined, authorized())).status).toBe('OK');
  expect(api.lines.filter((line) => /"level":"(?:error|fatal)"|uncaught|unhandled/.test(line))).toEqual([]);
});
