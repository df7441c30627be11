import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { parseSigningKeys } from '../../../platform/confirmation-signing';
import { createLogger } from '../../../platform/logger';
import { createCreateOrder } from '../../../services/order-api/use-cases/create-order';
import { createCreateOrderFromAi } from '../../../services/order-api/use-cases/create-order-from-ai';
import { DecisionRecords } from '../../../services/order-api/use-cases/decision-records';
import { OrderKeys } from '../../../services/order-api/use-cases/order-keys';
import { OrderTurns } from '../../../services/order-api/use-cases/order-turns';
import type { BookingWorkflowInput } from '../../../workflows/booking-contract';
import { PLACE_UPDATE_ID } from '../../../workflows/contract';
import {
  type BookingRuns,
  bookingRuns,
  bookingTenant,
  type Confirmed,
  confirmedAttempt,
  sampleBooking,
} from '../../support/booking-runs';
import { eventually } from '../../support/eventually';
import { isKnown } from '../../support/forget-run';
import { untilNextTask } from '../../support/histories';
import { interruptedPool, once } from '../../support/interrupted-pool';
import { type OrderRuns, orderRuns, refusalCode, sampleAttempt } from '../../support/order-runs';
import { type Gate, holdKey, waitingForLocks } from '../../support/postgres-gate';
import { createScene, type Scene } from '../../support/scene';
import { TEST_SIGNING_KEYS } from '../../support/services';

// A question reaches a run with one of its tasks, which may be ten seconds apart; it is asked for up to 55.
jest.setTimeout(120_000);

let scene: Scene;
let orders: OrderRuns;
let bookings: BookingRuns;
let booking: BookingWorkflowInput;
let confirmed: Confirmed;

beforeAll(async () => {
  scene = await createScene();
  orders = orderRuns(scene);
  bookings = bookingRuns(scene);
  await scene.startWorker();
});
beforeEach(async () => {
  booking = sampleBooking(await bookingTenant(scene));
  await bookings.open(booking);
  confirmed = await bookings.toYes(booking);
});
afterEach(() => jest.useRealTimers());
afterAll(() => scene.close());

/** Sends what was confirmed as an agent does, through an API of its own. */
function send(pool: Pool = scene.database.service) {
  const { taskQueue } = scene;
  const deadline = new Date(Date.now() + 55_000);
  // However long Temporal takes to say whether there is an attempt: who hears nothing for two seconds is told that there is none.
  const temporal: Client = Object.assign(Object.create(scene.temporal), {
    withDeadline: <R>(_: unknown, work: () => Promise<R>) => scene.temporal.withDeadline(deadline, work),
  });
  const { userId } = booking;
  const logger = createLogger({ service: 'test', level: 'silent' });
  const caller = { userId, keyId: randomUUID(), keyPrefix: 'obk_test0000', scopes: [] };
  const ctx = { caller, correlationId: 'req_test', deadline };
  const createOrder = createCreateOrder({
    pool,
    temporal,
    taskQueue,
    keys: new OrderKeys(pool),
    turns: new OrderTurns(),
  });
  const records = new DecisionRecords({ pool, logger });
  const signing = parseSigningKeys(TEST_SIGNING_KEYS);
  const createOrderFromAi = createCreateOrderFromAi({ pool, temporal, signing, records, logger, createOrder });
  return createOrderFromAi(ctx, { confirmationKey: confirmed.idempotencyKey, content: confirmed.content });
}

/** The API's clock goes on by an hour, after which the key is no good to it. Those of Postgres and Temporal do not. */
function anHourLater(): void {
  jest.useFakeTimers({
    now: Date.now() + 3_600_000,
    advanceTimers: true,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}

const attempt = () => confirmedAttempt(booking.userId, confirmed);
const lastDecision = async () => (await bookings.recordsOf(booking)).at(-1);
/** An order that is just like the one that was confirmed, of somebody who needs no confirmation. */
function placeTwin() {
  const { content, fingerprint } = attempt();
  return orders.place(sampleAttempt(booking.userId, { content: { ...content, source: 'api' }, fingerprint }));
}

const TOO_LATE = { code: 'STALE_CONFIRMATION', details: { reason: 'confirmation_expired' } };

test('a retry that comes just after the expiry waits for a first call that came in time, and gets its order', async () => {
  const gate = await holdKey(scene.database, attempt());
  const first = send();
  await waitingForLocks(scene.database, 1);
  anHourLater();
  // Right behind the retry's first look for the order, which is not there.
  const retry = send(
    interruptedPool(
      scene.database.service,
      (statement) => statement === 'find-order-by-key',
      once(async () => {
        await gate.open();
        await eventually('the order', async () => (await orders.statusOf(attempt())) !== undefined);
      }),
    ),
  );
  const [made, replayed] = await Promise.all([first, retry]);
  expect(made.idempotentReplayed).toBe(false);
  expect(replayed).toEqual({ ...made, idempotentReplayed: true });
  expect(await orders.ordersOf(booking.userId)).toBe(1);
  expect(await lastDecision()).toBe('create_order accepted');
});

describe('a retry that has joined an attempt which came in time, and whose caller is gone,', () => {
  /** The retry is known by its question: nobody else asks. */
  async function joined(): Promise<{
    readonly gate: Gate;
    readonly retry: ReturnType<typeof send>;
    readonly runId: string;
  }> {
    const gate = await holdKey(scene.database, attempt());
    await orders.start(attempt());
    await waitingForLocks(scene.database, 1);
    const { runId } = await orders.handle(attempt()).describe();
    anHourLater();
    const retry = send();
    await orders.sent(attempt(), PLACE_UPDATE_ID);
    return { gate, retry, runId };
  }

  test('gets its order', async () => {
    const { gate, retry } = await joined();
    await gate.open();
    expect(await retry).toMatchObject({ idempotentReplayed: true, currentStatus: 'pending' });
    expect(await orders.ordersOf(booking.userId)).toBe(1);
    expect(await lastDecision()).toBe('create_order accepted');
  });

  test('hears why it was refused, and is no attempt of its own', async () => {
    const { gate, retry, runId } = await joined();
    const refused = expect(retry).rejects.toMatchObject({ code: 'DUPLICATE_ORDER' });
    await placeTwin();
    // Until then the run does not know that somebody asks, and would end without an answer.
    await untilNextTask(orders.handle(attempt()));
    await gate.open();
    await refused;
    expect((await orders.handle(attempt()).describe()).runId).toBe(runId);
    expect(await orders.ordersOf(booking.userId)).toBe(1);
  });

  test('is too late when the run is terminated, and starts no other one', async () => {
    const { gate, retry, runId } = await joined();
    const refused = expect(retry).rejects.toMatchObject(TOO_LATE);
    await orders.handle(attempt()).terminate('by a test');
    await refused;
    expect((await orders.handle(attempt()).describe()).runId).toBe(runId);
    await gate.open();
  });
});

// Postgres, whose clock is behind, would still take it.
test('an expired key makes no attempt, whether or not one was made before', async () => {
  anHourLater();
  await expect(send()).rejects.toMatchObject(TOO_LATE);
  const handle = orders.handle(attempt());
  expect(await isKnown(scene.temporal, handle.workflowId)).toBe(false);
  expect(await lastDecision()).toBe('create_order live_confirmation');

  // One that was refused, long ago to the API.
  await placeTwin();
  expect(await refusalCode(orders.place(attempt()))).toBe('DUPLICATE_ORDER');
  const { runId } = await handle.describe();
  await expect(send()).rejects.toMatchObject(TOO_LATE);
  expect((await handle.describe()).runId).toBe(runId);
  expect(await orders.ordersOf(booking.userId)).toBe(1);
});
