import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { BookingState } from '../../../domain/booking/booking';
import { openBooking } from '../../../domain/booking/open-booking';
import type { StepRequest } from '../../../domain/booking/step-request';
import { parseSigningKeys } from '../../../platform/confirmation-signing';
import { createLogger } from '../../../platform/logger';
import { createPool } from '../../../platform/postgres';
import { createBookingActivities } from '../../../services/order-worker/activities/create-booking-activities';
import type { TakeBookingStepInput } from '../../../workflows/booking-contract';
import { type BookingDesk, openBookingDesk, stepTo } from '../../support/booking-desk';
import { message, TALK } from '../../support/booking-runs';
import { createDatabase, type TestDatabase } from '../../support/database';
import { TEST_SIGNING_KEYS } from '../../support/services';

let database: TestDatabase;
let desk: BookingDesk;
let pool: Pool;
let statements: string[];
let lines: string[];

const logger = createLogger({
  service: 'test',
  level: 'info',
  destination: { write: (line) => void lines.push(line) },
});
const signingKey = parseSigningKeys(TEST_SIGNING_KEYS).current;

beforeAll(async () => {
  database = await createDatabase();
  pool = createPool({ url: database.serviceUrl, size: 4, applicationName: 'order-worker', logger });
});
beforeEach(async () => {
  desk = await openBookingDesk(database);
  statements = [];
  lines = [];
});
afterAll(async () => {
  await pool.end();
  await database.close();
});

/** The pool of the worker, noting what is sent through it. */
function watched(): Pool {
  const connect = async () => {
    const client = await pool.connect();
    const query = (statement: string | { name?: string }, ...rest: unknown[]) => {
      statements.push(typeof statement === 'string' ? (statement.split(/[ ;]/)[0] ?? '') : (statement.name ?? ''));
      return (client.query as (...args: unknown[]) => unknown)(statement, ...rest);
    };
    return { query, release: (error?: Error) => client.release(error) };
  };
  return { connect } as unknown as Pool;
}

const activities = () => createBookingActivities({ pool: watched(), logger, signingKey });

function input(state: BookingState, request: StepRequest, commandId: string = randomUUID()): TakeBookingStepInput {
  return { ...message(request), state, commandId, at: new Date().toISOString() };
}

async function take(state: BookingState, request: StepRequest): Promise<BookingState> {
  return (await activities().takeBookingStep(input(state, request))).state;
}

const RECORDED = ['hold-booking', 'record-booking-step', 'COMMIT'];

describe('a step in Postgres', () => {
  it('is one transaction that reads what this step is judged by, and nothing else', async () => {
    let state = await desk.opened();
    const sent = async (request: StepRequest) => {
      statements = [];
      state = await take(state, request);
      return statements;
    };
    expect(await sent(TALK.addItems())).toEqual(['BEGIN', 'get-catalogue', ...RECORDED]);
    expect(await sent(TALK.addItems(1, 'Lemonade'))).toHaveLength(5);
    expect(await sent({ action: 'remove_item', itemId: 'item_2' })).toEqual(['BEGIN', ...RECORDED]);
    expect(await sent(TALK.confirmItems)).toEqual(['BEGIN', 'get-booking-settings', ...RECORDED]);
    expect(await sent(TALK.setCustomer)).toEqual(['BEGIN', ...RECORDED]);
    expect(await sent(TALK.getSummary)).toEqual(['BEGIN', 'get-catalogue', ...RECORDED]);
    expect(await sent(TALK.confirm(state.summary?.digest ?? ''))).toEqual([
      'BEGIN',
      'get-booking-settings',
      ...RECORDED,
    ]);
    expect(state.confirmation).not.toBeNull();
    expect(await sent(TALK.abandon)).toEqual(['BEGIN', ...RECORDED]);
  });

  it('done again by the same command leaves one line, and the last state and key that were told', async () => {
    const state = await desk.opened();
    let before = state;
    for (const request of [TALK.addItems(), TALK.confirmItems, TALK.setCustomer, TALK.getSummary]) {
      before = await take(before, request);
    }
    const command = input(before, TALK.confirm(before.summary?.digest ?? ''), 'update:step:yes');
    const first = await activities().takeBookingStep(command);
    // The workflow task was lost, and is done again some seconds later.
    const at = new Date(Date.parse(command.at) + 5_000).toISOString();
    const second = await activities().takeBookingStep({ ...command, at });
    expect(second.state.confirmation?.idempotencyKey).not.toBe(first.state.confirmation?.idempotencyKey);
    expect(await desk.find(state.id)).toEqual(second.state);
    expect((await desk.decisions(state.id)).filter(({ step }) => step === 'confirm_booking')).toHaveLength(1);
    const live = (await desk.confirmations(state.id)).filter(({ revoked_at }) => revoked_at === null);
    expect(live.map(({ idempotency_key }) => idempotency_key)).toEqual([second.state.confirmation?.idempotencyKey]);
  });

  it('to a booking that became an order meanwhile is judged by that: blocked, recorded, nothing changed', async () => {
    const confirmed = await desk.confirmed();
    const placed = await desk.shop.place(confirmed.attempt());
    if (placed.kind !== 'placed') throw new Error(`the order was not placed: ${placed.kind}`);
    for (const request of [TALK.addItems(), TALK.getSummary, TALK.abandon]) {
      const { state, result, block } = await activities().takeBookingStep(input(confirmed.state, request));
      expect(result).toBeNull();
      expect(block).toMatchObject({ guardrail: 'booking_open', reason: 'booking_ordered' });
      expect(state).toMatchObject({ status: 'ordered', orderId: placed.order.id, items: confirmed.state.items });
      expect((await desk.decisions(confirmed.state.id)).at(-1)).toMatchObject({
        step: request.action,
        decision: 'blocked',
        guardrail: 'booking_open',
      });
    }
    expect(await desk.find(confirmed.state.id)).toMatchObject({ status: 'ordered', orderId: placed.order.id });
  });

  it('is logged with its guardrail, and without a word of the customer', async () => {
    const state = await desk.opened();
    const request = { action: 'confirm_items', customerReply: 'not for Canaria' } as const;
    await activities().takeBookingStep({ ...input(state, request), confidence: 0.75 });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'aiDecision', bookingId: state.id, bookingStep: 'confirm_items', decision: 'blocked', confidence: 0.75 },
      { event: 'aiGuardrailTriggered', guardrail: 'step_order', guardrailReason: 'confirm_items_before_collect_items' },
    ]);
    expect(lines.join()).not.toContain('Canaria');
  });

  it('that the rules break at fails once and for all, without saying what it was about', async () => {
    const state = await desk.opened();
    const broken = { ...state, items: null } as unknown as BookingState;
    const failure = activities().takeBookingStep(input(broken, TALK.addItems()));
    await expect(failure).rejects.toMatchObject({ type: 'INTERNAL', nonRetryable: true });
    await expect(failure).rejects.not.toThrow(/null|items/);
    expect(statements.at(-1)).toBe('ROLLBACK');
  });
});

describe('an opening in Postgres', () => {
  const start = (bookingId: string, more = {}) => ({
    userId: desk.shop.userId,
    bookingId,
    actor: 'api_key:test',
    correlationId: 'req_open',
    at: new Date().toISOString(),
    ...more,
  });

  it('done again, however late, finds the booking as it is by then and writes nothing', async () => {
    const bookingId = randomUUID();
    const { openBooking: open } = activities();
    const first = await open(start(bookingId));
    if (first.kind !== 'opened') throw new Error('it was refused');
    const moved = await take(first.state, TALK.addItems());
    const again = await open(start(bookingId, { at: new Date(Date.now() + 60_000).toISOString() }));
    expect(again).toMatchObject({ kind: 'opened', state: moved });
    expect(await desk.decisions(bookingId)).toHaveLength(2);
    expect(lines.filter((line) => line.includes('"bookingStep":"start"'))).toHaveLength(1);
  });

  it('is refused without a booking where the tenant has never let agents book', async () => {
    await database.owner.query('DELETE FROM ai_capabilities WHERE user_id = $1', [desk.shop.userId]);
    const bookingId = randomUUID();
    expect(await activities().openBooking(start(bookingId))).toMatchObject({
      kind: 'disabled',
      block: { guardrail: 'capability', code: 'ORDER_BOOKING_DISABLED' },
    });
    expect(await desk.find(bookingId)).toBeUndefined();
    expect(lines.some((line) => line.includes('"guardrail":"capability"'))).toBe(true);
  });
});

describe('an expiry in Postgres', () => {
  const past = (state: BookingState, seconds: number): BookingState => ({
    ...state,
    lastStepAt: new Date(Date.now() - seconds * 1000).toISOString(),
  });

  async function opened(seconds: number): Promise<BookingState> {
    const at = new Date(Date.now() - seconds * 1000).toISOString();
    const id = randomUUID();
    const state = openBooking({ id, userId: desk.shop.userId, locale: 'en', idleExpirySeconds: 1_800, at });
    await desk.record(stepTo(state, { step: 'start' }));
    return state;
  }

  it('ends the booking once', async () => {
    const state = await opened(1_801);
    const at = new Date().toISOString();
    const first = await activities().expireBooking({ state, at });
    const second = await activities().expireBooking({ state, at });
    expect(first.state).toMatchObject({ status: 'expired', version: 2 });
    expect(second).toEqual(first);
    expect((await desk.decisions(state.id)).map(({ step, actor }) => [step, actor])).toEqual([
      ['start', 'api_key:obk_desk0000'],
      ['expire', 'system'],
    ]);
  });

  it('is not the end of a booking that has had a step which its run does not know', async () => {
    const state = await opened(60);
    const { state: still } = await activities().expireBooking({
      state: past(state, 1_801),
      at: new Date().toISOString(),
    });
    expect(still).toEqual(state);
    expect(await desk.decisions(state.id)).toHaveLength(1);
  });

  it('of a booking with a step that its run does not know ends that one, when it is too old as well', async () => {
    const state = await opened(1_801);
    const known = { ...past(state, 3_600), version: 1 };
    await database.owner.query(
      `UPDATE bookings SET version = 9, state = state || '{"version": 9}'::jsonb WHERE user_id = $1 AND id = $2`,
      [desk.shop.userId, state.id],
    );
    const { state: expired } = await activities().expireBooking({ state: known, at: new Date().toISOString() });
    expect(expired).toMatchObject({ status: 'expired', version: 10 });
    expect(await desk.find(state.id)).toEqual(expired);
  });

  it('is not the end of an order', async () => {
    const confirmed = await desk.confirmed();
    const placed = await desk.shop.place(confirmed.attempt());
    const at = new Date(Date.now() + 7_200_000).toISOString();
    const { state } = await activities().expireBooking({ state: confirmed.state, at });
    expect(state).toMatchObject({ status: 'ordered', orderId: placed.kind === 'placed' && placed.order.id });
    expect((await desk.decisions(state.id)).map(({ step }) => step)).not.toContain('expire');
  });
});
