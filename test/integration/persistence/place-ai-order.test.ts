import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { OrderContent } from '../../../domain/order';
import { recordBookingStep } from '../../../persistence/bookings/record-booking-step';
import { recordDecision } from '../../../persistence/bookings/record-decision';
import { type PlaceOrder, type PlaceOrderOutcome, placeOrder } from '../../../persistence/orders/place-order';
import { type TenantClient, withTenant } from '../../../persistence/with-tenant';
import { createLogger } from '../../../platform/logger';
import { createPool } from '../../../platform/postgres';
import {
  type BookingDesk,
  type ConfirmedBooking,
  confirmedBooking,
  confirmedState,
  confirmingStep,
  edited,
  later,
  openBookingDesk,
  stepTo,
} from '../../support/booking-desk';
import { createDatabase, type TestDatabase } from '../../support/database';
import { verifyEventChain } from '../../support/event-chain';
import { eventually } from '../../support/eventually';
import { meet } from '../../support/meet';
import { sampleContent } from '../../support/sample-order';
import { lockWaiters, randomHash, warmConnections } from '../../support/shop';

let database: TestDatabase;
let desk: BookingDesk;
/** As the services connect, pipeline and timeouts included. */
let pool: Pool;

beforeAll(async () => {
  database = await createDatabase();
  const logger = createLogger({ service: 'test', level: 'silent' });
  pool = createPool({ url: database.serviceUrl, size: 40, applicationName: 'test', logger });
  await warmConnections({ ...database, service: pool }, 40);
});
beforeEach(async () => {
  desk = await openBookingDesk(database);
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

/** One caller's way to a definite answer: the statement again for as long as another transaction decided meanwhile. */
async function settled(request: PlaceOrder): Promise<PlaceOrderOutcome> {
  for (let round = 0; round < 8; round += 1) {
    const outcome = await withTenant(pool, desk.shop.userId, (client) => placeOrder(client, request));
    if (outcome.kind !== 'undecided') return outcome;
  }
  throw new Error('still undecided');
}

const place = (request: PlaceOrder) => desk.shop.run((client) => placeOrder(client, request));
const switchBooking = (on: boolean) =>
  database.owner.query('UPDATE ai_capabilities SET order_booking_enabled = $2 WHERE user_id = $1', [
    desk.shop.userId,
    on,
  ]);

/** Nothing came of the booking: no order, the confirmation as it was, and a booking that is not ordered. */
async function expectUntouched({ state, key }: ConfirmedBooking): Promise<void> {
  expect(await desk.shop.countOrders()).toBe(0);
  expect((await desk.find(state.id))?.status).not.toBe('ordered');
  const confirmation = (await desk.confirmations(state.id)).find((row) => row.idempotency_key === key);
  expect(confirmation?.order_id ?? null).toBeNull();
}

describe('placing an order that a customer confirmed', () => {
  it('makes the order, and with it uses the confirmation, closes the booking and writes its line', async () => {
    const { state, key, content, attempt } = await desk.confirmed();
    const request = attempt({ correlationId: 'req_agent', actor: 'api_key:obk_agent000' });

    expect(await place(request)).toMatchObject({
      kind: 'placed',
      created: true,
      pendingExpirySeconds: null,
      order: { ...content, id: request.orderId, status: 'pending', version: 1, source: 'ai' },
    });
    expect(await desk.find(state.id)).toEqual({ ...state, status: 'ordered', orderId: request.orderId });
    expect(await desk.confirmations(state.id)).toMatchObject([
      { idempotency_key: key, order_id: request.orderId, revoked_at: null },
    ]);
    expect((await desk.decisions(state.id)).at(-1)).toMatchObject({
      step: 'create_order',
      decision: 'accepted',
      guardrail: null,
      summaryDigest: state.summary?.digest,
      actor: 'api_key:obk_agent000',
      correlationId: 'req_agent',
    });
    const { rows } = await database.owner.query('SELECT state FROM bookings WHERE id = $1', [state.id]);
    expect(rows).toEqual([{ state: { ...state, status: 'ordered', orderId: request.orderId } }]);
    await verifyEventChain(database, request.orderId);
  });

  it('answers the same attempt again with the same order, as created by it, and writes nothing more', async () => {
    const { state, attempt } = await desk.confirmed();
    const request = attempt();
    const first = await place(request);
    const lines = await desk.decisions(state.id);

    expect(await place(request)).toEqual(first);
    expect(await place({ ...request, orderId: randomUUID() })).toMatchObject({ kind: 'placed', created: false });
    expect(await desk.shop.countOrders()).toBe(1);
    expect(await desk.decisions(state.id)).toEqual(lines);
  });

  it('replays a used key for ever: after the confirmation expired, the switch was turned off, and the order cancelled', async () => {
    const { attempt } = await desk.confirmed({ expiresAt: new Date(Date.now() + 60_000) });
    const request = attempt();
    await place(request);
    await switchBooking(false);
    await desk.shop.move(request.orderId, 'cancelled');
    const aWeekLater = new Date(Date.now() + 7 * 86_400_000);

    expect(await place(attempt({ at: aWeekLater }))).toMatchObject({
      kind: 'placed',
      created: false,
      order: { id: request.orderId, status: 'cancelled' },
    });
  });

  it('holds no lock for a replay: an edit of the booking that is under way does not stop it', async () => {
    const { state, attempt } = await desk.confirmed();
    await place(attempt());
    const open = await desk.shop.begin();
    try {
      await recordBookingStep(open.client, stepTo(later(state)));
      expect(await settled(attempt())).toMatchObject({ kind: 'placed', created: false });
    } finally {
      await open.rollback();
    }
  });

  it('refuses another request under a used key', async () => {
    const { attempt } = await desk.confirmed();
    await place(attempt());

    expect(await place(attempt({ requestHash: randomHash() }))).toEqual({ kind: 'key_reused' });
  });

  it('tells how long the tenant lets a pending order wait', async () => {
    await database.owner.query('UPDATE ai_capabilities SET pending_order_expiry_seconds = 90 WHERE user_id = $1', [
      desk.shop.userId,
    ]);
    const { attempt } = await desk.confirmed();

    expect(await place(attempt())).toMatchObject({ kind: 'placed', pendingExpirySeconds: 90 });
  });

  it('leaves the confirmation good when the order is a duplicate, for when it no longer is one', async () => {
    const { state, content, attempt } = await desk.confirmed();
    const fingerprint = randomHash();
    const other = await desk.shop.placed({ fingerprint, content: { ...content, source: 'api' } });
    const request = attempt({ fingerprint });
    expect(await place(request)).toEqual({ kind: 'duplicate', existingOrderId: other.id });
    expect((await desk.find(state.id))?.status).toBe('open');
    await desk.shop.move(other.id, 'cancelled');

    expect(await place(request)).toMatchObject({ kind: 'placed', created: true });
  });
});

describe('an order that nobody confirmed like this', () => {
  it('is refused under a key that is none, or of another tenant', async () => {
    const confirmed = await desk.confirmed();
    expect(await place(confirmed.attempt({ idempotencyKey: randomUUID() }))).toEqual({ kind: 'confirmation_required' });
    const other = await openBookingDesk(database);

    expect(await other.shop.place(confirmed.attempt())).toEqual({ kind: 'confirmation_required' });
    expect(await other.shop.countOrders()).toBe(0);
    await expectUntouched(confirmed);
  });

  it.each<[string, Partial<OrderContent>]>([
    ['another name', { customerName: 'Mallory' }],
    ['another phone number', { customerPhone: '4915155500018' }],
    ['other items', { items: [{ name: 'Canary Pie', quantity: 2 }] }],
    ['another quantity', { items: [{ name: 'Canary Pie', quantity: 1_000 }] }],
    ['other notes', { notes: 'and a cola' }],
    ['no notes', { notes: null }],
    ['a slot', { slotId: 'noon' }],
  ])('is refused with %s, by its request and, where that is forged, by the table itself', async (_, change) => {
    const items = [{ name: 'Canary Pie', quantity: 1 }];
    const confirmed = await desk.confirmed({ content: { items } });
    const content = { ...confirmed.content, ...change };
    const other = confirmedBooking(confirmed.state, content);
    expect(other.requestHash).not.toBe(confirmed.requestHash);

    expect(await place(other.attempt())).toEqual({ kind: 'confirmation_required' });
    await expectUntouched(confirmed);
    if (content.slotId === null) {
      await expect(place(confirmed.attempt({ content }))).rejects.toMatchObject({ code: '23000' });
      await expectUntouched(confirmed);
    }
    expect(await place(confirmed.attempt())).toMatchObject({ kind: 'placed', created: true });
  });

  it('is refused from the very millisecond on in which the confirmation expires', async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const confirmed = await desk.confirmed({ expiresAt });
    expect(await place(confirmed.attempt({ at: expiresAt }))).toEqual({ kind: 'confirmation_stale' });
    await expectUntouched(confirmed);

    const justBefore = new Date(expiresAt.getTime() - 1);
    expect(await place(confirmed.attempt({ at: justBefore }))).toMatchObject({ kind: 'placed', created: true });
  });

  it('is refused after the draft was edited, and is not a yes to the draft as it is then', async () => {
    const confirmed = await desk.confirmed();
    const edit = edited(confirmed.state);
    await desk.record(stepTo(edit));
    expect(await place(confirmed.attempt())).toEqual({ kind: 'confirmation_stale' });

    const content = sampleContent({ source: 'ai' });
    const again = confirmedBooking(confirmedState(edit, content, { at: edit.lastStepAt }), content);
    await desk.record(confirmingStep(again));
    expect(await place(confirmed.attempt())).toEqual({ kind: 'confirmation_stale' });
    await expectUntouched(confirmed);
    expect(await place(again.attempt())).toMatchObject({ kind: 'placed', created: true });
  });

  it.each(['abandoned', 'expired'] as const)('is refused after its booking was %s', async (status) => {
    const confirmed = await desk.confirmed();
    await desk.record(stepTo(later(confirmed.state, { status })));

    expect(await place(confirmed.attempt())).toEqual({ kind: 'confirmation_stale' });
    await expectUntouched(confirmed);
  });

  it('is refused while the tenant lets no agent book, and made when it does again', async () => {
    const confirmed = await desk.confirmed();
    await switchBooking(false);
    expect(await place(confirmed.attempt())).toEqual({ kind: 'booking_disabled' });
    await expectUntouched(confirmed);
    await switchBooking(true);

    expect(await place(confirmed.attempt())).toMatchObject({ kind: 'placed', created: true });
  });

  it('is told of the confirmation before the switch, and of the switch before a duplicate', async () => {
    const confirmed = await desk.confirmed();
    const fingerprint = randomHash();
    await desk.shop.placed({ fingerprint });
    await switchBooking(false);

    expect(await place(confirmed.attempt({ fingerprint, requestHash: randomHash() }))).toEqual({
      kind: 'confirmation_required',
    });
    expect(await place(confirmed.attempt({ fingerprint }))).toEqual({ kind: 'booking_disabled' });
    await desk.record(stepTo(edited(confirmed.state)));
    expect(await place(confirmed.attempt({ fingerprint }))).toEqual({ kind: 'confirmation_stale' });
    expect(await place(confirmed.attempt({ fingerprint, requestHash: randomHash() }))).toEqual({
      kind: 'confirmation_required',
    });
  });
});

describe('one confirmation used by many at once', () => {
  it('100 times is one order, made by one of them and replayed to 99', async () => {
    const { state, attempt } = await desk.confirmed();
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => settled(attempt())));

    const placed = outcomes.flatMap((outcome) => (outcome.kind === 'placed' ? [outcome] : []));
    expect(placed).toHaveLength(100);
    expect(placed.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(placed.map(({ order }) => order.id)).size).toBe(1);
    expect(await desk.shop.countOrders()).toBe(1);
    expect((await desk.decisions(state.id)).filter(({ step }) => step === 'create_order')).toHaveLength(1);
  });

  it('50 times the very same attempt all answer that it made the order', async () => {
    const { attempt } = await desk.confirmed();
    const request = attempt();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => settled(request)));

    expect(outcomes.filter((outcome) => outcome.kind === 'placed' && outcome.created)).toHaveLength(50);
    expect(await desk.shop.countOrders()).toBe(1);
  });

  it('and by requests that differ is the one order that was confirmed', async () => {
    const confirmed = await desk.confirmed();
    const forged = Array.from({ length: 20 }, () => settled(confirmed.attempt({ requestHash: randomHash() })));
    const outcomes = await Promise.all([...forged, settled(confirmed.attempt())]);

    expect(outcomes.at(-1)).toMatchObject({ kind: 'placed', created: true });
    for (const { kind } of outcomes.slice(0, -1)) expect(['confirmation_required', 'key_reused']).toContain(kind);
    expect(await desk.shop.countOrders()).toBe(1);
  });

  it('of two equal orders from two bookings, one is placed and the other one a duplicate of it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const fingerprint = randomHash();
      const bookings = await Promise.all([desk.confirmed(), desk.confirmed()]);
      const outcomes = await Promise.all(bookings.map(({ attempt }) => settled(attempt({ fingerprint }))));
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['duplicate', 'placed']);
    }
  });
});

describe('an order and an edit of its booking at once', () => {
  const record = (step: ReturnType<typeof stepTo>) =>
    withTenant(pool, desk.shop.userId, (client) => recordBookingStep(client, step));

  const block = (bookingId: string) =>
    withTenant(pool, desk.shop.userId, (client) =>
      recordDecision(client, {
        bookingId,
        step: 'create_order',
        decision: 'blocked',
        guardrail: 'confirmed_content',
        reason: 'other_content',
        summaryDigest: null,
        actor: 'api_key:obk_desk0000',
        correlationId: 'req_crowd',
        confidence: undefined,
      }),
    );

  /** Exactly one of the two came about, and each was told so. */
  async function judge(confirmed: ConfirmedBooking, order: PlaceOrderOutcome, edit: { readonly kind: string }) {
    const { state, key } = confirmed;
    const now = await desk.find(state.id);
    const confirmation = (await desk.confirmations(state.id)).find((row) => row.idempotency_key === key);
    if (order.kind === 'placed') {
      expect(edit).toEqual({ kind: 'ordered', orderId: order.order.id });
      expect(now).toEqual({ ...state, status: 'ordered', orderId: order.order.id });
      expect(confirmation).toMatchObject({ order_id: order.order.id, revoked_at: null });
      return 'ordered' as const;
    }
    expect(order).toEqual({ kind: 'confirmation_stale' });
    expect(edit).toEqual({ kind: 'recorded' });
    expect(now?.status).toBe('open');
    expect(now?.confirmation).toBeNull();
    expect(confirmation).toMatchObject({ order_id: null, revoked_at: expect.any(Date) });
    return 'edited' as const;
  }

  it('in 60 rounds always end with one of them, and in no deadlock (which would reject)', async () => {
    const ends = { ordered: 0, edited: 0 };
    for (let round = 0; round < 60; round += 1) {
      const confirmed = await desk.confirmed();
      const step = stepTo(edited(confirmed.state));
      const [orders, edits]: [Promise<PlaceOrderOutcome>[], Promise<{ readonly kind: string }>[]] = [[], []];
      const send = { order: () => orders.push(settled(confirmed.attempt())), edit: () => edits.push(record(step)) };
      // Turn and turn about who is sent first; a retry of each and a decision of the API join them.
      const turn = round % 2 === 0 ? (['order', 'edit'] as const) : (['edit', 'order'] as const);
      for (const who of [...turn, ...turn]) send[who]();
      const decision = block(confirmed.state.id);
      const [order, orderAgain] = await Promise.all(orders);
      const [edit, editAgain] = await Promise.all(edits);
      await decision;

      if (order === undefined || edit === undefined) throw new Error('nothing was sent');
      ends[await judge(confirmed, order, edit)] += 1;
      expect([orderAgain?.kind, editAgain]).toEqual([order.kind, edit]);
    }
    expect(await desk.shop.countOrders()).toBe(ends.ordered);
    expect(ends.ordered + ends.edited).toBe(60);
  });

  const meeting = <A, B>(
    first: (client: TenantClient) => Promise<A>,
    second: () => Promise<B>,
    end?: 'commit' | 'rollback',
  ) => meet({ database, shop: desk.shop }, first, second, end);

  it('the order that waits for an edit is stale when the edit is committed, and placed when it is undone', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const confirmed = await desk.confirmed();
      const edit = stepTo(edited(confirmed.state));
      const [said, order] = await meeting(
        (client) => recordBookingStep(client, edit),
        () => place(confirmed.attempt()),
        end,
      );

      if (end === 'commit') expect(await judge(confirmed, order, said)).toBe('edited');
      else expect(order).toMatchObject({ kind: 'placed', created: true });
    }
  });

  it('the order that waits for its booking holds nothing of it yet, so that whoever holds the booking can go on', async () => {
    const confirmed = await desk.confirmed();
    const open = await desk.shop.begin();
    let order: Promise<PlaceOrderOutcome> | undefined;
    try {
      const held = 'SELECT FROM bookings WHERE id = $1 FOR NO KEY UPDATE';
      await open.client.query(held, [confirmed.state.id]);
      order = settled(confirmed.attempt());
      await eventually('the order waits', async () => (await lockWaiters(database)) === 1);
      const free = 'SELECT FROM booking_confirmations WHERE idempotency_key = $1 FOR UPDATE NOWAIT';
      expect(await open.client.query(free, [confirmed.key])).toMatchObject({ rowCount: 1 });
    } finally {
      await open.rollback();
    }
    expect(await order).toMatchObject({ kind: 'placed', created: true });
  });

  it('the order that waits for a step that edits nothing is placed, and keeps what that step wrote', async () => {
    const confirmed = await desk.confirmed();
    const step = later(confirmed.state, { messages: [{ number: 1, text: 'hm' }], messagesEver: 1 });
    const request = confirmed.attempt();
    const [, order] = await meeting(
      (client) => recordBookingStep(client, stepTo(step)),
      () => place(request),
    );

    expect(order).toMatchObject({ kind: 'placed', created: true });
    expect(await desk.find(step.id)).toEqual({ ...step, status: 'ordered', orderId: request.orderId });
  });

  it('the edit that waits for an order is told of it when it is committed, and done when it is undone', async () => {
    for (const end of ['commit', 'rollback'] as const) {
      const confirmed = await desk.confirmed();
      const edit = stepTo(edited(confirmed.state));
      const [order, said] = await meeting(
        (client) => placeOrder(client, confirmed.attempt()),
        () => desk.record(edit),
        end,
      );

      expect(order).toMatchObject({ kind: 'placed', created: true });
      if (end === 'commit') expect(await judge(confirmed, order, said)).toBe('ordered');
      else expect(await judge(confirmed, await place(confirmed.attempt()), said)).toBe('edited');
    }
  });

  it('the second order under a key is undecided when the first one is committed meanwhile, and finds it at the next look', async () => {
    const confirmed = await desk.confirmed();
    const [first, second] = [confirmed.attempt(), confirmed.attempt()];
    const [, said] = await meeting(
      (client) => placeOrder(client, first),
      () => place(second),
    );

    expect(said).toEqual({ kind: 'undecided' });
    expect(await place(second)).toMatchObject({ kind: 'placed', created: false, order: { id: first.orderId } });
  });
});
