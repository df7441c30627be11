import type { StepRequest } from '../../domain/booking/step-request';
import type { BookingWorkflowInput, StepAnswer } from '../../workflows/booking-contract';
import {
  type BookingRuns,
  bookingRuns,
  bookingTenant,
  confirmedAttempt,
  sampleBooking,
  stepRefusal,
  TALK,
} from '../support/booking-runs';
import { eventually } from '../support/eventually';
import { orderRuns, untilAnswered } from '../support/order-runs';
import { holdBooking, holdCommits, waitingForLocks } from '../support/postgres-gate';
import { createScene, type Scene } from '../support/scene';
import type { ServiceProcess } from '../support/services';

/**
 * The worker is killed once, with bookings at every step there is: recorded, but before Temporal was told. Whoever asked asks
 * again under the same step id. What each of them has then is the same: every step once, and a booking that goes on.
 */

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

/** Decisions of this correlation id wait in their COMMIT while the gate is closed. */
const AT_COMMIT = 'req_at_commit';

type Way = readonly ((digest: string) => StepRequest)[];
const WAY: Way = [
  () => TALK.addItems(3),
  () => TALK.confirmItems,
  () => TALK.setCustomer,
  () => TALK.getSummary,
  (digest) => TALK.confirm(digest),
];

/** A booking that stands before its step number `taken`, and that step. */
async function upTo(taken: number): Promise<{ readonly booking: BookingWorkflowInput; readonly next: StepRequest }> {
  const booking = sampleBooking(userId);
  await bookings.open(booking);
  let digest = '';
  for (const request of WAY.slice(0, taken)) {
    const { result } = await bookings.step(booking, request(digest));
    digest = result.summaryDigest ?? digest;
  }
  return { booking, next: WAY[taken]?.(digest) ?? TALK.abandon };
}

it('a worker killed at every step of a booking leaves each step once, and every booking goes on to its order', async () => {
  const stopped = await Promise.all([0, 1, 2, 3, 4, 5].map(upTo));
  const blocked = await upTo(0);
  const opening = sampleBooking(userId, { correlationId: AT_COMMIT });
  const inStatement = await upTo(1);
  const notYetTaken = await upTo(0);

  const commits = await holdCommits(scene.database, AT_COMMIT, 'ai_decisions');
  const statement = await holdBooking(scene.database, inStatement.booking);
  const take = (booking: BookingWorkflowInput, request: StepRequest) =>
    bookings.step(booking, request, { stepId: 'next', correlationId: AT_COMMIT });
  const callers = [
    ...stopped.map(({ booking, next }) => unheard(take(booking, next))),
    unheard(take(blocked.booking, TALK.getSummary)),
    unheard(bookings.open(opening)),
    unheard(take(inStatement.booking, inStatement.next)),
  ];
  await waitingForLocks(scene.database, callers.length);

  // Stopped, so that it cannot see its commits succeed; then killed.
  process.kill(worker.pid, 'SIGSTOP');
  await commits.open();
  const committed = [...stopped.map(({ booking }) => booking), blocked.booking, opening];
  await eventually('the commits', async () =>
    (await Promise.all(committed.map(linesAtCommit))).every((lines) => lines === 1),
  );
  await worker.kill();
  await statement.open();
  // And this one comes while there is no worker at all.
  callers.push(unheard(take(notYetTaken.booking, notYetTaken.next)));
  expect(await linesAtCommit(inStatement.booking)).toBe(0);

  worker = await scene.startWorker();
  await Promise.all(callers);
  const all = [...stopped, inStatement, notYetTaken];
  const answers = await Promise.all(all.map(({ booking, next }) => untilAnswered(() => take(booking, next))));
  expect(await stepRefusal(untilAnswered(() => take(blocked.booking, TALK.getSummary)))).toMatchObject({
    block: { guardrail: 'step_order' },
  });
  expect((await untilAnswered(() => bookings.open(opening))).booking.step).toBe('start');
  for (const booking of [...all.map((one) => one.booking), blocked.booking, opening]) {
    expect(await linesAtCommit(booking)).toBe(1);
  }
  await Promise.all(all.map(({ booking }, index) => endsWell(booking, answers[index])));
  expect((await bookings.toYes(opening)).idempotencyKey).toMatch(/^bk1\./);
}, 120_000);

it('a worker killed with the record of its COMMIT on the way has committed, and the next one goes on from there', async () => {
  const { booking, next } = await upTo(4);
  const commits = await holdCommits(scene.database, AT_COMMIT, 'ai_decisions');
  const caller = unheard(bookings.step(booking, next, { stepId: 'next', correlationId: AT_COMMIT }));
  await waitingForLocks(scene.database, 1);
  await worker.kill();
  await commits.open();
  await eventually('the commit', async () => (await linesAtCommit(booking)) === 1);
  worker = await scene.startWorker();
  await caller;
  const answer = await untilAnswered(() => bookings.step(booking, next, { stepId: 'next', correlationId: AT_COMMIT }));
  const key = answer.result.confirmed?.idempotencyKey ?? '';
  // The first judgement's key was told to nobody; where the second one has another, that is the one which counts.
  expect(Object.entries(await bookings.confirmationsOf(booking)).filter(([, became]) => became === 'live')).toEqual([
    [key, 'live'],
  ]);
}, 120_000);

/** The booking stands where the step's answer says, in its run and in Postgres, and what was confirmed can be ordered. */
async function endsWell(booking: BookingWorkflowInput, answer: StepAnswer | undefined): Promise<void> {
  const state = await bookings.stateOf(booking);
  expect(state?.items.map(({ id, quantity }) => [id, quantity])).toEqual(
    answer?.booking.draft.items.map(({ id, quantity }) => [id, quantity]),
  );
  const confirmed = answer?.result.confirmed;
  if (confirmed === undefined) return;
  const { order } = await orderRuns(scene).place(confirmedAttempt(userId, confirmed));
  expect(order.items).toEqual(confirmed.content.items);
  expect((await bookings.stateOf(booking))?.orderId).toBe(order.id);
}

/** How many lines of the records came of the step that the worker was killed at. */
async function linesAtCommit(booking: BookingWorkflowInput): Promise<number> {
  return (await bookings.decisionsOf(booking)).filter(({ correlationId }) => correlationId === AT_COMMIT).length;
}

/** A caller whose answer does not matter: it may get one, or be told to ask again. */
async function unheard(call: Promise<unknown>): Promise<void> {
  await call.catch(() => undefined);
}
