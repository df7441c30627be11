import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { createOrderClient } from '../../../client/order-client';
import { GRPC_SERVICES } from '../../../services/order-api/grpc-server';

const GENERATED = join(__dirname, '..', '..', '..', 'gen', 'orderbooking', 'v1');

/** Every service that was generated from proto/, whoever serves it. */
const SERVICES = readdirSync(GENERATED)
  .filter((file) => file.endsWith('_pb.ts'))
  .flatMap((file) => Object.values(require(join(GENERATED, file)) as Readonly<Record<string, unknown>>))
  .filter(isService);

function isService(value: unknown): value is DescService {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'service';
}

test('every method of every gRPC service has its call in the client, by its own name, and there is no other', () => {
  expect(SERVICES.map(({ typeName }) => typeName).sort()).toEqual(GRPC_SERVICES.map(({ typeName }) => typeName).sort());
  const methods = SERVICES.flatMap(({ methods }) => methods.map(({ localName }) => localName));
  expect(methods.length).toBeGreaterThan(30);

  const client = createOrderClient({ address: '127.0.0.1:1', apiKey: 'obk_test' });
  client.close();
  expect(Object.keys(client).sort()).toEqual([...methods, 'close'].sort());
});
