import { randomUUID } from 'node:crypto';
import { WorkflowUpdateStage } from '@temporalio/client';
import type { OrderStatus } from '../../domain/order';
import { orderStatusSignal, transitionUpdate } from '../../workflows/contract';
import { eventually } from '../support/eventually';
import { countEvents } from '../support/histories';
import { type OrderRuns, orderRuns, request, sampleAttempt, untilAnswered } from '../support/order-runs';
import { type Gate, holdCommits, holdKey, holdOrder, waitingForLocks } from '../support/postgres-gate';
import { createScene, type Scene, UNHURRIED } from '../support/scene';
import type { ServiceProcess } from '../support/services';

/**
 * The worker is killed once, with orders at every step there is between two others, and a new one is started. What
 * each order and each caller must have then is the same: everything exactly once.
 */
type Attempt = ReturnType<typeof sampleAttempt>;

let scene: Scene;
let orders: OrderRuns;
let worker: ServiceProcess;

beforeAll(async () => {
  scene = await createScene();
  orders = orderRuns(scene);
  worker = await scene.startWorker(UNHURRIED);
});
afterAll(() => scene.close());

/** Events of this correlation id wait in their COMMIT while the gate is closed. */
const AT_COMMIT = 'req_at_commit';

it('a worker killed between any two steps leaves every order and every move exactly once, and every caller an answer', async () => {
  const { userId } = await scene.addTenant();
  const attempt = (correlationId = 'req_test') => sampleAttempt(userId, { correlationId });
  const placing = { inStatement: attempt(), inCommit: attempt(AT_COMMIT), done: attempt(), notYetTaken: attempt() };
  const moving = { inStatement: attempt(), inCommit: attempt(), signalled: attempt(), notYetTaken: attempt() };
  await Promise.all([placing.done, ...Object.values(moving)].map((order) => orders.place(order)));

  // Everything in its place: two are stopped in their statement, three in their COMMIT.
  const commits = await holdCommits(scene.database, AT_COMMIT);
  const statements = [
    await holdKey(scene.database, placing.inStatement),
    await holdOrder(scene.database, moving.inStatement),
  ];
  const callers = [
    unheard(orders.place(placing.inStatement)),
    unheard(orders.place(placing.inCommit)),
    unheard(orders.move(moving.inStatement, 'confirmed')),
    unheard(orders.move(moving.inCommit, 'confirmed', { correlationId: AT_COMMIT })),
  ];
  await orders.handle(moving.signalled).signal(orderStatusSignal, { status: 'confirmed', correlationId: AT_COMMIT });
  await waitingForLocks(scene.database, 5);

  // Stopped, so that it cannot see its commits succeed; then killed.
  process.kill(worker.pid, 'SIGSTOP');
  await commits.open();
  await eventually('the commits', async () =>
    (await statusesOf(placing.inCommit, moving.inCommit, moving.signalled)).every(isCommitted),
  );
  await worker.kill();
  for (const gate of statements) await gate.open();

  // And these come while there is no worker at all.
  callers.push(unheard(orders.place(placing.notYetTaken)));
  callers.push(unheard(orders.move(moving.notYetTaken, 'confirmed')));
  await orders.handle(moving.signalled).signal(orderStatusSignal, { status: 'processing' });
  // Written, but its task was lost: when it is told of this signal, the run must not take it for the move it has written.
  await orders.handle(moving.inCommit).signal(orderStatusSignal, { status: 'cancelled' });
  expect((await statusesOf(placing.inStatement, placing.notYetTaken)).every((status) => status === undefined)).toBe(
    true,
  );

  worker = await scene.startWorker(UNHURRIED);
  await Promise.all(callers);
  await Promise.all(
    Object.values(placing).map(async (order) => {
      const again = await untilAnswered(() => orders.place({ ...order, attemptId: randomUUID() }));
      expect(again.order).toMatchObject({ id: order.attemptId, version: 1 });
      expect(await trailOf(order)).toEqual(['pending']);
    }),
  );
  await Promise.all(
    [moving.inStatement, moving.notYetTaken].map(async (order) => {
      expect(await untilAnswered(() => orders.move(order, 'confirmed'))).toMatchObject({ order: { version: 2 } });
      expect(await trailOf(order)).toEqual(['pending', 'confirmed']);
    }),
  );
  await eventually('the signals', async () => {
    const statuses = await statusesOf(moving.signalled, moving.inCommit);
    return statuses[0] === 'processing' && statuses[1] === 'cancelled';
  });
  expect(await trailOf(moving.signalled)).toEqual(['pending', 'confirmed', 'processing']);
  expect(await trailOf(moving.inCommit)).toEqual(['pending', 'confirmed', 'cancelled']);
  expect(await orders.ordersOf(userId)).toBe(8);
}, 120_000);

it('a worker killed while its COMMIT is on the way has committed, and the next one finds it', async () => {
  const { userId } = await scene.addTenant();
  const order = sampleAttempt(userId, { correlationId: AT_COMMIT });
  const commits = await holdCommits(scene.database, AT_COMMIT);
  const caller = unheard(orders.place(order));
  await waitingForLocks(scene.database, 1);
  await worker.kill();
  expect(await orders.statusOf(order)).toBeUndefined();
  await commits.open();
  worker = await scene.startWorker(UNHURRIED);
  await caller;
  expect((await untilAnswered(() => orders.place(order))).order.id).toBe(order.attemptId);
  expect(await trailOf(order)).toEqual(['pending']);
}, 120_000);

it('a worker told to stop finishes what it holds, answers the callers, and exits 0', async () => {
  const { userId } = await scene.addTenant();
  const [placed, fresh] = [sampleAttempt(userId), sampleAttempt(userId)];
  await orders.place(placed);
  const gates: Gate[] = [await holdOrder(scene.database, placed), await holdKey(scene.database, fresh)];
  const moved = orders.handle(placed).startUpdate(transitionUpdate, {
    args: [request('confirmed')],
    waitForStage: WorkflowUpdateStage.ACCEPTED,
  });
  const created = orders.place(fresh);
  await waitingForLocks(scene.database, 2);
  const exitCode = worker.stop();
  await eventually('the worker to be told', () => worker.lines.some((line) => line.includes('"event":"shutdown"')));
  for (const gate of gates) await gate.open();
  expect(await (await moved).result()).toMatchObject({ kind: 'moved' });
  expect((await created).order.id).toBe(fresh.attemptId);
  expect(await exitCode).toBe(0);
  for (const order of [placed, fresh]) {
    const counts = await countEvents(orders.handle(order));
    expect(counts).not.toHaveProperty('WORKFLOW_TASK_TIMED_OUT');
    expect(counts).not.toHaveProperty('WORKFLOW_TASK_FAILED');
  }
});

/** A caller whose answer does not matter: it may get one, or be told to ask again. */
async function unheard(call: Promise<unknown>): Promise<void> {
  await call.catch(() => undefined);
}

function statusesOf(...attempts: readonly Attempt[]): Promise<readonly (OrderStatus | undefined)[]> {
  return Promise.all(attempts.map((attempt) => orders.statusOf(attempt)));
}

function isCommitted(status: OrderStatus | undefined, index: number): boolean {
  return status === (index === 0 ? 'pending' : 'confirmed');
}

/** The states the order has been in; fails when an event is missing or there twice. */
async function trailOf(attempt: Attempt): Promise<readonly OrderStatus[]> {
  const audit = await orders.auditOf(attempt);
  expect(audit.map(({ sequence }) => sequence)).toEqual(audit.map((_, index) => index + 1));
  expect(audit.map(({ type }) => type)).not.toContain('status_change_ignored');
  return audit.map(({ to }) => to);
}
