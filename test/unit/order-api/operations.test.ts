import { hasScope, SCOPES } from '../../../domain/access';
import { GRPC_SERVICES } from '../../../services/order-api/grpc-server';
import {
  deadlineOf,
  OPERATIONS,
  type Operation,
  requireScope,
  SESSION_URL,
} from '../../../services/order-api/operations';
import { KEY, ORDER, openDoors, withKey } from './doors';

const entries = Object.entries(OPERATIONS) as [Operation, (typeof OPERATIONS)[Operation]][];
const caller = (scopes: (typeof SCOPES)[number][]) => ({ userId: 'bakery', keyId: 'k', keyPrefix: 'p', scopes });

test('every gRPC method is an operation, and every operation with a method has it', () => {
  const methods = GRPC_SERVICES.flatMap((service) =>
    service.methods.map((method) => `/${service.typeName}/${method.name}`),
  );
  expect(entries.flatMap(([, { grpc }]) => grpc ?? []).sort()).toEqual(methods.sort());
});

test('every REST route but that of signing in is an operation, and every operation with a route has it', async () => {
  const doors = await openDoors();
  const document = (await (await fetch(`${doors.url}/openapi.json`)).json()) as { paths: Record<string, object> };
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    path === SESSION_URL ? [] : Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(Object.keys(document.paths)).toContain(SESSION_URL);
  expect(
    entries.flatMap(([, { rest }]) => (rest ? `${rest[0]} ${rest[1].replaceAll(/:(\w+)/g, '{$1}')}` : [])).sort(),
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
  const { orders, capabilities, bookings, catalogue, sheets, notifications } = doors;
  const clients = [orders, capabilities, bookings, catalogue, sheets, notifications];
  const calls = clients.flatMap((client) =>
    Object.entries(client).flatMap(([name, call]) => (name === 'close' ? [] : [first(call as Call)])),
  );
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

function openedBy(scopes: (typeof SCOPES)[number][]): Operation[] {
  return entries
    .filter(([operation]) => {
      try {
        requireScope(caller(scopes), operation);
        return true;
      } catch {
        return false;
      }
    })
    .map(([operation]) => operation);
}

const BY_AGENTS_ONLY: Operation[] = [
  'startBooking',
  'addItems',
  'removeItem',
  'confirmItems',
  'setCustomer',
  'getSummary',
  'confirmBooking',
  'abandonBooking',
  'createOrderFromAi',
];

test('an agent’s key opens the booking door and the questions of an agent, and nothing else', () => {
  expect(openedBy(['ai:book'])).toEqual([
    'isOrderBookingEnabled',
    'getCatalogue',
    ...BY_AGENTS_ONLY,
    'getBooking',
    'listBookingDecisions',
  ]);
});

test('no other key says yes for a customer, whatever it may do besides', () => {
  const opened = openedBy(['orders:read', 'orders:write', 'admin']);
  expect(opened.filter((operation) => BY_AGENTS_ONLY.includes(operation))).toEqual([]);
  expect(opened).toHaveLength(entries.length - BY_AGENTS_ONLY.length);
});

test('both doors refuse an agent what is not the agent’s, and everybody else what is', async () => {
  const doors = await openDoors();
  const closed = async (key: string, operations: readonly Operation[]) => {
    for (const operation of operations) {
      const { rest } = OPERATIONS[operation];
      if (rest === undefined) continue;
      const url = rest[1].replace(':id', ORDER.id).replace(':item_id', 'item_1');
      const response = await fetch(doors.url + url, { method: rest[0], headers: { authorization: `Bearer ${key}` } });
      expect([operation, response.status]).toEqual([operation, 403]);
      await response.text();
    }
  };
  await closed(KEY.ai, ['createOrder', 'updateOrderStatus', 'cancelOrder', 'updateCapabilities', 'updateCatalogue']);
  await closed(KEY.ai, ['getOrder', 'listOrders', 'listOrderEvents', 'streamOrders', 'getCapabilities']);
  for (const key of [KEY.full, KEY.read, KEY.admin]) await closed(key, BY_AGENTS_ONLY);

  const denied = (call: Promise<unknown>) => expect(call).rejects.toMatchObject({ code: 7 });
  const agent = withKey(KEY.ai);
  await denied(doors.orders.createOrder({}, agent));
  await denied(doors.orders.updateOrderStatus({}, agent));
  await denied(doors.orders.cancelOrder({}, agent));
  await denied(doors.capabilities.updateCapabilities({}, agent));
  await denied(doors.catalogue.updateCatalogue({}, agent));
  for (const key of [KEY.full, KEY.read, KEY.admin]) {
    for (const [name, call] of Object.entries(doors.bookings)) {
      if (!BY_AGENTS_ONLY.includes(name as Operation)) continue;
      await denied((call as Call)({}, withKey(key)) as Promise<unknown>);
    }
  }
  await doors.close();
});

test('an operation that waits for somebody outside has longer than the others, and never less than is set', () => {
  const leftOf = (operation: Operation, deadlineMs: number) => deadlineOf(operation, deadlineMs).getTime() - Date.now();
  expect(leftOf('getOrder', 10_000)).toBeLessThanOrEqual(10_000);
  for (const operation of ['testSubscription', 'replayDelivery', 'updateCapabilities', 'resyncSheet'] as const) {
    expect(leftOf(operation, 10_000)).toBeGreaterThan(15_000);
    expect(leftOf(operation, 60_000)).toBeGreaterThan(55_000);
  }
});

test('a POST that takes nothing may say so with an empty body, with {}, or with none at all, and with nothing else', async () => {
  const delivery = {
    id: ORDER.id,
    eventId: 'evt_1',
    eventType: 'test.ping',
    orderId: null,
    status: 'delivered',
    attempts: [],
    createdAt: ORDER.createdAt,
  } as const;
  const doors = await openDoors({ testSubscription: async () => delivery });
  const test = async (init: RequestInit) => {
    const headers = { authorization: `Bearer ${KEY.admin}`, ...init.headers };
    const url = `${doors.url}/api/notifications/subscriptions/${ORDER.id}/test`;
    return (await fetch(url, { method: 'POST', ...init, headers })).status;
  };
  const json = { 'content-type': 'application/json' };
  expect(await test({})).toBe(200);
  expect(await test({ headers: json })).toBe(200);
  expect(await test({ headers: json, body: '{}' })).toBe(200);
  expect(await test({ headers: json, body: '{"x":1}' })).toBe(400);
  await doors.close();
});
