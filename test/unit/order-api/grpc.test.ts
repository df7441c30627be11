import { once } from 'node:events';
import { connect } from 'node:http2';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { BusinessRuleError, DuplicateOrderError, ERRORS, type ErrorCode, orderError } from '../../../domain/errors';
import { BadRequestSchema, ErrorInfoSchema, RequestInfoSchema } from '../../../gen/google/rpc/error_details_pb';
import { StatusSchema } from '../../../gen/google/rpc/status_pb';
import { OrderSource, OrderStatus } from '../../../gen/orderbooking/v1/order_pb';
import { CreateOrderRequestSchema } from '../../../gen/orderbooking/v1/order_service_pb';
import { drainDoors } from '../../../services/order-api/drain-doors';
import { grpcStatus } from '../../../services/order-api/handlers/grpc/grpc-error';
import type { CreateOrder, UseCases } from '../../../services/order-api/use-cases/contract';
import { eventually } from '../../support/eventually';
import { CAPABILITIES, type Doors, EVENT, KEY, ORDER, openDoors, withKey, wordsOf } from './doors';

const REQUEST = {
  customerName: 'Zoë García',
  customerPhone: '+49 30 901820',
  items: [{ name: 'Rye bread', quantity: 2 }],
};
const CREATED = { order: ORDER, idempotencyKey: 'k1', idempotentReplayed: false, currentStatus: 'pending' } as const;
const CREATE_PATH = '/orderbooking.v1.OrderService/CreateOrder';

let doors: Doors;
afterEach(() => doors.close());

async function open(own: Partial<UseCases> = {}, options = {}): Promise<void> {
  doors = await openDoors(own, options);
}

/** The error a call fails with, and what its details say. */
async function failure(call: Promise<unknown>) {
  const error = await call.then(
    () => {
      throw new Error('the call did not fail');
    },
    (thrown: ServiceError) => thrown,
  );
  return describeError(error);
}

function describeError(error: ServiceError) {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const details = Buffer.isBuffer(bytes) ? fromBinary(StatusSchema, bytes) : undefined;
  const unpack = (details?.details ?? []).map(
    (any) => anyUnpack(any, ErrorInfoSchema) ?? anyUnpack(any, BadRequestSchema) ?? anyUnpack(any, RequestInfoSchema),
  );
  const info = unpack.find((detail) => detail?.$typeName === 'google.rpc.ErrorInfo');
  const badRequest = unpack.find((detail) => detail?.$typeName === 'google.rpc.BadRequest');
  const requestInfo = unpack.find((detail) => detail?.$typeName === 'google.rpc.RequestInfo');
  return {
    code: error.code,
    message: error.details,
    reason: info?.reason,
    domain: info?.domain,
    info: info?.metadata,
    violations: badRequest?.fieldViolations.map(({ field, description }) => ({ field, description })) ?? [],
    correlationId: error.metadata.get('x-correlation-id')[0],
    requestId: requestInfo?.requestId,
  };
}

/** A call by hand, for bytes and paths that no generated client would send. */
function raw(path: string, bytes: Buffer, metadata: Record<string, string> = {}) {
  const client = new Client(doors.address, credentials.createInsecure());
  const sent = new Metadata();
  for (const [name, value] of Object.entries(metadata)) sent.set(name, value);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      (value: Buffer) => value,
      (value) => value,
      bytes,
      sent,
      {},
      (error, answer) => {
        client.close();
        if (error) reject(error);
        else resolve(answer);
      },
    );
  });
}

describe('a call', () => {
  test('is translated to the use case and its answer back', async () => {
    let seen: CreateOrder | undefined;
    await open({
      createOrder: async (ctx, request) => {
        seen = request;
        expect(ctx.caller.userId).toBe('bakery');
        return CREATED;
      },
    });
    const answer = await doors.orders.createOrder(
      { ...REQUEST, idempotencyKey: 'k1', notes: 'Ring twice', source: OrderSource.WALK_IN },
      withKey(KEY.full),
    );
    expect(seen).toMatchObject({
      idempotencyKey: 'k1',
      allowDuplicate: false,
      content: { customerPhone: '4930901820', source: 'walk_in', notes: 'Ring twice' },
    });
    expect(answer).toMatchObject({
      idempotencyKey: 'k1',
      idempotentReplayed: false,
      currentStatus: OrderStatus.PENDING,
    });
    expect(answer.order).toMatchObject({
      id: ORDER.id,
      customerName: 'Zoë García',
      totalQuantity: 2,
      status: OrderStatus.PENDING,
    });
    expect(answer.order?.notes).toBeUndefined();
    expect(answer.order?.createdAt).toMatchObject({ seconds: 1795512600n, nanos: 123_000_000 });
  });

  test('takes the correlation id of its metadata and gives it back in its headers', async () => {
    await open({ getOrder: async (ctx) => ({ ...ORDER, notes: ctx.correlationId }) });
    const headers: Metadata[] = [];
    const answer = await doors.orders.getOrder(
      { orderId: ORDER.id },
      { ...withKey(KEY.read, { 'x-correlation-id': 'mine-1' }), onHeaders: (metadata) => headers.push(metadata) },
    );
    expect(answer.order?.notes).toBe('mine-1');
    expect(headers[0]?.get('x-correlation-id')).toEqual(['mine-1']);
  });

  test('gets a made correlation id instead of a bad one', async () => {
    await open();
    const error = await failure(
      doors.orders.getOrder({ orderId: 'no' }, withKey(KEY.read, { 'x-correlation-id': 'a b' })),
    );
    expect(error.correlationId).toMatch(/^req_[A-Za-z0-9_-]{22,}$/);
    expect(error.requestId).toBe(error.correlationId);
  });

  test('is logged in one line without anything of the customer', async () => {
    await open({ createOrder: async () => CREATED });
    await doors.orders.createOrder(REQUEST, withKey(KEY.full, { 'x-correlation-id': 'mine-2' }));
    await failure(doors.orders.getOrder({ orderId: ORDER.id }, withKey(KEY.full)));
    expect(doors.lines).toHaveLength(2);
    expect(doors.lines[0]).toMatchObject({
      event: 'call',
      method: CREATE_PATH,
      grpcStatus: 'OK',
      correlationId: 'mine-2',
      keyPrefix: 'bakery',
    });
    expect(doors.lines[1]).toMatchObject({ level: 'error', grpcStatus: 'INTERNAL', code: 'INTERNAL' });
    expect(wordsOf(doors.lines)).not.toMatch(/Zoë|García|4930|901820/);
  });
});

describe('who may call', () => {
  const OPEN = {
    createOrder: async () => CREATED,
    getOrder: async () => ORDER,
    isOrderBookingEnabled: async () => true,
  };

  test.each([undefined, '', 'Basic abc', 'Bearer', 'Bearer a b', `Bearer ${'x'.repeat(300)}`, 'Bearer nobody'])(
    'authorization %p is UNAUTHENTICATED',
    async (authorization) => {
      await open(OPEN);
      const error = await failure(
        doors.orders.getOrder(
          { orderId: 'not even looked at' },
          { metadata: authorization === undefined ? {} : { authorization } },
        ),
      );
      expect(error).toMatchObject({ code: status.UNAUTHENTICATED, reason: 'UNAUTHENTICATED' });
    },
  );

  test('the scheme is written in any case', async () => {
    await open(OPEN);
    await doors.orders.getOrder({ orderId: ORDER.id }, { metadata: { authorization: `bEARER  ${KEY.read}` } });
  });

  test('a key without the scope is PERMISSION_DENIED before the request is looked at', async () => {
    await open(OPEN);
    expect(await failure(doors.orders.createOrder({}, withKey(KEY.read)))).toMatchObject({
      code: status.PERMISSION_DENIED,
      reason: 'PERMISSION_DENIED',
      info: { required_scopes: '["orders:write"]' },
    });
    expect(await failure(doors.orders.createOrder(REQUEST, withKey(KEY.ai)))).toMatchObject({
      code: status.PERMISSION_DENIED,
    });
    expect(await failure(doors.capabilities.updateCapabilities({}, withKey(KEY.full)))).toMatchObject({
      code: status.PERMISSION_DENIED,
    });
  });

  test('the booking door may ask whether booking is on, and admin may read and write orders', async () => {
    await open(OPEN);
    expect((await doors.capabilities.isOrderBookingEnabled({}, withKey(KEY.ai))).enabled).toBe(true);
    await doors.orders.createOrder(REQUEST, withKey(KEY.admin));
  });

  test('a user_id other than the tenant is PERMISSION_DENIED, the tenant itself is fine', async () => {
    await open(OPEN);
    await doors.orders.getOrder({ orderId: ORDER.id, userId: 'bakery' }, withKey(KEY.read));
    for (const userId of ['pizzeria', 'nobody']) {
      const error = await failure(doors.orders.getOrder({ orderId: ORDER.id, userId }, withKey(KEY.read)));
      expect(error).toMatchObject({
        code: status.PERMISSION_DENIED,
        message: 'The API key belongs to another user_id',
      });
    }
  });
});

describe('an error', () => {
  test.each(Object.keys(ERRORS) as ErrorCode[])('%s has the registry’s status and its code as reason', (code) => {
    const answer = grpcStatus(orderError(code, 'No', { some_id: 'x', count: 3 }), 'c1');
    const error = describeError(Object.assign(new Error('No'), answer));
    expect(error).toMatchObject({
      code: status[ERRORS[code].grpc],
      reason: code,
      domain: 'orderbooking.v1',
      info: { some_id: 'x', count: '3' },
      correlationId: 'c1',
    });
  });

  test('of a duplicate names the existing order', async () => {
    await open({
      createOrder: async () => {
        throw new DuplicateOrderError(ORDER.id);
      },
    });
    expect(await failure(doors.orders.createOrder(REQUEST, withKey(KEY.full)))).toMatchObject({
      code: status.ALREADY_EXISTS,
      reason: 'DUPLICATE_ORDER',
      info: { existing_order_id: ORDER.id },
    });
  });

  test('of wrong fields names each of them', async () => {
    await open();
    const error = await failure(
      doors.orders.createOrder(
        { ...REQUEST, items: [{ name: '', quantity: 0 }], source: OrderSource.AI },
        withKey(KEY.full),
      ),
    );
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, reason: 'VALIDATION_FAILED', info: {} });
    expect(error.violations.map(({ field }) => field).sort()).toEqual(['items[0].name', 'items[0].quantity', 'source']);
  });

  test('that is a defect says nothing of itself', async () => {
    await open();
    const error = await failure(doors.orders.listOrders({}, withKey(KEY.read)));
    expect(error).toMatchObject({
      code: status.INTERNAL,
      reason: 'INTERNAL',
      message: 'Something went wrong on our side',
      info: {},
    });
  });

  test('reaches the caller whole even if its text cannot stand in a header', async () => {
    await open({
      getOrder: async () => {
        throw new BusinessRuleError('NOT_FOUND', 'Größe 你好 %zz');
      },
    });
    expect(await failure(doors.orders.getOrder({ orderId: ORDER.id }, withKey(KEY.read)))).toMatchObject({
      code: status.NOT_FOUND,
      message: 'Größe 你好 %zz',
    });
  });
});

describe('what is not a request', () => {
  const auth = { authorization: `Bearer ${KEY.full}`, 'x-correlation-id': 'bad-1' };

  test('bytes that are no message', async () => {
    await open();
    const error = await failure(raw(CREATE_PATH, Buffer.from('ffffffff', 'hex'), auth));
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, reason: 'VALIDATION_FAILED', correlationId: 'bad-1' });
    expect(doors.lines).toMatchObject([{ code: 'VALIDATION_FAILED', method: CREATE_PATH, correlationId: 'bad-1' }]);
  });

  test('text that is not UTF-8', async () => {
    await open();
    const bytes = toBinary(
      CreateOrderRequestSchema,
      create(CreateOrderRequestSchema, { ...REQUEST, customerName: 'AAAA' }),
    );
    const spoilt = Buffer.from(bytes);
    spoilt.fill(0xff, spoilt.indexOf('AAAA'), spoilt.indexOf('AAAA') + 4);
    expect(await failure(raw(CREATE_PATH, spoilt, auth))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: 'VALIDATION_FAILED',
    });
  });

  test('a message over one MiB', async () => {
    await open();
    const error = await failure(
      doors.orders.createOrder(
        { ...REQUEST, notes: 'x'.repeat(1_100_000) },
        withKey(KEY.full, { 'x-correlation-id': 'big' }),
      ),
    );
    expect(error).toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: 'VALIDATION_FAILED',
      correlationId: 'big',
      message: 'The message is too large',
    });
  });

  test.each(['/orderbooking.v1.OrderService/DropOrders', '/orderbooking.v9.Nothing/AtAll', '/x', '/caf%C3%A9'])(
    'method %s is UNIMPLEMENTED',
    async (path) => {
      await open();
      const error = await failure(raw(path, Buffer.alloc(0), { 'x-correlation-id': 'bad-2' }));
      expect(error).toMatchObject({
        code: status.UNIMPLEMENTED,
        reason: 'NOT_FOUND',
        correlationId: 'bad-2',
        message: 'There is no such method',
      });
      expect(JSON.stringify(doors.lines)).not.toContain(path);
    },
  );

  test('enum values, versions and times that do not exist', async () => {
    await open();
    const call = withKey(KEY.full);
    const violated = async (request: Promise<unknown>) => (await failure(request)).violations.map(({ field }) => field);
    expect(
      await violated(doors.orders.updateOrderStatus({ orderId: ORDER.id, status: 99 as OrderStatus }, call)),
    ).toEqual(['status']);
    expect(await violated(doors.orders.updateOrderStatus({ orderId: ORDER.id }, call))).toEqual(['status']);
    expect(await violated(doors.orders.cancelOrder({ orderId: ORDER.id, expectedVersion: -1 }, call))).toEqual([
      'expected_version',
    ]);
    expect(await violated(doors.orders.getOrder({ orderId: 'x\0' }, call))).toEqual(['order_id']);
    expect(await violated(doors.orders.listOrders({ pageSize: -1 }, call))).toEqual(['page_size']);
    expect(
      await violated(doors.orders.listOrders({ createdAfter: { seconds: 9_000_000_000_000_000n, nanos: 0 } }, call)),
    ).toEqual(['created_after']);
    expect(await violated(doors.orders.listOrders({ createdAfter: { seconds: 0n, nanos: -1 } }, call))).toEqual([
      'created_after',
    ]);
    expect(await violated(doors.orders.listOrderEvents({ orderId: ORDER.id, pageToken: '!' }, call))).toEqual([
      'page_token',
    ]);
    expect(
      (await failure(collect(doors.orders.watchOrder({ orderId: ORDER.id, afterSequence: -1 }, call)))).violations,
    ).toMatchObject([{ field: 'after_sequence' }]);
  });

  test('frames and headers by hand do not end the process', async () => {
    await open({ getOrder: async () => ORDER });
    const session = connect(`http://${doors.address}`);
    session.on('error', () => undefined);
    for (const headers of [
      { ':path': '/caf\u00e9', 'content-type': 'application/grpc' },
      { ':path': CREATE_PATH, 'content-type': 'application/grpc', 'grpc-timeout': 'soon' },
      { ':path': CREATE_PATH, 'content-type': 'application/grpc', 'grpc-encoding': 'zip' },
      { ':path': CREATE_PATH, 'content-type': 'text/plain' },
    ]) {
      const stream = session.request({ ':method': 'POST', te: 'trailers', ...headers });
      stream.on('error', () => undefined);
      stream.end(Buffer.from([1, 0, 0, 0, 2, 9, 9]));
      stream.resume();
      await once(stream, 'close');
    }
    session.destroy();
    expect((await doors.orders.getOrder({ orderId: ORDER.id }, withKey(KEY.read))).order?.id).toBe(ORDER.id);
  });
});

describe('the idempotency key', () => {
  async function keysSeen(field: string | undefined, beside: string | undefined) {
    let seen: string | undefined;
    await open({
      createOrder: async (_ctx, request) => {
        seen = request.idempotencyKey;
        return CREATED;
      },
    });
    await doors.orders.createOrder(
      { ...REQUEST, ...(field === undefined ? {} : { idempotencyKey: field }) },
      withKey(KEY.full, beside === undefined ? {} : { 'idempotency-key': beside }),
    );
    return seen;
  }

  test('is the field, the metadata, or nothing', async () => {
    expect(await keysSeen('f', undefined)).toBe('f');
    await doors.close();
    expect(await keysSeen(undefined, 'm')).toBe('m');
    await doors.close();
    expect(await keysSeen('same', 'same')).toBe('same');
    await doors.close();
    expect(await keysSeen(undefined, undefined)).toBeUndefined();
  });

  test('is refused when field and metadata differ or one is malformed', async () => {
    await open();
    expect(
      await failure(
        doors.orders.createOrder({ ...REQUEST, idempotencyKey: 'a' }, withKey(KEY.full, { 'idempotency-key': 'b' })),
      ),
    ).toMatchObject({ code: status.INVALID_ARGUMENT, violations: [{ field: 'idempotency_key' }] });
    expect(
      await failure(doors.orders.createOrder(REQUEST, withKey(KEY.full, { 'idempotency-key': 'a b' }))),
    ).toMatchObject({ violations: [{ field: 'Idempotency-Key' }] });
    expect(
      await failure(doors.orders.createOrder({ ...REQUEST, idempotencyKey: '' }, withKey(KEY.full))),
    ).toMatchObject({ violations: [{ field: 'idempotency_key' }] });
  });
});

describe('deadlines', () => {
  const never = { getOrder: () => new Promise<never>(() => undefined) };

  test('the server’s own ends a call that hangs', async () => {
    await open(never, { requestDeadlineMs: 100 });
    expect(await failure(doors.orders.getOrder({ orderId: ORDER.id }, withKey(KEY.read)))).toMatchObject({
      code: status.UNAVAILABLE,
      reason: 'UNAVAILABLE',
    });
  });

  test('the client’s shorter one is what the use case sees', async () => {
    let deadline: Date | undefined;
    const getOrder: UseCases['getOrder'] = async (ctx) => {
      deadline = ctx.deadline;
      return ORDER;
    };
    await open({ getOrder }, { requestDeadlineMs: 300_000 });
    const before = Date.now();
    await doors.orders.getOrder({ orderId: ORDER.id }, { ...withKey(KEY.read), deadline: before + 60_000 });
    expect(deadline?.getTime()).toBeGreaterThan(before + 40_000);
    expect(deadline?.getTime()).toBeLessThan(before + 80_000);
  });

  test('the client’s own passes without a second line in the log', async () => {
    let isAsked = false;
    const getOrder: UseCases['getOrder'] = () => {
      isAsked = true;
      return new Promise(() => {});
    };
    await open({ getOrder });
    // A call that passes its deadline before it is sent, which connecting may take, is none to the server.
    while (!isAsked) {
      const error = await failure(
        doors.orders.getOrder({ orderId: ORDER.id }, { ...withKey(KEY.read), deadline: Date.now() + 150 }),
      );
      expect([status.DEADLINE_EXCEEDED, status.UNAVAILABLE]).toContain(error.code);
    }
    await eventually('its line', () => doors.lines.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(doors.lines).toHaveLength(1);
  });
});

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of stream) all.push(message);
  return all;
}

describe('WatchOrder', () => {
  test('sends what happens, with headers first, and ends with OK', async () => {
    await open({
      async *watchOrder(_ctx, { afterSequence }) {
        expect(afterSequence).toBe(3);
        yield { event: EVENT, order: ORDER };
        yield {
          event: {
            ...EVENT,
            sequence: 2,
            type: 'status_changed',
            fromStatus: 'pending',
            toStatus: 'cancelled',
            reason: 'No flour',
          },
          order: { ...ORDER, status: 'cancelled' },
        };
      },
    });
    const headers: Metadata[] = [];
    const messages = await collect(
      doors.orders.watchOrder(
        { orderId: ORDER.id, afterSequence: 3 },
        { ...withKey(KEY.read, { 'x-correlation-id': 'w1' }), onHeaders: (metadata) => headers.push(metadata) },
      ),
    );
    expect(headers[0]?.get('x-correlation-id')).toEqual(['w1']);
    expect(messages.map(({ event }) => event?.sequence)).toEqual([1, 2]);
    expect(messages[1]).toMatchObject({
      event: {
        orderId: ORDER.id,
        fromStatus: OrderStatus.PENDING,
        toStatus: OrderStatus.CANCELLED,
        reason: 'No flour',
      },
      order: { status: OrderStatus.CANCELLED },
    });
  });

  test('tells errors as unary calls do', async () => {
    await open({
      // biome-ignore lint/correctness/useYield: it fails before it has anything to say
      async *watchOrder() {
        throw new BusinessRuleError('NOT_FOUND', 'There is no such order');
      },
    });
    expect(await failure(collect(doors.orders.watchOrder({ orderId: ORDER.id }, withKey(KEY.read))))).toMatchObject({
      code: status.NOT_FOUND,
      reason: 'NOT_FOUND',
    });
    expect(await failure(collect(doors.orders.watchOrder({ orderId: ORDER.id }, { metadata: {} })))).toMatchObject({
      code: status.UNAUTHENTICATED,
    });
  });

  test('stops when its client leaves, and a drain ends it with UNAVAILABLE', async () => {
    const signals: AbortSignal[] = [];
    await open({
      async *watchOrder({ signal }) {
        signals.push(signal);
        yield { event: EVENT, order: ORDER };
        if (!signal.aborted) await once(signal, 'abort');
      },
    });
    for await (const _ of doors.orders.watchOrder({ orderId: ORDER.id }, withKey(KEY.read))) break;
    await eventually('the use case to be told', () => signals[0]?.aborted);
    expect(await eventually('its line', () => doors.lines.at(-1))).toMatchObject({ grpcStatus: 'CANCELLED' });

    const stream = doors.orders.watchOrder({ orderId: ORDER.id }, withKey(KEY.read));
    await stream.next();
    const ended = failure(collect(stream));
    const started = Date.now();
    await drainDoors(doors, 50_000);
    // Its words as well, which say who ended it when it was not we.
    expect(await ended).toMatchObject({
      code: status.UNAVAILABLE,
      reason: 'UNAVAILABLE',
      message: 'The server is going away; watch again from here',
    });
    expect(Date.now() - started).toBeLessThan(25_000);
  });

  test('reads from the use case no faster than its client does', async () => {
    let made = 0;
    await open({
      async *watchOrder({ signal }) {
        while (!signal.aborted && made < 20_000) {
          made += 1;
          yield { event: { ...EVENT, reason: 'x'.repeat(500) }, order: { ...ORDER, notes: 'x'.repeat(2_000) } };
        }
      },
    });
    const stream = doors.orders.watchOrder({ orderId: ORDER.id }, withKey(KEY.read));
    await stream.next();
    await eventually('it to wait for the client', async () => {
      const before = made;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return made === before;
    });
    expect(made).toBeLessThan(2_000);
    await stream.return?.();
  });
});

describe('capabilities', () => {
  let change: unknown;
  const own: Partial<UseCases> = {
    getCapabilities: async () => CAPABILITIES,
    updateCapabilities: async (_ctx, wanted) => {
      change = wanted;
      return CAPABILITIES;
    },
  };
  const admin = withKey(KEY.admin);

  test('are read; what is null is absent', async () => {
    await open(own);
    const { capabilities } = await doors.capabilities.getCapabilities({}, withKey(KEY.read));
    expect(capabilities).toMatchObject({ userId: 'bakery', orderBookingEnabled: true, sheetsSyncEnabled: false });
    expect(capabilities?.pendingOrderExpirySeconds).toBeUndefined();
    expect(capabilities).toMatchObject({
      bookingLocale: 'de',
      bookingIdleExpirySeconds: 1_800,
      confirmationExpirySeconds: 600,
      confirmationPhrases: ['passt scho'],
    });
  });

  test('change by what is set, or by the mask, which also clears', async () => {
    await open(own);
    await doors.capabilities.updateCapabilities(
      { capabilities: { orderBookingEnabled: false, userId: 'bakery' } },
      admin,
    );
    expect(change).toMatchObject({ orderBookingEnabled: false, sheetsSheetName: undefined });
    await doors.capabilities.updateCapabilities(
      {
        capabilities: { orderBookingEnabled: false, sheetsSyncEnabled: true },
        updateMask: { paths: ['sheets_sync_enabled', 'pending_order_expiry_seconds'] },
      },
      admin,
    );
    expect(change).toEqual({
      orderBookingEnabled: undefined,
      sheetsSyncEnabled: true,
      sheetsSpreadsheetId: undefined,
      sheetsSheetName: undefined,
      pendingOrderExpirySeconds: null,
      bookingLocale: undefined,
      bookingIdleExpirySeconds: undefined,
      confirmationExpirySeconds: undefined,
      confirmationPhrases: undefined,
    });
  });

  test('lose their own phrases for yes only to a mask that names them', async () => {
    await open(own);
    const phrases = async (update: Parameters<typeof doors.capabilities.updateCapabilities>[0]) => {
      await doors.capabilities.updateCapabilities(update, admin);
      return (change as { confirmationPhrases: unknown }).confirmationPhrases;
    };
    expect(await phrases({ capabilities: { bookingLocale: 'fr' } })).toBeUndefined();
    expect(await phrases({ capabilities: { confirmationPhrases: ['aye aye'] } })).toEqual(['aye aye']);
    expect(await phrases({ capabilities: {}, updateMask: { paths: ['confirmation_phrases'] } })).toEqual([]);
  });

  test('refuse masks that name what is not theirs or leave a switch nowhere', async () => {
    await open(own);
    for (const paths of [['user_id'], ['updated_at'], ['__proto__'], ['nonsense'], ['*', 'nonsense']]) {
      const wanted = failure(
        doors.capabilities.updateCapabilities(
          { capabilities: { orderBookingEnabled: true }, updateMask: { paths } },
          admin,
        ),
      );
      expect(await wanted).toMatchObject({ code: status.INVALID_ARGUMENT });
    }
    expect(
      await failure(doors.capabilities.updateCapabilities({ updateMask: { paths: ['order_booking_enabled'] } }, admin)),
    ).toMatchObject({ violations: [{ field: 'order_booking_enabled' }] });
    expect(
      await failure(doors.capabilities.updateCapabilities({ capabilities: { userId: 'pizzeria' } }, admin)),
    ).toMatchObject({ code: status.PERMISSION_DENIED });
  });
});

describe('health and reflection', () => {
  type Health = {
    check(
      request: { service: string },
      callback: (error: ServiceError | null, answer: { status: string }) => void,
    ): void;
  };

  function health(service: string): Promise<string> {
    const client = new Client(doors.address, credentials.createInsecure());
    const check = healthService.Check;
    if (check === undefined) throw new Error('no health check');
    return new Promise<string>((resolve, reject) => {
      client.makeUnaryRequest(
        check.path,
        check.requestSerialize,
        check.responseDeserialize,
        { service },
        (error, answer) => {
          client.close();
          if (error) reject(error);
          else resolve((answer as Parameters<Parameters<Health['check']>[1]>[1]).status);
        },
      );
    });
  }

  test('health follows readiness and needs no key', async () => {
    await open();
    await eventually('it to serve', async () => (await health('')) === 'SERVING');
    expect(await health('orderbooking.v1.OrderService')).toBe('SERVING');
    await expect(health('nothing')).rejects.toMatchObject({ code: status.NOT_FOUND });
    doors.dependencies.postgres = false;
    await eventually(
      'it to serve no more',
      async () => (await health('orderbooking.v1.CapabilityService')) === 'NOT_SERVING',
    );
  });

  test.each(['v1', 'v1alpha'])('reflection %s names our services', async (version) => {
    await open();
    const client = new Client(doors.address, credentials.createInsecure());
    const call = client.makeBidiStreamRequest(
      `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      (value: Buffer) => value,
      (value) => value,
      new Metadata(),
    );
    call.end(Buffer.from([0x3a, 0x00]));
    const answer = Buffer.concat(await collect<Buffer>(call)).toString();
    for (const name of ['OrderService', 'CapabilityService']) expect(answer).toContain(`orderbooking.v1.${name}`);
    expect(answer).toContain('grpc.health.v1.Health');
    client.close();
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
  const running = doors.orders.getOrder({ orderId: ORDER.id }, withKey(KEY.read));
  await eventually('the call', () => finish !== undefined);
  const drained = doors.grpc.drain(50_000);
  await new Promise((resolve) => setTimeout(resolve, 50));
  finish?.();
  expect((await running).order?.id).toBe(ORDER.id);
  await drained;
  expect(await failure(doors.orders.getOrder({ orderId: ORDER.id }, withKey(KEY.read)))).toMatchObject({
    code: status.UNAVAILABLE,
  });
});
