import { randomUUID } from 'node:crypto';
import { CancelledFailure, WorkflowNotFoundError } from '@temporalio/common';
import type { BookingState } from '../../domain/booking/booking';
import { openBooking } from '../../domain/booking/open-booking';
import { type BookingWorkflowInput, orderPlacedSignal, STEP_UPDATES } from '../../workflows/booking-contract';
import {
  type BookingRuns,
  bookingRuns,
  bookingTenant,
  confirmedAttempt,
  message,
  sampleBooking,
  stepRefusal,
  TALK,
} from '../support/booking-runs';
import { eventually } from '../support/eventually';
import { countEvents, searchAttributes, untilNextTask } from '../support/histories';
import { type OrderRuns, orderRuns, refusalCode, untilAnswered } from '../support/order-runs';
import { holdBooking, waitingForLocks } from '../support/postgres-gate';
import { createScene, type Scene } from '../support/scene';

let scene: Scene;
let bookings: BookingRuns;
let orders: OrderRuns;
let userId: string;

beforeAll(async () => {
  scene = await createScene();
  bookings = bookingRuns(scene);
  orders = orderRuns(scene);
  await scene.startWorker();
  userId = await bookingTenant(scene);
});
afterAll(() => scene.close());

async function opened(fields: Partial<BookingWorkflowInput> = {}): Promise<BookingWorkflowInput> {
  const booking = sampleBooking(userId, fields);
  await bookings.open(booking);
  return booking;
}

/** A booking in Postgres whose last step was so many seconds ago. */
async function leftAlone(seconds: number, change: Partial<BookingState> = {}): Promise<BookingWorkflowInput> {
  const booking = sampleBooking(userId);
  const at = new Date(Date.now() - seconds * 1000).toISOString();
  const start = { id: booking.bookingId, userId, locale: 'en', idleExpirySeconds: 1_800, at } as const;
  await bookings.record({ ...openBooking(start), ...change });
  return booking;
}

const EXPIRED = {
  block: { guardrail: 'booking_open', reason: 'booking_expired' },
  booking: { step: 'expired', nextStep: null },
};

describe('abandoning', () => {
  it('ends the run and revokes what was confirmed; done twice, it is done once', async () => {
    const booking = await opened();
    const { idempotencyKey } = await bookings.toYes(booking);
    const { booking: over } = await bookings.step(booking, TALK.abandon, { stepId: 'enough' });
    expect(over).toMatchObject({ step: 'abandoned', nextStep: null, missing: [], allowedActions: [] });
    expect(await bookings.handle(booking).result()).toEqual({
      bookingId: booking.bookingId,
      status: 'abandoned',
      orderId: null,
    });
    expect(await bookings.confirmationsOf(booking)).toEqual({ [idempotencyKey]: 'revoked' });
    // Temporal answers the step again although the run is closed, and takes no other.
    expect((await bookings.step(booking, TALK.abandon, { stepId: 'enough' })).booking).toEqual(over);
    await expect(bookings.step(booking, TALK.addItems())).rejects.toThrow(WorkflowNotFoundError);
    expect((await bookings.recordsOf(booking)).at(-1)).toBe('abandon_booking accepted');
  });

  it('waits for steps that came behind it, which are blocked and recorded', async () => {
    const booking = await opened();
    const gate = await holdBooking(scene.database, booking);
    const abandon = bookings.step(booking, TALK.abandon);
    await waitingForLocks(scene.database, 1);
    const late = [
      stepRefusal(bookings.step(booking, TALK.addItems(), { stepId: 'late' })),
      bookings.step(booking, TALK.abandon, { stepId: 'later' }),
    ] as const;
    for (const stepId of ['late', 'later']) await bookings.sent(booking, stepId);
    await untilNextTask(bookings.handle(booking));
    await gate.open();
    expect((await abandon).booking.step).toBe('abandoned');
    expect(await late[0]).toMatchObject({ block: { guardrail: 'booking_open', reason: 'booking_abandoned' } });
    expect((await late[1]).booking.step).toBe('abandoned');
    expect(await bookings.handle(booking).result()).toMatchObject({ status: 'abandoned' });
    expect([...(await bookings.recordsOf(booking))].sort()).toEqual([
      'abandon_booking accepted',
      'abandon_booking repeated',
      'add_items booking_open',
      'start accepted',
    ]);
  });
});

describe('cancelling the run in Temporal', () => {
  it('abandons the booking as an operator, revokes its confirmation, and ends the run Canceled', async () => {
    const booking = await opened();
    const { idempotencyKey } = await bookings.toYes(booking);
    await bookings.handle(booking).cancel();
    await expect(bookings.handle(booking).result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    expect(await bookings.stateOf(booking)).toMatchObject({ status: 'abandoned', confirmation: null });
    expect(await bookings.confirmationsOf(booking)).toEqual({ [idempotencyKey]: 'revoked' });
    expect((await bookings.decisionsOf(booking)).at(-1)).toMatchObject({
      step: 'abandon_booking',
      decision: 'accepted',
      actor: 'operator',
    });
  });

  it('while the booking is still being opened abandons it once it is there, and its caller gets the answer', async () => {
    const booking = sampleBooking(userId);
    // The switch's row is read first; a lock on the table holds the opening there.
    const client = await scene.database.owner.connect();
    await client.query('BEGIN; LOCK TABLE ai_capabilities IN ACCESS EXCLUSIVE MODE');
    const answer = untilAnswered(() => bookings.open(booking));
    await waitingForLocks(scene.database, 1);
    await bookings.handle(booking).cancel();
    await client.query('ROLLBACK');
    client.release();
    expect((await answer).booking.step).toBe('start');
    await expect(bookings.handle(booking).result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    expect((await bookings.stateOf(booking))?.status).toBe('abandoned');
  });

  it('leaves a booking that has become an order as it is', async () => {
    const booking = await opened();
    const confirmed = await bookings.toYes(booking);
    const { order } = await orders.place(confirmedAttempt(userId, confirmed));
    await bookings.handle(booking).cancel();
    await expect(bookings.handle(booking).result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    expect(await bookings.stateOf(booking)).toMatchObject({ status: 'ordered', orderId: order.id });
    expect(await bookings.confirmationsOf(booking)).toEqual({ [confirmed.idempotencyKey]: 'used' });
  });

  it('of a booking that a later start takes up again finds it over', async () => {
    const booking = await opened();
    await bookings.handle(booking).cancel();
    await bookings
      .handle(booking)
      .result()
      .catch(() => undefined);
    expect((await bookings.open(booking, 'open:again')).booking.step).toBe('abandoned');
    expect(await bookings.handle(booking).result()).toMatchObject({ status: 'abandoned' });
    expect(await bookings.recordsOf(booking)).toEqual(['start accepted', 'abandon_booking accepted']);
  });
});

describe('an order that is placed', () => {
  it('ends the booking when its run is told, without asking Postgres', async () => {
    const booking = await opened();
    const confirmed = await bookings.toYes(booking);
    const { order } = await orders.place(confirmedAttempt(userId, confirmed));
    const { MARKER_RECORDED: activities } = await countEvents(bookings.handle(booking));
    await bookings.handle(booking).signal(orderPlacedSignal, { orderId: order.id });
    expect(await bookings.handle(booking).result()).toEqual({
      bookingId: booking.bookingId,
      status: 'ordered',
      orderId: order.id,
    });
    expect(await countEvents(bookings.handle(booking))).toMatchObject({ MARKER_RECORDED: activities });
    expect((await bookings.recordsOf(booking)).at(-1)).toBe('create_order accepted');
  });

  it('that nobody told the run of is found by the next step, which is blocked', async () => {
    const booking = await opened();
    const confirmed = await bookings.toYes(booking);
    const { order } = await orders.place(confirmedAttempt(userId, confirmed));
    expect(await stepRefusal(bookings.step(booking, TALK.addItems(1, 'Lemonade')))).toMatchObject({
      type: 'GUARDRAIL_BLOCKED',
      block: { guardrail: 'booking_open', reason: 'booking_ordered' },
      booking: { step: 'create_order', nextStep: null, orderId: order.id },
    });
    expect(await bookings.handle(booking).result()).toMatchObject({ status: 'ordered', orderId: order.id });
    expect((await bookings.recordsOf(booking)).slice(-2)).toEqual(['create_order accepted', 'add_items booking_open']);
    expect((await bookings.stateOf(booking))?.items).toHaveLength(1);
    expect(await bookings.confirmationsOf(booking)).toEqual({ [confirmed.idempotencyKey]: 'used' });
  });

  it('while an edit waits for Postgres wins over it, or the edit wins over the order; never both', async () => {
    const booking = await opened();
    const confirmed = await bookings.toYes(booking);
    const [edit, placed] = await Promise.allSettled([
      bookings.step(booking, TALK.addItems(1, 'Lemonade')),
      orders.place(confirmedAttempt(userId, confirmed)),
    ]);
    expect([edit.status, placed.status].sort()).toEqual(['fulfilled', 'rejected']);
    expect(await bookings.confirmationsOf(booking)).toEqual({
      [confirmed.idempotencyKey]: placed.status === 'fulfilled' ? 'used' : 'revoked',
    });
  });

  it('told while a step is under way that knows nothing of it is not forgotten by that step', async () => {
    const booking = await opened();
    const gate = await holdBooking(scene.database, booking);
    const step = bookings.step(booking, TALK.addItems());
    await waitingForLocks(scene.database, 1);
    const orderId = randomUUID();
    await bookings.handle(booking).signal(orderPlacedSignal, { orderId });
    await untilNextTask(bookings.handle(booking));
    await gate.open();
    expect((await step).booking).toMatchObject({ step: 'create_order', orderId });
    expect(await bookings.handle(booking).result()).toMatchObject({ status: 'ordered', orderId });
  });

  it.each([
    ['without a confirmation', 'CONFIRMATION_REQUIRED', 'confirmed_content', { customerName: 'Somebody Else' }],
    ['with other items', 'CONFIRMATION_REQUIRED', 'confirmed_content', { items: [{ name: 'Lemonade', quantity: 1 }] }],
  ])('%s is refused', async (_what, code, guardrail, change) => {
    const booking = await opened();
    const { idempotencyKey, content } = await bookings.toYes(booking);
    const attempt = confirmedAttempt(userId, { idempotencyKey, content: { ...content, ...change } });
    await expect(orders.place(attempt)).rejects.toMatchObject({
      cause: { type: code, details: [{ details: { guardrail, booking_id: booking.bookingId } }] },
    });
    expect((await bookings.stateOf(booking))?.status).toBe('open');
    expect(
      (await orders.place(confirmedAttempt(userId, { idempotencyKey, content }), 'place:again')).order.source,
    ).toBe('ai');
  });

  it('under a key that no confirmation has is refused', async () => {
    const attempt = confirmedAttempt(userId, {
      idempotencyKey: `made-up-${randomUUID()}`,
      content: {
        customerName: 'A',
        customerPhone: '4915155500017',
        items: [{ name: 'Pie', quantity: 1 }],
        notes: null,
      },
    });
    expect(await refusalCode(orders.place(attempt))).toBe('CONFIRMATION_REQUIRED');
  });

  it('after the yes was revoked, or the tenant has switched booking off, is refused, and says so', async () => {
    const tenant = await bookingTenant(scene);
    const booking = sampleBooking(tenant);
    await bookings.open(booking);
    const first = confirmedAttempt(tenant, await bookings.toYes(booking));
    await scene.database.owner.query('UPDATE ai_capabilities SET order_booking_enabled = false WHERE user_id = $1', [
      tenant,
    ]);
    await expect(orders.place(first)).rejects.toMatchObject({
      cause: {
        type: 'ORDER_BOOKING_DISABLED',
        details: [{ details: { guardrail: 'capability', booking_id: booking.bookingId } }],
      },
    });
    await scene.database.owner.query('UPDATE ai_capabilities SET order_booking_enabled = true WHERE user_id = $1', [
      tenant,
    ]);
    await bookings.step(booking, TALK.addItems(1, 'Lemonade'));
    const again = { ...first, attemptId: randomUUID() };
    await expect(orders.place(again, 'place:again')).rejects.toMatchObject({
      cause: { type: 'STALE_CONFIRMATION', details: [{ details: { guardrail: 'live_confirmation' } }] },
    });
    expect(await orders.ordersOf(tenant)).toBe(0);
  });
});

describe('a booking that nobody goes on with', () => {
  it('expires, and what was confirmed in it is worth nothing any more', async () => {
    const booking = await opened();
    const { idempotencyKey } = await bookings.toYes(booking);
    const state = await bookings.stateOf(booking);
    await bookings.handle(booking).terminate();
    if (state === undefined) throw new Error('the booking is gone');
    // As it is half an hour later.
    const longAgo = new Date(Date.now() - 1_801_000).toISOString();
    await scene.database.owner.query(
      `UPDATE bookings SET last_step_at = $2, state = state || jsonb_build_object('lastStepAt', $3::text) WHERE id = $1`,
      [booking.bookingId, longAgo, longAgo],
    );
    await bookings.start(booking);
    expect(await bookings.handle(booking).result()).toMatchObject({ status: 'expired', orderId: null });
    expect(await bookings.stateOf(booking)).toMatchObject({ status: 'expired', version: state.version + 1 });
    expect(await bookings.confirmationsOf(booking)).toEqual({ [idempotencyKey]: 'revoked' });
    expect((await bookings.decisionsOf(booking)).at(-1)).toMatchObject({
      step: 'expire',
      decision: 'accepted',
      actor: 'system',
    });
  });

  it('takes no step that comes too late, although the timer has not come before it', async () => {
    const booking = await leftAlone(1_801);
    expect(await stepRefusal(bookings.startWith(booking, TALK.addItems()))).toMatchObject(EXPIRED);
    expect(await bookings.handle(booking).result()).toMatchObject({ status: 'expired' });
    expect(await bookings.recordsOf(booking)).toEqual(['start accepted', 'expire accepted', 'add_items booking_open']);
  });

  it('takes no step that comes while it expires', async () => {
    const booking = await leftAlone(1_801);
    const gate = await holdBooking(scene.database, booking);
    await bookings.start(booking);
    await waitingForLocks(scene.database, 1);
    const late = stepRefusal(bookings.step(booking, TALK.addItems(), { stepId: 'late' }));
    await bookings.sent(booking, 'late');
    await untilNextTask(bookings.handle(booking));
    await gate.open();
    expect(await late).toMatchObject(EXPIRED);
    expect(await bookings.handle(booking).result()).toMatchObject({ status: 'expired' });
    expect(await bookings.recordsOf(booking)).toEqual(['start accepted', 'expire accepted', 'add_items booking_open']);
  });

  it('lives on with every step: one timer is set again for what is left, and none by a step', async () => {
    // Ten seconds before its end: the time that the start has to get to the run.
    const booking = await leftAlone(1_790);
    await bookings.startWith(booking, TALK.addItems());
    await eventually('the timer', async () => (await countEvents(bookings.handle(booking))).TIMER_FIRED === 1);
    await bookings.step(booking, TALK.confirmItems);
    expect(await countEvents(bookings.handle(booking))).toMatchObject({ TIMER_STARTED: 2, MARKER_RECORDED: 3 });
    expect((await bookings.stateOf(booking))?.status).toBe('open');
    expect(await bookings.recordsOf(booking)).toEqual([
      'start accepted',
      'add_items accepted',
      'confirm_items accepted',
    ]);
  });

  it('ends as ordered when it has become an order that nobody told its run of', async () => {
    const booking = await opened();
    const confirmed = await bookings.toYes(booking);
    const state = await bookings.stateOf(booking);
    const { order } = await orders.place(confirmedAttempt(userId, confirmed));
    await bookings.handle(booking).terminate();
    if (state === undefined) throw new Error('the booking is gone');
    // A run that knows nothing of it, on the last second of its patience.
    const lastStepAt = new Date(Date.now() - 1_799_000).toISOString();
    const opening = {
      kind: 'answer',
      booking: await viewOfNothing(booking),
      result: { say: null },
      requestHash: '',
    } as const;
    await bookings.start({ ...booking, resumed: { state: { ...state, lastStepAt }, opening, answers: [] } });
    expect(await bookings.handle(booking).result()).toEqual({
      bookingId: booking.bookingId,
      status: 'ordered',
      orderId: order.id,
    });
    expect(await bookings.recordsOf(booking)).not.toContain('expire accepted');
  });

  it('goes on from a step of its own that its run has missed', async () => {
    const booking = await opened();
    const before = await bookings.stateOf(booking);
    await bookings.step(booking, TALK.addItems());
    await bookings.handle(booking).terminate();
    if (before === undefined) throw new Error('the booking is gone');
    const lastStepAt = new Date(Date.now() - 1_799_000).toISOString();
    const opening = {
      kind: 'answer',
      booking: await viewOfNothing(booking),
      result: { say: null },
      requestHash: '',
    } as const;
    await bookings.start({ ...booking, resumed: { state: { ...before, lastStepAt }, opening, answers: [] } });
    await eventually('the timer', async () => (await countEvents(bookings.handle(booking))).TIMER_FIRED === 1);
    const seen = await eventually('the missed step', async () => {
      const view = await bookings.query(booking);
      return view?.draft.totalQuantity === 2 && view;
    });
    expect(seen.nextStep).toBe('confirm_items');
    expect((await bookings.stateOf(booking))?.status).toBe('open');
  });

  async function viewOfNothing(booking: BookingWorkflowInput) {
    const view = await bookings.query(booking);
    if (view === null) throw new Error('there is no booking');
    return view;
  }
});

describe('a talk that gets too long for one run', () => {
  it('goes on in the next run: nothing is lost, and steps of earlier runs are answered again', async () => {
    const booking = await opened({ stepsPerRun: 2 });
    const handle = bookings.handle(booking);
    const runs = new Set<string>();
    const answers: unknown[] = [];
    const send = (number: number) =>
      untilAnswered(() => bookings.step(booking, TALK.addItems(number, `Cake ${number}`), { stepId: `${number}` }));
    const early = () => stepRefusal(untilAnswered(() => bookings.step(booking, TALK.getSummary, { stepId: 'early' })));
    const refused = await early();
    for (let number = 1; number <= 7; number += 1) {
      answers.push(await send(number));
      runs.add((await handle.describe()).runId);
    }
    expect(runs.size).toBeGreaterThan(2);
    for (let number = 1; number <= 7; number += 1) expect(await send(number)).toEqual(answers[number - 1]);
    expect(await early()).toEqual(refused);
    expect((await untilAnswered(() => bookings.open(booking, 'open:again'))).booking.draft.items).toEqual([]);
    expect((await bookings.stateOf(booking))?.items).toHaveLength(7);
    expect(await bookings.recordsOf(booking)).toHaveLength(9);
    expect(await searchAttributes(handle)).toMatchObject({ TenantId: userId });

    const { idempotencyKey } = await bookings.toYes(booking);
    expect(await bookings.confirmationsOf(booking)).toEqual({ [idempotencyKey]: 'live' });
    await untilAnswered(() => bookings.step(booking, TALK.abandon));
    expect(await handle.result()).toMatchObject({ status: 'abandoned' });
  });

  it('loses no step that is sent while one run ends and the next begins, and takes none twice', async () => {
    const booking = await opened({ stepsPerRun: 1 });
    const numbers = Array.from({ length: 24 }, (_, index) => index + 1);
    let next = 0;
    // Four agents, so that there are always steps under way when a run ends.
    const agent = async () => {
      for (let number = numbers[next++]; number !== undefined; number = numbers[next++]) {
        const quantity = number;
        await untilAnswered(() =>
          bookings.step(booking, TALK.addItems(quantity, `Cake ${quantity}`), { stepId: `${quantity}` }),
        );
      }
    };
    await Promise.all([agent(), agent(), agent(), agent()]);
    const state = await bookings.stateOf(booking);
    expect(state?.items.map(({ quantity }) => quantity).sort((a, b) => a - b)).toEqual(numbers);
    expect(state?.version).toBe(25);
    const decisions = await bookings.decisionsOf(booking);
    expect(decisions.map(({ decision }) => decision)).toEqual(Array.from({ length: 25 }, () => 'accepted'));
  });

  it('is cancelled, and told of its order, in any of its runs', async () => {
    const [cancelled, ordered] = [await opened({ stepsPerRun: 1 }), await opened({ stepsPerRun: 1 })];
    await untilAnswered(() => bookings.step(cancelled, TALK.addItems()));
    await bookings.handle(cancelled).cancel();
    await eventually('the end', async () => (await bookings.stateOf(cancelled))?.status === 'abandoned');

    const confirmed = await bookings.toYes(ordered);
    const { order } = await orders.place(confirmedAttempt(userId, confirmed));
    await bookings.handle(ordered).signal(orderPlacedSignal, { orderId: order.id });
    expect(await bookings.handle(ordered).result()).toMatchObject({ status: 'ordered', orderId: order.id });
  });
});

describe('a booking whose run is gone', () => {
  it('is taken up by a new start where it stands, also by one that came with a step', async () => {
    const booking = await opened();
    await bookings.step(booking, TALK.addItems());
    await bookings.handle(booking).terminate('by a test');
    await bookings.start(booking);
    const { booking: went } = await bookings.step(booking, TALK.confirmItems);
    expect(went).toMatchObject({ step: 'confirm_items', draft: { totalQuantity: 2 } });
    expect(await bookings.recordsOf(booking)).toEqual([
      'start accepted',
      'add_items accepted',
      'confirm_items accepted',
    ]);
  });

  it('goes on although the tenant has switched booking off since: it is asked again when there is to be an order', async () => {
    const tenant = await bookingTenant(scene);
    const booking = sampleBooking(tenant);
    await bookings.open(booking);
    await bookings.handle(booking).terminate('by a test');
    await scene.database.owner.query('UPDATE ai_capabilities SET order_booking_enabled = false WHERE user_id = $1', [
      tenant,
    ]);
    await bookings.start(booking);
    expect((await bookings.step(booking, TALK.addItems())).booking.nextStep).toBe('confirm_items');
  });
});

describe('a step to a booking that is over', () => {
  it('is refused at once when nothing is under way that it would have to wait for', async () => {
    const booking = await opened();
    const orderId = randomUUID();
    // Both in one workflow task: the signal ends the booking, and the run must not end before the step is answered.
    const gate = await holdBooking(scene.database, booking);
    const first = bookings.step(booking, TALK.addItems());
    await waitingForLocks(scene.database, 1);
    await bookings.handle(booking).signal(orderPlacedSignal, { orderId });
    const late = bookings
      .handle(booking)
      .executeUpdate(STEP_UPDATES.confirm_items, { args: [message(TALK.confirmItems)] })
      .catch((error: unknown) => error);
    await gate.open();
    await first;
    const outcome = await late;
    if (!(outcome instanceof WorkflowNotFoundError)) {
      expect(await stepRefusal(Promise.reject(outcome))).toMatchObject({ block: { guardrail: 'booking_open' } });
    }
    expect(await bookings.handle(booking).result()).toMatchObject({ status: 'ordered', orderId });
  });
});
