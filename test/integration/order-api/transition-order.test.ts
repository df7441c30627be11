import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { OrderStatus } from '../../../domain/order';
import { OrderKeys } from '../../../services/order-api/use-cases/order-keys';
import { OrderTurns } from '../../../services/order-api/use-cases/order-turns';
import { createTransitionOrder } from '../../../services/order-api/use-cases/transition-order';
import type { PlaceOrderInput } from '../../../workflows/contract';
import { eventually } from '../../support/eventually';
import { interruptedPool, once } from '../../support/interrupted-pool';
import { type OrderRuns, orderRuns, sampleAttempt } from '../../support/order-runs';
import { holdCommits, waitingForLocks } from '../../support/postgres-gate';
import { createScene, type Scene } from '../../support/scene';

jest.setTimeout(120_000);

let scene: Scene;
let orders: OrderRuns;

beforeAll(async () => {
  scene = await createScene();
  orders = orderRuns(scene);
  await scene.startWorker();
});
afterAll(() => scene.close());

/** Moves the order of an attempt as the API does, over this pool. */
function move(pool: Pool, { userId, attemptId, idempotencyKey }: PlaceOrderInput, to: OrderStatus, version: number) {
  const keys = new OrderKeys(pool);
  keys.remember(userId, attemptId, idempotencyKey);
  const { temporal, taskQueue } = scene;
  const caller = { userId, keyId: randomUUID(), keyPrefix: 'obk_test0000', scopes: [] };
  const ctx = { caller, correlationId: AT_COMMIT, deadline: new Date(Date.now() + 55_000) };
  return createTransitionOrder({ pool, temporal, taskQueue, keys, turns: new OrderTurns() })(ctx, {
    orderId: attemptId,
    status: to,
    expectedVersion: version,
    reason: undefined,
  });
}

const AT_COMMIT = 'req_at_commit';

/** Nothing of an order that is over can be asked of its run, so what is told then is what these reads make of it. */
test.each<readonly [OrderStatus, readonly OrderStatus[]]>([
  ['cancelled', []],
  ['completed', ['confirmed', 'processing']],
])(
  'one’s own move to %s that is committed after the run was lost, between two looks at it, is told as done',
  async (to, before) => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    for (const step of before) await orders.move(attempt, step);
    const commits = await holdCommits(scene.database, AT_COMMIT);
    const committing = once(async () => {
      await commits.open();
      await eventually('the move to be written', async () => (await orders.statusOf(attempt)) === to);
    });
    const reads = interruptedPool(
      scene.database.service,
      (statement) => statement.startsWith('find-order'),
      committing,
    );
    const version = before.length + 1;
    const moved = move(reads, attempt, to, version);
    await waitingForLocks(scene.database, 1);
    await orders.handle(attempt).terminate('by a test');
    expect(await moved).toMatchObject({ id: attempt.attemptId, status: to, version: version + 1 });
    expect((await orders.auditOf(attempt)).map((line) => line.to)).toEqual(['pending', ...before, to]);
  },
);
