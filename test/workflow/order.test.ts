import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/common';
import { ORDER_STATUSES, type OrderStatus } from '../../domain/order';
import { canTransition } from '../../domain/order-state';
import { orderStatusSignal, retryUpdateId, transitionUpdate } from '../../workflows/contract';
import { eventually } from '../support/eventually';
import { countEvents } from '../support/histories';
import { type OrderRuns, orderRuns, refusalCode, request, sampleAttempt } from '../support/order-runs';
import { holdOrder, waitingForLocks } from '../support/postgres-gate';
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

/** Every way from placed to the end: together they make each of the six moves. */
const LIVES: readonly (readonly OrderStatus[])[] = [
  ['confirmed', 'processing', 'completed'],
  ['confirmed', 'processing', 'cancelled'],
  ['confirmed', 'cancelled'],
  ['cancelled'],
];

describe('placing', () => {
  it('answers the order as it is in Postgres, and answers the same again to whoever asks with this key', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    const answer = await orders.place(attempt);
    const again = await orders.place({ ...attempt, attemptId: randomUUID() });

    expect(answer).toEqual({
      order: {
        ...attempt.content,
        id: attempt.attemptId,
        userId: attempt.userId,
        totalQuantity: 2,
        status: 'pending',
        version: 1,
        createdAt: expect.any(String),
        updatedAt: answer.order.createdAt,
      },
      requestHash: attempt.requestHash,
    });
    expect(again).toEqual(answer);
    expect(await orders.query(attempt)).toEqual(answer.order);
    expect(await orders.ordersOf(attempt.userId)).toBe(1);
  });

  it('answers the order as created, under an update id of its own too, when the order has moved on', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    const answer = await orders.place(attempt);
    await orders.move(attempt, 'confirmed');
    expect(await orders.place({ ...attempt, attemptId: randomUUID() }, retryUpdateId(randomUUID()))).toEqual(answer);
  });

  it('gives callers that come at once under one key one order and one answer', async () => {
    const { userId } = await scene.addTenant();
    const attempt = sampleAttempt(userId);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => orders.place({ ...attempt, attemptId: randomUUID() })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await orders.ordersOf(userId)).toBe(1);
  });

  it('happens although nobody ever asks for the answer', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.start(attempt);
    await eventually('the order', async () => (await orders.statusOf(attempt)) === 'pending');
  });

  it('that is refused fails the run with the code as its type and leaves the key free for another try', async () => {
    const content = sampleContent();
    const { userId } = await scene.addTenant();
    const first = sampleAttempt(userId, { content });
    await orders.place(first);

    const second = sampleAttempt(userId, { content });
    expect(await refusalCode(orders.place(second))).toBe('DUPLICATE_ORDER');
    await expect(orders.handle(second).result()).rejects.toMatchObject({
      cause: {
        type: 'DUPLICATE_ORDER',
        nonRetryable: true,
        details: [
          {
            attemptId: second.attemptId,
            requestHash: second.requestHash,
            details: { existing_order_id: first.attemptId },
          },
        ],
      },
    });

    await orders.move(first, 'cancelled');
    const third = { ...second, attemptId: randomUUID() };
    expect((await orders.place(third, retryUpdateId(third.attemptId))).order.id).toBe(third.attemptId);
    expect(await orders.ordersOf(userId)).toBe(2);
  });

  it('under a key that holds another order is refused when Temporal has forgotten that order', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.placeInThePast(attempt, new Date());
    const other = { ...sampleAttempt(scene.tenant.userId), idempotencyKey: attempt.idempotencyKey };
    expect(await refusalCode(orders.place(other))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await orders.statusOf(attempt)).toBe('pending');
  });

  it('into a slot that is full, or that is not there, is refused and changes nothing', async () => {
    const { userId } = await scene.addTenant({ slots: [{ id: 'noon', capacity: 1 }] });
    await orders.place(sampleAttempt(userId, { content: sampleContent({ slotId: 'noon' }) }));
    for (const slotId of ['noon', 'never']) {
      const attempt = sampleAttempt(userId, { content: sampleContent({ slotId }) });
      expect(await refusalCode(orders.place(attempt))).toBe('SLOT_UNAVAILABLE');
    }
    expect(await orders.ordersOf(userId)).toBe(1);
  });

  it('that Postgres can never do fails the run as INTERNAL instead of trying for ever', async () => {
    const attempt = sampleAttempt(scene.tenant.userId, { content: sampleContent({ customerPhone: 'no digits' }) });
    expect(await refusalCode(orders.place(attempt))).toBe('INTERNAL');
  });
});

describe('an update', () => {
  it('makes each move the table has, refuses each it has not, and does nothing where the order is already', async () => {
    await Promise.all(
      LIVES.map(async (life) => {
        const attempt = sampleAttempt(scene.tenant.userId);
        await orders.place(attempt);
        let status: OrderStatus = 'pending';
        let version = 1;
        for (const next of life) {
          for (const to of ORDER_STATUSES) {
            if (to === status) {
              expect(await orders.move(attempt, to)).toMatchObject({ kind: 'unchanged', order: { status, version } });
            } else if (!canTransition(status, to)) {
              expect(await refusalCode(orders.move(attempt, to))).toBe('INVALID_ORDER_STATE');
            }
          }
          version += 1;
          expect(await orders.move(attempt, next)).toMatchObject({
            kind: 'moved',
            order: { status: next, version },
          });
          status = next;
        }
        expect(await orders.handle(attempt).result()).toEqual({ orderId: attempt.attemptId, status });
        for (const to of ORDER_STATUSES) await expect(orders.move(attempt, to)).rejects.toThrow(WorkflowNotFoundError);
        expect((await orders.auditOf(attempt)).map(({ to }) => to)).toEqual(['pending', ...life]);
      }),
    );
  });

  it('that expects another version is refused, and one that expects the right one moves the order', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    for (const expectedVersion of [0, 2, -1]) {
      expect(await refusalCode(orders.move(attempt, 'confirmed', { expectedVersion }))).toBe('VERSION_CONFLICT');
    }
    expect(await orders.move(attempt, 'confirmed', { expectedVersion: 1 })).toMatchObject({ order: { version: 2 } });
    expect(await refusalCode(orders.move(attempt, 'confirmed', { expectedVersion: 1 }))).toBe('VERSION_CONFLICT');
  });

  it('that cannot be right is refused without an event of history', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const before = await countEvents(orders.handle(attempt));
    expect(await refusalCode(orders.move(attempt, 'completed'))).toBe('INVALID_ORDER_STATE');
    expect(await refusalCode(orders.move(attempt, 'confirmed', { expectedVersion: 0 }))).toBe('VERSION_CONFLICT');
    expect(await countEvents(orders.handle(attempt))).toEqual(before);
  });

  it('that is no request at all is refused and harms nothing', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const gate = await holdOrder(scene.database, attempt);
    // While a command is under way, the validator lets requests through to be judged in their turn.
    await orders.handle(attempt).signal(orderStatusSignal, { status: 'confirmed' });
    await waitingForLocks(scene.database, 1);
    const malformed = [undefined, null, 17, 'confirmed', [], {}, { to: 'lost' }, { to: null }, { to: ['confirmed'] }];
    const refusals = malformed.map((message) =>
      refusalCode(orders.handle(attempt).executeUpdate('transition', { args: [message] })),
    );
    await gate.open();
    expect(new Set(await Promise.all(refusals))).toEqual(new Set(['VALIDATION_FAILED']));
    expect(await orders.move(attempt, 'processing')).toMatchObject({ kind: 'moved' });
  });

  it('sent twice under one id is carried out once', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const send = () =>
      orders
        .handle(attempt)
        .executeUpdate(transitionUpdate, { args: [request('confirmed', { expectedVersion: 1 })], updateId: 'twice' });
    const [first, second] = await Promise.all([send(), send()]);
    expect(second).toEqual(first);
    expect(await send()).toEqual(first);
    expect(await orders.auditOf(attempt)).toHaveLength(2);
  });

  it('among many at once has one winner, and the audit trail has no gap', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => orders.move(attempt, 'confirmed', { expectedVersion: 1 })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await orders.auditOf(attempt)).map(({ sequence }) => sequence)).toEqual([1, 2]);
  });
});

describe('a signal', () => {
  it('makes each move the table has; one it has not is written down and ignored, a repeat is not even that', async () => {
    await Promise.all(
      LIVES.map(async (life) => {
        const attempt = sampleAttempt(scene.tenant.userId);
        await orders.place(attempt);
        const expected: unknown[] = [{ type: 'created', from: null, to: 'pending' }];
        let status: OrderStatus = 'pending';
        for (const next of life) {
          for (const to of ORDER_STATUSES.filter((other) => !canTransition(status, other))) {
            await orders.handle(attempt).signal(orderStatusSignal, { status: to });
            if (to !== status) expected.push({ type: 'status_change_ignored', from: status, to });
          }
          await orders.handle(attempt).signal(orderStatusSignal, { status: next });
          expected.push({ type: 'status_changed', from: status, to: next });
          status = next;
        }
        await orders.handle(attempt).result();
        const audit = await orders.auditOf(attempt);
        expect(audit.map(({ type, from, to }) => ({ type, from, to }))).toEqual(expected);
        expect(audit.map(({ sequence }) => sequence)).toEqual(expected.map((_, index) => index + 1));
        expect(new Set(audit.slice(1).map(({ actor }) => actor))).toEqual(new Set(['signal']));
        await expect(orders.handle(attempt).signal(orderStatusSignal, { status: 'confirmed' })).rejects.toThrow(
          WorkflowNotFoundError,
        );
      }),
    );
  });

  it('says who sent it and why, cut to what the audit trail takes', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const signal = { status: 'confirmed' as const, actor: 'a'.repeat(150), reason: 'r'.repeat(900), correlationId: '' };
    await orders.handle(attempt).signal(orderStatusSignal, signal);
    await eventually('the move', async () => (await orders.statusOf(attempt)) === 'confirmed');
    expect((await orders.auditOf(attempt)).at(-1)).toMatchObject({
      actor: `signal:${'a'.repeat(93)}`,
      reason: 'r'.repeat(500),
    });
  });

  it('of any shape leaves the run alive and the order as it was', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const handle = orders.handle(attempt);
    await handle.signal('orderStatus');
    const malformed = [
      null,
      17,
      'confirmed',
      [],
      {},
      { status: 'lost' },
      { status: null },
      { status: ['confirmed'] },
      new Uint8Array([0, 255]),
      { status: 'toString' },
    ];
    for (const message of malformed) await handle.signal('orderStatus', message);
    await handle.signal('orderStatus', { status: 'confirmed' }, 'and', ['more']);
    await eventually('the one good signal', async () => (await orders.statusOf(attempt)) === 'confirmed');
    expect(await orders.auditOf(attempt)).toHaveLength(2);
    expect(await orders.move(attempt, 'processing')).toMatchObject({ kind: 'moved' });
  });

  it('whose words no database can hold moves the order all the same', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const nasty = {
      status: 'confirmed' as const,
      actor: 'n\u0000ul',
      reason: 'half a \ud83d pair\u0000',
      correlationId: '\u0000',
    };
    await orders.handle(attempt).signal(orderStatusSignal, nasty);
    await eventually('the move', async () => (await orders.statusOf(attempt)) === 'confirmed');
    expect((await orders.auditOf(attempt)).at(-1)).toMatchObject({ actor: 'signal:n ul', reason: 'half a   pair' });
  });

  it.each([
    ['of an encoding nobody knows', { encoding: 'json/strange' }, '{}'],
    ['without an encoding', {}, '{}'],
    ['of broken JSON', { encoding: 'json/plain' }, '{"status":'],
    ['of empty JSON', { encoding: 'json/plain' }, ''],
    ['of a protobuf message nobody knows', { encoding: 'binary/protobuf', messageType: 'nobody.Knows' }, 'x'],
  ])('%s does not stop the order', async (_what, metadata, data) => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    await signalRaw(attempt, metadata as Readonly<Record<string, string>>, data);
    await orders.handle(attempt).signal(orderStatusSignal, { status: 'confirmed' });
    await eventually('the move', async () => (await orders.statusOf(attempt)) === 'confirmed');
  });

  it('from the command line, which encrypts nothing, works', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    await signalRaw(attempt, { encoding: 'json/plain' }, '{"status":"confirmed","reason":"by hand"}');
    await eventually('the move', async () => (await orders.statusOf(attempt)) === 'confirmed');
    expect((await orders.auditOf(attempt)).at(-1)).toMatchObject({ actor: 'signal', reason: 'by hand' });
  });

  it('and the update behind it are carried out in the order in which they came', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    // The move is illegal unless the signal, which is still waiting for Postgres, is carried out before it.
    const gate = await holdOrder(scene.database, attempt);
    await orders.handle(attempt).signal(orderStatusSignal, { status: 'confirmed' });
    await waitingForLocks(scene.database, 1);
    await orders.handle(attempt).signal(orderStatusSignal, { status: 'processing' });
    const update = orders.move(attempt, 'completed', { expectedVersion: 3 });
    await gate.open();
    expect(await update).toMatchObject({ kind: 'moved', order: { status: 'completed', version: 4 } });
  });
});

describe('the end of the run', () => {
  it('waits for messages that came with the last move, and answers them', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    await orders.move(attempt, 'confirmed');
    const handle = orders.handle(attempt);
    const gate = await holdOrder(scene.database, attempt);
    await handle.signal(orderStatusSignal, { status: 'processing' });
    await waitingForLocks(scene.database, 1);
    await handle.signal(orderStatusSignal, { status: 'completed' });
    await handle.signal(orderStatusSignal, { status: 'confirmed' });
    const late = refusalCode(orders.move(attempt, 'cancelled', { updateId: 'late' }));
    await orders.sent(attempt, 'late');
    await gate.open();
    expect(await late).toBe('INVALID_ORDER_STATE');
    expect(await handle.result()).toMatchObject({ status: 'completed' });
    expect((await orders.auditOf(attempt)).map(({ to }) => to)).toEqual([
      'pending',
      'confirmed',
      'processing',
      'completed',
      'confirmed',
    ]);
  });
});

/** A signal with a payload as somebody else made it. */
async function signalRaw(
  attempt: Parameters<OrderRuns['handle']>[0],
  metadata: Readonly<Record<string, string>>,
  data: string,
): Promise<void> {
  await scene.temporal.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: orders.handle(attempt).workflowId },
    signalName: 'orderStatus',
    input: {
      payloads: [
        {
          metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value)])),
          data: Buffer.from(data),
        },
      ],
    },
  });
}
