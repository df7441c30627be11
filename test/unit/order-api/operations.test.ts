import { hasScope, SCOPES } from '../../../domain/access';
import { GRPC_SERVICES } from '../../../services/order-api/grpc-server';
import { OPERATIONS, type Operation, requireScope } from '../../../services/order-api/operations';
import { ORDER, openDoors } from './doors';

const entries = Object.entries(OPERATIONS) as [Operation, (typeof OPERATIONS)[Operation]][];
const caller = (scopes: (typeof SCOPES)[number][]) => ({ userId: 'bakery', keyId: 'k', keyPrefix: 'p', scopes });

test('every gRPC method is an operation, and every operation with a method has it', () => {
  const methods = GRPC_SERVICES.flatMap((service) =>
    service.methods.map((method) => `/${service.typeName}/${method.name}`),
  );
  expect(entries.flatMap(([, { grpc }]) => grpc ?? []).sort()).toEqual(methods.sort());
});

test('every REST route is an operation, and every operation with a route has it', async () => {
  const doors = await openDoors();
  const document = (await (await fetch(`${doors.url}/openapi.json`)).json()) as { paths: Record<string, object> };
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(
    entries.flatMap(([, { rest }]) => (rest ? `${rest[0]} ${rest[1].replace(':id', '{id}')}` : [])).sort(),
  ).toEqual(documented.sort());
  await doors.close();
});

test('no operation is open: without a key each one is refused at both doors', async () => {
  const doors = await openDoors();
  for (const [, { rest }] of entries) {
    if (rest === undefined) continue;
    const response = await fetch(`${doors.url}${rest[1].replace(':id', ORDER.id)}`, { method: rest[0] });
    expect([rest, response.status]).toEqual([rest, 401]);
    await response.text();
  }
  const calls: Promise<unknown>[] = [
    ...Object.entries(doors.orders).flatMap(([name, call]) => (name === 'close' ? [] : [first(call as Call)])),
    ...Object.entries(doors.capabilities).flatMap(([name, call]) => (name === 'close' ? [] : [first(call as Call)])),
  ];
  expect(calls).toHaveLength(entries.filter(([, { grpc }]) => grpc !== undefined).length);
  for (const outcome of await Promise.allSettled(calls))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 16 } });
  await doors.close();
});

type Call = (request: object, options: object) => Promise<unknown> | AsyncIterator<unknown>;

async function first(call: Call): Promise<unknown> {
  const answer = call({}, { metadata: {} });
  return 'next' in answer ? answer.next() : answer;
}

test.each(entries)('%s lets exactly the keys with one of its scopes pass', (operation, { scopes }) => {
  for (const scope of SCOPES) {
    const allowed = scopes.some((needed) => hasScope(caller([scope]), needed));
    const check = () => requireScope(caller([scope]), operation);
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'PERMISSION_DENIED' }));
  }
  expect(() => requireScope(caller([]), operation)).toThrow();
});

test('what the booking agent’s key opens is the question whether booking is on, and nothing else', () => {
  const open = entries.filter(([operation]) => {
    try {
      requireScope(caller(['ai:book']), operation);
      return true;
    } catch {
      return false;
    }
  });
  expect(open.map(([operation]) => operation)).toEqual(['isOrderBookingEnabled']);
});
