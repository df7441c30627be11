import { randomUUID } from 'node:crypto';
import { CancelledFailure } from '@temporalio/common';
import { Webhook } from 'standardwebhooks';
import { orderEventId } from '../../domain/notification';
import { orderStatusSignal } from '../../workflows/contract';
import {
  DELIVER_NOW_WORKFLOW,
  type DeliverNowResult,
  deliverNowWorkflowId,
} from '../../workflows/notification-contract';
import { CANARY } from '../support/canary';
import { eventually } from '../support/eventually';
import { tenantWithExpiry } from '../support/expiry';
import { countEvents } from '../support/histories';
import { type OrderRuns, orderRuns, sampleAttempt, untilAnswered } from '../support/order-runs';
import { createBrowser } from '../support/push-browser';
import { createScene, patientUrl, type Scene, UNHURRIED } from '../support/scene';
import type { ServiceProcess } from '../support/services';
import { type Subscriptions, subscriptionsIn } from '../support/subscriptions';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver';

let scene: Scene;
let orders: OrderRuns;
let subscriptions: Subscriptions;
let worker: ServiceProcess;
let syncWorker: ServiceProcess;
/** Of the sync-workers that were killed or stopped on the way. */
const earlierLines: string[] = [];
const receivers: WebhookReceiver[] = [];

/** Pauses of hundredths of a second. */
const SYNC_ENV = { ALLOW_LOOPBACK_TARGETS: 'true', DELIVERY_RETRY_MS: '10', ...UNHURRIED };

/** A delivery that a busy Postgres does not record in time is rightly sent again: here, how often is counted. */
function startSyncWorker(env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  return scene.startSyncWorker({ ...SYNC_ENV, DATABASE_URL: patientUrl(scene.database), ...env });
}

beforeAll(async () => {
  scene = await createScene();
  orders = orderRuns(scene);
  subscriptions = subscriptionsIn(scene.database.owner);
  [worker, syncWorker] = await Promise.all([scene.startWorker(), startSyncWorker()]);
});
afterEach(() => Promise.all(receivers.splice(0).map((receiver) => receiver.close())));
afterAll(() => scene.close());

type Attempt = ReturnType<typeof sampleAttempt>;

async function receiverOf(userId: string, events?: readonly string[]) {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const { id, secret } = await subscriptions.webhook(userId, { url: receiver.url, ...(events && { events }) });
  return { receiver, id, secret };
}

/** What a receiver was told of an order: each message once, however often it was sent. */
function toldOf({ received }: WebhookReceiver): readonly string[] {
  const told = new Map(
    received.map(({ headers, text }) => {
      const { type, data } = JSON.parse(text) as { type: string; data: { order?: { status: string } } };
      return [String(headers['webhook-id']), `${type} ${data.order?.status ?? ''}`.trim()] as const;
    }),
  );
  return [...told.values()];
}

/** How often each message was sent. */
function sendings({ received }: WebhookReceiver): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { headers } of received) {
    const id = String(headers['webhook-id']);
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

async function statusOfRun(attempt: Attempt): Promise<string> {
  return (await orders.handle(attempt).describe()).status.name;
}

/** Stops the sync-worker; what it said is kept. */
async function endSyncWorker(): Promise<void> {
  expect(await syncWorker.stop()).toBe(0);
  earlierLines.push(...syncWorker.lines);
}

async function replaceSyncWorker(env: Readonly<Record<string, string>> = {}): Promise<void> {
  await endSyncWorker();
  syncWorker = await startSyncWorker(env);
}

async function freshTenant(): Promise<string> {
  return (await scene.addTenant()).userId;
}

describe('an order', () => {
  it('of whom nobody wants to hear schedules nothing', async () => {
    const userId = await freshTenant();
    await receiverOf(userId, ['sheet.parked', 'webhook.disabled']);
    const off = await receiverOf(userId);
    await subscriptions.set(off.id, 'disabled');
    await receiverOf(await freshTenant());
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    for (const to of ['confirmed', 'processing', 'completed'] as const) await orders.move(attempt, to);
    await orders.handle(attempt).result();
    const counts = await countEvents(orders.handle(attempt));
    expect(counts).not.toHaveProperty('ACTIVITY_TASK_SCHEDULED');
    expect(counts).toMatchObject({ WORKFLOW_TASK_COMPLETED: 4, MARKER_RECORDED: 4 });
  });

  it('schedules one activity for each event and each subscriber that wants it', async () => {
    const userId = await freshTenant();
    const all = await receiverOf(userId);
    const created = await receiverOf(userId, ['order.created']);
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    await orders.move(attempt, 'confirmed');
    await orders.move(attempt, 'cancelled');
    await orders.handle(attempt).result();
    expect(await countEvents(orders.handle(attempt))).toMatchObject({
      ACTIVITY_TASK_SCHEDULED: 4,
      ACTIVITY_TASK_COMPLETED: 4,
    });
    // News may overtake each other on the way.
    expect([...toldOf(all.receiver)].sort()).toEqual([
      'order.created pending',
      'order.status_changed cancelled',
      'order.status_changed confirmed',
    ]);
    expect(toldOf(created.receiver)).toEqual(['order.created pending']);
    for (const { text, headers } of all.receiver.received) {
      expect(new Webhook(all.secret).verify(text, headers as Record<string, string>)).toMatchObject({
        data: { order: { id: attempt.attemptId, customer_name: CANARY.name } },
        correlation_id: 'req_test',
      });
    }
  });

  it('tells of moves that come by signal, by expiry and by an operator, and of nothing that did not happen', async () => {
    const signalled = sampleAttempt(await freshTenant());
    const one = await receiverOf(signalled.userId, ['order.status_changed']);
    await orders.place(signalled);
    for (const status of ['completed', 'pending', 'confirmed'] as const) {
      await orders.handle(signalled).signal(orderStatusSignal, { status });
    }
    await eventually('the signal to be told of', () => one.receiver.received.length > 0);
    await orders.handle(signalled).cancel();
    await expect(orders.handle(signalled).result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    expect(toldOf(one.receiver)).toEqual(['order.status_changed confirmed', 'order.status_changed cancelled']);

    const expiring = sampleAttempt(await tenantWithExpiry(scene, 60));
    const two = await receiverOf(expiring.userId);
    await orders.placeInThePast(expiring, new Date(Date.now() - 120_000));
    await orders.start(expiring);
    await orders.handle(expiring).result();
    expect(toldOf(two.receiver)).toContain('order.status_changed cancelled');
  });

  it('answers its callers while receivers hang, and ends only when they have been told', async () => {
    const userId = await freshTenant();
    const { receiver } = await receiverOf(userId);
    const held: (() => void)[] = [];
    receiver.answer((response) => {
      held.push(() => void response.writeHead(204).end());
    });
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    for (const to of ['confirmed', 'processing', 'completed'] as const) {
      expect(await orders.move(attempt, to)).toMatchObject({ kind: 'moved' });
    }
    // Of one that is given up after ten seconds there are two.
    await eventually('all four messages', () => toldOf(receiver).length === 4);
    expect(await statusOfRun(attempt)).toBe('RUNNING');
    expect(await orders.statusOf(attempt)).toBe('completed');
    // A late caller is still answered by the run that is waiting.
    expect(await orders.place({ ...attempt, attemptId: randomUUID() })).toMatchObject({
      order: { id: attempt.attemptId },
    });
    receiver.answer(204);
    for (const release of held) release();
    expect(await orders.handle(attempt).result()).toMatchObject({ status: 'completed' });
  });

  it('waits for its news also when it is cancelled by an operator, and ends Canceled', async () => {
    const userId = await freshTenant();
    const { receiver, id } = await receiverOf(userId, ['order.status_changed']);
    receiver.answer(500, 500, 204);
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    await orders.handle(attempt).cancel();
    await expect(orders.handle(attempt).result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    expect(toldOf(receiver)).toEqual(['order.status_changed cancelled']);
    expect(await subscriptions.deliveries(id)).toMatchObject([
      { status: 'delivered', tries: [{}, {}, { attempt: 3 }] },
    ]);
  });

  it('gives a receiver up after six tries, and ends', async () => {
    const userId = await freshTenant();
    const down = await receiverOf(userId, ['order.status_changed']);
    const up = await receiverOf(userId, ['order.status_changed']);
    await down.receiver.down();
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    await orders.move(attempt, 'cancelled');
    await orders.handle(attempt).result();
    const [delivery] = await subscriptions.deliveries(down.id);
    expect(delivery).toMatchObject({ status: 'failed' });
    expect(delivery?.tries.map(({ cause }) => cause)).toEqual(Array(6).fill('network'));
    expect(toldOf(up.receiver)).toEqual(['order.status_changed cancelled']);
  });

  it('tells a receiver that was down for a while what happened meanwhile, each event once', async () => {
    const userId = await freshTenant();
    const { receiver, id } = await receiverOf(userId);
    await receiver.down();
    // Three minutes for its six tries: it must be up again before the last one.
    await replaceSyncWorker({ DELIVERY_RETRY_MS: '500' });
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    await orders.move(attempt, 'confirmed');
    await eventually('a try that failed', async () =>
      (await subscriptions.deliveries(id)).some(({ tries }) => tries.length > 0),
    );
    await receiver.up();
    await orders.move(attempt, 'cancelled');
    await orders.handle(attempt).result();
    expect([...toldOf(receiver)].sort()).toEqual([
      'order.created pending',
      'order.status_changed cancelled',
      'order.status_changed confirmed',
    ]);
    expect(Object.values(sendings(receiver))).toEqual([1, 1, 1]);
    await replaceSyncWorker();
  }, 120_000);

  it('tells a browser', async () => {
    const userId = await freshTenant();
    const receiver = await startReceiver();
    receivers.push(receiver);
    const browser = createBrowser();
    const { id } = await subscriptions.push(userId, browser, { url: receiver.url, events: ['order.created'] });
    await orders.place(sampleAttempt(userId));
    await eventually('the message', () => receiver.received.length === 1);
    const [arrived] = receiver.received;
    if (arrived === undefined) throw new Error('nothing arrived');
    expect(JSON.parse(browser.decrypt(arrived))).toMatchObject({
      title: 'New order',
      body: expect.stringContaining('2 × '),
    });
    await eventually('the record', async () => (await subscriptions.deliveries(id))[0]?.status === 'delivered');
  });

  it('that was lost and found again is not told of as new', async () => {
    const userId = await freshTenant();
    const { receiver } = await receiverOf(userId, ['order.created']);
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    await eventually('the message', () => receiver.received.length === 1);
    await orders.handle(attempt).terminate();
    await orders.place({ ...attempt, attemptId: randomUUID() }, 'place:again');
    await orders.move(attempt, 'cancelled');
    await orders.handle(attempt).result();
    expect(Object.values(sendings(receiver))).toEqual([1]);
  });
});

describe('an order whose history grew long', () => {
  it('goes on in another run once its news are told, and tells of what comes then', async () => {
    const userId = await freshTenant();
    const { receiver } = await receiverOf(userId);
    // Nobody tells of anything for as long as the history grows.
    await endSyncWorker();
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    const { runId } = await orders.handle(attempt).describe();
    // Signals that are ignored, with reasons that are cut to 500 characters: 4 MiB of them make Temporal suggest another run.
    const signal = { status: 'completed', reason: 'x'.repeat(200_000) } as const;
    // One after the other: the server holds 2 MiB of messages back for a run that is busy.
    for (let count = 1; count <= 25; count += 1) {
      await orders.handle(attempt).signal(orderStatusSignal, signal);
      await eventually('the signal to be recorded', async () => (await orders.auditOf(attempt)).length === 1 + count);
    }
    expect(await orders.move(attempt, 'confirmed')).toMatchObject({ kind: 'moved' });
    expect(await orders.handle(attempt).describe()).toMatchObject({
      runId,
      status: { name: 'RUNNING' },
      raw: { pendingActivities: [{}, {}] },
    });
    syncWorker = await startSyncWorker();
    await eventually('the next run', async () => (await orders.handle(attempt).describe()).runId !== runId);
    // Of two that are on the way together either may come first.
    const before = toldOf(receiver);
    expect([...before].sort()).toEqual(['order.created pending', 'order.status_changed confirmed']);
    await untilAnswered(() => orders.move(attempt, 'cancelled'));
    expect(await orders.handle(attempt).result()).toMatchObject({ status: 'cancelled' });
    expect(toldOf(receiver)).toEqual([...before, 'order.status_changed cancelled']);
    expect(Object.values(sendings(receiver))).toEqual([1, 1, 1]);
  }, 120_000);
});

describe('a webhook that is given up', () => {
  it('is told of to the others, once', async () => {
    const userId = await freshTenant();
    const broken = await startReceiver();
    receivers.push(broken);
    broken.answer(500);
    const failingSince = new Date(Date.now() - 6 * 86_400_000);
    const { id } = await subscriptions.webhook(userId, { url: broken.url, failingSince });
    const other = await receiverOf(userId, ['webhook.disabled']);
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    await orders.move(attempt, 'cancelled');
    await orders.handle(attempt).result();
    expect(await subscriptions.state(id)).toMatchObject({ status: 'disabled', disabled_reason: 'failing' });
    expect(toldOf(other.receiver)).toEqual(['webhook.disabled']);
    expect(Object.values(sendings(other.receiver))).toEqual([1]);
    expect(JSON.parse(other.receiver.received[0]?.text ?? '')).toMatchObject({
      data: { subscription_id: id, url: broken.url, failing_since: failingSince.toISOString() },
    });
  });
});

describe('a crash', () => {
  it('of either worker at any moment leaves each subscriber told of each event', async () => {
    const userId = await freshTenant();
    const { receiver, id } = await receiverOf(userId);
    const held: (() => void)[] = [];
    receiver.answer((response) => {
      held.push(() => void response.writeHead(204).end());
    });
    const attempt = sampleAttempt(userId);
    await orders.place(attempt);
    await eventually('the first message', () => held.length === 1);

    // Sync-worker dies with a message on the way: nobody knows whether it arrived.
    await syncWorker.kill();
    earlierLines.push(...syncWorker.lines);
    await orders.move(attempt, 'confirmed');
    // Order-worker dies with activities under way.
    await worker.kill();
    receiver.answer(204);
    [worker, syncWorker] = await Promise.all([scene.startWorker(), startSyncWorker()]);
    await untilAnswered(() => orders.move(attempt, 'cancelled'));
    await orders.handle(attempt).result();

    expect([...toldOf(receiver)].sort()).toEqual([
      'order.created pending',
      'order.status_changed cancelled',
      'order.status_changed confirmed',
    ]);
    // Once each, but for the one that was on the way: that is what at least once means, and its id tells.
    expect(sendings(receiver)).toEqual({
      [orderEventId(attempt.attemptId, 1)]: 2,
      [orderEventId(attempt.attemptId, 2)]: 1,
      [orderEventId(attempt.attemptId, 3)]: 1,
    });
    expect((await subscriptions.deliveries(id)).map(({ status }) => status)).toEqual(Array(3).fill('delivered'));
    // Half a minute of it passes until the message that nobody knows of is sent again.
  }, 120_000);

  it('of order-worker alone, with its cache lost, sends nothing twice', async () => {
    const userId = await freshTenant();
    const { receiver } = await receiverOf(userId);
    const attempts = Array.from({ length: 5 }, () => sampleAttempt(userId));
    await Promise.all(attempts.map((attempt) => orders.place(attempt)));
    await eventually('the messages', () => receiver.received.length === 5);
    await worker.kill();
    worker = await scene.startWorker();
    await Promise.all(attempts.map((attempt) => untilAnswered(() => orders.move(attempt, 'cancelled'))));
    await Promise.all(attempts.map((attempt) => orders.handle(attempt).result()));
    expect(Object.values(sendings(receiver))).toEqual(Array(10).fill(1));
  });

  it('of nothing: a worker that is told to stop finishes the message it is sending', async () => {
    const userId = await freshTenant();
    const { receiver, id } = await receiverOf(userId, ['order.created']);
    const held: (() => void)[] = [];
    receiver.answer((response) => {
      held.push(() => void response.writeHead(204).end());
    });
    await orders.place(sampleAttempt(userId));
    await eventually('the message', () => held.length === 1);
    const stopped = syncWorker.stop();
    await eventually('the worker to be told', () =>
      syncWorker.lines.some((line) => line.includes('"event":"shutdown"')),
    );
    held[0]?.();
    expect(await stopped).toBe(0);
    expect(await subscriptions.deliveries(id)).toMatchObject([{ status: 'delivered', tries: [{ attempt: 1 }] }]);
    syncWorker = await startSyncWorker();
  });
});

describe('one delivery now', () => {
  function deliverNow(userId: string, subscriptionId: string, deliveryId?: string): Promise<DeliverNowResult> {
    return scene.temporal.workflow.execute(DELIVER_NOW_WORKFLOW, {
      workflowId: deliverNowWorkflowId(userId, randomUUID()),
      taskQueue: scene.sheetsTaskQueue,
      args: [
        {
          userId,
          subscriptionId,
          taskQueue: scene.notificationsTaskQueue,
          correlationId: 'req_now',
          ...(deliveryId === undefined ? {} : { deliveryId }),
        },
      ],
    });
  }

  it('is a ping, or one that was given up played again', async () => {
    const userId = await freshTenant();
    const { receiver, id } = await receiverOf(userId, ['order.created']);
    expect(await deliverNow(userId, id)).toMatchObject({ outcome: 'delivered' });
    expect(toldOf(receiver)).toEqual(['test.ping']);
    receiver.answer(410);
    await orders.place(sampleAttempt(userId));
    await eventually('the end', async () => (await subscriptions.state(id)).status === 'ended');
    await subscriptions.set(id, 'active');
    receiver.answer(200);
    const ended = (await subscriptions.deliveries(id)).find(({ status }) => status === 'ended');
    expect(await deliverNow(userId, id, ended?.id)).toEqual({ deliveryId: ended?.id, outcome: 'delivered' });
    expect(toldOf(receiver)).toEqual(['test.ping', 'order.created pending']);
  });

  it('of a subscription that is not there fails with NOT_FOUND', async () => {
    await expect(deliverNow(await freshTenant(), randomUUID())).rejects.toMatchObject({
      cause: { cause: { type: 'NOT_FOUND' } },
    });
  });
});

it('no line of either worker holds anything of the customer, and the SDK is quiet about receivers that fail', () => {
  for (const service of [worker, syncWorker]) {
    const text = service.lines.join('\n');
    for (const secret of [...Object.values(CANARY), '127.0.0.1:']) expect(text).not.toContain(secret);
  }
  const noise = [...syncWorker.lines, ...earlierLines].filter(
    (line) => line.includes('temporalSdk') && line.includes('deliverNotification'),
  );
  expect(noise).toEqual([]);
});
