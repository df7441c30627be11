import { create, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import * as grpc from '@grpc/grpc-js';
import { OrderStatus } from '../../../gen/orderbooking/v1/order_pb';
import {
  type CreateOrderRequest,
  CreateOrderResponseSchema,
  type GetOrderRequest,
  GetOrderResponseSchema,
  OrderService,
  type WatchOrderRequest,
  WatchOrderResponseSchema,
} from '../../../gen/orderbooking/v1/order_service_pb';
import { createGrpcClient, type GrpcClient } from '../../../platform/grpc-client';
import { fileDescriptorProtos, grpcDefinition } from '../../../platform/grpc-definition';
import { eventually } from '../../support/eventually';

let server: grpc.Server;
let client: GrpcClient<typeof OrderService>;
let received: { request?: CreateOrderRequest; metadata?: grpc.Metadata; written: number; cancelled: boolean };

/** A server of the real service that answers with what it was asked, so that both directions are seen. */
beforeEach(async () => {
  const log: typeof received = { written: 0, cancelled: false };
  received = log;
  server = new grpc.Server();
  server.addService(grpcDefinition(OrderService), {
    createOrder(call: grpc.ServerUnaryCall<CreateOrderRequest, unknown>, callback: grpc.sendUnaryData<unknown>) {
      log.request = call.request;
      log.metadata = call.metadata;
      const headers = new grpc.Metadata();
      headers.set('x-correlation-id', 'req_1');
      call.sendMetadata(headers);
      const { customerName, items } = call.request;
      callback(null, create(CreateOrderResponseSchema, { order: { customerName, items }, idempotentReplayed: true }));
    },
    getOrder(call: grpc.ServerUnaryCall<GetOrderRequest, unknown>, callback: grpc.sendUnaryData<unknown>) {
      if (call.request.orderId === 'slow') return;
      if (call.request.orderId === 'empty') return callback(null, create(GetOrderResponseSchema));
      const metadata = new grpc.Metadata();
      metadata.set('x-correlation-id', 'req_2');
      callback({ code: grpc.status.NOT_FOUND, details: 'There is no such order', metadata });
    },
    watchOrder(call: grpc.ServerWritableStream<WatchOrderRequest, unknown>) {
      call.on('cancelled', () => {
        log.cancelled = true;
      });
      const { orderId, afterSequence } = call.request;
      const last = orderId === 'endless' ? Number.POSITIVE_INFINITY : afterSequence;
      let sequence = 0;
      let taken = 0;
      // An error leaves behind what the connection has not taken yet.
      const fail = (): void => {
        if (taken === last) call.emit('error', { code: grpc.status.UNAVAILABLE, details: 'draining' });
      };
      const onTaken = (): void => {
        taken += 1;
        if (orderId === 'fails') fail();
      };
      const write = (): void => {
        while (sequence < last && !call.cancelled) {
          sequence += 1;
          log.written = sequence;
          const event = { sequence, toStatus: OrderStatus.PENDING, reason: 'x'.repeat(1_000) };
          if (!call.write(create(WatchOrderResponseSchema, { event }), onTaken)) {
            call.once('drain', write);
            return;
          }
        }
        if (orderId !== 'fails') call.end();
        else if (last === 0) fail();
      };
      write();
    },
  } as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  client = createGrpcClient(OrderService, `127.0.0.1:${port}`, grpc.credentials.createInsecure());
});

afterEach(() => {
  client.close();
  server.forceShutdown();
});

async function sequences(orderId: string, afterSequence: number): Promise<number[]> {
  const seen: number[] = [];
  for await (const { event } of client.watchOrder({ orderId, afterSequence })) seen.push(event?.sequence ?? -1);
  return seen;
}

describe('unary calls', () => {
  test('a message arrives as it was sent, and its answer comes back', async () => {
    const items = [{ name: 'Brötchen 🥐', quantity: 3 }];
    const answer = await client.createOrder(
      { customerName: 'Zoë', items, notes: '' },
      { metadata: { authorization: 'Bearer x' }, deadline: Date.now() + 30_000 },
    );
    expect(received.request).toMatchObject({ customerName: 'Zoë', items, notes: '' });
    expect(received.request?.slotId).toBeUndefined();
    expect(received.metadata?.get('authorization')).toEqual(['Bearer x']);
    expect(answer).toMatchObject({ order: { customerName: 'Zoë', items }, idempotentReplayed: true });
  });

  test('the headers of the answer can be read', async () => {
    const seen: unknown[] = [];
    await client.createOrder({}, { onHeaders: (metadata) => seen.push(metadata.get('x-correlation-id')) });
    expect(seen).toEqual([['req_1']]);
  });

  test('an empty message is an answer too', async () => {
    expect((await client.getOrder({ orderId: 'empty' })).order).toBeUndefined();
  });

  test('a failure is a ServiceError with code, details and metadata', async () => {
    const failure = await client.getOrder({ orderId: 'absent' }).catch((error: grpc.ServiceError) => error);
    expect(failure).toMatchObject({ code: grpc.status.NOT_FOUND, details: 'There is no such order' });
    expect((failure as grpc.ServiceError).metadata.get('x-correlation-id')).toEqual(['req_2']);
  });

  test('a deadline and an abort end a call', async () => {
    await expect(client.getOrder({ orderId: 'slow' }, { deadline: Date.now() + 50 })).rejects.toMatchObject({
      code: grpc.status.DEADLINE_EXCEEDED,
    });
    await expect(client.getOrder({ orderId: 'slow' }, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      code: grpc.status.CANCELLED,
    });
    await expect(client.getOrder({ orderId: 'slow' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: grpc.status.CANCELLED,
    });
  });
});

describe('server streams', () => {
  test('every message arrives once, in order, and the end is seen', async () => {
    expect(await sequences('o', 0)).toEqual([]);
    expect(await sequences('o', 500)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  test('what was sent before a failure is seen before the failure', async () => {
    const stream = client.watchOrder({ orderId: 'fails', afterSequence: 2 });
    expect((await stream.next()).value).toMatchObject({ event: { sequence: 1 } });
    expect((await stream.next()).value).toMatchObject({ event: { sequence: 2 } });
    await expect(stream.next()).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE, details: 'draining' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('a failure that comes before anybody iterates is kept for the one who does', async () => {
    const stream = client.watchOrder({ orderId: 'fails', afterSequence: 0 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(stream.next()).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE });
  });

  test('leaving the loop cancels the stream, and a slow reader holds the writer back', async () => {
    for await (const { event } of client.watchOrder({ orderId: 'endless' })) {
      if (event?.sequence === 3) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await eventually('the server to notice', () => received.cancelled);
    // What fits into the buffers on the way, not what a writer could send in that time.
    expect(received.written).toBeLessThan(2_000);
  });

  test('an abort ends a stream with CANCELLED', async () => {
    const stream = client.watchOrder({ orderId: 'endless' }, { signal: AbortSignal.timeout(100) });
    const all = (async () => {
      for await (const _ of stream) await new Promise((resolve) => setTimeout(resolve, 5));
    })();
    await expect(all).rejects.toMatchObject({ code: grpc.status.CANCELLED });
  });
});

describe('grpcDefinition', () => {
  test('has every method under its path and kind', () => {
    const definition = grpcDefinition(OrderService);
    expect(definition.createOrder).toMatchObject({
      path: '/orderbooking.v1.OrderService/CreateOrder',
      requestStream: false,
      responseStream: false,
    });
    expect(definition.watchOrder).toMatchObject({ requestStream: false, responseStream: true });
    expect(() => definition.createOrder?.requestDeserialize(Buffer.from([0x0a, 0xff]))).toThrow();
    expect(Object.keys(definition)).toEqual(OrderService.methods.map((method) => method.localName));
  });
});

describe('fileDescriptorProtos', () => {
  test('has every file once, after those it imports', () => {
    const files = fileDescriptorProtos([OrderService, OrderService]).map((bytes) =>
      fromBinary(FileDescriptorProtoSchema, bytes),
    );
    const names = files.map((file) => file.name);
    expect(names).toContain('orderbooking/v1/order_service.proto');
    expect(new Set(names).size).toBe(names.length);
    for (const [index, file] of files.entries()) {
      for (const dependency of file.dependency) expect(names.slice(0, index)).toContain(dependency);
    }
  });
});
