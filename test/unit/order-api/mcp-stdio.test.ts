import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BusinessRuleError } from '../../../domain/errors';
import type { BookingDoor, BookingOperation } from '../../../services/order-api/handlers/mcp/booking-door';
import { createUseCaseDoor } from '../../../services/order-api/handlers/mcp/use-case-door';
import { loadStdioConfig } from '../../../services/order-api/mcp-stdio/config';
import { createRestDoor, hasRoute } from '../../../services/order-api/mcp-stdio/rest-door';
import { OPERATIONS } from '../../../services/order-api/operations';
import { type Doors, KEY, openDoors, useCasesDouble } from './doors';
import { acceptingUseCases, BOOKING_ID, DIGEST } from './mcp-booking';

const options = { correlationId: 'agent-1', signal: new AbortController().signal };
const booking_id = BOOKING_ID;
const confidence = 0.25;
const step_id = 'step-1';

const CALLS: readonly (readonly [BookingOperation, Record<string, unknown>])[] = [
  ['getCatalogue', {}],
  ['startBooking', {}],
  ['startBooking', { locale: 'hi', step_id, confidence }],
  [
    'addItems',
    {
      booking_id,
      customer_message: ' दो "रोटी" \n',
      items: [{ name: 'Roti', quantity: 2, name_words: 'रोटी', quantity_words: 'दो' }],
      confidence,
    },
  ],
  ['removeItem', { booking_id, item_id: 'item 1/../2?x=1', step_id, confidence }],
  ['removeItem', { booking_id, item_id: 'item_1', confidence: null }],
  ['removeItem', { booking_id, item_id: 'item_1', confidence: 0.1 + 0.2 }],
  ['removeItem', { booking_id, item_id: '😀'.repeat(64) }],
  ['confirmItems', { booking_id, customer_reply: '' }],
  [
    'setCustomer',
    {
      booking_id,
      customer_message: 'Zoë, 030 90182000',
      customer_name: 'Zoë',
      customer_phone: '030 90182000',
      notes: 'Ring\ttwice',
    },
  ],
  ['getSummary', { booking_id, step_id, confidence }],
  ['getSummary', { booking_id, confidence: 0.0001234523423452345 }],
  ['getSummary', { booking_id, confidence: 1e-7 }],
  ['confirmBooking', { booking_id, summary_digest: DIGEST, customer_reply: '', declined: true }],
  ['confirmBooking', { booking_id, summary_digest: DIGEST, customer_reply: 'yes' }],
  [
    'createOrderFromAi',
    {
      idempotency_key: 'bk1.key',
      payload: {
        user_id: 'bakery',
        customer_name: 'Zoë',
        customer_phone: '03090182000',
        items: [{ name: 'Roti', quantity: 2 }],
        source: 'ai',
      },
    },
  ],
  ['getBooking', { booking_id }],
  ['abandonBooking', { booking_id, reason: 'Changed her mind' }],
];

let doors: Doors | undefined;
afterEach(async () => {
  await doors?.close();
  doors = undefined;
});

async function restDoor(...served: Parameters<typeof openDoors>): Promise<BookingDoor> {
  doors = await openDoors(...served);
  return createRestDoor({ url: doors.url, apiKey: KEY.ai, callDeadlineMs: 30_000 });
}

describe('the door over REST', () => {
  test.each(CALLS)(
    '%s of %j comes to the same use case, and to the same answer, as inside the API',
    async (operation, input) => {
      const near = acceptingUseCases();
      const far = acceptingUseCases();
      const inside = createUseCaseDoor(useCasesDouble(near.useCases), {
        authorization: `Bearer ${KEY.ai}`,
        callDeadlineMs: 5_000,
      });
      const over = await restDoor(far.useCases);
      expect(await over.call(operation, input, options)).toEqual({ ...(await inside.call(operation, input, options)) });
      expect(far.calls).toEqual(near.calls);
      expect(doors?.lines).toContainEqual(
        expect.objectContaining({ correlationId: 'agent-1', httpStatus: expect.any(Number) }),
      );
    },
  );

  test('has every operation of the tools that has a route', () => {
    const tested = new Set(CALLS.map(([operation]) => operation));
    expect([...tested].every(hasRoute)).toBe(true);
    expect(OPERATIONS.isOrderBookingEnabled.rest).toBeUndefined();
    expect(hasRoute('isOrderBookingEnabled')).toBe(false);
  });

  test('hands on a refusal with its code and details', async () => {
    const details = { guardrail: 'catalogue', candidates: ['Rye bread'], ask: 'Rye bread?' };
    const door = await restDoor({
      getBooking: async () => Promise.reject(new BusinessRuleError('GUARDRAIL_BLOCKED', 'Not sold', details)),
    });
    await expect(door.call('getBooking', { booking_id }, options)).rejects.toMatchObject({
      code: 'GUARDRAIL_BLOCKED',
      message: 'Not sold',
      details,
    });
  });

  test.each([
    ['not JSON', '<html>Bad gateway</html>', 502],
    ['a JSON of somebody else', '{"error":"nope"}', 500],
    ['a code that is none of ours', '{"success":false,"error":{"code":"WAT","message":"m","details":{}}}', 418],
    ['data that is none', '{"success":true,"data":7}', 200],
    ['a redirect', '', 302],
  ])('says UNAVAILABLE of %s', async (_name, body, status) => {
    const server = createServer((_request, response) =>
      response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end(body),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const door = createRestDoor({ url, apiKey: 'key', callDeadlineMs: 5_000 });
    await expect(door.call('getBooking', { booking_id }, options)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    server.close();
  });

  test('says UNAVAILABLE when nobody is there, and when the answer does not come in time', async () => {
    const nowhere = createRestDoor({ url: 'http://127.0.0.1:9', apiKey: 'key', callDeadlineMs: 5_000 });
    await expect(nowhere.call('getBooking', { booking_id }, options)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    doors = await openDoors({ getBooking: () => new Promise(() => undefined) }, { requestDeadlineMs: 1_000 });
    const impatient = createRestDoor({ url: doors.url, apiKey: KEY.ai, callDeadlineMs: 100 });
    await expect(impatient.call('getBooking', { booking_id }, options)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('the configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-stdio-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const load = (env: NodeJS.ProcessEnv) => loadStdioConfig({ ORDER_BOOKING_DATA_DIR: folder, ...env });
  const devEnv = (...lines: string[]) =>
    writeFileSync(join(folder, 'dev.env'), ['# Written by npm start', ...lines, ''].join('\n'));

  test('comes from the environment', () => {
    expect(load({ ORDER_API_URL: 'http://api:1', ORDER_API_KEY: 'k' })).toMatchObject({
      ORDER_API_URL: 'http://api:1',
      ORDER_API_KEY: 'k',
    });
    expect(load({ ORDER_API_URL: 'http://api:1', DEMO_AI_KEY: 'demo' })).toMatchObject({ ORDER_API_KEY: 'demo' });
    expect(load({ ORDER_API_URL: 'http://api:1', DEMO_AI_KEY: 'demo', ORDER_API_KEY: 'k' })).toMatchObject({
      ORDER_API_KEY: 'k',
    });
  });

  test('comes from dev.env where the environment has nothing, or nothing but empty variables', () => {
    devEnv('ORDER_API_URL=http://127.0.0.1:8080', 'DEMO_API_KEY=other', 'DEMO_AI_KEY=ai=key');
    expect(load({})).toMatchObject({ ORDER_API_URL: 'http://127.0.0.1:8080', ORDER_API_KEY: 'ai=key' });
    expect(load({ ORDER_API_URL: '', ORDER_API_KEY: '', DEMO_AI_KEY: '' })).toMatchObject({ ORDER_API_KEY: 'ai=key' });
    expect(load({ ORDER_API_URL: 'https://elsewhere' })).toMatchObject({ ORDER_API_URL: 'https://elsewhere' });
  });

  test('that is not there is told of, all at once, with what to do', () => {
    expect(() => load({})).toThrow(/ORDER_API_KEY: is missing\n {2}ORDER_API_URL: is missing\n.*npm start.*ai:book/s);
    expect(() => load({ ORDER_API_URL: 'ftp://x', ORDER_API_KEY: 'a b' })).toThrow(
      /ORDER_API_KEY: is not an API key\n {2}ORDER_API_URL: must be/,
    );
  });

  test('never quotes a key', () => {
    expect(() => load({ ORDER_API_URL: 'x', ORDER_API_KEY: 'secret key' })).not.toThrow(/secret/);
  });
});
