import { BOOKING_ACTIONS, BOOKING_LOCALES, BOOKING_STEPS, type BookingView } from '../../../domain/booking/booking';
import type { BookingDecision } from '../../../domain/booking/decision';
import { BOOKING_STATUSES, type ListedBooking } from '../../../domain/booking/listed-booking';
import { GUARDRAILS } from '../../../domain/guardrails/guardrail';
import { ORDER_EVENT_TYPES, ORDER_SOURCES, ORDER_STATUSES, type Order, type OrderEvent } from '../../../domain/order';
import { BookingStatus } from '../../../gen/orderbooking/v1/booking_service_pb';
import {
  bookingDecisionMessage,
  bookingMessage,
  listedBookingMessage,
  payloadMessage,
  summaryMessage,
} from '../../../services/order-api/handlers/grpc/booking-message';
import {
  orderEventMessage,
  orderMessage,
  statusMessage,
  timestampMessage,
} from '../../../services/order-api/handlers/grpc/order-message';
import { closeAll, failureOf, openClient } from './open-client';

/** The service writes the messages, the client reads them: nothing may be lost between. */

afterEach(closeAll);

const AT = '2026-11-24T09:30:00.123Z';
const LATER = '2026-11-24T10:00:00.000Z';
const ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';
const ITEMS = [
  { name: 'Margherita', quantity: 2 },
  { name: 'كولا', quantity: 10_000 },
];

function order(changes: Partial<Order> = {}): Order {
  return {
    id: ID,
    userId: 'bakery',
    customerName: 'Zoë García',
    customerPhone: '4930901820',
    items: ITEMS,
    totalQuantity: 10_002,
    status: 'pending',
    source: 'api',
    notes: null,
    slotId: null,
    version: 1,
    createdAt: AT,
    updatedAt: LATER,
    ...changes,
  };
}

const BOOKING: BookingView = {
  id: ID,
  step: 'start',
  nextStep: 'collect_items',
  missing: ['items', 'customer_name'],
  allowedActions: [...BOOKING_ACTIONS],
  draft: { items: [], totalQuantity: 0, customerName: null, customerPhone: null, notes: null },
  locale: 'en',
  orderId: null,
  expiresAt: LATER,
};

describe('orders', () => {
  it('come with every status, source and optional field', async () => {
    const orders = [
      ...ORDER_STATUSES.map((status, index) => order({ status, version: index + 1 })),
      ...ORDER_SOURCES.map((source) => order({ source })),
      order({ notes: 'Ring twice\nGate is open', slotId: 'sat-0900' }),
      order({ notes: '', slotId: null }),
    ];
    const { client } = await openClient({
      listOrders: () => ({ answer: { orders: orders.map(orderMessage), nextPageToken: 'next' } }),
    });
    const page = await client.listOrders();
    expect(page).toEqual({ orders, nextPageToken: 'next', correlationId: page.correlationId });
  });

  it('are asked for by every filter', async () => {
    const { server, client } = await openClient({ listOrders: () => ({ answer: { nextPageToken: '' } }) });
    for (const status of ORDER_STATUSES) await client.listOrders({ status });
    for (const source of ORDER_SOURCES) await client.listOrders({ source });
    const page = await client.listOrders({
      createdAfter: new Date(AT),
      createdBefore: new Date(AT),
      search: 'rye',
      customerPhone: '4930901820',
      pageSize: 7,
      pageToken: 'token',
    });
    expect(page).toMatchObject({ orders: [], nextPageToken: undefined });
    expect(server.calls.slice(0, -1).map(({ request }) => request)).toMatchObject([
      ...ORDER_STATUSES.map((status) => ({ status: statusMessage(status), source: 0 })),
      ...ORDER_SOURCES.map((_, index) => ({ status: 0, source: index + 1 })),
    ]);
    expect(server.calls.at(-1)?.request).toMatchObject({
      createdAfter: timestampMessage(AT),
      createdBefore: timestampMessage(AT),
      search: 'rye',
      customerPhone: '4930901820',
      pageSize: 7,
      pageToken: 'token',
    });
  });

  it('come with every event of their trail', async () => {
    const events = ORDER_EVENT_TYPES.flatMap((type) =>
      ORDER_STATUSES.map(
        (toStatus, index): OrderEvent => ({
          orderId: ID,
          sequence: index + 1,
          type,
          fromStatus: type === 'created' ? null : 'pending',
          toStatus,
          actor: 'api_key:k7Qm2xZp',
          reason: index % 2 === 0 ? null : 'The customer called',
          correlationId: 'req_1',
          occurredAt: AT,
        }),
      ),
    );
    const { server, client } = await openClient({
      listOrderEvents: () => ({ answer: { events: events.map(orderEventMessage), nextPageToken: '' } }),
    });
    const page = await client.listOrderEvents({ orderId: ID, pageSize: 100 });
    expect(page).toMatchObject({ events, nextPageToken: undefined });
    expect(server.calls[0]?.request).toMatchObject({ orderId: ID, pageSize: 100 });
  });

  it('are booked with everything that can be said of them', async () => {
    const created = {
      order: order({ source: 'phone', notes: 'n', slotId: 's' }),
      idempotencyKey: 'k',
      idempotentReplayed: true,
      currentStatus: 'cancelled' as const,
    };
    const { server, client } = await openClient({
      createOrder: () => ({
        answer: { ...created, order: orderMessage(created.order), currentStatus: statusMessage('cancelled') },
      }),
    });
    const answer = await client.createOrder({
      customerName: 'Zoë García',
      customerPhone: '+49 30 901820',
      items: ITEMS,
      source: 'phone',
      notes: 'n',
      slotId: 's',
      allowDuplicate: true,
      idempotencyKey: 'k',
    });
    expect(answer).toEqual({ ...created, correlationId: answer.correlationId });
    expect(server.calls[0]?.request).toMatchObject({
      customerName: 'Zoë García',
      customerPhone: '+49 30 901820',
      items: ITEMS,
      source: 4,
      notes: 'n',
      slotId: 's',
      allowDuplicate: true,
      idempotencyKey: 'k',
    });
  });

  it('are moved and cancelled with a version and a reason', async () => {
    const moved = order({ status: 'confirmed', version: 2 });
    const answer = { answer: { order: orderMessage(moved) } };
    const { server, client } = await openClient({ updateOrderStatus: () => answer, cancelOrder: () => answer });
    const change = { orderId: ID, expectedVersion: 1, reason: 'why' };
    expect(await client.updateOrderStatus({ ...change, status: 'confirmed' })).toMatchObject({ order: moved });
    expect(await client.cancelOrder(change)).toMatchObject({ order: moved });
    expect(server.calls.map(({ request }) => request)).toMatchObject([
      { ...change, status: statusMessage('confirmed') },
      change,
    ]);
  });
});

describe('bookings', () => {
  it('come at every step, in every language, empty and full', async () => {
    const views: BookingView[] = [
      ...BOOKING_STEPS.map((step) => ({ ...BOOKING, step, nextStep: null, missing: [], allowedActions: [] })),
      ...BOOKING_STEPS.map((nextStep) => ({ ...BOOKING, nextStep })),
      ...BOOKING_LOCALES.map((locale) => ({ ...BOOKING, locale })),
      {
        ...BOOKING,
        draft: {
          items: [{ id: 'item_1', name: 'Margherita', quantity: 2 }],
          totalQuantity: 2,
          customerName: 'Zoë',
          customerPhone: '4930901820',
          notes: 'n',
        },
        orderId: ID,
      },
    ];
    const { client } = await openClient({
      getBooking: (_, nth) => ({ answer: { booking: bookingMessage(views[nth - 1] ?? BOOKING) } }),
    });
    for (const booking of views) expect(await client.getBooking(ID)).toMatchObject({ booking });
  });

  it('are taken through every step with the fields of each', async () => {
    const step = { answer: { booking: bookingMessage(BOOKING), say: 'Which ones?' } };
    const silent = { answer: { booking: bookingMessage(BOOKING) } };
    const { server, client } = await openClient({
      startBooking: () => step,
      addItems: () => step,
      removeItem: () => step,
      confirmItems: () => silent,
      setCustomer: () => step,
      abandonBooking: () => silent,
    });
    const more = { stepId: 's1', confidence: 0.25 };
    const claimed = [{ name: 'Margherita', quantity: 2, nameWords: 'margheritas', quantityWords: 'two' }];
    const answers = [
      await client.startBooking({ locale: 'hi', ...more }),
      await client.addItems({ bookingId: ID, customerMessage: 'two margheritas', items: claimed, ...more }),
      await client.removeItem({ bookingId: ID, itemId: 'item_1', ...more }),
      await client.confirmItems({ bookingId: ID, customerReply: 'yes', ...more }),
      await client.setCustomer({
        bookingId: ID,
        customerMessage: 'Zoë, 4930901820',
        customerName: 'Zoë',
        customerPhone: '4930901820',
        notes: 'n',
        ...more,
      }),
      await client.setCustomer({
        bookingId: ID,
        customerMessage: 'm',
        customerName: 'Zoë',
        customerPhone: '1',
        notes: null,
        ...more,
      }),
      await client.abandonBooking({ bookingId: ID, reason: 'r', ...more }),
    ];
    expect(answers.map(({ say }) => say)).toEqual([
      'Which ones?',
      'Which ones?',
      'Which ones?',
      null,
      'Which ones?',
      'Which ones?',
      null,
    ]);
    for (const { booking } of answers) expect(booking).toEqual(BOOKING);
    expect(server.calls.map(({ request }) => request)).toMatchObject([
      { locale: 'hi', ...more },
      { bookingId: ID, customerMessage: 'two margheritas', items: claimed, ...more },
      { bookingId: ID, itemId: 'item_1', ...more },
      { bookingId: ID, customerReply: 'yes', ...more },
      { bookingId: ID, customerMessage: 'Zoë, 4930901820', customerName: 'Zoë', notes: 'n', ...more },
      { bookingId: ID, customerMessage: 'm', ...more },
      { bookingId: ID, reason: 'r', ...more },
    ]);
    expect(server.calls[5]?.request.notes).toBeUndefined();
  });

  it('are summed up and confirmed, and what was confirmed can be ordered as it came', async () => {
    const content = { customerName: 'Zoë', customerPhone: '4930901820', items: ITEMS, notes: 'n' };
    const summary = { text: 'All of it. Right?', locale: 'de' as const, totalQuantity: 10_002, ...content };
    const created = { idempotencyKey: 'bk1.k', idempotentReplayed: false, currentStatus: statusMessage('pending') };
    const { server, client } = await openClient({
      getSummary: () => ({
        answer: {
          summary: summaryMessage(summary),
          summaryDigest: 'd'.repeat(64),
          booking: bookingMessage(BOOKING),
          say: summary.text,
        },
      }),
      confirmBooking: () => ({
        answer: {
          idempotencyKey: 'bk1.k',
          expiresAt: timestampMessage(LATER),
          payload: payloadMessage('bakery', content),
          booking: bookingMessage(BOOKING),
        },
      }),
      createOrderFromAi: () => ({ answer: { ...created, order: orderMessage(order({ source: 'ai' })) } }),
    });
    expect(await client.getSummary({ bookingId: ID })).toMatchObject({
      summary,
      summaryDigest: 'd'.repeat(64),
      booking: BOOKING,
      say: summary.text,
    });
    const confirmed = await client.confirmBooking({
      bookingId: ID,
      summaryDigest: 'd'.repeat(64),
      customerReply: 'Ja!',
    });
    expect(confirmed).toMatchObject({
      idempotencyKey: 'bk1.k',
      expiresAt: LATER,
      payload: { userId: 'bakery', ...content },
      booking: BOOKING,
      say: null,
    });
    expect(server.calls.at(-1)?.request).toMatchObject({
      summaryDigest: 'd'.repeat(64),
      customerReply: 'Ja!',
      declined: false,
    });
    await client.confirmBooking({ bookingId: ID, summaryDigest: 'd', customerReply: '', declined: true });
    expect(server.calls.at(-1)?.request).toMatchObject({ customerReply: '', declined: true });

    expect(await client.createOrderFromAi(confirmed)).toMatchObject({ order: order({ source: 'ai' }) });
    const { payload, idempotencyKey } = server.calls.at(-1)?.request ?? {};
    expect(idempotencyKey).toBe('bk1.k');
    expect(payload).toMatchObject(payloadMessage('bakery', content));
  });

  it('come with every kind of line in their records', async () => {
    const line: BookingDecision = {
      sequence: 1,
      step: 'start',
      decision: 'accepted',
      guardrail: null,
      reason: null,
      customerWords: null,
      shown: null,
      summaryDigest: null,
      confidence: null,
      actor: 'api_key:k7Qm2xZp',
      correlationId: 'req_1',
      occurredAt: AT,
    };
    const decisions: BookingDecision[] = [
      line,
      ...BOOKING_ACTIONS.map((step) => ({ ...line, step })),
      { ...line, step: 'expire', actor: 'system' },
      { ...line, decision: 'repeated' },
      ...GUARDRAILS.map((guardrail) => ({
        ...line,
        decision: 'blocked' as const,
        guardrail,
        reason: 'reply_change',
        customerWords: 'yes but make it two',
        shown: 'All of it. Right?',
        summaryDigest: 'd'.repeat(64),
        confidence: 0,
      })),
    ];
    const { server, client } = await openClient({
      listBookingDecisions: () => ({
        answer: { decisions: decisions.map(bookingDecisionMessage), nextPageToken: 't' },
      }),
    });
    expect(await client.listBookingDecisions({ bookingId: ID, pageSize: 9, pageToken: 'p' })).toMatchObject({
      decisions,
      nextPageToken: 't',
    });
    expect(server.calls[0]?.request).toMatchObject({ bookingId: ID, pageSize: 9, pageToken: 'p' });
  });

  test('are listed as they stand', async () => {
    const line: ListedBooking = {
      id: ID,
      status: 'open',
      locale: 'de',
      orderId: null,
      customerName: null,
      itemCount: 0,
      createdAt: AT,
      lastStepAt: AT,
      expiresAt: AT,
    };
    const bookings: ListedBooking[] = [
      ...BOOKING_STATUSES.map((status) => ({ ...line, status })),
      { ...line, status: 'ordered', orderId: ID, customerName: 'Zoë', itemCount: 3 },
    ];
    const { server, client } = await openClient({
      listBookings: () => ({ answer: { bookings: bookings.map(listedBookingMessage), nextPageToken: '' } }),
    });
    expect(await client.listBookings({ status: 'abandoned', orderId: ID, pageSize: 9, pageToken: 'p' })).toMatchObject({
      bookings,
      nextPageToken: undefined,
    });
    await client.listBookings();
    expect(server.calls.map(({ request }) => request)).toMatchObject([
      { status: BookingStatus.ABANDONED, orderId: ID, pageSize: 9, pageToken: 'p' },
      { status: BookingStatus.UNSPECIFIED },
    ]);
  });
});

describe('what no message can hold', () => {
  const said = 'two \ud83c pizzas';

  it('is refused by its field, and not replaced: what a customer said is passed on letter by letter', async () => {
    const { server, client } = await openClient({});
    const item = { name: 'Margherita', quantity: 2, nameWords: 'pizzas', quantityWords: said };
    const payload = { customerName: said, customerPhone: '4930901820', items: ITEMS };
    for (const [field, call] of [
      ['customer_message', client.addItems({ bookingId: ID, customerMessage: said, items: [] })],
      [
        'items[1].quantity_words',
        client.addItems({ bookingId: ID, customerMessage: 'x', items: [{ ...item, quantityWords: 'two' }, item] }),
      ],
      ['payload.customer_name', client.createOrderFromAi({ idempotencyKey: 'k', payload })],
      ['notes', client.createOrder({ ...payload, customerName: 'Zoë', notes: said })],
    ] as const) {
      expect(await failureOf(call)).toMatchObject({
        code: 'VALIDATION_FAILED',
        details: { violations: [{ field, description: 'must be well-formed Unicode (it has half a surrogate pair)' }] },
        attempts: 1,
      });
    }
    expect(server.calls).toEqual([]);
  });

  it('is half a unit, too', async () => {
    const { server, client } = await openClient({});
    const order = { customerName: 'Zoë', customerPhone: '4930901820', items: [{ name: 'Rye bread', quantity: 0.5 }] };
    expect(await failureOf(client.createOrder(order))).toMatchObject({ code: 'VALIDATION_FAILED', attempts: 1 });
    expect(server.calls).toEqual([]);
  });

  it('is no whole character: those arrive as they are', async () => {
    const { server, client } = await openClient({
      confirmItems: () => ({ answer: { booking: bookingMessage(BOOKING) } }),
    });
    await client.confirmItems({ bookingId: ID, customerReply: '👍🏽 sí, por favor' });
    expect(server.calls[0]?.request.customerReply).toBe('👍🏽 sí, por favor');
  });
});
