import { type FieldViolation, OrderError } from '../../../domain/errors';
import type { BookingOperation } from '../../../services/order-api/handlers/mcp/booking-door';
import { BOOKING_TOOLS } from '../../../services/order-api/handlers/mcp/tools';
import { createRestDoor } from '../../../services/order-api/mcp-stdio/rest-door';
import { type AiOrderBody, type BookingCaller, bookingCaller } from '../../support/booking-caller';
import type { Answer } from '../../support/doors';
import fc from '../../support/fast-check';
import { connectMcp, type McpConversation } from '../../support/mcp-client';
import type { ApiProcess } from '../../support/scene';
import { type Doors, KEY, openDoors } from './doors';
import { acceptingUseCases, BOOKING_ID } from './mcp-booking';

/** An agent may come by any door, and by another one when it comes again: what it sends means the same at each. */
const RUNS = 25;
/** Of some seconds' work, on a machine that has much else to do. */
const TIMEOUT_MS = 60_000;

type Fields = Readonly<Record<string, unknown>>;

/** What a door makes of a request: what it asks of the use case, or what it refuses and why. */
type Outcome = { readonly asked: unknown } | { readonly refused: string; readonly fields: readonly string[] };

const { useCases, calls } = acceptingUseCases();
let doors: Doors;
let grpc: BookingCaller;
let mcp: McpConversation;

beforeAll(async () => {
  doors = await openDoors(useCases);
  grpc = bookingCaller('gRPC', { restUrl: doors.url, grpcAddress: doors.address } as ApiProcess, KEY.ai);
  mcp = await connectMcp(doors.url, KEY.ai, { revision: '2026' });
});
afterAll(async () => {
  grpc.close();
  await mcp.close();
  await doors.close();
});

/** Texts with all that is odd in them; half a character is none that a message could carry. */
const text = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength }),
    fc.string({ unit: 'grapheme', maxLength }),
    fc.constantFrom(
      '',
      ' ',
      '\0',
      '\u200b',
      'e\u0301',
      '\u202e',
      'null',
      'x'.repeat(maxLength),
      '\ud83d\ude00'.repeat(maxLength / 2),
    ),
  );
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const step = {
  step_id: maybe(fc.oneof(fc.constantFrom('', 's-1', 'a b', 'x'.repeat(129)), text(20))),
  confidence: maybe(
    fc.oneof(
      fc.constantFrom(0, 1, -0.5, 1.5, 0.1 + 0.2, 1e-7),
      // A query has room for so many digits.
      fc.double({ noNaN: true, min: -1, max: 2 }).map((value) => Math.round(value * 1e15) / 1e15),
    ),
  ),
};
const quantity = fc.oneof(fc.integer({ min: -2, max: 10_002 }), fc.constantFrom(2_147_483_647, -2_147_483_648));
const phone = fc.oneof(fc.constantFrom('+49 30 901820', '004930901820', '12345', '٠٣٠٩٠١٨٢٠٠٠'), text(20));
const name = fc.oneof(fc.constantFrom('Zoë García', ' Zoë '), text(210));

const REQUESTS: Readonly<Record<string, fc.Arbitrary<Fields>>> = {
  startBooking: fc.record({ locale: maybe(fc.constantFrom('en', 'EN', '', 'tlh')), ...step }),
  addItems: fc.record({
    customer_message: text(2_010),
    items: fc.array(fc.record({ name, quantity, name_words: text(210), quantity_words: text(210) }), { maxLength: 3 }),
    ...step,
  }),
  // REST reads the path before the query, and says of the one what it finds.
  removeItem: fc.oneof(
    fc.record({ item_id: text(64).filter((id) => id.length <= 128 && !/^\.{0,2}$/.test(id)) }),
    fc.record({ item_id: fc.constant('item_1'), ...step }),
  ),
  confirmItems: fc.record({ customer_reply: text(1_010), ...step }),
  setCustomer: fc.record({
    customer_message: text(2_010),
    customer_name: name,
    customer_phone: phone,
    notes: maybe(text(2_010)),
    ...step,
  }),
  getSummary: fc.record(step),
  confirmBooking: fc.record({ summary_digest: text(210), customer_reply: text(1_010), ...step }),
  createOrderFromAi: fc.record({
    idempotency_key: maybe(fc.oneof(fc.constantFrom('', 'bk1.key'), text(300))),
    payload: fc.record({
      user_id: fc.oneof(fc.constantFrom('bakery', 'bakery', 'pizzeria', ''), text(70)),
      customer_name: name,
      customer_phone: phone,
      items: fc.array(fc.record({ name, quantity }), { maxLength: 3 }),
      source: fc.constantFrom('ai', 'ai', 'api', 'phone'),
      notes: maybe(text(2_010)).map((notes) => notes ?? ''),
    }),
  }),
  abandonBooking: fc.record({ reason: maybe(text(510)), ...step }),
};

/** Those that name no booking. */
const WITHOUT_BOOKING = new Set(['startBooking', 'createOrderFromAi']);

/** The request without what is not said in it. */
const said = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

async function over(send: () => Promise<Outcome | undefined>): Promise<Outcome> {
  calls.splice(0);
  return (await send()) ?? { asked: calls[0]?.request };
}

function refusal(code: string, { violations }: Fields): Outcome {
  return { refused: code, fields: ((violations ?? []) as readonly FieldViolation[]).map(({ field }) => field).sort() };
}

async function overRest(operation: BookingOperation, input: Fields): Promise<Outcome | undefined> {
  const door = createRestDoor({ url: doors.url, apiKey: KEY.ai, callDeadlineMs: 30_000 });
  try {
    await door.call(operation, input, { correlationId: 'req_1', signal: new AbortController().signal });
    return undefined;
  } catch (error) {
    if (error instanceof OrderError) return refusal(error.code, error.details);
    throw error;
  }
}

async function overMcp(operation: string, input: Fields): Promise<Outcome | undefined> {
  const tool = BOOKING_TOOLS.find((each) => each.operation === operation);
  const { isError, data } = await mcp.call(tool?.name ?? '', input);
  return isError ? refusal(String(data.code), data) : undefined;
}

async function overGrpc(operation: string, { booking_id: _, ...fields }: Fields): Promise<Outcome | undefined> {
  const { item_id, ...rest } = fields;
  const CALLS: Readonly<Record<string, () => Promise<Answer<unknown>>>> = {
    startBooking: () => grpc.start(fields),
    addItems: () => grpc.addItems(BOOKING_ID, fields),
    removeItem: () => grpc.removeItem(BOOKING_ID, String(item_id), rest),
    confirmItems: () => grpc.confirmItems(BOOKING_ID, fields),
    setCustomer: () => grpc.setCustomer(BOOKING_ID, fields),
    getSummary: () => grpc.summary(BOOKING_ID, fields),
    confirmBooking: () => grpc.confirm(BOOKING_ID, fields),
    abandonBooking: () => grpc.abandon(BOOKING_ID, fields),
    createOrderFromAi: () =>
      grpc.createOrder({
        version: '1.0',
        action: 'create_order',
        ...(fields as Omit<AiOrderBody, 'version' | 'action'>),
      }),
  };
  const answer = await CALLS[operation]?.();
  if (answer === undefined) throw new Error(`${operation} is not called here`);
  if (answer.outcome === 'ok') return undefined;
  return { refused: answer.outcome, fields: [...answer.fields].sort() };
}

test.each(Object.entries(REQUESTS))(
  '%s: whatever is in it, all doors ask the same, or refuse the same',
  async (operation, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (fields) => {
        const input = said(WITHOUT_BOOKING.has(operation) ? fields : { booking_id: BOOKING_ID, ...fields });
        const rest = await over(() => overRest(operation as BookingOperation, input));
        expect(await over(() => overMcp(operation, input))).toEqual(rest);
        expect(await over(() => overGrpc(operation, input))).toEqual(rest);
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);
