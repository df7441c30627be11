import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { temporal } from '@temporalio/proto';
import { openBooking } from '../../domain/booking/open-booking';
import { EncryptionCodec, parseKeyring } from '../../platform/payload-codec';
import { type BookingWorkflowInput, orderPlacedSignal } from '../../workflows/booking-contract';
import { orderStatusSignal } from '../../workflows/contract';
import { bookingRuns, bookingTenant, confirmedAttempt, sampleBooking, stepRefusal, TALK } from './booking-runs';
import { eventually } from './eventually';
import { tenantWithExpiry } from './expiry';
import { orderRuns, refusalCode, sampleAttempt, untilAnswered } from './order-runs';
import type { Scene } from './scene';
import { TEST_ENCRYPTION_KEYS } from './services';
import { subscriptionsIn } from './subscriptions';
import { type Answer, startReceiver } from './webhook-receiver';

const { TaskQueueKind } = temporal.api.enums.v1;

export const HISTORIES = join(__dirname, '..', 'workflow', 'histories');

/**
 * Lives the lives of orders and bookings that the replay test reads, on a real server with the worker as it is now, and
 * writes those histories down that are not there yet. Encrypted with the fixed test key, like everything in a scene.
 *
 *     npm run build && RECORD_HISTORIES=1 npx jest test/workflow/replay.test.ts
 *
 * Histories of versions that have been released are never recorded again: they are what runs in production began with.
 * Record under a new name beside them instead.
 */
export async function recordHistories(scene: Scene): Promise<void> {
  await record({ ...orderLives(scene), ...toldLives(scene), ...bookingLives(scene) });
}

/** Writes down the histories of these lives that are not there yet. */
export async function record(lives: Lives): Promise<void> {
  for (const [name, live] of Object.entries(lives)) {
    const file = join(HISTORIES, `${name}.json`);
    if (existsSync(file)) continue;
    const history = await (await live()).fetchHistory();
    await forgetMachine(history);
    await writeFile(file, `${historyToJSON(history)}\n`);
  }
}

/** By the name of its history: lives a life and gives back the run that lived it. */
export type Lives = Readonly<Record<string, () => Promise<WorkflowHandle>>>;

function orderLives(scene: Scene): Lives {
  const orders = orderRuns(scene);
  type Attempt = ReturnType<typeof sampleAttempt>;
  const fresh = () => sampleAttempt(scene.tenant.userId);
  const lives: Readonly<Record<string, () => Promise<Attempt>>> = {
    async placed() {
      const attempt = fresh();
      await orders.place(attempt);
      return attempt;
    },

    async 'refused-as-duplicate'() {
      const first = fresh();
      await orders.place(first);
      const second = sampleAttempt(first.userId, { content: first.content });
      await refusalCode(orders.place(second));
      return second;
    },

    async 'full-life'() {
      const attempt = fresh();
      await orders.place(attempt);
      await orders.move(attempt, 'confirmed');
      await refusalCode(orders.move(attempt, 'completed'));
      await orders.handle(attempt).signal(orderStatusSignal, { status: 'processing', reason: 'in the oven' });
      await eventually('the signal', async () => (await orders.statusOf(attempt)) === 'processing');
      await orders.move(attempt, 'completed', { expectedVersion: 3 });
      return attempt;
    },

    async 'cancelled-by-operator'() {
      const attempt = fresh();
      await orders.place(attempt);
      await orders.move(attempt, 'confirmed');
      await orders.handle(attempt).cancel();
      await orders
        .handle(attempt)
        .result()
        .catch(() => undefined);
      return attempt;
    },

    async 'signals-ignored'() {
      const attempt = fresh();
      await orders.place(attempt);
      for (const signal of [{ status: 'completed' }, { status: 'lost' }, null]) {
        await orders.handle(attempt).signal('orderStatus', signal);
      }
      await orders.move(attempt, 'cancelled');
      return attempt;
    },

    async expired() {
      const attempt = sampleAttempt(await tenantWithExpiry(scene, 60));
      await orders.placeInThePast(attempt, new Date(Date.now() - 120_000));
      await orders.start(attempt);
      await orders.handle(attempt).result();
      return attempt;
    },

    async resumed() {
      const attempt = sampleAttempt(await tenantWithExpiry(scene, 3600));
      const { order } = await orders.place(attempt);
      await orders.handle(attempt).terminate();
      // As continue-as-new begins a run: the first one's history would be megabytes, which is why it was continued.
      const next = { ...attempt, attemptId: randomUUID() };
      await orders.start(next, { attempt: next, resumed: { order, pendingExpirySeconds: 3600 } });
      await orders.move(next, 'confirmed');
      await orders.move(next, 'cancelled');
      return next;
    },
  };

  return Object.fromEntries(
    Object.entries(lives).map(([name, live]) => [name, async () => orders.handle(await live())]),
  );
}

/** Orders that somebody wants to hear of. They need a sync-worker as well. */
function toldLives(scene: Scene): Lives {
  const orders = orderRuns(scene);
  const subscriptions = subscriptionsIn(scene.database.owner);

  /** Lives the life of an order of a tenant with two webhooks: one that takes everything, and one that answers like this. */
  const told =
    (answers: readonly Answer[], live: (attempt: ReturnType<typeof sampleAttempt>) => Promise<unknown>, days = 0) =>
    async () => {
      const attempt = sampleAttempt((await scene.addTenant()).userId);
      const receivers = await Promise.all([startReceiver(), startReceiver()]);
      const [good, other] = receivers;
      other.answer(...answers);
      await subscriptions.webhook(attempt.userId, { url: good.url });
      const failingSince = new Date(Date.now() - days * 86_400_000);
      await subscriptions.webhook(attempt.userId, { url: other.url, ...(days > 0 && { failingSince }) });
      await orders.place(attempt);
      await live(attempt);
      await orders
        .handle(attempt)
        .result()
        .catch(() => undefined);
      await Promise.all(receivers.map((receiver) => receiver.close()));
      return orders.handle(attempt);
    };

  return {
    told: told([500, 204], async (attempt) => {
      for (const to of ['confirmed', 'processing', 'completed'] as const) await orders.move(attempt, to);
    }),
    'told-and-cancelled-by-operator': told([500, 500, 204], (attempt) => orders.handle(attempt).cancel()),
    'told-of-a-webhook-given-up': told([500], (attempt) => orders.move(attempt, 'cancelled'), 6),
  };
}

function bookingLives(scene: Scene): Lives {
  const bookings = bookingRuns(scene);
  const orders = orderRuns(scene);
  const opened = async (fields: Partial<BookingWorkflowInput> = {}) => {
    const booking = sampleBooking(await bookingTenant(scene), fields);
    await bookings.open(booking);
    return booking;
  };
  const over = async (booking: BookingWorkflowInput) => {
    const handle = bookings.handle(booking);
    await handle.result().catch(() => undefined);
    return handle;
  };

  return {
    /** Blocked, asked again, changed after the yes, confirmed again, ordered. */
    async 'booking-ordered'() {
      const booking = await opened({ confidence: 0.5 });
      await stepRefusal(bookings.step(booking, TALK.getSummary, { stepId: 'early' }));
      await bookings.toYes(booking);
      await bookings.step(booking, TALK.addItems(1, 'Lemonade'));
      await bookings.step(booking, { action: 'remove_item', itemId: 'item_1' });
      await stepRefusal(bookings.step(booking, TALK.confirm('0'.repeat(64))));
      await bookings.step(booking, TALK.confirmItems);
      const { result } = await bookings.step(booking, TALK.getSummary);
      const { result: yes } = await bookings.step(booking, TALK.confirm(result.summaryDigest ?? ''), { confidence: 1 });
      if (yes.confirmed === undefined) throw new Error('the booking was not confirmed');
      const { order } = await orders.place(confirmedAttempt(booking.userId, yes.confirmed));
      await bookings.handle(booking).signal(orderPlacedSignal, { orderId: order.id });
      return over(booking);
    },

    async 'booking-ordered-untold'() {
      const booking = await opened();
      await orders.place(confirmedAttempt(booking.userId, await bookings.toYes(booking)));
      await bookings.handle(booking).signal('orderPlaced', { orderId: 'none' });
      await stepRefusal(bookings.step(booking, TALK.abandon));
      return over(booking);
    },

    async 'booking-abandoned'() {
      const booking = await opened();
      await Promise.all([
        bookings.step(booking, TALK.addItems()),
        bookings.step(booking, TALK.addItems(1, 'Lemonade')),
      ]);
      await refusalCode(bookings.handle(booking).executeUpdate('addItems', { args: [null] }));
      await bookings.step(booking, TALK.abandon);
      return over(booking);
    },

    async 'booking-cancelled-by-operator'() {
      const booking = await opened();
      await bookings.toYes(booking);
      await bookings.handle(booking).cancel();
      return over(booking);
    },

    /** A step came before the timer, which is then set again. */
    async 'booking-expired'() {
      const booking = sampleBooking(await bookingTenant(scene));
      const at = new Date(Date.now() - 1_000).toISOString();
      const start = { id: booking.bookingId, userId: booking.userId, locale: 'en', idleExpirySeconds: 3, at } as const;
      await bookings.record(openBooking(start));
      await bookings.start(booking);
      await bookings.step(booking, TALK.addItems());
      return over(booking);
    },

    async 'booking-refused'() {
      const booking = sampleBooking(await bookingTenant(scene, { order_booking_enabled: false }));
      await stepRefusal(bookings.open(booking));
      return over(booking);
    },

    /** The first of two runs. */
    async 'booking-continued'() {
      const booking = await opened({ stepsPerRun: 2 });
      const { runId } = await bookings.handle(booking).describe();
      await bookings.step(booking, TALK.addItems(), { stepId: 'one' });
      await stepRefusal(bookings.step(booking, TALK.getSummary, { stepId: 'two' }));
      await untilAnswered(() => bookings.step(booking, TALK.abandon));
      return scene.temporal.workflow.getHandle(bookings.handle(booking).workflowId, runId);
    },

    /** The last of them, which is asked for answers of the first. */
    async 'booking-resumed'() {
      const booking = await opened({ stepsPerRun: 2 });
      const add = () => bookings.step(booking, TALK.addItems(), { stepId: 'one' });
      const early = () => stepRefusal(untilAnswered(() => bookings.step(booking, TALK.getSummary, { stepId: 'two' })));
      await add();
      await early();
      await untilAnswered(add);
      await early();
      await untilAnswered(() => bookings.open(booking, 'open:again'));
      await untilAnswered(() => bookings.step(booking, TALK.abandon));
      return over(booking);
    },
  };
}

const codec = new EncryptionCodec(parseKeyring(TEST_ENCRYPTION_KEYS));

/** Takes out what says where it was recorded and means nothing to a replay: process names, paths in stack traces. */
async function forgetMachine(part: unknown): Promise<void> {
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return;
  const fields = part as Record<string, unknown>;
  if (typeof fields.identity === 'string') fields.identity = 'recorder';
  // A worker's own queue is named for its process and host.
  if (fields.kind === TaskQueueKind.TASK_QUEUE_KIND_STICKY) fields.name = 'recorder:sticky';
  if (fields.encodedAttributes) fields.encodedAttributes = await withoutStackTrace(fields.encodedAttributes as Payload);
  for (const value of Object.values(fields)) await forgetMachine(value);
}

async function withoutStackTrace(encrypted: Payload): Promise<Payload> {
  const [payload] = await codec.decode([encrypted]);
  const attributes = defaultPayloadConverter.fromPayload<Record<string, unknown>>(payload ?? encrypted);
  const [again] = await codec.encode([defaultPayloadConverter.toPayload({ ...attributes, stack_trace: '' })]);
  return again ?? encrypted;
}
