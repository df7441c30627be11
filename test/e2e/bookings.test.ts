import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { BookingAction } from '../../domain/booking/booking';
import type { BookingStepWire, ConfirmedBookingWire, ShownSummaryWire } from '../../domain/booking/wire';
import { GUARDRAILS } from '../../domain/guardrails/guardrail';
import { catalogueAnswerSchema } from '../../domain/schemas/booking-wire';
import type { CreatedOrderWire } from '../../domain/wire';
import { stepRequestHash } from '../../services/order-api/use-cases/bookings';
import { bookingIdOf } from '../../services/order-api/use-cases/start-booking';
import {
  BOOKING_WORKFLOW,
  type BookingWorkflowInput,
  bookingWorkflowId,
  OPEN_UPDATE_ID,
  openUpdate,
  orderPlacedSignal,
} from '../../workflows/booking-contract';
import { bookTo, orderOf, type Stage, sampleTalk, sayYes, setCapabilities } from '../support/booking';
import { type BookingCaller, bookingCaller } from '../support/booking-caller';
import { CANARY } from '../support/canary';
import { type Answer, accepted, DOORS, outcomes, refused } from '../support/doors';
import { eventually } from '../support/eventually';
import { connectMcp } from '../support/mcp-client';
import { restCall } from '../support/rest-caller';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';
import type { ServiceProcess } from '../support/services';

let scene: Scene;
let api: ApiProcess;
let worker: ServiceProcess;

beforeAll(async () => {
  scene = await createScene();
  [api, worker] = await Promise.all([scene.startApi(PATIENT), scene.startWorker()]);
  await setCapabilities(api, scene.tenant, { order_booking_enabled: true });
  await setCapabilities(api, scene.other, { order_booking_enabled: true });
});
afterAll(() => scene.close());

const STAGES: readonly Stage[] = ['start', 'items', 'items_confirmed', 'customer', 'summary', 'confirmed'];

describe.each(DOORS)('over %s', (door) => {
  let agent: BookingCaller;
  beforeAll(() => {
    agent = bookingCaller(door, api, scene.tenant.aiKey);
  });
  afterAll(() => agent.close());

  test('a booking goes from the first word to the order, and says at every step what comes next', async () => {
    const talk = sampleTalk();
    const started = accepted(await agent.start({ locale: 'en' }));
    const { id } = started.booking;
    expect(started.booking).toMatchObject({
      step: 'start',
      next_step: 'collect_items',
      missing: ['items', 'customer_name', 'customer_phone'],
      allowed_actions: ['add_items', 'abandon_booking'],
      draft: { items: [], total_quantity: 0, customer_name: null, customer_phone: null, notes: null },
      locale: 'en',
      order_id: null,
    });

    const added = accepted(await agent.addItems(id, talk.items));
    expect(added.booking).toMatchObject({
      step: 'collect_items',
      next_step: 'confirm_items',
      draft: {
        items: [
          { id: 'item_1', name: CANARY.item, quantity: 2 },
          { id: 'item_2', name: 'Rye Bread', quantity: 3 },
        ],
        total_quantity: 5,
      },
    });
    expect(added.say).toContain(CANARY.item);

    const items = accepted(await agent.confirmItems(id, talk.yesToItems));
    expect(items.booking).toMatchObject({ step: 'confirm_items', next_step: 'collect_details' });
    const customer = accepted(await agent.setCustomer(id, talk.customer));
    expect(customer.booking).toMatchObject({
      step: 'collect_details',
      next_step: 'show_summary',
      missing: ['summary', 'confirmation'],
      draft: { customer_name: CANARY.name, customer_phone: talk.customer.customer_phone.slice(1), notes: CANARY.notes },
    });

    const shown = accepted(await agent.summary(id));
    expect(shown.booking).toMatchObject({ step: 'show_summary', next_step: 'final_confirmation' });
    expect(shown.summary).toMatchObject({
      locale: 'en',
      items: [
        { name: CANARY.item, quantity: 2 },
        { name: 'Rye Bread', quantity: 3 },
      ],
      total_quantity: 5,
      customer_name: CANARY.name,
      notes: CANARY.notes,
    });
    for (const word of [CANARY.item, 'Rye Bread', CANARY.name, CANARY.notes])
      expect(shown.summary.text).toContain(word);
    expect(shown.summary_digest).toMatch(/^[0-9a-f]{64}$/);

    const confirmed = await sayYes(agent, id, shown, talk.yes);
    expect(confirmed.booking).toMatchObject({ step: 'final_confirmation', next_step: 'create_order', missing: [] });
    expect(confirmed.booking.allowed_actions).toContain('create_order');
    expect(Date.parse(confirmed.expires_at)).toBeGreaterThan(Date.now());

    const created = accepted(await agent.createOrder(orderOf(confirmed)));
    expect(created).toMatchObject({
      idempotency_key: confirmed.idempotency_key,
      idempotent_replayed: false,
      order: { source: 'ai', customer_name: CANARY.name, total_quantity: 5, notes: CANARY.notes, status: 'pending' },
    });
    expect(accepted(await agent.get(id))).toMatchObject({
      step: 'create_order',
      next_step: null,
      missing: [],
      allowed_actions: [],
      order_id: created.order.id,
    });
    const run = scene.temporal.workflow.getHandle(bookingWorkflowId(scene.tenant.userId, id));
    expect(await run.result()).toMatchObject({ status: 'ordered', orderId: created.order.id });
  });

  test('the records show what the customer was shown, what they answered, and when', async () => {
    const booked = await bookTo(agent, 'summary');
    const { summary_digest: digest, summary } = booked.shown;
    const hesitant = { summary_digest: digest, customer_reply: 'hmm, let me think' };
    refused(await agent.confirm(booked.id, { ...hesitant, confidence: 0.25 }));
    const confirmed = await sayYes(agent, booked.id, booked.shown, 'Yes!');
    accepted(await agent.createOrder(orderOf(confirmed)));

    const decisions = await agent.decisions(booked.id);
    expect(decisions.map(({ sequence, step, decision }) => [sequence, step, decision])).toEqual([
      [1, 'start', 'accepted'],
      [2, 'add_items', 'accepted'],
      [3, 'confirm_items', 'accepted'],
      [4, 'set_customer', 'accepted'],
      [5, 'get_summary', 'accepted'],
      [6, 'confirm_booking', 'blocked'],
      [7, 'confirm_booking', 'accepted'],
      [8, 'create_order', 'accepted'],
    ]);
    expect(decisions[1]).toMatchObject({ customer_words: booked.talk.items.customer_message });
    expect(decisions[3]).toMatchObject({ customer_words: booked.talk.customer.customer_message });
    expect(decisions[4]).toMatchObject({ shown: summary.text, summary_digest: digest });
    expect(decisions[5]).toMatchObject({
      guardrail: 'explicit_confirmation',
      customer_words: 'hmm, let me think',
      shown: summary.text,
      summary_digest: digest,
      confidence: 0.25,
    });
    expect(decisions[6]).toMatchObject({
      guardrail: null,
      reason: null,
      customer_words: 'Yes!',
      shown: summary.text,
      summary_digest: digest,
      confidence: null,
    });
    expect(decisions[7]).toMatchObject({ summary_digest: digest });
    const times = decisions.map(({ occurred_at }) => Date.parse(occurred_at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(decisions.map(({ actor }) => actor))).toEqual(new Set([expect.stringMatching(/^api_key:/)]));
    expect(new Set(decisions.map(({ correlation_id }) => correlation_id)).size).toBe(8);
  });

  test('an order leads to the booking that it came from, and to none of another tenant', async () => {
    const booked = await bookTo(agent, 'confirmed');
    const { order } = accepted(await agent.createOrder(booked.order));
    accepted(await agent.start());
    const owner = bookingCaller(door, api, scene.tenant.readOnlyKey);
    const stranger = bookingCaller(door, api, scene.other.readOnlyKey);
    try {
      const found = accepted(await owner.list({ order_id: order.id.toUpperCase() }));
      expect(found).toMatchObject({
        bookings: [{ id: booked.id, status: 'ordered', order_id: order.id }],
        next_page_token: '',
      });
      const none = { bookings: [], next_page_token: '' };
      expect(accepted(await owner.list({ order_id: order.id, status: 'open' }))).toEqual(none);
      expect(accepted(await owner.list({ order_id: randomUUID() }))).toEqual(none);
      expect(accepted(await stranger.list({ order_id: order.id }))).toEqual(none);

      expect(refused(await owner.list({ order_id: 'the last one' })).fields).toEqual(['order_id']);
      const { next_page_token } = accepted(await owner.list({ page_size: 1 }));
      const elsewhere = refused(await owner.list({ page_size: 1, page_token: next_page_token, order_id: order.id }));
      expect(elsewhere.fields).toEqual(['page_token']);
    } finally {
      owner.close();
      stranger.close();
    }
  });

  test('however sure or unsure an agent is, its steps are taken, and on record as it said', async () => {
    const sure = [0, 1, 0.1 + 0.2, 0.9234523423452345, 1e-7, 1e-50, Number.MIN_VALUE];
    const { id, talk } = await bookTo(agent, 'items');
    for (const confidence of sure) accepted(await agent.confirmItems(id, { ...talk.yesToItems, confidence }));
    // Where it travels in a query, too.
    accepted(await agent.setCustomer(id, talk.customer));
    for (const confidence of [0.1 + 0.2, 0.0001234523423452345]) accepted(await agent.summary(id, { confidence }));
    const recorded = (await agent.decisions(id)).map(({ confidence }) => confidence);
    expect(recorded.slice(2)).toEqual([...sure, null, 0.1 + 0.2, 0.0001234523423452345]);

    accepted(await agent.start({ confidence: Number.MIN_VALUE }));
    const off = await scene.addTenant();
    const refusedAgent = bookingCaller(door, api, off.aiKey);
    expect(refused(await refusedAgent.start({ confidence: Number.MIN_VALUE })).outcome).toBe('ORDER_BOOKING_DISABLED');
    refusedAgent.close();
    const { rows } = await scene.database.owner.query('SELECT confidence FROM ai_decisions WHERE user_id = $1', [
      off.userId,
    ]);
    expect(rows).toEqual([{ confidence: Number.MIN_VALUE }]);
  });

  test('whatever a customer writes is kept letter by letter, and what cannot be kept is refused', async () => {
    const { id } = await bookTo(agent, 'items');
    const replies = [
      ' \t spaced \r\n out ',
      'e\u0301 and \u00e9',
      'control \u0001\u001b[31m\u007f\u0085',
      'hidden \u200b\u200d\u2060\ufeff \u202e\u2066 \u{E0041}',
      'no character \uffff\u{10FFFF}',
      "'; DROP TABLE bookings; -- \\ \\u0000 $1 %s {{x}}",
      '<script>alert(1)</script>&lt;',
      '\u{1F469}\u200d\u{1F469}\u200d\u{1F467} \u0645\u0631\u062d\u0628\u0627 \u0928\u092e\u0938\u094d\u0924\u0947',
      'x'.repeat(1_000),
    ];
    const before = (await agent.decisions(id)).length;
    for (const customer_reply of replies) refused(await agent.confirmItems(id, { customer_reply }));
    const lines = (await agent.decisions(id)).slice(before);
    expect(lines.map(({ customer_words }) => customer_words)).toEqual(replies);
    expect(refused(await agent.confirmItems(id, { customer_reply: 'nul \0' })).fields).toEqual(['customer_reply']);
  });

  test('the summary waits for all that an order needs', async () => {
    const { id } = await bookTo(agent, 'items_confirmed');
    expect(refused(await agent.summary(id))).toMatchObject({
      outcome: 'GUARDRAIL_BLOCKED',
      details: { guardrail: 'required_fields', missing: ['customer_name', 'customer_phone'] },
    });
  });

  test('no step comes before its turn, and none of those changes anything', async () => {
    for (const stage of STAGES) {
      const booked = await bookTo(agent, stage);
      for (const [action, take] of steps(agent, booked.id)) {
        if (booked.booking.allowed_actions.includes(action)) continue;
        const refusal = refused(await take());
        expect([stage, action, refusal.outcome]).toEqual([stage, action, 'GUARDRAIL_BLOCKED']);
        expect(refusal.details).toMatchObject({
          guardrail: expect.stringMatching(/^(step_order|required_fields)$/),
          next_step: booked.booking.next_step,
          missing: booked.booking.missing,
          allowed_actions: booked.booking.allowed_actions,
          booking_id: booked.id,
        });
      }
      const { draft, step } = accepted(await agent.get(booked.id));
      expect({ draft, step }).toEqual({ draft: booked.booking.draft, step: booked.booking.step });
    }
  });

  test('an order is not made of a key that nobody was given', async () => {
    for (const stage of STAGES.slice(0, -1)) {
      const { id } = await bookTo(agent, stage);
      const payload = {
        user_id: scene.tenant.userId,
        customer_name: CANARY.name,
        customer_phone: CANARY.phone,
        items: [{ name: CANARY.item, quantity: 2 }],
        source: 'ai',
      };
      const order = { version: '1.0', action: 'create_order', idempotency_key: `bk1.${id}`, payload };
      expect(refused(await agent.createOrder(order))).toMatchObject({
        outcome: 'CONFIRMATION_REQUIRED',
        details: { guardrail: 'confirmation_key', reason: 'unknown_key' },
      });
    }
  });

  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['yes but make it two', 'change'],
    ['no', 'no'],
    ['yes?', undefined],
    ['she said "yes" yesterday', undefined],
    ['\u{1F44D}', undefined],
    ['\u0443es', undefined],
  ])('%j is no yes', async (reply, kind) => {
    const { id, shown } = await bookTo(agent, 'summary');
    const refusal = refused(await agent.confirm(id, { summary_digest: shown.summary_digest, customer_reply: reply }));
    expect(refusal).toMatchObject({ outcome: 'GUARDRAIL_BLOCKED', details: { guardrail: 'explicit_confirmation' } });
    if (kind !== undefined) expect(refusal.details.reason).toBe(`reply_${kind}`);
    expect(accepted(await agent.get(id)).allowed_actions).not.toContain('create_order');
  });

  test('a yes counts for the summary that was shown last, of what the draft holds now', async () => {
    const other = await bookTo(agent, 'summary');
    const { id, shown, talk } = await bookTo(agent, 'summary');
    const confirm = (digest: string) => agent.confirm(id, { summary_digest: digest, customer_reply: 'Yes' });
    const stale = async (digest: string) =>
      expect(refused(await confirm(digest))).toMatchObject({
        outcome: 'STALE_CONFIRMATION',
        details: { guardrail: 'current_summary', booking_id: id },
      });
    await stale('');
    await stale('0'.repeat(64));
    await stale(other.shown.summary_digest);

    accepted(await agent.removeItem(id, 'item_2'));
    await stale(shown.summary_digest);
    accepted(await agent.confirmItems(id, talk.yesToItems));
    await stale(shown.summary_digest);
    const second = accepted(await agent.summary(id));
    expect(second.summary_digest).not.toBe(shown.summary_digest);
    await stale(shown.summary_digest);
    expect(accepted(await confirm(second.summary_digest)).payload.items).toEqual([{ name: CANARY.item, quantity: 2 }]);
  });

  test('a no is an answer: the yes after it needs the summary again', async () => {
    const { id, shown } = await bookTo(agent, 'summary');
    const confirm = (reply: string) =>
      agent.confirm(id, { summary_digest: shown.summary_digest, customer_reply: reply });
    refused(await confirm('No'));
    expect(refused(await confirm('Yes')).outcome).toBe('STALE_CONFIRMATION');
    accepted(await agent.summary(id));
    const declined = { summary_digest: shown.summary_digest, customer_reply: '', declined: true };
    expect(refused(await agent.confirm(id, declined)).details).toMatchObject({ reason: 'reply_declined' });
    expect(refused(await confirm('Yes')).outcome).toBe('STALE_CONFIRMATION');
    accepted(await agent.summary(id));
    accepted(await confirm('Yes'));
  });

  test('a step that is sent again under its id is answered again and not taken again, refused or not', async () => {
    const { id } = await bookTo(agent, 'start');
    const talk = sampleTalk();
    const once = { ...talk.items, step_id: 'add-1' };
    const [first, ...more] = await Promise.all(Array.from({ length: 8 }, () => agent.addItems(id, once)));
    for (const answer of more) expect(accepted(answer)).toEqual(accepted(first as Answer<unknown>));
    const early = refused(await agent.summary(id, { step_id: 'early' }));
    expect(early.details).toMatchObject({ guardrail: 'step_order', next_step: 'confirm_items' });

    accepted(await agent.confirmItems(id, talk.yesToItems));
    accepted(await agent.setCustomer(id, talk.customer));
    const before = await agent.decisions(id);
    expect(accepted(await agent.addItems(id, once)).booking.step).toBe('collect_items');
    expect(refused(await agent.summary(id, { step_id: 'early' })).details).toEqual(early.details);
    expect(await agent.decisions(id)).toEqual(before);
    expect(accepted(await agent.get(id)).draft.total_quantity).toBe(5);
  });

  test('a step’s id stands for one request', async () => {
    const { id, talk } = await bookTo(agent, 'start');
    accepted(await agent.addItems(id, { ...talk.items, step_id: 's' }));
    const before = await agent.decisions(id);
    const other = { ...talk.items, customer_message: `${talk.items.customer_message}!`, step_id: 's' };
    const reused = [
      await agent.addItems(id, other),
      await agent.confirmItems(id, { customer_reply: 'yes', step_id: 's' }),
      await agent.summary(id, { step_id: 's' }),
      await agent.abandon(id, { step_id: 's' }),
    ];
    expect(outcomes(reused)).toEqual({ IDEMPOTENCY_KEY_REUSED: 4 });
    expect(await agent.decisions(id)).toEqual(before);
  });

  test('a start that is sent again under its id finds the booking that it began, also once this is over', async () => {
    const stepId = `talk-${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 6 }, () => agent.start({ step_id: stepId })));
    const ids = new Set(answers.map((answer) => accepted(answer).booking.id));
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    expect(refused(await agent.start({ step_id: stepId, locale: 'fr' })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');

    const other = bookingCaller(door, api, scene.other.aiKey);
    expect(accepted(await other.start({ step_id: stepId })).booking.id).not.toBe(id);
    other.close();

    accepted(await agent.abandon(id));
    await scene.temporal.workflow.getHandle(bookingWorkflowId(scene.tenant.userId, id)).result();
    expect(accepted(await agent.start({ step_id: stepId })).booking.id).toBe(id);
    expect(accepted(await agent.get(id)).step).toBe('abandoned');
    expect((await agent.decisions(id)).filter(({ step }) => step === 'start')).toHaveLength(1);
  });

  test('a booking that is over takes no more steps, and says so however long it has been', async () => {
    const { id, talk, order } = await bookTo(agent, 'confirmed');
    accepted(await agent.createOrder(order));
    await scene.temporal.workflow.getHandle(bookingWorkflowId(scene.tenant.userId, id)).result();
    const before = (await agent.decisions(id)).length;
    const all = steps(agent, id, talk);
    for (const [action, take] of all) {
      const refusal = refused(await take());
      expect([action, refusal.outcome]).toEqual([action, 'GUARDRAIL_BLOCKED']);
      expect(refusal.details).toMatchObject({
        guardrail: 'booking_open',
        reason: 'booking_ordered',
        next_step: null,
        missing: [],
        allowed_actions: [],
        booking_id: id,
      });
    }
    const recorded = (await agent.decisions(id)).slice(before);
    expect(recorded.map(({ step, guardrail }) => [step, guardrail])).toEqual(
      all.map(([action]) => [action, 'booking_open']),
    );
    expect(recorded.map(({ customer_words }) => customer_words)).toEqual([
      talk.items.customer_message,
      null,
      talk.yesToItems.customer_reply,
      talk.customer.customer_message,
      null,
      'Yes',
      null,
    ]);
  });

  test('abandoning is final, and asking for it again is not an error', async () => {
    const { id, talk } = await bookTo(agent, 'items');
    expect(accepted(await agent.abandon(id, { reason: 'changed their mind' })).booking).toMatchObject({
      step: 'abandoned',
      next_step: null,
      allowed_actions: [],
    });
    expect(accepted(await agent.abandon(id)).booking.step).toBe('abandoned');
    expect(refused(await agent.addItems(id, talk.items)).details).toMatchObject({
      guardrail: 'booking_open',
      reason: 'booking_abandoned',
    });
  });

  test('a booking whose run is lost goes on in another one, where it stood', async () => {
    const { id, talk } = await bookTo(agent, 'start');
    accepted(await agent.addItems(id, talk.items));
    await scene.temporal.workflow.getHandle(bookingWorkflowId(scene.tenant.userId, id)).terminate('lost');
    const { booking } = accepted(await agent.confirmItems(id, talk.yesToItems));
    expect(booking).toMatchObject({ id, step: 'confirm_items', draft: { total_quantity: 5 } });
    expect((await agent.decisions(id)).map(({ step, decision }) => [step, decision])).toEqual([
      ['start', 'accepted'],
      ['add_items', 'accepted'],
      ['confirm_items', 'accepted'],
    ]);
  });

  test('what does not exist and what is another tenant’s is the same', async () => {
    const { id } = await bookTo(agent, 'summary');
    const stranger = bookingCaller(door, api, scene.other.aiKey);
    for (const bookingId of [id, randomUUID()]) {
      for (const [action, take] of steps(stranger, bookingId)) {
        expect([action, refused(await take())]).toMatchObject([action, { outcome: 'NOT_FOUND', details: {} }]);
      }
      expect(refused(await stranger.get(bookingId)).outcome).toBe('NOT_FOUND');
      await expect(stranger.decisions(bookingId)).rejects.toThrow();
    }
    stranger.close();
    expect(accepted(await agent.get(id)).step).toBe('show_summary');
  });
});

test('a step that went through one door is answered again through every other one, and is on record once', async () => {
  const { aiKey } = scene.tenant;
  const [rest, grpc] = [bookingCaller('REST', api, aiKey), bookingCaller('gRPC', api, aiKey)];
  const mcp = await connectMcp(api.restUrl, aiKey, { revision: '2026' });
  type Sent = () => Promise<unknown>;
  /** The same at all three doors, first through another one each time. */
  let turn = 0;
  const everywhere = async (...doors: readonly [Sent, Sent, Sent]): Promise<unknown> => {
    turn += 1;
    const answers = [];
    for (const index of [0, 1, 2]) answers.push(await doors[(index + turn) % 3]?.());
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    return answers[0];
  };
  const told = (answer: Answer<unknown>) =>
    answer.outcome === 'ok' ? answer.data : { code: answer.outcome, ...answer.details };
  const tool = async (name: string, input: Readonly<Record<string, unknown>>) => {
    const { isError, data } = await mcp.call(name, input);
    const { message: _message, say_next: _next, retryable: _retry, correlation_id: _id, ...rest } = data;
    return isError ? rest : data;
  };
  try {
    const start = { locale: 'en', step_id: randomUUID() };
    const started = (await everywhere(
      async () => told(await rest.start(start)),
      async () => told(await grpc.start(start)),
      () => tool('start_booking', start),
    )) as BookingStepWire;
    const booking_id = started.booking.id;
    const talk = sampleTalk();
    const take = async (name: string, send: (agent: BookingCaller) => Promise<Answer<unknown>>, body: object) =>
      everywhere(
        async () => told(await send(rest)),
        async () => told(await send(grpc)),
        () => tool(name, { booking_id, ...body }),
      );
    const named = <Body extends object>(step_id: string, body: Body) => ({ ...body, step_id });

    const early = named('early', {});
    expect(await take('get_summary', (agent) => agent.summary(booking_id, early), early)).toMatchObject({
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'step_order',
    });
    const items = named('items', talk.items);
    await take('add_items', (agent) => agent.addItems(booking_id, items), items);
    const yes = named('yes', talk.yesToItems);
    await take('confirm_items', (agent) => agent.confirmItems(booking_id, yes), yes);
    const customer = named('customer', talk.customer);
    await take('set_customer', (agent) => agent.setCustomer(booking_id, customer), customer);
    const sum = named('summary', {});
    const shown = await take('get_summary', (agent) => agent.summary(booking_id, sum), sum);
    const { summary_digest } = shown as ShownSummaryWire;
    const unclear = named('unclear', { summary_digest, customer_reply: 'hmm' });
    expect(await take('confirm_booking', (agent) => agent.confirm(booking_id, unclear), unclear)).toMatchObject({
      code: 'GUARDRAIL_BLOCKED',
      guardrail: 'explicit_confirmation',
    });
    const confirm = named('confirm', { summary_digest, customer_reply: talk.yes });
    const confirmed = await take('confirm_booking', (agent) => agent.confirm(booking_id, confirm), confirm);
    const { idempotency_key, payload } = confirmed as ConfirmedBookingWire;
    const order = orderOf(confirmed as ConfirmedBookingWire);
    const made = [
      accepted(await grpc.createOrder(order)),
      accepted(await rest.createOrder(order)),
      await tool('create_order', { idempotency_key, payload }),
    ];
    expect(made.map((answer) => (answer as CreatedOrderWire).idempotent_replayed)).toEqual([false, true, true]);
    expect(new Set(made.map((answer) => (answer as CreatedOrderWire).order.id)).size).toBe(1);

    const decisions = await rest.decisions(booking_id);
    expect(decisions.map(({ step, decision }) => `${step} ${decision}`)).toEqual([
      'start accepted',
      'get_summary blocked',
      'add_items accepted',
      'confirm_items accepted',
      'set_customer accepted',
      'get_summary accepted',
      'confirm_booking blocked',
      'confirm_booking accepted',
      'create_order accepted',
    ]);
  } finally {
    rest.close();
    grpc.close();
    await mcp.close();
  }
});

test('a start that is sent again finds its booking in whichever run it goes on, and after the last one', async () => {
  const { userId, aiKey } = scene.tenant;
  const agent = bookingCaller('REST', api, aiKey);
  const stepId = `long-${randomUUID()}`;
  const bookingId = bookingIdOf(userId, stepId);
  const run = await scene.temporal.workflow.start(BOOKING_WORKFLOW, {
    workflowId: bookingWorkflowId(userId, bookingId),
    taskQueue: scene.taskQueue,
    args: [
      {
        userId,
        bookingId,
        requestHash: stepRequestHash({ action: 'start', locale: null }),
        actor: 'api_key:test',
        correlationId: 'req_test',
        stepsPerRun: 1,
      } satisfies BookingWorkflowInput,
    ],
  });
  const { items } = sampleTalk();
  accepted(await agent.addItems(bookingId, items));
  await eventually('the next run', async () => (await current()).runId !== run.firstExecutionRunId);
  expect(accepted(await agent.start({ step_id: stepId })).booking).toMatchObject({ id: bookingId, step: 'start' });
  expect(refused(await agent.start({ step_id: stepId, locale: 'fr' })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');

  // Its last run is one that nobody asked for the start.
  accepted(await agent.removeItem(bookingId, 'item_1'));
  accepted(await agent.abandon(bookingId));
  await scene.temporal.workflow.getHandle(bookingWorkflowId(userId, bookingId)).result();
  const { booking, say } = accepted(await agent.start({ step_id: stepId }));
  expect({ booking: { id: booking.id, step: booking.step }, say }).toEqual({
    booking: { id: bookingId, step: 'abandoned' },
    say: null,
  });
  expect(refused(await agent.start({ step_id: stepId, locale: 'fr' })).outcome).toBe('IDEMPOTENCY_KEY_REUSED');

  function current() {
    return scene.temporal.workflow.getHandle(bookingWorkflowId(userId, bookingId)).describe();
  }
});

test('a start that its run had refused begins the booking once it may', async () => {
  const tenant = await scene.addTenant();
  const stepId = `early-${randomUUID()}`;
  const bookingId = bookingIdOf(tenant.userId, stepId);
  const input: BookingWorkflowInput = {
    userId: tenant.userId,
    bookingId,
    actor: 'api_key:test',
    correlationId: 'req_test',
  };
  const workflowId = bookingWorkflowId(tenant.userId, bookingId);
  const startWorkflowOperation = new WithStartWorkflowOperation(BOOKING_WORKFLOW, {
    workflowId,
    taskQueue: scene.taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  // As if the switch had been on when the API looked, and off when the run did.
  const early = scene.temporal.workflow.executeUpdateWithStart(openUpdate, {
    updateId: OPEN_UPDATE_ID,
    startWorkflowOperation,
  });
  await expect(early).rejects.toMatchObject({ cause: { type: 'ORDER_BOOKING_DISABLED' } });
  await expect(scene.temporal.workflow.getHandle(workflowId).result()).rejects.toThrow();

  await setCapabilities(api, tenant, { order_booking_enabled: true });
  const agent = bookingCaller('REST', api, tenant.aiKey);
  const answers = await Promise.all(Array.from({ length: 4 }, () => agent.start({ step_id: stepId })));
  for (const answer of answers) expect(accepted(answer).booking).toMatchObject({ id: bookingId, step: 'start' });
  accepted(await agent.addItems(bookingId, sampleTalk().items));
});

test('a tenant that has not switched AI booking on has no bookings, but a record of who tried', async () => {
  const tenant = await scene.addTenant();
  const agent = bookingCaller('REST', api, tenant.aiKey);
  expect(refused(await agent.start({ confidence: 1 }))).toMatchObject({
    outcome: 'ORDER_BOOKING_DISABLED',
    details: { guardrail: 'capability', reason: 'order_booking_disabled', missing: [], next_step: null, ask: null },
  });
  const stepId = randomUUID();
  expect(refused(await agent.start({ step_id: stepId })).outcome).toBe('ORDER_BOOKING_DISABLED');
  const { rows } = await scene.database.owner.query(
    `SELECT booking_id, step, decision, guardrail, reason FROM ai_decisions WHERE user_id = $1`,
    [tenant.userId],
  );
  const line = { booking_id: null, step: 'start', decision: 'blocked', guardrail: 'capability' };
  expect(rows).toEqual([
    { ...line, reason: 'order_booking_disabled' },
    { ...line, reason: 'order_booking_disabled' },
  ]);

  await setCapabilities(api, tenant, { order_booking_enabled: true, booking_locale: 'pt' });
  const { booking } = accepted(await agent.start({ step_id: stepId }));
  expect(booking.locale).toBe('pt');
  await setCapabilities(api, tenant, { order_booking_enabled: false });
  // Begun before, it is found again; whether it may become an order is asked again when it does.
  expect(accepted(await agent.start({ step_id: stepId })).booking.id).toBe(booking.id);
  expect(refused(await agent.start()).outcome).toBe('ORDER_BOOKING_DISABLED');
});

test('a booking expires when the tenant says, and the tenant says how long a yes is good', async () => {
  const tenant = await scene.addTenant();
  await setCapabilities(api, tenant, {
    order_booking_enabled: true,
    booking_idle_expiry_seconds: 3_600,
    confirmation_expiry_seconds: 60,
  });
  const agent = bookingCaller('REST', api, tenant.aiKey);
  const before = Date.now();
  const { booking, confirmed } = await bookTo(agent, 'confirmed');
  const within = (iso: string, seconds: number) => {
    expect(Date.parse(iso)).toBeGreaterThanOrEqual(before + seconds * 1_000 - 1_000);
    expect(Date.parse(iso)).toBeLessThanOrEqual(Date.now() + seconds * 1_000);
  };
  within(booking.expires_at, 3_600);
  within(confirmed.expires_at, 60);
});

test('where there is a catalogue, nothing else can be booked', async () => {
  const tenant = await scene.addTenant();
  await setCapabilities(api, tenant, { order_booking_enabled: true });
  const items = [
    { name: CANARY.item, aliases: ['pie'] },
    { name: 'Rye Bread', active: false },
  ];
  const put = await restCall(api.restUrl, tenant.adminKey)('PUT', '/api/catalogue', catalogueAnswerSchema, {
    body: { items },
  });
  const { catalogue } = accepted(put);
  expect(catalogue.items).toEqual([
    { name: CANARY.item, aliases: ['pie'], active: true },
    { name: 'Rye Bread', aliases: [], active: false },
  ]);
  const agent = bookingCaller('REST', api, tenant.aiKey);
  const { id } = await bookTo(agent, 'start');
  const asked = (name: string) => ({
    customer_message: `2 ${name} please`,
    items: [{ name, quantity: 2, name_words: name, quantity_words: '2' }],
  });
  for (const name of ['Rye Bread', 'Unicorn Cake']) {
    expect(refused(await agent.addItems(id, asked(name)))).toMatchObject({
      outcome: 'GUARDRAIL_BLOCKED',
      details: { guardrail: 'catalogue' },
    });
  }
  expect(accepted(await agent.addItems(id, asked('pie'))).booking.draft.items).toMatchObject([
    { name: CANARY.item, quantity: 2 },
  ]);

  // Sold out while the customer looks for the phone number.
  const talk = sampleTalk();
  accepted(await agent.confirmItems(id, talk.yesToItems));
  accepted(await agent.setCustomer(id, talk.customer));
  const sell = (...names: string[]) =>
    restCall(api.restUrl, tenant.adminKey)('PUT', '/api/catalogue', catalogueAnswerSchema, {
      body: { items: names.map((name) => ({ name })) },
    });
  accepted(await sell('Rye Bread'));
  expect(refused(await agent.summary(id))).toMatchObject({
    outcome: 'GUARDRAIL_BLOCKED',
    details: { guardrail: 'catalogue', reason: 'no_longer_sold', next_step: 'show_summary' },
  });
  accepted(await sell('Rye Bread', CANARY.item));
  expect(accepted(await agent.summary(id)).summary.items).toEqual([{ name: CANARY.item, quantity: 2 }]);
});

test('nothing that a customer said is in a log line, and every block is', async () => {
  const agent = bookingCaller('gRPC', api, scene.tenant.aiKey);
  const { id, shown, talk } = await bookTo(agent, 'summary');
  refused(await agent.confirm(id, { summary_digest: shown.summary_digest, customer_reply: 'perhaps seedworthily' }));
  refused(await agent.createOrder({ version: '1.0', action: 'create_order', payload: payloadOf(scene.tenant) }));
  agent.close();
  const phone = talk.customer.customer_phone.slice(1);
  const lines = await eventually('both blocks in the logs', () => {
    const written = [...api.lines, ...worker.lines];
    const told = (guardrail: string) =>
      written.some((line) => line.includes('aiGuardrailTriggered') && line.includes(`"${guardrail}"`));
    return told('explicit_confirmation') && told('confirmation_key') ? written : undefined;
  });
  const all = lines.join('\n');
  for (const word of [phone, CANARY.name, CANARY.item, CANARY.notes, 'seedworthily', 'Rye Bread']) {
    expect(all).not.toContain(word);
  }
  const triggered = lines.filter((line) => line.includes('aiGuardrailTriggered'));
  for (const line of triggered) expect(GUARDRAILS.some((guardrail) => line.includes(`"${guardrail}"`))).toBe(true);
});

function payloadOf({ userId }: TestTenant) {
  return {
    user_id: userId,
    customer_name: CANARY.name,
    customer_phone: CANARY.phone,
    items: [{ name: CANARY.item, quantity: 1 }],
    source: 'ai',
  };
}

// The last one, because it needs a worker of its own: the lines of the first one are read above.
test('a step that comes together with the end of its booking is refused, and on record', async () => {
  const agent = bookingCaller('REST', api, scene.tenant.aiKey);
  const { id, talk } = await bookTo(agent, 'start');
  const run = scene.temporal.workflow.getHandle(bookingWorkflowId(scene.tenant.userId, id));
  // With no worker both wait, and one workflow task brings them.
  await worker.stop();
  const late = agent.addItems(id, talk.items);
  // Behind the end, it would find a run that is over, of an order that Postgres does not have.
  await eventually('the step to be Temporal’s', async () => (await run.describe()).raw.pendingWorkflowTask != null);
  await run.signal(orderPlacedSignal, { orderId: randomUUID() });
  worker = await scene.startWorker();
  expect(refused(await late)).toMatchObject({
    outcome: 'GUARDRAIL_BLOCKED',
    details: { guardrail: 'booking_open', reason: 'booking_ordered' },
  });
  expect(await run.result()).toMatchObject({ status: 'ordered' });
  expect((await agent.decisions(id)).slice(1)).toMatchObject([
    {
      step: 'add_items',
      decision: 'blocked',
      guardrail: 'booking_open',
      customer_words: talk.items.customer_message,
    },
  ]);
});

/** Every step that can be asked of a booking, as an agent would that does not look where it stands. */
function steps(
  agent: BookingCaller,
  id: string,
  talk = sampleTalk(),
): readonly (readonly [BookingAction, () => Promise<Answer<unknown>>])[] {
  return [
    ['add_items', () => agent.addItems(id, talk.items)],
    ['remove_item', () => agent.removeItem(id, 'item_1')],
    ['confirm_items', () => agent.confirmItems(id, talk.yesToItems)],
    ['set_customer', () => agent.setCustomer(id, talk.customer)],
    ['get_summary', () => agent.summary(id)],
    ['confirm_booking', () => agent.confirm(id, { summary_digest: '0'.repeat(64), customer_reply: 'Yes' })],
    ['abandon_booking', () => agent.abandon(id)],
  ];
}
