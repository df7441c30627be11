import type { BookingView } from '../../../domain/booking/booking';
import type { BookingDecision } from '../../../domain/booking/decision';
import type { ListedBooking } from '../../../domain/booking/listed-booking';
import { blockToWire, bookingToWire } from '../../../domain/booking/wire';
import { orderError, ValidationError } from '../../../domain/errors';
import { bookingPageAnswerSchema } from '../../../domain/schemas/booking-wire';
import { BookingStatus } from '../../../gen/orderbooking/v1/booking_service_pb';
import type { BookingAnswer, UseCases } from '../../../services/order-api/use-cases/contract';
import { type BookingCaller, bookingCaller } from '../../support/booking-caller';
import { accepted, DOORS, type DoorName, refused } from '../../support/doors';
import type { ApiProcess } from '../../support/scene';
import { type Doors, KEY, ORDER, openDoors, withKey } from './doors';

const ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';

const BOOKING: BookingView = {
  id: ID,
  step: 'show_summary',
  nextStep: 'final_confirmation',
  missing: ['confirmation'],
  allowedActions: ['add_items', 'confirm_booking', 'abandon_booking'],
  draft: {
    items: [{ id: 'item_2', name: 'Rye bread', quantity: 2 }],
    totalQuantity: 2,
    customerName: 'Zoë García',
    customerPhone: '4930901820',
    notes: null,
  },
  locale: 'es',
  orderId: null,
  expiresAt: '2026-11-24T10:00:00.000Z',
};

const CONTENT = {
  customerName: 'Zoë García',
  customerPhone: '4930901820',
  items: [{ name: 'Rye bread', quantity: 2 }],
  notes: 'Ring twice',
};
const PAYLOAD = {
  user_id: 'bakery',
  customer_name: 'Zoë García',
  customer_phone: '4930901820',
  items: [{ name: 'Rye bread', quantity: 2 }],
  source: 'ai',
  notes: 'Ring twice',
};

const DECISION: BookingDecision = {
  sequence: 7,
  step: 'confirm_booking',
  decision: 'blocked',
  guardrail: 'explicit_confirmation',
  reason: 'reply_change',
  customerWords: 'sí, pero…',
  shown: 'Resumen',
  summaryDigest: 'abc',
  confidence: 0.5,
  actor: 'api_key:bakery',
  correlationId: 'req_1',
  occurredAt: '2026-11-24T09:30:00.000Z',
};

const LISTED: ListedBooking = {
  id: ID,
  status: 'ordered',
  locale: 'es',
  orderId: ID,
  customerName: 'Zoë García',
  itemCount: 2,
  createdAt: '2026-11-24T09:30:00.000Z',
  lastStepAt: '2026-11-24T09:31:00.000Z',
  expiresAt: '2026-11-24T10:01:00.000Z',
};

const taken = (result: Partial<BookingAnswer['result']> = {}): BookingAnswer => ({
  booking: BOOKING,
  result: { say: '¿Algo más?', ...result },
});

let doors: Doors;
let caller: BookingCaller;
afterEach(async () => {
  caller.close();
  await doors.close();
});

async function open(door: DoorName, own: Partial<UseCases>, key = KEY.ai): Promise<void> {
  doors = await openDoors(own);
  caller = bookingCaller(door, { restUrl: doors.url, grpcAddress: doors.address } as ApiProcess, key);
}

describe.each(DOORS)('bookings through %s', (door) => {
  test('pass every step on as it was asked for, and its answer back', async () => {
    const seen: unknown[] = [];
    const keep =
      <Answer>(answer: Answer) =>
      async (_ctx: unknown, request: unknown): Promise<Answer> => {
        seen.push(request);
        return answer;
      };
    const step = keep(taken());
    await open(door, {
      startBooking: keep(taken({ say: null })),
      addItems: step,
      removeItem: step,
      confirmItems: step,
      setCustomer: step,
      abandonBooking: step,
      getBooking: keep(BOOKING),
    });
    const started = await caller.start({ locale: 'es', step_id: 's-0', confidence: 0.5 });
    expect(started).toMatchObject({ transport: door === 'REST' ? 201 : 'OK', data: { say: null } });
    const named = { step_id: 's-1', confidence: 0.25 };
    const answers = [
      await caller.addItems(ID, {
        customer_message: ' dos panes ',
        items: [{ name: 'Rye bread', quantity: 2, name_words: 'panes', quantity_words: 'dos' }],
        ...named,
      }),
      await caller.removeItem(ID, 'ítem/1', named),
      await caller.confirmItems(ID, { customer_reply: '' }),
      await caller.setCustomer(ID, {
        customer_message: 'Zoë, +49 30 901820',
        customer_name: 'Zoë García',
        customer_phone: '+49 30 901820',
        notes: 'Ring twice',
      }),
      await caller.abandon(ID, { reason: 'changed their mind', ...named }),
      await caller.abandon(ID),
    ];
    for (const answer of answers) {
      expect(accepted(answer)).toEqual({ booking: bookingToWire(BOOKING), say: '¿Algo más?' });
      expect(answer).toMatchObject({ transport: door === 'REST' ? 200 : 'OK' });
    }
    expect(accepted(await caller.get(ID.toUpperCase()))).toEqual(bookingToWire(BOOKING));

    const asked = { bookingId: ID, stepId: 's-1', confidence: 0.25 };
    const unnamed = { bookingId: ID, stepId: undefined, confidence: undefined };
    expect(seen).toEqual([
      { locale: 'es', stepId: 's-0', confidence: 0.5 },
      {
        ...asked,
        request: {
          action: 'add_items',
          customerMessage: ' dos panes ',
          items: [{ name: 'Rye bread', quantity: 2, nameWords: 'panes', quantityWords: 'dos' }],
        },
      },
      { ...asked, request: { action: 'remove_item', itemId: 'ítem/1' } },
      { ...unnamed, request: { action: 'confirm_items', customerReply: '' } },
      {
        ...unnamed,
        request: {
          action: 'set_customer',
          customerMessage: 'Zoë, +49 30 901820',
          customerName: 'Zoë García',
          customerPhone: '4930901820',
          notes: 'Ring twice',
        },
      },
      { ...asked, request: { action: 'abandon_booking', reason: 'changed their mind' } },
      { ...unnamed, request: { action: 'abandon_booking', reason: null } },
      ID,
    ]);
  });

  test('give out the summary, and for a yes the key and the order that it is good for', async () => {
    const summary = { text: 'Resumen', locale: 'es' as const, totalQuantity: 2, ...CONTENT, notes: null };
    const confirmed = {
      idempotencyKey: 'bk1.key',
      summaryDigest: 'd1',
      confirmedAt: '2026-11-24T09:30:00.000Z',
      expiresAt: '2026-11-24T09:40:00.000Z',
    };
    let seen: unknown;
    await open(door, {
      getSummary: async () => taken({ say: 'Resumen', summary, summaryDigest: 'd1' }),
      confirmBooking: async (_ctx, request) => {
        seen = request;
        return taken({ say: null, confirmed: { ...confirmed, content: CONTENT } });
      },
    });
    expect(accepted(await caller.summary(ID, { step_id: 's-5' }))).toEqual({
      summary: {
        text: 'Resumen',
        locale: 'es',
        items: CONTENT.items,
        total_quantity: 2,
        customer_name: 'Zoë García',
        customer_phone: '4930901820',
        notes: null,
      },
      summary_digest: 'd1',
      booking: bookingToWire(BOOKING),
      say: 'Resumen',
    });
    expect(accepted(await caller.confirm(ID, { summary_digest: 'd1', customer_reply: ' sí ' }))).toEqual({
      idempotency_key: 'bk1.key',
      expires_at: '2026-11-24T09:40:00.000Z',
      payload: PAYLOAD,
      booking: bookingToWire(BOOKING),
      say: null,
    });
    expect(seen).toMatchObject({
      request: { action: 'confirm_booking', summaryDigest: 'd1', customerReply: ' sí ' },
    });
    expect(seen).not.toHaveProperty('request.declined');
    await caller.confirm(ID, { summary_digest: 'd1', customer_reply: '', declined: true });
    expect(seen).toHaveProperty('request.declined', true);
  });

  test('make the order that was confirmed, once', async () => {
    const seen: unknown[] = [];
    let replayed = false;
    await open(door, {
      createOrderFromAi: async (_ctx, request) => {
        seen.push(request);
        const order = { ...ORDER, source: 'ai' as const };
        return { order, idempotencyKey: 'bk1.key', idempotentReplayed: replayed, currentStatus: 'pending' };
      },
    });
    const order = { version: '1.0', action: 'create_order', payload: PAYLOAD };
    const created = await caller.createOrder({ ...order, idempotency_key: 'bk1.key' });
    expect(created).toMatchObject({
      transport: door === 'REST' ? 201 : 'OK',
      data: { order: { source: 'ai' }, idempotency_key: 'bk1.key', idempotent_replayed: false },
    });
    replayed = true;
    const beside = await caller.createOrder(order, { key: 'bk1.key' });
    expect(beside).toMatchObject({ transport: door === 'REST' ? 200 : 'OK', data: { idempotent_replayed: true } });
    await caller.createOrder(order);
    expect(seen).toEqual([
      { confirmationKey: 'bk1.key', content: CONTENT },
      { confirmationKey: 'bk1.key', content: CONTENT },
      { confirmationKey: undefined, content: CONTENT },
    ]);

    const differs = refused(await caller.createOrder({ ...order, idempotency_key: 'bk1.other' }, { key: 'bk1.key' }));
    expect(differs).toMatchObject({ outcome: 'VALIDATION_FAILED', fields: ['idempotency_key'] });
    const foreign = { ...order, idempotency_key: 'bk1.key', payload: { ...PAYLOAD, user_id: 'pizzeria' } };
    expect(refused(await caller.createOrder(foreign)).outcome).toBe('PERMISSION_DENIED');
    expect(seen).toHaveLength(3);
  });

  test('show the records, page by page', async () => {
    const queries: unknown[] = [];
    await open(
      door,
      {
        listBookingDecisions: async (_ctx, query) => {
          queries.push(query);
          return { decisions: [DECISION], nextPageToken: query.pageToken === undefined ? 'more' : undefined };
        },
      },
      KEY.read,
    );
    const { customerWords, summaryDigest, correlationId, occurredAt, ...same } = DECISION;
    const line = {
      ...same,
      customer_words: customerWords,
      summary_digest: summaryDigest,
      correlation_id: correlationId,
      occurred_at: occurredAt,
    };
    expect(await caller.decisions(ID)).toEqual([line, line]);
    expect(queries).toEqual([
      { bookingId: ID, pageSize: 5, pageToken: undefined },
      { bookingId: ID, pageSize: 5, pageToken: 'more' },
    ]);
  });

  test('tell a refused agent what stopped it and how to go on', async () => {
    const block = {
      guardrail: 'catalogue',
      code: 'GUARDRAIL_BLOCKED',
      reason: 'not_in_catalogue',
      message: 'Ask which one',
      ask: '¿Cuál?',
      field: 'items[0].name',
      candidates: ['Pan de centeno', 'Pan blanco'],
    } as const;
    await open(door, {
      addItems: async () => {
        throw orderError(block.code, block.message, blockToWire(block, BOOKING));
      },
      getBooking: async () => {
        throw new ValidationError('NOT_FOUND', 'There is no such booking');
      },
    });
    const body = { customer_message: 'x', items: [{ name: 'x', quantity: 1, name_words: '', quantity_words: '' }] };
    expect(refused(await caller.addItems(ID, body))).toMatchObject({
      outcome: 'GUARDRAIL_BLOCKED',
      details: {
        guardrail: 'catalogue',
        reason: 'not_in_catalogue',
        missing: ['confirmation'],
        next_step: 'final_confirmation',
        allowed_actions: ['add_items', 'confirm_booking', 'abandon_booking'],
        ask: '¿Cuál?',
        field: 'items[0].name',
        candidates: ['Pan de centeno', 'Pan blanco'],
        booking_id: ID,
      },
    });
    expect(refused(await caller.get(ID)).outcome).toBe('NOT_FOUND');
  });

  test('refuse what is not well formed before anything is asked', async () => {
    await open(door, {});
    expect(refused(await caller.get('nonsense')).fields).toEqual([door === 'REST' ? 'id' : 'booking_id']);
    expect(refused(await caller.start({ locale: 'tlh' })).fields).toEqual(['locale']);
    expect(refused(await caller.addItems(ID, { customer_message: '', items: [] })).fields).toEqual([
      'customer_message',
      'items',
    ]);
    expect(refused(await caller.removeItem(ID, 'x'.repeat(65))).fields).toEqual(['item_id']);
    expect(refused(await caller.summary(ID, { confidence: 2 })).fields).toEqual(['confidence']);
    expect(refused(await caller.summary(ID, { step_id: 'a b' })).fields).toEqual(['step_id']);
  });

  test('take no source but ai at their own door, and none of ai at the other', async () => {
    await open(door, {});
    const payload = { ...PAYLOAD, source: 'api' };
    const order = await caller.createOrder({ version: '1.0', action: 'create_order', payload });
    expect(refused(order).fields).toEqual(['payload.source']);
  });
});

test('a refusal that is too long for a trailer still reaches a gRPC caller with its code', async () => {
  const block = {
    guardrail: 'explicit_confirmation',
    code: 'GUARDRAIL_BLOCKED',
    reason: 'reply_unclear',
    message: 'No clear yes',
    ask: 'Ж'.repeat(90_000),
  } as const;
  await open('gRPC', {
    confirmItems: async () => {
      throw orderError(block.code, block.message, blockToWire(block, BOOKING));
    },
  });
  expect(refused(await caller.confirmItems(ID, { customer_reply: 'hm' }))).toMatchObject({
    outcome: 'GUARDRAIL_BLOCKED',
    details: { guardrail: 'explicit_confirmation', ask: null, booking_id: ID, missing: ['confirmation'] },
  });
});

describe('at REST', () => {
  const withoutBody = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(doors.url + path, {
      method,
      headers: { authorization: `Bearer ${KEY.ai}`, ...headers },
    });
    await response.text();
    return response.status;
  };

  test('a step without a body needs none, whatever the content type says', async () => {
    const step = async () => taken();
    await open('REST', { startBooking: step, abandonBooking: step, removeItem: step });
    const json = { 'content-type': 'application/json' };
    for (const headers of [{}, json]) {
      expect(await withoutBody('POST', '/api/bookings', headers)).toBe(201);
      expect(await withoutBody('POST', `/api/bookings/${ID}/abandon`, headers)).toBe(200);
      expect(await withoutBody('DELETE', `/api/bookings/${ID}/items/item_1`, headers)).toBe(200);
      expect(await withoutBody('POST', `/api/bookings/${ID}/items`, headers)).toBe(400);
    }
    const response = await fetch(`${doors.url}/api/bookings/${ID}/items/item_1`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${KEY.ai}`, ...json },
      body: JSON.stringify({ step_id: 's-1' }),
    });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('takes no body')]);
  });

  test('a summary is shown to whoever can read it: not to a HEAD', async () => {
    await open('REST', { getBooking: async () => BOOKING });
    expect(await withoutBody('HEAD', `/api/bookings/${ID}/summary`)).toBe(404);
    expect(await withoutBody('HEAD', `/api/bookings/${ID}`)).toBe(200);
  });

  test('a catalogue is read by agents and replaced by the tenant', async () => {
    const catalogue = {
      userId: 'bakery',
      items: [{ name: 'Rye bread', aliases: ['pan de centeno'], active: true }],
      updatedAt: '2026-11-24T09:30:00.000Z',
    };
    let seen: unknown;
    await open('REST', {
      getCatalogue: async () => catalogue,
      updateCatalogue: async (_ctx, items) => {
        seen = items;
        return catalogue;
      },
    });
    const wire = { items: catalogue.items, updated_at: catalogue.updatedAt };
    const send = async (method: string, key: string, body?: unknown) => {
      const response = await fetch(`${doors.url}/api/catalogue`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    };
    for (const key of [KEY.ai, KEY.read, KEY.admin]) {
      expect(await send('GET', key)).toMatchObject({ status: 200, answer: { data: { catalogue: wire } } });
    }
    const put = await send('PUT', KEY.admin, { items: [{ name: 'Rye bread' }], user_id: 'bakery' });
    expect(put).toMatchObject({ status: 200, answer: { data: { catalogue: wire } } });
    expect(seen).toEqual([{ name: 'Rye bread', aliases: [], active: true }]);
    expect((await send('PUT', KEY.ai, { items: [] })).status).toBe(403);
  });
});

test('at gRPC a catalogue is read by agents and replaced by the tenant', async () => {
  const catalogue = {
    userId: 'bakery',
    items: [{ name: 'Rye bread', aliases: ['pan de centeno'], active: false }],
    updatedAt: '2026-11-24T09:30:00.000Z',
  };
  let seen: unknown;
  await open('gRPC', {
    getCatalogue: async () => catalogue,
    updateCatalogue: async (_ctx, items) => {
      seen = items;
      return catalogue;
    },
  });
  const read = await doors.catalogue.getCatalogue({}, withKey(KEY.ai));
  expect(read.catalogue?.items).toMatchObject(catalogue.items);
  const items = [
    { name: 'Rye bread', aliases: ['pan'] },
    { name: 'Roll', active: false },
  ];
  await doors.catalogue.updateCatalogue({ items }, withKey(KEY.admin));
  expect(seen).toEqual([
    { name: 'Rye bread', aliases: ['pan'], active: true },
    { name: 'Roll', aliases: [], active: false },
  ]);
});

test('bookings are listed alike at both doors, and by no agent', async () => {
  const queries: unknown[] = [];
  await open('REST', {
    listBookings: async (_ctx, query) => {
      queries.push(query);
      return { bookings: [LISTED], nextPageToken: query.pageToken === undefined ? 'more' : undefined };
    },
  });
  const rest = async (query: string, key = KEY.read) => {
    const response = await fetch(`${doors.url}/api/bookings${query}`, { headers: { authorization: `Bearer ${key}` } });
    return { status: response.status, body: await response.json() };
  };
  const wire = {
    id: ID,
    status: 'ordered',
    locale: 'es',
    order_id: ID,
    customer_name: 'Zoë García',
    item_count: 2,
    created_at: LISTED.createdAt,
    last_step_at: LISTED.lastStepAt,
    expires_at: LISTED.expiresAt,
  };
  const page = await rest(`?status=ordered&order_id=${ID.toUpperCase()}&page_size=5`);
  expect(bookingPageAnswerSchema.parse(page.body).data).toEqual({ bookings: [wire], next_page_token: 'more' });
  expect((await rest('?page_token=more')).body).toMatchObject({ data: { next_page_token: '' } });
  expect((await rest('?status=paid')).status).toBe(400);
  expect((await rest('?order_id=1')).body).toMatchObject({
    error: { details: { violations: [{ field: 'order_id' }] } },
  });
  expect((await rest('', KEY.ai)).status).toBe(403);

  const asked = { status: BookingStatus.ORDERED, orderId: ID, pageSize: 5 };
  const listed = await doors.bookings.listBookings(asked, withKey(KEY.read));
  expect(listed).toMatchObject({
    bookings: [{ id: ID, status: BookingStatus.ORDERED, locale: 'es', orderId: ID, itemCount: 2 }],
    nextPageToken: 'more',
  });
  await doors.bookings.listBookings({ pageToken: 'more', orderId: '' }, withKey(KEY.read));
  const unknown = doors.bookings.listBookings({ status: 99 as BookingStatus }, withKey(KEY.read));
  await expect(unknown).rejects.toMatchObject({ code: 3 });
  await expect(doors.bookings.listBookings({ orderId: '1' }, withKey(KEY.read))).rejects.toMatchObject({ code: 3 });
  const first = { status: 'ordered', orderId: ID, pageSize: 5, pageToken: undefined };
  const second = { status: undefined, orderId: undefined, pageSize: 20, pageToken: 'more' };
  expect(queries).toEqual([first, second, first, second]);
});
