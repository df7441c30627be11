import { randomUUID } from 'node:crypto';
import { CancelledFailure, WorkflowNotFoundError } from '@temporalio/common';
import type { OrderStatus } from '../../domain/order';
import { orderStatusSignal } from '../../workflows/contract';
import { eventually } from '../support/eventually';
import { tenantWithExpiry } from '../support/expiry';
import { isKnown } from '../support/forget-run';
import { countEvents, searchAttributes, untilNextTask } from '../support/histories';
import { type OrderRuns, orderRuns, refusalCode, sampleAttempt, untilAnswered } from '../support/order-runs';
import { holdKey, holdOrder, waitingForLocks } from '../support/postgres-gate';
import { sampleContent } from '../support/sample-order';
import { createScene, type Scene } from '../support/scene';

let scene: Scene;
let orders: OrderRuns;

beforeAll(async () => {
  scene = await createScene();
  orders = orderRuns(scene);
  await scene.startWorker();
});
afterAll(() => scene.close());

type Attempt = ReturnType<typeof sampleAttempt>;

async function endsCancelled(attempt: Attempt): Promise<void> {
  await expect(orders.handle(attempt).result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
  expect((await orders.handle(attempt).describe()).status.name).toBe('CANCELLED');
}

async function isRunning(attempt: Attempt): Promise<boolean> {
  return (await orders.handle(attempt).describe()).status.name === 'RUNNING';
}

describe('cancelling the run in Temporal', () => {
  it.each<[OrderStatus, readonly OrderStatus[]]>([
    ['pending', []],
    ['confirmed', ['confirmed']],
    ['processing', ['confirmed', 'processing']],
  ])('cancels an order that is %s, gives its place back, and ends the run Canceled', async (from, moves) => {
    const { userId } = await scene.addTenant({ slots: [{ id: 'noon', capacity: 1 }] });
    const attempt = sampleAttempt(userId, { content: sampleContent({ slotId: 'noon' }) });
    await orders.place(attempt);
    for (const to of moves) await orders.move(attempt, to);
    await orders.handle(attempt).cancel();
    await endsCancelled(attempt);
    expect((await orders.auditOf(attempt)).at(-1)).toMatchObject({
      type: 'status_changed',
      from,
      to: 'cancelled',
      actor: 'operator',
    });
    const next = sampleAttempt(userId, { content: sampleContent({ slotId: 'noon' }) });
    expect((await orders.place(next)).order.slotId).toBe('noon');
  });

  it('while the order is still being placed cancels the order once it is there, and its caller gets the answer', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    const gate = await holdKey(scene.database, attempt);
    const answer = orders.place(attempt);
    await waitingForLocks(scene.database, 1);
    await orders.handle(attempt).cancel();
    await gate.open();
    expect((await answer).order).toMatchObject({ id: attempt.attemptId, status: 'pending' });
    await endsCancelled(attempt);
    expect(await orders.statusOf(attempt)).toBe('cancelled');
  });

  // The cancellation makes Temporal throw the end of the run away and ask again; a caller in between hears nothing but
  // that it should send the same again.
  it('while an attempt is being refused does not keep the caller from hearing why', async () => {
    const { userId } = await scene.addTenant();
    const first = sampleAttempt(userId);
    await orders.place(first);
    const second = sampleAttempt(userId, { content: first.content });
    const gate = await holdKey(scene.database, second);
    const answer = refusalCode(untilAnswered(() => orders.place(second)));
    await waitingForLocks(scene.database, 1);
    await orders.handle(second).cancel();
    await gate.open();
    expect(await answer).toBe('DUPLICATE_ORDER');
    expect(await orders.ordersOf(userId)).toBe(1);
  });

  it('waits for what is under way and what came behind it, and answers it', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const gate = await holdOrder(scene.database, attempt);
    const confirm = orders.move(attempt, 'confirmed');
    await waitingForLocks(scene.database, 1);
    const process = orders.move(attempt, 'processing', { updateId: 'process' }).catch((error: Error) => error.cause);
    await orders.sent(attempt, 'process');
    await orders.handle(attempt).cancel();
    await gate.open();
    expect(await confirm).toMatchObject({ kind: 'moved' });
    const outcome = await process;
    expect(outcome).toMatchObject(
      outcome instanceof Error ? { type: 'INVALID_ORDER_STATE' } : { kind: 'moved', order: { status: 'processing' } },
    );
    await endsCancelled(attempt);
    expect(await orders.statusOf(attempt)).toBe('cancelled');
  });

  it('answers an update that came while the cancellation was being written', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const gate = await holdOrder(scene.database, attempt);
    await orders.handle(attempt).cancel();
    await waitingForLocks(scene.database, 1);
    const late = refusalCode(orders.move(attempt, 'confirmed', { updateId: 'late' }));
    await orders.sent(attempt, 'late');
    await untilNextTask(orders.handle(attempt));
    await gate.open();
    expect(await late).toBe('INVALID_ORDER_STATE');
    await endsCancelled(attempt);
  });

  it('after a move to the end that was under way leaves the order completed', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    await orders.move(attempt, 'confirmed');
    await orders.move(attempt, 'processing');
    const gate = await holdOrder(scene.database, attempt);
    const complete = untilAnswered(() => orders.move(attempt, 'completed')).catch((error: unknown) => error);
    await waitingForLocks(scene.database, 1);
    await orders.handle(attempt).cancel();
    await gate.open();
    const outcome = await complete;
    if (!(outcome instanceof WorkflowNotFoundError)) expect(outcome).toMatchObject({ order: { status: 'completed' } });
    await orders
      .handle(attempt)
      .result()
      .catch(() => undefined);
    expect((await orders.auditOf(attempt)).map(({ to }) => to)).toEqual([
      'pending',
      'confirmed',
      'processing',
      'completed',
    ]);
  });

  it('does nothing to an order that is over', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    for (const to of ['confirmed', 'processing', 'completed'] as const) await orders.move(attempt, to);
    await orders.handle(attempt).result();
    await orders.handle(attempt).cancel();
    expect((await orders.handle(attempt).describe()).status.name).toBe('COMPLETED');
    expect(await orders.statusOf(attempt)).toBe('completed');
  });
});

describe('a tenant whose pending orders expire', () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

  it('sees one cancelled by the system when its time is over', async () => {
    const attempt = sampleAttempt(await tenantWithExpiry(scene, 60));
    await orders.placeInThePast(attempt, minutesAgo(2));
    await orders.start(attempt);
    expect(await orders.handle(attempt).result()).toEqual({ orderId: attempt.attemptId, status: 'cancelled' });
    expect((await orders.auditOf(attempt)).at(-1)).toMatchObject({ actor: 'system', reason: 'expired' });
  });

  it('keeps one that was confirmed before', async () => {
    const attempt = sampleAttempt(await tenantWithExpiry(scene, 60));
    await orders.place(attempt);
    await orders.move(attempt, 'confirmed');
    expect(await countEvents(orders.handle(attempt))).toMatchObject({ TIMER_STARTED: 1, TIMER_CANCELED: 1 });
    expect(await isRunning(attempt)).toBe(true);
  });

  it('keeps one whose confirmation was under way when its time was over', async () => {
    const attempt = sampleAttempt(await tenantWithExpiry(scene, 60));
    await orders.placeInThePast(attempt, minutesAgo(2));
    const gate = await holdOrder(scene.database, attempt);
    // It comes with the run's start, and waits for the lock while the run finds out that the time is over.
    const confirm = orders.moveWithStart(attempt, 'confirmed');
    await waitingForLocks(scene.database, 1);
    // Set when the long task reports for the first time that it is still at work, and told of when it does so again.
    const fired = async () => (await countEvents(orders.handle(attempt))).TIMER_FIRED === 1;
    await eventually('the expiry timer', fired, 60_000);
    await gate.open();
    expect(await confirm).toMatchObject({ kind: 'moved' });
    expect(await orders.move(attempt, 'processing')).toMatchObject({ kind: 'moved' });
    expect(await isRunning(attempt)).toBe(true);
  }, 120_000);
});

describe('an order whose run is gone', () => {
  it('is taken up by a new start of its key and goes on from where it was, after the run was terminated', async () => {
    const { userId } = await scene.addTenant();
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    await orders.move(attempt, 'confirmed');
    await orders.handle(attempt).terminate('by a test');
    await orders.start({ ...attempt, attemptId: randomUUID() });
    expect(await orders.move(attempt, 'processing', { expectedVersion: 2 })).toMatchObject({
      kind: 'moved',
      order: { id: attempt.attemptId, version: 3 },
    });
    expect(await orders.ordersOf(userId)).toBe(1);
  });

  it('is answered from Postgres after the run was deleted, and lives on if it was not over', async () => {
    const { userId } = await scene.addTenant();
    const open = sampleAttempt(userId);
    const over = sampleAttempt(userId);
    const answers = [await orders.place(open), await orders.place(over)];
    await orders.move(open, 'confirmed');
    await Promise.all([open, over].map(forget));
    // A closed run takes the server half a minute to delete: so this one is deleted open, and ends in Postgres.
    await orders.cancelInPostgres(over);

    expect(await orders.place({ ...open, attemptId: randomUUID() })).toEqual(answers[0]);
    expect(await orders.place({ ...over, attemptId: randomUUID() })).toEqual(answers[1]);
    expect(await orders.handle(over).result()).toEqual({ orderId: over.attemptId, status: 'cancelled' });
    expect(await orders.move(open, 'processing')).toMatchObject({ order: { version: 3 } });
    expect(await orders.ordersOf(userId)).toBe(2);
  });

  async function forget(attempt: Attempt): Promise<void> {
    const { workflowId } = orders.handle(attempt);
    await scene.temporal.workflowService.deleteWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId },
    });
    await eventually('the run to be gone', async () => !(await isKnown(scene.temporal, workflowId)));
  }
});

describe('a history that gets too long', () => {
  it('goes on in a new run that knows the order, its expiry and its search attributes', async () => {
    // Pending with an expiry: the run then waits for its timer, and must not wait for that alone.
    const attempt = sampleAttempt(await tenantWithExpiry(scene, 3600));
    await orders.place(attempt);
    const handle = orders.handle(attempt);
    const { runId } = await handle.describe();
    // The server suggests a new run at 4 MB.
    for (let sent = 0; sent < 10; sent += 1) {
      await handle.signal(orderStatusSignal, { status: 'pending', reason: 'x'.repeat(500_000) });
    }
    await eventually('a new run', async () => {
      // The server measures a history when it schedules a task: what came between then and the start counts with the next one.
      await handle.signal(orderStatusSignal, { status: 'pending' });
      // Answered behind the signal: the run is at rest again, and may end, before the next one is sent.
      await orders.query(attempt);
      return (await handle.describe()).runId !== runId;
    });

    expect(await orders.query(attempt)).toMatchObject({ id: attempt.attemptId, status: 'pending', version: 1 });
    expect((await orders.place(attempt)).order.id).toBe(attempt.attemptId);
    expect(await countEvents(handle)).toMatchObject({ TIMER_STARTED: 1 });
    expect(await searchAttributes(handle)).toMatchObject({
      OrderStatus: 'pending',
      TenantId: attempt.userId,
      OrderSource: 'api',
    });
    for (const to of ['confirmed', 'processing', 'completed'] as const) await orders.move(attempt, to);
    expect(await handle.result()).toEqual({ orderId: attempt.attemptId, status: 'completed' });
    expect((await orders.auditOf(attempt)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  }, 120_000);
});
