import { randomUUID } from 'node:crypto';
import { issueConfirmationKey } from '../../domain/booking/confirmation-key';
import { draftDigest } from '../../domain/booking/draft-digest';
import { parseSigningKeys } from '../../platform/confirmation-signing';
import { sha256Hex } from '../../platform/sha256';
import { orderWorkflowId } from '../../workflows/contract';
import { type Booked, bookTo, orderOf, sampleTalk, sayYes, setCapabilities } from '../support/booking';
import { type AiOrderBody, type BookingCaller, bookingCaller } from '../support/booking-caller';
import { CANARY } from '../support/canary';
import { accepted, DOORS, openDoor, refused } from '../support/doors';
import { type ApiProcess, clockAhead, createScene, PATIENT, type Scene } from '../support/scene';
import { TEST_SIGNING_KEYS } from '../support/services';

let scene: Scene;
let api: ApiProcess;
let secondApi: ApiProcess;
let agent: BookingCaller;

beforeAll(async () => {
  scene = await createScene();
  [api, secondApi] = await Promise.all([scene.startApi(PATIENT), scene.startApi(PATIENT), scene.startWorker()]);
  agent = bookingCaller('REST', api, scene.tenant.aiKey);
  await setCapabilities(api, scene.tenant, { order_booking_enabled: true });
  await setCapabilities(api, scene.other, { order_booking_enabled: true });
});
afterAll(async () => {
  agent.close();
  await scene.close();
});

const SIGNING = parseSigningKeys(TEST_SIGNING_KEYS).current;

/** A key as this system would issue it for a booking's content, valid until then: the signature is genuine. */
function signedKey({ id, confirmed }: Booked, expiresAt: Date, userId = scene.tenant.userId): string {
  const { customer_name, customer_phone, items, notes } = confirmed.payload;
  const content = { customerName: customer_name, customerPhone: customer_phone, items, notes: notes ?? null };
  const digest = draftDigest({ userId, bookingId: id }, content, sha256Hex);
  const claim = { userId, bookingId: id, version: 99, digest, expiresAt: expiresAt.toISOString() };
  return issueConfirmationKey(claim, SIGNING);
}

async function ordersOf(userId = scene.tenant.userId): Promise<number> {
  const { rows } = await scene.database.owner.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM orders WHERE user_id = $1',
    [userId],
  );
  return rows[0]?.n ?? 0;
}

/** Whether a run was ever started under this key. */
async function wasStarted(idempotencyKey: string): Promise<boolean> {
  const run = scene.temporal.workflow.getHandle(orderWorkflowId(scene.tenant.userId, idempotencyKey));
  return run.describe().then(
    () => true,
    () => false,
  );
}

/** As a person at psql who stops at nothing: the guards are off for this one statement. */
async function tamper(statement: string, values: readonly unknown[]): Promise<void> {
  const client = await scene.database.owner.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    const { rowCount } = await client.query(statement, [...values]);
    expect(rowCount).toBe(1);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function expireInPostgres(bookingId: string): Promise<void> {
  await tamper(
    `UPDATE booking_confirmations SET confirmed_at = now() - interval '10 minutes', expires_at = now() - interval '1 second'
     WHERE booking_id = $1`,
    [bookingId],
  );
}

describe.each(DOORS)('over %s', (door) => {
  test('100 uses of one confirmation at once, at two servers, make one order; 99 are replays of it', async () => {
    const { order } = await bookTo(agent, 'confirmed');
    const before = await ordersOf();
    const callers = [api, secondApi].map((process) => bookingCaller(door, process, scene.tenant.aiKey));
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => (callers[n % 2] as BookingCaller).createOrder(order)),
    );
    const created = answers.map(accepted);
    expect(new Set(created.map((answer) => answer.order.id)).size).toBe(1);
    expect(created.filter((answer) => !answer.idempotent_replayed)).toHaveLength(1);
    expect(await ordersOf()).toBe(before + 1);
    const codes = answers.map((answer) => answer.outcome === 'ok' && answer.transport);
    expect(codes.filter((code) => code === 201)).toHaveLength(door === 'REST' ? 1 : 0);
    for (const caller of callers) caller.close();
  });
});

describe('the same key with another', () => {
  const phone = `49151${'7'.repeat(8)}`;
  const changes: readonly [string, (payload: Payload) => Partial<Payload>][] = [
    ['customer name', () => ({ customer_name: 'Someone Else' })],
    ['customer name, by one letter', ({ customer_name }) => ({ customer_name: `${customer_name}e` })],
    ['phone number', () => ({ customer_phone: phone })],
    ['item', ({ items: [, ...rest] }) => ({ items: [{ name: 'Unicorn Cake', quantity: 2 }, ...rest] })],
    ['spelling of an item', ({ items: [, ...rest] }) => ({ items: [{ name: 'canary pie', quantity: 2 }, ...rest] })],
    ['quantity', ({ items: [first, ...rest] }) => ({ items: [{ ...(first as Line), quantity: 3 }, ...rest] })],
    ['number of lines, one more', ({ items }) => ({ items: [...items, { name: 'Unicorn Cake', quantity: 1 }] })],
    ['number of lines, one less', ({ items }) => ({ items: items.slice(1) })],
    ['order of lines', ({ items }) => ({ items: [...items].reverse() })],
    ['split of a line', ({ items: [, ...rest] }) => ({ items: [line(1), line(1), ...rest] })],
    ['note', () => ({ notes: 'and a free cola' })],
    ['note, which is left out', () => ({ notes: undefined })],
  ];
  const line = (quantity: number): Line => ({ name: CANARY.item, quantity });

  test.each(changes)('%s is refused, and the order that was confirmed is still to be had', async (_what, change) => {
    const { id, order } = await bookTo(agent, 'confirmed');
    const payload = order.payload as unknown as Payload;
    const other = { ...order, payload: { ...payload, ...change(payload) } };
    for (const door of DOORS) {
      const caller = bookingCaller(door, api, scene.tenant.aiKey);
      expect(refused(await caller.createOrder(other))).toMatchObject({
        outcome: 'CONFIRMATION_REQUIRED',
        details: {
          guardrail: 'confirmed_content',
          reason: 'other_content',
          next_step: 'create_order',
          missing: [],
          booking_id: id,
        },
      });
      caller.close();
    }
    const blocked = (await agent.decisions(id)).filter(({ decision }) => decision === 'blocked');
    expect(blocked.map(({ step, guardrail }) => [step, guardrail])).toEqual([
      ['create_order', 'confirmed_content'],
      ['create_order', 'confirmed_content'],
    ]);
    expect(accepted(await agent.createOrder(order)).idempotent_replayed).toBe(false);
    // Once it is an order, another payload is no replay either.
    expect(refused(await agent.createOrder(other)).outcome).toBe('CONFIRMATION_REQUIRED');
  });

  test('tenant or source is refused before anything is looked up', async () => {
    const { order } = await bookTo(agent, 'confirmed');
    const other = { ...order, payload: { ...order.payload, user_id: scene.other.userId } };
    expect(refused(await agent.createOrder(other)).outcome).toBe('PERMISSION_DENIED');
    const web = { ...order, payload: { ...order.payload, source: 'web' } };
    expect(refused(await agent.createOrder(web)).fields).toEqual(['payload.source']);
    accepted(await agent.createOrder(order));
  });

  test('notation is the same order', async () => {
    const { order } = await bookTo(agent, 'confirmed');
    const payload = order.payload as unknown as Payload;
    const noted = {
      ...payload,
      customer_phone: `+${payload.customer_phone}`,
      customer_name: ` ${payload.customer_name} `,
    };
    const created = accepted(await agent.createOrder({ ...order, payload: { ...noted } }));
    expect(accepted(await agent.createOrder(order))).toMatchObject({
      idempotent_replayed: true,
      order: { id: created.order.id },
    });
  });
});

describe('a key that is', () => {
  const refuses = async (key: string | null | undefined, order: AiOrderBody, caller = agent) => {
    const before = await ordersOf();
    const answer = refused(
      await caller.createOrder(
        key === undefined ? { ...order, idempotency_key: null } : { ...order, idempotency_key: key },
      ),
    );
    expect(await ordersOf()).toBe(before);
    return answer;
  };
  const required = (reason: string) => ({
    outcome: 'CONFIRMATION_REQUIRED',
    details: { guardrail: 'confirmation_key', reason },
  });

  test('missing, empty or no key at all is no confirmation', async () => {
    const { order } = await bookTo(agent, 'confirmed');
    for (const none of [undefined, null, '']) expect(await refuses(none, order)).toMatchObject(required('no_key'));
    const real = order.idempotency_key ?? '';
    const forged = [
      'order-1',
      real.slice(0, -1),
      `${real}x`,
      ` ${real}`,
      real.toUpperCase(),
      real.replace('.test', '.other'),
      `key with spaces ${'x'.repeat(5_000)}`,
    ];
    for (const key of forged) expect(await refuses(key, order)).toMatchObject(required('unknown_key'));
    accepted(await agent.createOrder(order));
  });

  test('altered in any one character is no confirmation', async () => {
    const { order } = await bookTo(agent, 'confirmed');
    const real = order.idempotency_key ?? '';
    const signed = real.slice(0, real.lastIndexOf('.'));
    for (let at = 'bk1.'.length; at < signed.length; at += 11) {
      const letter = real[at] === '0' ? '1' : '0';
      const key = real.slice(0, at) + (real[at] === '.' ? '-' : letter) + real.slice(at + 1);
      expect(await refuses(key, order)).toMatchObject(required('unknown_key'));
    }
    accepted(await agent.createOrder(order));
  });

  test('signed by somebody else is no confirmation', async () => {
    const booked = await bookTo(agent, 'confirmed');
    const stranger = parseSigningKeys(`test:${Buffer.alloc(32, 8).toString('base64')}`).current;
    const { id } = booked;
    const claim = { userId: scene.tenant.userId, bookingId: id, version: 6, digest: booked.shown.summary_digest };
    const key = issueConfirmationKey({ ...claim, expiresAt: new Date(Date.now() + 60_000).toISOString() }, stranger);
    expect(await refuses(key, booked.order)).toMatchObject(required('unknown_key'));
  });

  test('another tenant’s is no confirmation, whoever shows it', async () => {
    const { order } = await bookTo(agent, 'confirmed');
    const stranger = bookingCaller('REST', api, scene.other.aiKey);
    const stolen = { ...order, payload: { ...order.payload, user_id: scene.other.userId } };
    expect(refused(await stranger.createOrder(stolen))).toMatchObject(required('unknown_key'));
    expect(await ordersOf(scene.other.userId)).toBe(0);
    const theirs = await bookTo(stranger, 'confirmed');
    expect(await refuses(theirs.order.idempotency_key, order)).toMatchObject(required('unknown_key'));
    stranger.close();
  });

  test('of another booking is no confirmation of this content, not even of an equal one', async () => {
    const talk = sampleTalk();
    const one = await bookTo(agent, 'confirmed', talk);
    const two = await bookTo(agent, 'confirmed', talk);
    expect(two.order.idempotency_key).not.toBe(one.order.idempotency_key);
    const different = await bookTo(agent, 'confirmed');
    expect(await refuses(different.order.idempotency_key, one.order)).toMatchObject({
      outcome: 'CONFIRMATION_REQUIRED',
      details: { guardrail: 'confirmed_content', booking_id: different.id },
    });
    // Each booking's key is good for its own order; the second one is the same order again, five minutes too soon.
    const { order } = accepted(await agent.createOrder(one.order));
    expect(refused(await agent.createOrder(two.order))).toMatchObject({
      outcome: 'DUPLICATE_ORDER',
      details: { existing_order_id: order.id },
    });
    expect((await agent.decisions(two.id)).filter(({ decision }) => decision === 'blocked')).toEqual([]);
  });

  test('genuine but of no confirmation in the records makes no order', async () => {
    const booked = await bookTo(agent, 'confirmed');
    const key = signedKey(booked, new Date(Date.now() + 3_600_000));
    expect(key).not.toBe(booked.order.idempotency_key);
    expect(await refuses(key, booked.order)).toMatchObject({
      outcome: 'CONFIRMATION_REQUIRED',
      details: { guardrail: 'confirmed_content', booking_id: booked.id, next_step: 'create_order' },
    });
    const blocked = (await agent.decisions(booked.id)).filter(({ decision }) => decision === 'blocked');
    expect(blocked.map(({ step, guardrail }) => [step, guardrail])).toEqual([['create_order', 'confirmed_content']]);
    accepted(await agent.createOrder(booked.order));
  });

  test('expired makes no order, and starts nothing', async () => {
    const booked = await bookTo(agent, 'confirmed');
    const key = signedKey(booked, new Date(Date.now() - 1_000));
    expect(await refuses(key, booked.order)).toMatchObject({
      outcome: 'STALE_CONFIRMATION',
      details: { guardrail: 'live_confirmation', reason: 'confirmation_expired', booking_id: booked.id },
    });
    expect(await wasStarted(key)).toBe(false);
    expect((await agent.decisions(booked.id)).at(-1)).toMatchObject({
      step: 'create_order',
      guardrail: 'live_confirmation',
    });
  });

  test('expired by the database’s clock makes no order either, whatever the key says', async () => {
    const booked = await bookTo(agent, 'confirmed');
    await expireInPostgres(booked.id);
    expect(await refuses(booked.order.idempotency_key, booked.order)).toMatchObject({
      outcome: 'STALE_CONFIRMATION',
      details: { guardrail: 'live_confirmation', booking_id: booked.id },
    });
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['an item more', (id) => agent.addItems(id, oneMore())],
    ['an item less', (id) => agent.removeItem(id, 'item_1')],
    ['another customer', (id) => agent.setCustomer(id, sampleTalk().customer)],
    ['the customer’s goodbye', (id) => agent.abandon(id)],
  ])('followed by %s is no yes any more', async (_what, edit) => {
    const { id, order, shown } = await bookTo(agent, 'confirmed');
    accepted((await edit(id)) as Parameters<typeof accepted>[0]);
    expect(await refuses(order.idempotency_key, order)).toMatchObject({
      outcome: 'STALE_CONFIRMATION',
      details: { guardrail: 'live_confirmation', booking_id: id },
    });
    expect((await agent.decisions(id)).at(-1)).toMatchObject({
      step: 'create_order',
      decision: 'blocked',
      guardrail: 'live_confirmation',
      summary_digest: shown.summary_digest,
    });
    expect(await refuses(order.idempotency_key, order)).toMatchObject({ outcome: 'STALE_CONFIRMATION' });
  });

  test('followed by an edit that is taken back is good only after another yes', async () => {
    const { id, order, talk } = await bookTo(agent, 'confirmed');
    const { booking } = accepted(await agent.addItems(id, oneMore()));
    accepted(await agent.removeItem(id, booking.draft.items.at(-1)?.id ?? ''));
    expect(await refuses(order.idempotency_key, order)).toMatchObject({ outcome: 'STALE_CONFIRMATION' });
    accepted(await agent.confirmItems(id, talk.yesToItems));
    const again = await sayYes(agent, id, accepted(await agent.summary(id)));
    expect(again.idempotency_key).not.toBe(order.idempotency_key);
    accepted(await agent.createOrder(orderOf(again)));
    expect(await refuses(order.idempotency_key, order)).toMatchObject({ outcome: 'STALE_CONFIRMATION' });
  });
});

describe('once it is an order', () => {
  test('the same call is a replay for ever: after the key’s expiry, after the switch, after the order moved on', async () => {
    const booked = await bookTo(agent, 'confirmed');
    const unused = await bookTo(agent, 'confirmed');
    const { order } = booked;
    const created = accepted(await agent.createOrder(order));
    expect(created.idempotent_replayed).toBe(false);

    // An hour later, by both clocks that judge a key.
    await expireInPostgres(booked.id);
    const api = await scene.startApi({ ...PATIENT, ...clockAhead(3_600_000) });
    const later = bookingCaller('REST', api, scene.tenant.aiKey);
    expect(refused(await later.createOrder(unused.order)).details).toMatchObject({ reason: 'confirmation_expired' });

    const shop = openDoor('REST', api, scene.tenant.key);
    accepted(await shop.move(created.order.id, 'confirmed'));
    const replay = { idempotent_replayed: true, current_status: 'confirmed', order: created.order };
    expect(accepted(await later.createOrder(order))).toMatchObject(replay);
    await setCapabilities(api, scene.tenant, { order_booking_enabled: false });
    expect(accepted(await later.createOrder(order))).toMatchObject(replay);
    await setCapabilities(api, scene.tenant, { order_booking_enabled: true });
    expect(refused(await later.abandon(booked.id)).details).toMatchObject({ reason: 'booking_ordered' });
    expect(accepted(await later.createOrder(order))).toMatchObject(replay);
    await api.stop();
  });

  test('a booking’s next yes is none: it has become its order', async () => {
    const { id, order, shown } = await bookTo(agent, 'confirmed');
    const created = accepted(await agent.createOrder(order));
    const yes = { summary_digest: shown.summary_digest, customer_reply: 'Yes' };
    expect(refused(await agent.confirm(id, yes)).details).toMatchObject({ guardrail: 'booking_open' });
    expect(accepted(await agent.get(id))).toMatchObject({ step: 'create_order', order_id: created.order.id });
  });
});

test('switched off between the yes and the order, there is no order until it is on again', async () => {
  const { id, order } = await bookTo(agent, 'confirmed');
  const before = await ordersOf();
  await setCapabilities(api, scene.tenant, { order_booking_enabled: false });
  for (const door of DOORS) {
    const caller = bookingCaller(door, api, scene.tenant.aiKey);
    expect(refused(await caller.createOrder(order))).toMatchObject({
      outcome: 'ORDER_BOOKING_DISABLED',
      details: { guardrail: 'capability', reason: 'order_booking_disabled', booking_id: id },
    });
    caller.close();
  }
  const blocked = (await agent.decisions(id)).filter(({ decision }) => decision === 'blocked');
  expect(blocked.map(({ step, guardrail }) => [step, guardrail])).toEqual([
    ['create_order', 'capability'],
    ['create_order', 'capability'],
  ]);
  expect(await ordersOf()).toBe(before);
  await setCapabilities(api, scene.tenant, { order_booking_enabled: true });
  expect(accepted(await agent.createOrder(order)).idempotent_replayed).toBe(false);
});

describe('the doors for orders that people take', () => {
  test('make none of source ai, and open to no agent', async () => {
    const { order } = await bookTo(agent, 'confirmed');
    const { user_id: _, ...content } = order.payload as unknown as Payload;
    for (const door of DOORS) {
      const shop = openDoor(door, api, scene.tenant.key);
      expect(refused(await shop.create({ ...content }))).toMatchObject({
        outcome: 'VALIDATION_FAILED',
        fields: ['source'],
      });
      shop.close();
      const asAgent = openDoor(door, api, scene.tenant.aiKey);
      const { source: _source, ...plain } = content;
      expect(refused(await asAgent.create({ ...plain })).outcome).toBe('PERMISSION_DENIED');
      expect(refused(await asAgent.move(randomUUID(), 'confirmed')).outcome).toBe('PERMISSION_DENIED');
      expect(refused(await asAgent.cancel(randomUUID())).outcome).toBe('PERMISSION_DENIED');
      asAgent.close();
    }
    const asShop = bookingCaller('REST', api, scene.tenant.key);
    expect(refused(await asShop.createOrder(order)).outcome).toBe('PERMISSION_DENIED');
    expect(refused(await asShop.start()).outcome).toBe('PERMISSION_DENIED');
  });

  test('a confirmation’s key that was used there for an order of another kind is used up, and says nothing of that order', async () => {
    const { id, order } = await bookTo(agent, 'confirmed');
    const { user_id: _, source: _source, ...content } = order.payload as unknown as Payload;
    const shop = openDoor('REST', api, scene.tenant.key);
    accepted(await shop.create({ ...content }, { key: order.idempotency_key ?? '' }));
    const refusal = refused(await agent.createOrder(order));
    expect(refusal).toMatchObject({
      outcome: 'CONFIRMATION_REQUIRED',
      details: { guardrail: 'confirmed_content', booking_id: id },
    });
    expect((await agent.decisions(id)).at(-1)).toMatchObject({ step: 'create_order', decision: 'blocked' });
  });
});

describe('while Temporal is away', () => {
  let cut: ApiProcess;
  let hasty: ApiProcess;
  let cutOff: BookingCaller;
  beforeAll(async () => {
    const away = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
    [cut, hasty] = await Promise.all([
      scene.startApi({ ...away, ...PATIENT }),
      scene.startApi({ ...away, REQUEST_DEADLINE_MS: '2000' }),
    ]);
    cutOff = bookingCaller('REST', cut, scene.tenant.aiKey);
  });
  afterAll(() => Promise.all([cut.kill(), hasty.kill()]));

  test('what can be refused without a run is refused without one', async () => {
    const booked = await bookTo(agent, 'confirmed');
    const { order } = booked;
    const codeOf = async (body: AiOrderBody) => refused(await cutOff.createOrder(body)).outcome;
    expect(await codeOf({ ...order, idempotency_key: null })).toBe('CONFIRMATION_REQUIRED');
    expect(await codeOf({ ...order, payload: { ...order.payload, notes: 'and a cola' } })).toBe(
      'CONFIRMATION_REQUIRED',
    );
    const expired = signedKey(booked, new Date(Date.now() - 1_000));
    expect(await codeOf({ ...order, idempotency_key: expired })).toBe('STALE_CONFIRMATION');
    const off = await scene.addTenant();
    const theirs = bookingCaller('gRPC', cut, off.aiKey);
    expect(refused(await theirs.start()).outcome).toBe('ORDER_BOOKING_DISABLED');
    theirs.close();
  });

  test('bookings and their records can be read; all else is UNAVAILABLE, and works when it is sent again', async () => {
    const { id, order, talk } = await bookTo(agent, 'confirmed');
    expect(accepted(await cutOff.get(id))).toEqual(accepted(await agent.get(id)));
    expect(await cutOff.decisions(id)).toEqual(await agent.decisions(id));
    const inVain = bookingCaller('REST', hasty, scene.tenant.aiKey);
    const answers = await Promise.all([inVain.start(), inVain.addItems(id, talk.items), inVain.createOrder(order)]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['UNAVAILABLE', 'UNAVAILABLE', 'UNAVAILABLE']);
    expect(accepted(await agent.createOrder(order)).idempotent_replayed).toBe(false);
  });
});

test('an agent that shows no key at all leaves a record without a booking', async () => {
  const { order } = await bookTo(agent, 'confirmed');
  const count = async () => {
    const { rows } = await scene.database.owner.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ai_decisions
       WHERE user_id = $1 AND booking_id IS NULL AND step = 'create_order' AND guardrail = 'confirmation_key'`,
      [scene.tenant.userId],
    );
    return rows[0]?.n ?? 0;
  };
  const before = await count();
  refused(await agent.createOrder({ ...order, idempotency_key: null }));
  refused(await agent.createOrder({ ...order, idempotency_key: 'bk1.made-up' }));
  expect(await count()).toBe(before + 2);
});

interface Line {
  readonly name: string;
  readonly quantity: number;
}

interface Payload {
  readonly user_id: string;
  readonly customer_name: string;
  readonly customer_phone: string;
  readonly items: readonly Line[];
  readonly source: string;
  readonly notes?: string | undefined;
}

function oneMore() {
  return {
    customer_message: 'and 1 Soda',
    items: [{ name: 'Soda', quantity: 1, name_words: 'Soda', quantity_words: '1' }],
  };
}
