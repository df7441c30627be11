import { temporal } from '@temporalio/proto';
import { generateApiKey } from '../../platform/api-key';
import { parseSigningKeys } from '../../platform/confirmation-signing';
import { parseKeyring } from '../../platform/keyring';
import { createLogger } from '../../platform/logger';
import { createUseCases } from '../../services/order-api/use-cases/create-use-cases';
import { orderStatusSignal, orderWorkflowId } from '../../workflows/contract';
import { CANARY } from '../support/canary';
import { eventually } from '../support/eventually';
import { tenantWithExpiry } from '../support/expiry';
import { countEvents, searchAttributes } from '../support/histories';
import { type OrderRuns, orderRuns, refusalCode, sampleAttempt } from '../support/order-runs';
import { sampleContent } from '../support/sample-order';
import { createScene, type Scene } from '../support/scene';
import { TEST_SECRETS_KEYS, TEST_SIGNING_KEYS } from '../support/services';

let scene: Scene;
let orders: OrderRuns;

beforeAll(async () => {
  scene = await createScene();
  orders = orderRuns(scene);
  await scene.startWorker();
});
afterAll(() => scene.close());

const PLACED = {
  WORKFLOW_EXECUTION_STARTED: 1,
  WORKFLOW_TASK_SCHEDULED: 1,
  WORKFLOW_TASK_STARTED: 1,
  WORKFLOW_TASK_COMPLETED: 1,
  WORKFLOW_EXECUTION_UPDATE_ACCEPTED: 1,
  WORKFLOW_EXECUTION_UPDATE_COMPLETED: 1,
  MARKER_RECORDED: 1,
} as const;

/** What `change` added to the history of this attempt's run. */
async function added(attempt: ReturnType<typeof sampleAttempt>, change: () => Promise<unknown>) {
  const before = await countEvents(orders.handle(attempt));
  await change();
  const after = await countEvents(orders.handle(attempt));
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
}

describe('what an order costs', () => {
  it('to create is one workflow task and one local activity, without a timer', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    expect(await countEvents(orders.handle(attempt))).toEqual(PLACED);
  });

  it('to create is one timer more where pending orders expire', async () => {
    const attempt = sampleAttempt(await tenantWithExpiry(scene, 3600));
    await orders.place(attempt);
    expect(await countEvents(orders.handle(attempt))).toEqual({ ...PLACED, TIMER_STARTED: 1 });
  });

  it('to ask for again under its key is nothing', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    expect(await added(attempt, () => orders.place(attempt))).toEqual({});
  });

  it('to move is one workflow task and one local activity; the last move ends the run in the same task', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const move = {
      WORKFLOW_TASK_SCHEDULED: 1,
      WORKFLOW_TASK_STARTED: 1,
      WORKFLOW_TASK_COMPLETED: 1,
      WORKFLOW_EXECUTION_UPDATE_ACCEPTED: 1,
      WORKFLOW_EXECUTION_UPDATE_COMPLETED: 1,
      MARKER_RECORDED: 1,
      UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: 1,
    };
    expect(await added(attempt, () => orders.move(attempt, 'confirmed'))).toEqual(move);
    expect(await added(attempt, () => orders.move(attempt, 'cancelled'))).toEqual({
      ...move,
      WORKFLOW_EXECUTION_COMPLETED: 1,
    });
  });

  it('to move by a signal is one workflow task and one local activity', async () => {
    const attempt = sampleAttempt(scene.tenant.userId);
    await orders.place(attempt);
    const signal = async () => {
      await orders.handle(attempt).signal(orderStatusSignal, { status: 'cancelled' });
      await orders.handle(attempt).result();
    };
    expect(await added(attempt, signal)).toEqual({
      WORKFLOW_EXECUTION_SIGNALED: 1,
      WORKFLOW_TASK_SCHEDULED: 1,
      WORKFLOW_TASK_STARTED: 1,
      WORKFLOW_TASK_COMPLETED: 1,
      MARKER_RECORDED: 1,
      UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: 1,
      WORKFLOW_EXECUTION_COMPLETED: 1,
    });
  });
});

describe('what operators see', () => {
  it('is an order by its status, tenant and source, as search attributes that follow it', async () => {
    const attempt = sampleAttempt(scene.tenant.userId, { content: sampleContent({ source: 'phone' }) });
    await orders.place(attempt);
    const handle = orders.handle(attempt);
    expect(await searchAttributes(handle)).toMatchObject({
      OrderStatus: 'pending',
      TenantId: attempt.userId,
      OrderSource: 'phone',
    });
    for (const to of ['confirmed', 'processing'] as const) {
      await orders.move(attempt, to);
      expect(await searchAttributes(handle)).toMatchObject({ OrderStatus: to });
    }
    const query = `TenantId="${attempt.userId}" AND OrderSource="phone" AND OrderStatus="processing"`;
    await eventually('the order in the list', async () => {
      for await (const { workflowId } of scene.temporal.workflow.list({ query }))
        return workflowId === handle.workflowId;
      return false;
    });
  });

  it('is nothing of the customer: ids, attributes, memo, summary, payloads and failures give nothing away', async () => {
    const { userId } = await scene.addTenant();
    const api = createUseCases({
      pool: scene.database.service,
      databaseUrl: scene.database.serviceUrl,
      temporal: scene.temporal,
      taskQueue: scene.taskQueue,
      logger: createLogger({ service: 'test', level: 'error' }),
      signing: parseSigningKeys(TEST_SIGNING_KEYS),
      sheetsTaskQueue: `${scene.taskQueue}-sheets`,
      notificationsTaskQueue: `${scene.taskQueue}-notifications`,
      secrets: parseKeyring(TEST_SECRETS_KEYS),
      sharedServiceAccount: undefined,
      spreadsheetsUrl: 'https://docs.google.com/spreadsheets/d',
      allowLoopbackTargets: false,
    });
    try {
      const content = sampleContent();
      const ctx = {
        caller: { userId, keyId: 'k', keyPrefix: generateApiKey().prefix, scopes: ['orders:write' as const] },
        correlationId: 'req_footprint',
        deadline: new Date(Date.now() + 50_000),
      };
      const create = (idempotencyKey: string) =>
        api.createOrder(ctx, { idempotencyKey, content, allowDuplicate: false });
      const { order } = await create('footprint-1');
      await expect(create('footprint-2')).rejects.toMatchObject({ code: 'DUPLICATE_ORDER' });
      await api.cancelOrder(ctx, { orderId: order.id, expectedVersion: undefined, reason: CANARY.notes });

      for (const key of ['footprint-1', 'footprint-2']) {
        const seen = await everythingTemporalHolds(orderWorkflowId(userId, key));
        // What is not secret is found, so what is secret would be.
        expect(seen).toContain(userId);
        expect(seen).toContain('OrderWorkflow');
        for (const secret of [...Object.values(CANARY), content.items[0]?.name ?? '', order.id]) {
          expect(seen).not.toContain(secret);
        }
        expect(seen).not.toContain('already exists');
      }
    } finally {
      await api.close();
    }
  });

  it('of a refusal is its code and nothing else in plain text', async () => {
    const { userId } = await scene.addTenant();
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    const second = sampleAttempt(userId, { content: attempt.content });
    expect(await refusalCode(orders.place(second))).toBe('DUPLICATE_ORDER');
    const { events } = await orders.handle(second).fetchHistory();
    const failure = events?.at(-1)?.workflowExecutionFailedEventAttributes?.failure;
    expect(failure).toMatchObject({
      message: 'Encoded failure',
      applicationFailureInfo: { type: 'DUPLICATE_ORDER' },
    });
    expect(failure?.stackTrace ?? '').toBe('');
  });
});

/** Every byte of the run that the server keeps: history, description with its user metadata, and its row in the list. */
async function everythingTemporalHolds(workflowId: string): Promise<string> {
  const { history, workflowservice } = temporal.api;
  const handle = scene.temporal.workflow.getHandle(workflowId);
  const description = await scene.temporal.workflowService.describeWorkflowExecution({
    namespace: 'default',
    execution: { workflowId },
  });
  return [
    history.v1.History.encode(await handle.fetchHistory()).finish(),
    workflowservice.v1.DescribeWorkflowExecutionResponse.encode(description).finish(),
  ]
    .map((bytes) => Buffer.from(bytes).toString('utf8'))
    .join('\n');
}
