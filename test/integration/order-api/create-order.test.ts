import { randomUUID } from 'node:crypto';
import type { OrderContent } from '../../../domain/order';
import type { CreatedOrder } from '../../../services/order-api/use-cases/contract';
import { createCreateOrder } from '../../../services/order-api/use-cases/create-order';
import { OrderKeys } from '../../../services/order-api/use-cases/order-keys';
import { OrderTurns } from '../../../services/order-api/use-cases/order-turns';
import { orderStatusSignal, PLACE_UPDATE_ID, type PlaceOrderInput } from '../../../workflows/contract';
import { type OrderRuns, orderRuns, sampleAttempt } from '../../support/order-runs';
import { holdKey, waitingForLocks } from '../../support/postgres-gate';
import { sampleContent } from '../../support/sample-order';
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

/** Creates an order under a key as the API does; each caller as if by a process of its own. */
function create(userId: string, idempotencyKey: string, content: OrderContent): Promise<CreatedOrder> {
  const { temporal, taskQueue } = scene;
  const pool = scene.database.service;
  const caller = { userId, keyId: randomUUID(), keyPrefix: 'obk_test0000', scopes: [] };
  const ctx = { caller, correlationId: 'req_test', deadline: new Date(Date.now() + 55_000) };
  const createOrder = createCreateOrder({
    pool,
    temporal,
    taskQueue,
    keys: new OrderKeys(pool),
    turns: new OrderTurns(),
  });
  return createOrder(ctx, { idempotencyKey, content, allowDuplicate: false });
}

/** What comes of a call: the code it was refused with, or `created`. */
function outcome(call: Promise<CreatedOrder>): Promise<unknown> {
  return call.then(
    () => 'created',
    (error: { readonly code?: unknown }) => error.code,
  );
}

// Temporal throws the end of the run away, because another message came while it was written, and with it whoever was to be told.
test.each<[string, (twin: PlaceOrderInput) => Promise<unknown>]>([
  ['an operator cancels the run', (twin) => orders.handle(twin).cancel()],
  ['a signal comes', (twin) => orders.handle(twin).signal(orderStatusSignal, { status: 'confirmed' })],
])('all callers of a key hear why it is refused, although %s while the run ends', async (_what, interfere) => {
  const { userId } = await scene.addTenant();
  const content = sampleContent();
  await create(userId, `key-${randomUUID()}`, content);
  const twin = sampleAttempt(userId, { content });
  const ask = () => outcome(create(userId, twin.idempotencyKey, content));
  expect(await ask()).toBe('DUPLICATE_ORDER');

  // The refused key is free again: this one starts another run, and that one joins it.
  const gate = await holdKey(scene.database, twin);
  const starts = ask();
  await waitingForLocks(scene.database, 1);
  const joins = ask();
  await orders.sent(twin, PLACE_UPDATE_ID);
  await interfere(twin);
  await gate.open();
  expect(await Promise.all([starts, joins])).toEqual(['DUPLICATE_ORDER', 'DUPLICATE_ORDER']);
  expect(await orders.ordersOf(userId)).toBe(1);
});

test('an order is made once, although its run is cancelled while it is made', async () => {
  const { userId } = await scene.addTenant();
  const attempt = sampleAttempt(userId);
  const ask = () => create(userId, attempt.idempotencyKey, attempt.content);
  const gate = await holdKey(scene.database, attempt);
  const starts = ask();
  await waitingForLocks(scene.database, 1);
  const joins = ask();
  await orders.handle(attempt).cancel();
  await gate.open();
  const [first, second] = await Promise.all([starts, joins]);
  expect(second.order).toEqual(first.order);
  expect([first.idempotentReplayed, second.idempotentReplayed].sort()).toEqual([false, true]);
  expect(await orders.ordersOf(userId)).toBe(1);
});
