import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { credentials, type ServiceError, status } from '@grpc/grpc-js';
import { OrderService } from '../../../gen/orderbooking/v1/order_service_pb';
import { createGrpcClient } from '../../../platform/grpc-client';
import { drainDoors } from '../../../services/order-api/drain-doors';
import { eventually } from '../../support/eventually';
import { type Doors, EVENT, KEY, ORDER, openDoors, withKey } from './doors';

/** Of RFC 9113. */
const HEADERS = 1;
const GOAWAY = 7;
const END_STREAM = 1;

let doors: Doors;
const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await doors.close();
});

/** Watches an order over a line that writes down what the server says in which order, which no client tells. */
async function watch() {
  let said = Buffer.alloc(0);
  const line = createServer((near) => {
    const far = connect(Number(new URL(`tcp://${doors.address}`).port), '127.0.0.1');
    far.on('data', (chunk: Buffer) => {
      said = Buffer.concat([said, chunk]);
    });
    for (const end of [near, far]) end.on('error', () => undefined);
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(line, 'listening');
  const address = `127.0.0.1:${(line.address() as AddressInfo).port}`;
  const client = createGrpcClient(OrderService, address, credentials.createInsecure());
  closing.push(() => {
    client.close();
    line.close();
  });
  const stream = client.watchOrder({ orderId: ORDER.id }, withKey(KEY.read));
  await stream.next();
  const ended = stream.next().then(
    () => status.OK,
    (error: ServiceError) => error.code,
  );
  return { ended, ends: () => [...frames(said)].flatMap(nameOfEnd) };
}

function* frames(bytes: Buffer): Generator<{ readonly type: number; readonly flags: number }> {
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    yield { type: bytes.readUInt8(at + 3), flags: bytes.readUInt8(at + 4) };
  }
}

function nameOfEnd({ type, flags }: { readonly type: number; readonly flags: number }): string[] {
  if (type === GOAWAY) return ['go away'];
  return type === HEADERS && (flags & END_STREAM) !== 0 ? ['status'] : [];
}

test('a watch has its status before its connection is told to go away', async () => {
  doors = await openDoors({
    async *watchOrder({ signal }) {
      yield { event: EVENT, order: ORDER };
      if (!signal.aborted) await once(signal, 'abort');
      // Like a use case that has something to finish.
      for (let turns = 0; turns < 20; turns += 1) await turn();
    },
  });
  const { ended, ends } = await watch();
  await drainDoors(doors, 50_000);
  expect(await ended).toBe(status.UNAVAILABLE);
  expect(ends().slice(0, 2)).toEqual(['status', 'go away']);
});

test('a stream that nobody reads is not waited for: its status does not get through', async () => {
  let made = 0;
  doors = await openDoors({
    async *watchOrder({ signal }) {
      for (; !signal.aborted; made += 1) yield { event: EVENT, order: { ...ORDER, notes: 'x'.repeat(2_000) } };
    },
  });
  const client = createGrpcClient(OrderService, doors.address, credentials.createInsecure());
  closing.push(() => client.close());
  await client.watchOrder({ orderId: ORDER.id }, withKey(KEY.read)).next();
  await eventually('it to wait for its reader', async () => {
    const before = made;
    await sleep(300);
    return made === before;
  });
  // Half an hour would be its share.
  await drainDoors(
    { streams: doors.streams, grpc: { drain: async () => {} }, http: { drain: async () => {} } },
    3_600_000,
  );
});

test('a stream that does not end takes no more than its share of a drain’s time', async () => {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  doors = await openDoors({
    async *watchOrder() {
      yield { event: EVENT, order: ORDER };
      await released;
    },
  });
  const { ended, ends } = await watch();
  await drainDoors(doors, 400);
  expect(await ended).not.toBe(status.OK);
  // It was told to go away while it was still open, and then cut off.
  expect(ends()[0]).toBe('go away');
  release();
});
