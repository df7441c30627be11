import { WorkflowUpdateStage } from '@temporalio/client';
import { readConfirmationKey } from '../../domain/booking/confirmation-key';
import { draftDigest } from '../../domain/booking/draft-digest';
import { DEFAULT_BOOKING_SETTINGS } from '../../domain/booking/settings';
import type { StepRequest } from '../../domain/booking/step-request';
import { parseSigningKeys } from '../../platform/confirmation-signing';
import { sha256Hex } from '../../platform/sha256';
import { addItemsUpdate, STEP_UPDATES, stepUpdateId } from '../../workflows/booking-contract';
import {
  type BookingRuns,
  bookingRuns,
  bookingTenant,
  message,
  sampleBooking,
  stepRefusal,
  TALK,
} from '../support/booking-runs';
import { CANARY } from '../support/canary';
import { eventually } from '../support/eventually';
import { countEvents } from '../support/histories';
import { refusalCode } from '../support/order-runs';
import { holdBooking, waitingForLocks } from '../support/postgres-gate';
import { createScene, type Scene } from '../support/scene';
import { type ServiceProcess, TEST_SIGNING_KEYS } from '../support/services';

let scene: Scene;
let bookings: BookingRuns;
let worker: ServiceProcess;
let userId: string;

beforeAll(async () => {
  scene = await createScene();
  bookings = bookingRuns(scene);
  worker = await scene.startWorker();
  userId = await bookingTenant(scene);
});
afterAll(() => scene.close());

async function opened(fields: Parameters<typeof sampleBooking>[1] = {}) {
  const booking = sampleBooking(userId, fields);
  await bookings.open(booking);
  return booking;
}

describe('opening', () => {
  it('answers an empty booking and what to ask first, and records who began it', async () => {
    const booking = sampleBooking(userId, { confidence: 0.5 });
    const answer = await bookings.open(booking);
    expect(answer).toEqual({
      kind: 'answer',
      booking: {
        id: booking.bookingId,
        step: 'start',
        nextStep: 'collect_items',
        missing: ['items', 'customer_name', 'customer_phone'],
        allowedActions: ['add_items', 'abandon_booking'],
        draft: { items: [], totalQuantity: 0, customerName: null, customerPhone: null, notes: null },
        locale: 'en',
        orderId: null,
        expiresAt: expect.any(String),
      },
      result: { say: expect.any(String) },
      requestHash: booking.requestHash,
    });
    const state = await bookings.stateOf(booking);
    expect(Date.parse(answer.booking.expiresAt) - Date.parse(state?.createdAt ?? '')).toBe(
      DEFAULT_BOOKING_SETTINGS.bookingIdleExpirySeconds * 1000,
    );
    expect(await bookings.query(booking)).toEqual(answer.booking);
    expect(await bookings.decisionsOf(booking)).toMatchObject([
      { sequence: 1, step: 'start', decision: 'accepted', confidence: 0.5, actor: 'api_key:test' },
    ]);
  });

  it('takes language and patience from the tenant, and another language from the agent', async () => {
    const french = await bookingTenant(scene, { booking_locale: 'fr', booking_idle_expiry_seconds: 90 });
    const own = sampleBooking(french);
    expect((await bookings.open(own)).booking.locale).toBe('fr');
    expect((await bookings.stateOf(own))?.idleExpirySeconds).toBe(90);
    expect((await bookings.open(sampleBooking(french, { locale: 'hi' }))).booking.locale).toBe('hi');
  });

  it('is answered again, also to many at once and after steps were taken, and happens once', async () => {
    const booking = sampleBooking(userId);
    const answers = await Promise.all(Array.from({ length: 8 }, () => bookings.open(booking)));
    await bookings.step(booking, TALK.addItems());
    answers.push(await bookings.open(booking), await bookings.open(booking, 'open:again'));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await bookings.recordsOf(booking)).toEqual(['start accepted', 'add_items accepted']);
  });

  it('happens although nobody ever asks for the answer', async () => {
    const booking = sampleBooking(userId);
    await bookings.start(booking);
    await eventually('the booking', async () => (await bookings.stateOf(booking))?.status === 'open');
  });

  it('is refused where the tenant has switched it off, which is recorded and leaves the id free', async () => {
    const careful = await bookingTenant(scene, { order_booking_enabled: false });
    const booking = sampleBooking(careful);
    expect(await stepRefusal(bookings.open(booking))).toMatchObject({
      type: 'ORDER_BOOKING_DISABLED',
      block: { guardrail: 'capability', reason: 'order_booking_disabled' },
      requestHash: booking.requestHash,
    });
    await expect(bookings.handle(booking).result()).rejects.toMatchObject({
      cause: { type: 'ORDER_BOOKING_DISABLED', nonRetryable: true },
    });
    expect(await bookings.stateOf(booking)).toBeUndefined();
    const { rows } = await scene.database.owner.query(
      'SELECT booking_id, step, decision, guardrail, reason, correlation_id FROM ai_decisions WHERE user_id = $1',
      [careful],
    );
    expect(rows).toEqual([
      {
        booking_id: null,
        step: 'start',
        decision: 'blocked',
        guardrail: 'capability',
        reason: 'order_booking_disabled',
        correlation_id: 'req_test',
      },
    ]);
    await scene.database.owner.query('UPDATE ai_capabilities SET order_booking_enabled = true WHERE user_id = $1', [
      careful,
    ]);
    expect((await bookings.open(booking, 'open:again')).booking.id).toBe(booking.bookingId);
  });

  it('that came with a step is done before the step is taken', async () => {
    const booking = sampleBooking(userId);
    const handle = await bookings.start(booking);
    const [opening, step] = await Promise.all([bookings.open(booking), bookings.step(booking, TALK.addItems(3))]);
    expect(opening.booking.draft.items).toEqual([]);
    expect(step.booking.draft.totalQuantity).toBe(3);
    await handle.terminate();
  });
});

describe('the steps', () => {
  it('lead from the first word to a key that holds exactly what the customer said yes to', async () => {
    const booking = await opened();
    const answers = [
      await bookings.step(booking, TALK.addItems(2)),
      await bookings.step(booking, TALK.addItems(1, 'Lemonade')),
      await bookings.step(booking, { action: 'remove_item', itemId: 'item_2' }),
      await bookings.step(booking, TALK.confirmItems),
      await bookings.step(booking, TALK.setCustomer),
    ];
    expect(answers.map(({ booking: { step, nextStep } }) => [step, nextStep])).toEqual([
      ['collect_items', 'confirm_items'],
      ['collect_items', 'confirm_items'],
      ['collect_items', 'confirm_items'],
      ['confirm_items', 'collect_details'],
      ['collect_details', 'show_summary'],
    ]);
    const { result, booking: shown } = await bookings.step(booking, TALK.getSummary);
    expect(result.summary).toMatchObject({ items: [{ name: CANARY.item, quantity: 2 }], totalQuantity: 2 });
    expect(shown.nextStep).toBe('final_confirmation');
    const answer = await bookings.step(booking, TALK.confirm(result.summaryDigest ?? ''), { confidence: 1 });
    const { idempotencyKey, content, expiresAt } = answer.result.confirmed ?? {};
    expect(content).toEqual({
      customerName: CANARY.name,
      customerPhone: CANARY.phone,
      items: [{ name: CANARY.item, quantity: 2 }],
      notes: null,
    });
    const key = readConfirmationKey(idempotencyKey ?? '', userId, parseSigningKeys(TEST_SIGNING_KEYS).macOf);
    expect(key).toMatchObject({ bookingId: booking.bookingId, expiresAt });
    if (content === undefined) throw new Error('nothing was confirmed');
    expect(key?.isFor(draftDigest({ userId, bookingId: booking.bookingId }, content, sha256Hex))).toBe(true);
    expect(answer.booking).toMatchObject({ step: 'final_confirmation', nextStep: 'create_order', missing: [] });
    expect(await bookings.query(booking)).toEqual(answer.booking);

    expect(await bookings.confirmationsOf(booking)).toEqual({ [idempotencyKey ?? '']: 'live' });
    const decisions = await bookings.decisionsOf(booking);
    expect(decisions.map(({ step, decision }) => `${step} ${decision}`)).toEqual([
      'start accepted',
      'add_items accepted',
      'add_items accepted',
      'remove_item accepted',
      'confirm_items accepted',
      'set_customer accepted',
      'get_summary accepted',
      'confirm_booking accepted',
    ]);
    expect(decisions.at(-1)).toMatchObject({
      customerWords: 'Yes, confirm',
      shown: result.summary?.text,
      summaryDigest: result.summaryDigest,
      confidence: 1,
    });
    // What the run knows and what Postgres has are the same to the last word.
    expect((await bookings.stateOf(booking))?.version).toBe(8);
  });

  it('are judged by the catalogue and the phrases that the tenant has at that moment', async () => {
    const tenant = await bookingTenant(scene);
    await scene.database.owner.query('INSERT INTO catalogues (user_id, items) VALUES ($1, $2)', [
      tenant,
      JSON.stringify([{ name: 'Margherita', aliases: ['pizza classic'], active: true }]),
    ]);
    const booking = sampleBooking(tenant);
    await bookings.open(booking);
    expect(await stepRefusal(bookings.step(booking, TALK.addItems(2, 'Calzone')))).toMatchObject({
      type: 'GUARDRAIL_BLOCKED',
      block: { guardrail: 'catalogue' },
    });
    const { booking: added } = await bookings.step(booking, TALK.addItems(2, 'pizza classic'));
    expect(added.draft.items).toMatchObject([{ name: 'Margherita', quantity: 2 }]);

    const own = { action: 'confirm_items', customerReply: 'roger roger' } as const;
    expect((await stepRefusal(bookings.step(booking, own))).block.guardrail).toBe('explicit_confirmation');
    await scene.database.owner.query('UPDATE ai_capabilities SET confirmation_phrases = $2 WHERE user_id = $1', [
      tenant,
      ['roger roger'],
    ]);
    expect((await bookings.step(booking, own)).booking.nextStep).toBe('collect_details');
  });

  it('give a yes for as long as the tenant lets it be good', async () => {
    const tenant = await bookingTenant(scene, { confirmation_expiry_seconds: 45 });
    const booking = sampleBooking(tenant);
    await bookings.open(booking);
    const { idempotencyKey } = await bookings.toYes(booking);
    const key = readConfirmationKey(idempotencyKey, tenant, parseSigningKeys(TEST_SIGNING_KEYS).macOf);
    const { confirmation } = (await bookings.stateOf(booking)) ?? {};
    const seconds = (Date.parse(key?.expiresAt ?? '') - Date.parse(confirmation?.confirmedAt ?? '')) / 1000;
    expect(seconds).toBeGreaterThan(43);
    expect(seconds).toBeLessThanOrEqual(45);
  });

  it('that a guardrail blocks are recorded, change nothing else, and say how to go on', async () => {
    const booking = await opened();
    const refusal = await stepRefusal(bookings.step(booking, TALK.getSummary, { confidence: 0.25 }));
    expect(refusal).toMatchObject({
      type: 'GUARDRAIL_BLOCKED',
      block: { guardrail: 'step_order', reason: 'get_summary_before_collect_items', ask: expect.any(String) },
      booking: { nextStep: 'collect_items', allowedActions: ['add_items', 'abandon_booking'] },
    });
    expect((await bookings.decisionsOf(booking)).at(-1)).toMatchObject({
      sequence: 2,
      step: 'get_summary',
      decision: 'blocked',
      guardrail: 'step_order',
      reason: 'get_summary_before_collect_items',
      confidence: 0.25,
    });
    expect((await bookings.step(booking, TALK.addItems())).booking.draft.totalQuantity).toBe(2);
    const line = await eventually('the log line', () =>
      worker.lines.find((text) => text.includes('aiGuardrailTriggered') && text.includes(booking.bookingId)),
    );
    expect(JSON.parse(line)).toMatchObject({
      userId,
      bookingStep: 'get_summary',
      guardrail: 'step_order',
      guardrailReason: 'get_summary_before_collect_items',
      confidence: 0.25,
      correlationId: 'req_test',
    });
  });

  it('are revoked by an edit: the yes to what was there before makes no order any more', async () => {
    const booking = await opened();
    const { idempotencyKey } = await bookings.toYes(booking);
    const { booking: edited } = await bookings.step(booking, TALK.addItems(1, 'Lemonade'));
    expect(edited.nextStep).toBe('confirm_items');
    expect(await bookings.confirmationsOf(booking)).toEqual({ [idempotencyKey]: 'revoked' });
  });

  it('never put the customer into a log line', async () => {
    const booking = await opened();
    await bookings.toYes(booking);
    await stepRefusal(bookings.step(booking, TALK.confirm('0'.repeat(64), `no, not for ${CANARY.name}`)));
    await eventually('the last line', () => worker.lines.some((line) => line.includes('current_summary')));
    for (const line of worker.lines) {
      for (const secret of Object.values(CANARY)) expect(line).not.toContain(secret);
    }
  });

  it('are counted by step, decision and guardrail', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${String(worker.ready.healthPort)}/metrics`)).text();
    expect(metrics).toMatch(/order_booking_booking_steps_total\{step="add_items",decision="accepted"\} [1-9]/);
    expect(metrics).toMatch(/order_booking_booking_steps_total\{step="get_summary",decision="blocked"\} [1-9]/);
    expect(metrics).toMatch(/order_booking_guardrail_blocks_total\{guardrail="step_order"\} [1-9]/);
  });
});

describe('a step that is sent again', () => {
  it('under one id is taken once and answered the same, whether it was accepted or blocked', async () => {
    const booking = await opened();
    const add = () => bookings.step(booking, TALK.addItems(), { stepId: 'add' });
    const early = () => stepRefusal(bookings.step(booking, TALK.getSummary, { stepId: 'early' }));
    const [first, second] = await Promise.all([add(), add()]);
    expect(second).toEqual(first);
    const refused = await early();
    await bookings.step(booking, TALK.confirmItems);
    expect(await add()).toEqual(first);
    expect(await early()).toEqual(refused);
    expect(await bookings.recordsOf(booking)).toEqual([
      'start accepted',
      'add_items accepted',
      'get_summary step_order',
      'confirm_items accepted',
    ]);
  });

  it('under an id that another step has is answered as that one, whose request it can be told by', async () => {
    const booking = await opened();
    const first = await bookings.step(booking, TALK.addItems(2), { stepId: 'one' });
    const other = await bookings.step(booking, TALK.addItems(5), { stepId: 'one' });
    expect(other).toEqual(first);
    expect(other.requestHash).not.toBe(message(TALK.addItems(5)).requestHash);
  });

  it('under another id is recorded again, and adds nothing twice', async () => {
    const booking = await opened();
    await bookings.step(booking, TALK.addItems());
    const again = await bookings.step(booking, TALK.addItems());
    expect(again.booking.draft.totalQuantity).toBe(2);
    expect(await bookings.recordsOf(booking)).toEqual(['start accepted', 'add_items accepted', 'add_items repeated']);
  });
});

describe('steps at once', () => {
  it('are taken one after the other, each on what the one before it left', async () => {
    const booking = await opened();
    const quantities = [1, 2, 3, 4, 5, 6];
    await Promise.all(
      quantities.map((quantity) => bookings.step(booking, TALK.addItems(quantity, `Cake ${quantity}`))),
    );
    const state = await bookings.stateOf(booking);
    expect(state?.items.map(({ id }) => id)).toEqual(quantities.map((number) => `item_${number}`));
    expect(state?.items.map(({ quantity }) => quantity).sort()).toEqual(quantities);
    expect(state?.version).toBe(7);
    expect((await bookings.decisionsOf(booking)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('are judged in the order in which they came: what is wrong now may be right in its turn', async () => {
    const booking = await opened();
    const gate = await holdBooking(scene.database, booking);
    const add = bookings.step(booking, TALK.addItems());
    await waitingForLocks(scene.database, 1);
    const tasks = async () => (await countEvents(bookings.handle(booking))).WORKFLOW_TASK_STARTED;
    const before = await tasks();
    const confirm = bookings.step(booking, TALK.confirmItems);
    // The run hears of it when its long task reports that it is still at work, which begins another task.
    await eventually('the next task', async () => (await tasks()) !== before);
    await gate.open();
    expect((await add).booking.nextStep).toBe('confirm_items');
    expect((await confirm).booking.nextStep).toBe('collect_details');
  });
});

describe('a message that is no step', () => {
  const good = message(TALK.addItems());
  const malformed: readonly unknown[] = [
    undefined,
    null,
    17,
    'add_items',
    [],
    {},
    { ...good, request: null },
    { ...good, request: { action: 'add_items' } },
    { ...good, request: TALK.getSummary },
    { ...good, request: { ...good.request, items: [null] } },
    {
      ...good,
      request: { ...good.request, items: [{ name: 'a', quantity: '2', nameWords: 'a', quantityWords: '2' }] },
    },
    { ...good, requestHash: undefined },
    { ...good, actor: 7 },
    { ...good, correlationId: null },
    { ...good, confidence: 2 },
    { ...good, confidence: 'sure' },
  ];

  it('is refused without a trace, and harms nothing', async () => {
    const booking = await opened();
    const before = await countEvents(bookings.handle(booking));
    for (const bad of malformed) {
      const sent = bookings.handle(booking).executeUpdate('addItems', { args: [bad] });
      expect(await refusalCode(sent)).toBe('VALIDATION_FAILED');
    }
    expect(await countEvents(bookings.handle(booking))).toEqual(before);
    expect(await bookings.recordsOf(booking)).toEqual(['start accepted']);
    expect((await bookings.step(booking, TALK.addItems())).booking.draft.totalQuantity).toBe(2);
  });

  it('is refused for every other step as well', async () => {
    const booking = await opened();
    for (const update of Object.values(STEP_UPDATES)) {
      const bad = bookings.handle(booking).executeUpdate(update.name, { args: [{ ...good, request: {} }] });
      expect(await refusalCode(bad)).toBe('VALIDATION_FAILED');
    }
  });

  it('as a signal changes nothing', async () => {
    const booking = await opened();
    for (const bad of [null, 17, 'order', {}, { orderId: null }, { orderId: CANARY.name }]) {
      await bookings.handle(booking).signal('orderPlaced', bad);
    }
    await bookings.handle(booking).signal('orderPlaced');
    expect((await bookings.step(booking, TALK.addItems())).booking.nextStep).toBe('confirm_items');
  });
});

describe('a step that Postgres can never record', () => {
  it('fails as INTERNAL instead of trying for ever, and the booking goes on', async () => {
    const booking = await opened();
    const unwritable = { ...TALK.addItems(), customerMessage: `2 ${CANARY.item} \u0000` } as StepRequest;
    // Of the database's reasons nothing is told.
    await expect(bookings.step(booking, unwritable)).rejects.toMatchObject({
      cause: { type: 'INTERNAL', message: 'The step could not be taken', details: [] },
    });
    const words = { action: 'confirm_items', customerReply: 'half a \ud83d pair' } as const;
    await bookings.step(booking, TALK.addItems());
    expect(await refusalCode(bookings.step(booking, words))).toBe('INTERNAL');
    expect((await bookings.step(booking, TALK.confirmItems)).booking.nextStep).toBe('collect_details');
    expect(await countEvents(bookings.handle(booking))).not.toHaveProperty('WORKFLOW_TASK_FAILED');
  });
});

describe('Postgres away', () => {
  it('makes a step wait, and loses nothing', async () => {
    const booking = await opened();
    const gate = await holdBooking(scene.database, booking);
    const update = await bookings.handle(booking).startUpdate(addItemsUpdate, {
      args: [message(TALK.addItems())],
      updateId: stepUpdateId('slow'),
      waitForStage: WorkflowUpdateStage.ACCEPTED,
    });
    await waitingForLocks(scene.database, 1);
    const first = await waitingSince();
    // The lock is given up after three seconds, and the step is tried again.
    await eventually('another try', async () => ((await waitingSince()) ?? first) !== first);
    await gate.open();
    expect((await update.result()).booking.draft.totalQuantity).toBe(2);
    expect(await bookings.recordsOf(booking)).toEqual(['start accepted', 'add_items accepted']);
  });

  /** When the statement that waits for a lock was sent. */
  async function waitingSince(): Promise<string | undefined> {
    const { rows } = await scene.database.owner.query<{ since: string }>(
      `SELECT query_start::text AS since FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'order-worker' AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.since;
  }
});
