import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { Pool } from 'pg';
import { Webhook } from 'standardwebhooks';
import { NOTIFICATION_EVENTS, orderEventId } from '../../../domain/notification';
import { forgetDeliveries } from '../../../persistence/history/forget-deliveries';
import { keepServerKey } from '../../../persistence/notifications/keep-server-key';
import { parseKeyring } from '../../../platform/keyring';
import { createLogger } from '../../../platform/logger';
import { createPostGuarded } from '../../../platform/post-guarded';
import { createDeliverNotification } from '../../../services/sync-worker/activities/deliver-notification';
import { createDeliverNow } from '../../../services/sync-worker/activities/deliver-now';
import { createSendNotification } from '../../../services/sync-worker/activities/send-notification';
import { createVapidKeys } from '../../../services/sync-worker/activities/vapid-keys';
import type { DeliverNotificationInput } from '../../../workflows/notification-contract';
import { CANARY } from '../../support/canary';
import { createDatabase, type TestDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { createBrowser, vapidClaims } from '../../support/push-browser';
import { TEST_SECRETS_KEYS } from '../../support/services';
import { openShop, type Shop } from '../../support/shop';
import { type Subscriptions, subscriptionsIn } from '../../support/subscriptions';
import { startReceiver, type WebhookReceiver } from '../../support/webhook-receiver';

let database: TestDatabase;
let shop: Shop;
let subscriptions: Subscriptions;
let receiver: WebhookReceiver;
let lines: string[];

beforeAll(async () => {
  database = await createDatabase();
  subscriptions = subscriptionsIn(database.owner);
});
beforeEach(async () => {
  shop = await openShop(database);
  receiver = await startReceiver();
  lines = [];
});
afterEach(() => receiver.close());
afterAll(() => database.close());

const SECRETS = parseKeyring(TEST_SECRETS_KEYS);

function dependencies({
  // The receiver runs in this process, which may stand still for seconds.
  timeoutMs = 50_000,
  secrets = SECRETS,
  disableAfterSeconds = 432_000,
  turnsPerTenant = 25,
  retentionDays = 90,
} = {}) {
  return {
    pool: database.service,
    logger: createLogger({ service: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } }),
    send: createSendNotification({
      post: createPostGuarded({ allowLoopback: true, timeoutMs }),
      secrets,
      vapidKeys: createVapidKeys(database.service, secrets),
      vapidSubject: 'mailto:owner@example.com',
    }),
    retryMs: 2_000,
    disableAfterSeconds,
    turnsPerTenant,
    retentionDays,
  };
}

function deliver(input: DeliverNotificationInput, options: Parameters<typeof dependencies>[0] = {}) {
  return createDeliverNotification(dependencies(options))(input, { at: new Date() });
}

/** Tries until it is over, as Temporal does, without its pauses. */
async function deliverToTheEnd(input: DeliverNotificationInput, options: Parameters<typeof dependencies>[0] = {}) {
  for (;;) {
    try {
      return await deliver(input, options);
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.type !== 'DELIVERY_FAILED') throw error;
    }
  }
}

/** The news of an order for a subscription. */
function news(subscriptionId: string, orderId: string, sequence = 1): DeliverNotificationInput {
  return {
    userId: shop.userId,
    subscriptionId,
    event: sequence === 1 ? 'order.created' : 'order.status_changed',
    eventId: orderEventId(orderId, sequence),
    correlationId: 'req_news',
    order: { orderId, sequence },
  };
}

async function subscribedOrder(events: readonly string[] = NOTIFICATION_EVENTS) {
  const order = await shop.placed();
  const { id, secret } = await subscriptions.webhook(shop.userId, { url: receiver.url, events });
  return { order, id, secret };
}

describe('a webhook', () => {
  it('gets an order as REST shows it, signed, and the try is recorded', async () => {
    const { order, id, secret } = await subscribedOrder();
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'delivered' });
    const [arrived] = receiver.received;
    const body = new Webhook(secret).verify(arrived?.text ?? '', arrived?.headers as Record<string, string>);
    expect(body).toMatchObject({
      type: 'order.created',
      timestamp: order.createdAt,
      data: {
        order: { id: order.id, customer_name: CANARY.name, status: 'pending', version: 1, updated_at: order.createdAt },
        event: { sequence: 1, type: 'created', from_status: null, to_status: 'pending' },
      },
      correlation_id: 'req_news',
    });
    expect(Object.keys(body as object)).toEqual(['type', 'timestamp', 'data', 'correlation_id']);
    expect(arrived?.headers).toMatchObject({
      'webhook-id': orderEventId(order.id, 1),
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'order-booking',
    });
    expect(await subscriptions.deliveries(id)).toEqual([
      {
        id: expect.any(String),
        event_id: orderEventId(order.id, 1),
        event_type: 'order.created',
        status: 'delivered',
        tries: [{ attempt: 1, result: 'delivered', cause: null, status_code: 204 }],
      },
    ]);
    expect((await subscriptions.state(id)).last_delivered_at).not.toBeNull();
  });

  it('is told of a move as it was then, however far the order is by now', async () => {
    const { order, id } = await subscribedOrder();
    await shop.move(order.id, 'completed', { auditRefusal: true });
    for (const to of ['confirmed', 'processing', 'completed'] as const) await shop.move(order.id, to);
    await deliver(news(id, order.id, 3));
    await deliver(news(id, order.id, 5));
    const [confirmed, completed] = receiver.received.map(({ text }) => JSON.parse(text).data);
    expect(confirmed.order).toMatchObject({ status: 'confirmed', version: 2 });
    expect(confirmed.event).toMatchObject({ sequence: 3, from_status: 'pending', to_status: 'confirmed' });
    expect(confirmed.order.updated_at).toBe(confirmed.event.occurred_at);
    expect(completed.order).toMatchObject({ status: 'completed', version: 4 });
  });

  it('is told once, however often the activity runs', async () => {
    const { order, id } = await subscribedOrder();
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'delivered' });
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'skipped' });
    expect(receiver.received).toHaveLength(1);
    expect(await subscriptions.deliveries(id)).toMatchObject([{ tries: [{ attempt: 1 }] }]);
  });

  it('is told of two events of one order, and each subscriber of the same event', async () => {
    const { order, id } = await subscribedOrder();
    const second = await subscriptions.webhook(shop.userId, { url: receiver.url });
    await shop.move(order.id, 'confirmed');
    for (const input of [news(id, order.id), news(id, order.id, 2), news(second.id, order.id)]) await deliver(input);
    expect(receiver.received).toHaveLength(3);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toBe(ids[2]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('gets the same bytes under the same id with every try', async () => {
    const { order, id, secret } = await subscribedOrder();
    receiver.answer(500, 503, 204);
    expect(await deliverToTheEnd(news(id, order.id))).toEqual({ outcome: 'delivered' });
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const { text, headers } of receiver.received) {
      expect(new Webhook(secret).verify(text, headers as Record<string, string>)).toBeDefined();
    }
    expect(await subscriptions.deliveries(id)).toMatchObject([
      {
        status: 'delivered',
        tries: [
          { attempt: 1, result: 'retried', cause: 'server_error', status_code: 500 },
          { attempt: 2, result: 'retried', cause: 'server_error', status_code: 503 },
          { attempt: 3, result: 'delivered', cause: null, status_code: 204 },
        ],
      },
    ]);
  });

  it('is asked again after a time that grows, or that it names', async () => {
    const { order, id } = await subscribedOrder();
    const nextTry = async (input: DeliverNotificationInput) => {
      const failure = await deliver(input).catch((error: unknown) => error);
      expect(failure).toMatchObject({ type: 'DELIVERY_FAILED', nonRetryable: false });
      return Number((failure as ApplicationFailure).nextRetryDelay) / 1_000;
    };
    receiver.answer(500, 500, (response) => void response.writeHead(429, { 'retry-after': '100' }).end());
    for (const [from, to] of [
      [1.6, 2.4],
      [6.4, 9.6],
      [100, 100],
    ] as const) {
      const seconds = await nextTry(news(id, order.id));
      expect(seconds).toBeGreaterThanOrEqual(from);
      expect(seconds).toBeLessThanOrEqual(to);
    }
  });

  it('is given up after the first try and five more', async () => {
    const { order, id } = await subscribedOrder();
    receiver.answer(500);
    expect(await deliverToTheEnd(news(id, order.id))).toEqual({ outcome: 'failed' });
    expect(receiver.received).toHaveLength(6);
    const [delivery] = await subscriptions.deliveries(id);
    expect(delivery?.status).toBe('failed');
    expect(delivery?.tries.map(({ result }) => result)).toEqual([...Array(5).fill('retried'), 'failed']);
    expect(await subscriptions.state(id)).toMatchObject({ status: 'active', failing_since: expect.any(Date) });
    // And once more, as after a crash that lost this answer.
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'failed' });
    expect(receiver.received).toHaveLength(6);
  });

  it.each<[string, () => unknown, string, Parameters<typeof deliver>[1]?]>([
    ['is down', () => receiver.down(), 'network'],
    ['hangs', () => receiver.answer('hang'), 'timeout', { timeoutMs: 300 }],
    [
      'redirects to the metadata service',
      () => receiver.answer((response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end()),
      'redirect',
    ],
    ['does not let us in', () => receiver.answer(403), 'not_authorized'],
    ['is not there', () => receiver.answer(404), 'not_found'],
    ['answers what HTTP does not know', () => receiver.answer(999), 'invalid_answer'],
  ])('that %s is tried again, and the reason is recorded', async (_, break_, cause, options = {}) => {
    const { order, id } = await subscribedOrder();
    await break_();
    await expect(deliver(news(id, order.id), options)).rejects.toMatchObject({ type: 'DELIVERY_FAILED' });
    expect(await subscriptions.deliveries(id)).toMatchObject([
      { status: 'pending', tries: [{ result: 'retried', cause }] },
    ]);
    expect(receiver.received.length).toBeLessThanOrEqual(1);
  });

  it('that answers 410 is gone: it is told of nothing any more', async () => {
    const { order, id } = await subscribedOrder();
    await shop.move(order.id, 'confirmed');
    receiver.answer(410);
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'ended' });
    expect(await subscriptions.state(id)).toMatchObject({ status: 'ended', disabled_reason: 'gone' });
    expect(await deliver(news(id, order.id, 2))).toEqual({ outcome: 'skipped' });
    expect(receiver.received).toHaveLength(1);
    expect(await subscriptions.deliveries(id)).toMatchObject([{ status: 'ended', tries: [{ result: 'ended' }] }]);
  });

  it('at an address that strangers may not have us reach is given up at once', async () => {
    const order = await shop.placed();
    const { id } = await subscriptions.webhook(shop.userId, { url: 'https://169.254.169.254/latest/meta-data/' });
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'failed' });
    expect(await subscriptions.deliveries(id)).toMatchObject([
      { status: 'failed', tries: [{ result: 'failed', cause: 'forbidden_address', status_code: null }] },
    ]);
  });

  it.each(['disabled', 'ended'] as const)(
    'that is %s is not told, and what was waiting for it is over',
    async (status) => {
      const { order, id } = await subscribedOrder();
      receiver.answer(500);
      await expect(deliver(news(id, order.id))).rejects.toThrow();
      await subscriptions.set(id, status);
      expect(await deliver(news(id, order.id))).toEqual({ outcome: 'skipped' });
      expect(receiver.received).toHaveLength(1);
      expect(await subscriptions.deliveries(id)).toMatchObject([{ status: status === 'ended' ? 'ended' : 'failed' }]);
    },
  );

  it('that no longer wants this event, is not there, or is another tenant’s is not told', async () => {
    const { order, id } = await subscribedOrder(['order.status_changed']);
    const foreign = await subscriptions.webhook('another-shop', { url: receiver.url });
    for (const each of [id, randomUUID(), foreign.id]) {
      expect(await deliver(news(each, order.id))).toEqual({ outcome: 'skipped' });
    }
    expect(receiver.received).toHaveLength(0);
  });

  it('is signed for with both secrets while they overlap, and with the new one alone after that', async () => {
    const { order, id, secret: old } = await subscribedOrder();
    await shop.move(order.id, 'confirmed');
    const fresh = await subscriptions.rotate(id, new Date(Date.now() + 60_000));
    await deliver(news(id, order.id));
    const newest = await subscriptions.rotate(id, new Date(Date.now() - 1));
    await deliver(news(id, order.id, 2));
    const [during, later] = receiver.received.map(
      ({ text, headers }) =>
        (secret: string) =>
        () =>
          new Webhook(secret).verify(text, headers as Record<string, string>),
    );
    expect(during?.(old)).not.toThrow();
    expect(during?.(fresh)).not.toThrow();
    expect(later?.(newest)).not.toThrow();
    expect(later?.(fresh)).toThrow();
  });

  it('is told of what is no order’s', async () => {
    const { id } = await subscriptions.webhook(shop.userId, { url: receiver.url });
    const data = { cause: 'not_shared', message: 'The sheet is not shared.', what_to_do: 'Share it.' };
    const input = { userId: shop.userId, subscriptionId: id, correlationId: 'req_news' };
    expect(await deliver({ ...input, event: 'sheet.parked', eventId: 'evt_sheet_1', data })).toEqual({
      outcome: 'delivered',
    });
    expect(JSON.parse(receiver.received[0]?.text ?? '')).toMatchObject({ type: 'sheet.parked', data });
  });
});

describe('a webhook that fails for days', () => {
  const DAY = 86_400;

  async function failingFor(seconds: number) {
    const order = await shop.placed();
    const failingSince = new Date(Date.now() - seconds * 1_000);
    const { id } = await subscriptions.webhook(shop.userId, { url: receiver.url, failingSince });
    receiver.answer(500);
    return { order, id, failingSince };
  }

  it('is disabled when the next delivery is given up, and the others are to hear of it', async () => {
    const { order, id, failingSince } = await failingFor(6 * DAY);
    const other = await subscriptions.webhook(shop.userId, { url: 'https://hooks.example/' });
    await subscriptions.webhook(shop.userId, { url: 'https://hooks.example/', events: ['order.created'] });
    const result = await deliverToTheEnd(news(id, order.id), { disableAfterSeconds: 5 * DAY });
    const disabled = {
      tell: [other.id],
      eventId: `evt_${id}_disabled_${failingSince.getTime()}`,
      data: { subscription_id: id, url: receiver.url, failing_since: failingSince.toISOString() },
    };
    expect(result).toEqual({ outcome: 'failed', disabled });
    expect(receiver.received).toHaveLength(6);
    expect(await subscriptions.state(id)).toMatchObject({ status: 'disabled', disabled_reason: 'failing' });
    // Temporal did not get that answer and asks once more: the news are not lost, and the same.
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'failed', disabled });
  });

  it('is not disabled before that', async () => {
    const { order, id } = await failingFor(4 * DAY);
    expect(await deliverToTheEnd(news(id, order.id), { disableAfterSeconds: 5 * DAY })).toEqual({ outcome: 'failed' });
    expect(await subscriptions.state(id)).toMatchObject({ status: 'active' });
  });

  it('is not disabled while tries are left: they may be the ones that arrive', async () => {
    const { order, id } = await failingFor(6 * DAY);
    receiver.answer(500, 500, 204);
    expect(await deliverToTheEnd(news(id, order.id), { disableAfterSeconds: 5 * DAY })).toEqual({
      outcome: 'delivered',
    });
    expect(await subscriptions.state(id)).toMatchObject({ status: 'active', failing_since: null });
  });

  it('begins to fail anew after any success', async () => {
    const { order, id, failingSince } = await failingFor(6 * DAY);
    await shop.move(order.id, 'confirmed');
    receiver.answer(204, 500);
    await deliver(news(id, order.id));
    await expect(deliver(news(id, order.id, 2))).rejects.toThrow();
    const { failing_since } = await subscriptions.state(id);
    expect(Number(failing_since)).toBeGreaterThan(failingSince.getTime() + 5 * DAY * 1_000);
  });
});

describe('a browser', () => {
  async function subscribed() {
    const browser = createBrowser();
    const order = await shop.placed();
    const { id } = await subscriptions.push(shop.userId, browser, { url: `${receiver.url}/push/abc` });
    return { browser, order, id };
  }

  it('gets a message that it alone can read, signed by our VAPID key', async () => {
    const { browser, order, id } = await subscribed();
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'delivered' });
    const [arrived] = receiver.received;
    if (arrived === undefined) throw new Error('nothing arrived');
    const text = browser.decrypt(arrived);
    expect(JSON.parse(text)).toMatchObject({ type: 'order.created', title: 'New order', url: `/orders/${order.id}` });
    expect(text).not.toContain(CANARY.name);
    expect(() => createBrowser().decrypt(arrived)).toThrow();
    const kept = await keepServerKey(database.service, 'vapid', () => {
      throw new Error('the keys were not kept');
    });
    const claims = vapidClaims(arrived.headers.authorization, kept.publicKey);
    expect(claims).toMatchObject({ aud: new URL(receiver.url).origin, sub: 'mailto:owner@example.com' });
    expect(arrived.headers).toMatchObject({ ttl: '86400', urgency: 'high', topic: order.id.replaceAll('-', '') });
    expect(arrived.body.length).toBeLessThanOrEqual(4_096);
  });

  it.each([404, 410])('that has unsubscribed (%i) gets nothing any more', async (status) => {
    const { order, id } = await subscribed();
    receiver.answer(status);
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'ended' });
    expect(await subscriptions.state(id)).toMatchObject({ status: 'ended', disabled_reason: 'gone' });
  });

  it.each([
    [400, 'refused'],
    [403, 'not_authorized'],
    [413, 'too_large'],
  ])('whose service refuses the message (%i) does not get it again', async (status, cause) => {
    const { order, id } = await subscribed();
    receiver.answer(status);
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'failed' });
    expect(await subscriptions.deliveries(id)).toMatchObject([
      { status: 'failed', tries: [{ cause, status_code: status }] },
    ]);
  });

  it('whose service is busy gets it when that says so', async () => {
    const { order, id } = await subscribed();
    receiver.answer((response) => void response.writeHead(429, { 'retry-after': '30' }).end(), 201);
    await expect(deliver(news(id, order.id))).rejects.toMatchObject({ nextRetryDelay: 30_000 });
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'delivered' });
  });

  it('with keys that are none is given up', async () => {
    const order = await shop.placed();
    const broken = { keys: { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: 'AAAAAAAAAAAAAAAAAAAAAA' } };
    const { id } = await subscriptions.push(shop.userId, broken, { url: receiver.url });
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'failed' });
    expect(await subscriptions.deliveries(id)).toMatchObject([{ tries: [{ cause: 'invalid_keys' }] }]);
  });
});

describe('what is not the receiver’s failure', () => {
  it('takes none of its tries: a secret that cannot be opened, a database that is away, a worker that stops', async () => {
    const { order, id } = await subscribedOrder();
    const foreign = parseKeyring(`other:${Buffer.alloc(32, 1).toString('base64')}`);
    await expect(deliver(news(id, order.id), { secrets: foreign })).rejects.toMatchObject({
      type: 'UNAVAILABLE',
      nonRetryable: false,
    });
    const away = new Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    await expect(
      createDeliverNotification({ ...dependencies(), pool: away })(news(id, order.id), { at: new Date() }),
    ).rejects.toMatchObject({ type: 'UNAVAILABLE', nonRetryable: false });
    await away.end();
    receiver.answer('hang');
    const stop = new AbortController();
    const stopped = createDeliverNotification(dependencies())(news(id, order.id), {
      at: new Date(),
      signal: stop.signal,
    });
    stopped.catch(() => undefined);
    while (receiver.received.length === 0) await new Promise(setImmediate);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ type: 'UNAVAILABLE', nonRetryable: false });
    expect(await subscriptions.deliveries(id)).toMatchObject([{ status: 'pending', tries: [] }]);
    receiver.answer(204);
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'delivered' });
  });

  it('is an event so old that it may be forgotten who was told of it: nobody is told again', async () => {
    const { id } = await subscriptions.webhook(shop.userId, { url: receiver.url });
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
    const order = await shop.placed({ at: ago(91) });
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'skipped' });
    expect(await subscriptions.deliveries(id)).toEqual([]);
    // While nothing is ever forgotten, what was not told is told, however late.
    expect(await deliver(news(id, order.id), { retentionDays: 0 })).toEqual({ outcome: 'delivered' });
    const other = await shop.placed({ at: ago(89) });
    expect(await deliver(news(id, other.id))).toEqual({ outcome: 'delivered' });
    expect(receiver.received).toHaveLength(2);
  });

  it('is no reason to give up a delivery that has been begun, however old it is by now', async () => {
    const { id } = await subscriptions.webhook(shop.userId, { url: receiver.url });
    const order = await shop.placed({ at: new Date(Date.now() - 89 * 86_400_000) });
    receiver.answer(500);
    await expect(deliver(news(id, order.id))).rejects.toMatchObject({ type: 'DELIVERY_FAILED' });
    receiver.answer(204);
    expect(await deliver(news(id, order.id), { retentionDays: 14 })).toEqual({ outcome: 'delivered' });
  });

  it('is an event that is gone: a defect, which is not tried again', async () => {
    const { id } = await subscribedOrder();
    await expect(deliver(news(id, randomUUID()))).rejects.toMatchObject({ type: 'NOT_FOUND', nonRetryable: true });
  });

  it('a process that dies between the answer and its record sends once more, under the same id, and no third time', async () => {
    const { order, id } = await subscribedOrder();
    // What is left of such a process: a delivery without the try that was made.
    const { send } = dependencies();
    const dying = createDeliverNotification({
      ...dependencies(),
      send: async (...what) => {
        await send(...what);
        throw new Error('the process died here');
      },
    });
    await expect(dying(news(id, order.id), { at: new Date() })).rejects.toThrow();
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'delivered' });
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'skipped' });
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual(
      Array(2).fill(orderEventId(order.id, 1)),
    );
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
  });

  it('two workers that take the same delivery at once agree on what became of it', async () => {
    const { order, id } = await subscribedOrder();
    receiver.answer(204, 500);
    const results = await Promise.allSettled([deliver(news(id, order.id)), deliver(news(id, order.id))]);
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await subscriptions.deliveries(id)).toMatchObject([{ status: 'delivered' }]);
    expect(await deliver(news(id, order.id))).toEqual({ outcome: 'skipped' });
  });
});

describe('a worker that sends for many', () => {
  const BUSY = { type: 'BUSY', nonRetryable: false };

  /** Begins so many deliveries of different orders at once, to a receiver that hangs until it is let go. */
  async function begin(count: number, turnsPerTenant: number, failingSince?: Date) {
    const held: (() => void)[] = [];
    receiver.answer((response) => {
      held.push(() => void response.writeHead(204).end());
    });
    const { id } = await subscriptions.webhook(shop.userId, {
      url: receiver.url,
      ...(failingSince && { failingSince }),
    });
    const orders = await Promise.all(Array.from({ length: count }, () => shop.placed()));
    const deliverOne = createDeliverNotification(dependencies({ turnsPerTenant }));
    const running = orders.map((order) => deliverOne(news(id, order.id), { at: new Date() }));
    const outcomes = Promise.allSettled(running);
    return { id, orders, outcomes, held, deliverOne };
  }

  const refused = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
    outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));

  it('has at most so many of one tenant on the way, and takes the others up later, with all of their tries', async () => {
    const { id, orders, outcomes, held, deliverOne } = await begin(6, 4);
    await eventually('four to be on the way', () => held.length === 4);
    for (const release of held.splice(0)) release();
    expect(refused(await outcomes)).toEqual([expect.objectContaining(BUSY), expect.objectContaining(BUSY)]);
    receiver.answer(204);
    for (const order of orders) await deliverOne(news(id, order.id), { at: new Date() });
    const deliveries = await subscriptions.deliveries(id);
    expect(deliveries).toHaveLength(6);
    for (const { tries } of deliveries) expect(tries).toMatchObject([{ attempt: 1, result: 'delivered' }]);
  });

  it('lets what waits for a receiver that is failing come back ever more seldom, each at another time', async () => {
    const { id, outcomes, held, deliverOne } = await begin(3, 25, new Date());
    await eventually('three to be on the way', () => held.length === 3);
    const pauseOf = async (attempt: number) => {
      const order = await shop.placed();
      const failure: unknown = await deliverOne(news(id, order.id), { at: new Date(), attempt }).catch(
        (error: unknown) => error,
      );
      if (!(failure instanceof ApplicationFailure) || failure.type !== 'BUSY') throw failure;
      return Number(failure.nextRetryDelay) / 1_000;
    };
    const [first, sixth] = await Promise.all([1, 6].map(pauseOf));
    expect(first).toBeGreaterThanOrEqual(1.6);
    expect(first).toBeLessThanOrEqual(2.4);
    expect(sixth).toBeGreaterThanOrEqual(51);
    expect(sixth).toBeLessThanOrEqual(77);
    // Give or take a fifth, as chance has it.
    const chance = jest.spyOn(Math, 'random');
    try {
      for (const [attempt, drawn, pause] of [
        [10, 0, 720],
        [11, 0.25, 810],
        [12, 0.5, 900],
        [500, 0.75, 990],
        [40_000, 0.9, 1_044],
      ] as const) {
        chance.mockReturnValue(drawn);
        expect(await pauseOf(attempt)).toBe(pause);
      }
    } finally {
      chance.mockRestore();
    }
    for (const release of held) release();
    await outcomes;
  });

  it('has three on the way to a receiver that is failing, and leaves the rest of its places to others', async () => {
    const { outcomes, held, deliverOne } = await begin(5, 25, new Date());
    await eventually('three to be on the way', () => held.length === 3);
    const other = await subscriptions.webhook(shop.userId, { url: receiver.url });
    const order = await shop.placed();
    const meanwhile = deliverOne(news(other.id, order.id), { at: new Date() });
    await eventually('the other to be on the way', () => held.length === 4);
    for (const release of held) release();
    expect(await meanwhile).toEqual({ outcome: 'delivered' });
    expect(refused(await outcomes)).toEqual([expect.objectContaining(BUSY), expect.objectContaining(BUSY)]);
  });
});

describe('by hand', () => {
  function deliverNow(
    subscriptionId: string,
    fields: { readonly deliveryId?: string; readonly eventId?: string } = {},
  ) {
    const input = { userId: shop.userId, subscriptionId, taskQueue: 'none', correlationId: 'req_now', ...fields };
    return createDeliverNow(dependencies())(input, { at: new Date() });
  }

  it('a test sends a ping', async () => {
    const { id, secret } = await subscriptions.webhook(shop.userId, { url: receiver.url, events: ['sheet.parked'] });
    const result = await deliverNow(id, { eventId: 'evt_test_1' });
    expect(result).toEqual({ deliveryId: expect.any(String), outcome: 'delivered' });
    const [arrived] = receiver.received;
    expect(new Webhook(secret).verify(arrived?.text ?? '', arrived?.headers as Record<string, string>)).toMatchObject({
      type: 'test.ping',
      data: { subscription_id: id },
    });
    expect(await subscriptions.deliveries(id)).toMatchObject([
      { id: result.deliveryId, event_id: 'evt_test_1', event_type: 'test.ping', status: 'delivered' },
    ]);
  });

  it('five of one tenant are on the way at once, and the others wait', async () => {
    const { id } = await subscriptions.webhook(shop.userId, { url: receiver.url });
    const held: (() => void)[] = [];
    receiver.answer((response) => {
      held.push(() => void response.writeHead(204).end());
    });
    const now = createDeliverNow(dependencies());
    const input = { userId: shop.userId, subscriptionId: id, taskQueue: 'none', correlationId: 'req_now' };
    const running = Promise.all(Array.from({ length: 5 }, () => now(input, { at: new Date() })));
    await eventually('five to be on the way', () => held.length === 5);
    await expect(now(input, { at: new Date() })).rejects.toMatchObject({ type: 'BUSY', nonRetryable: false });
    for (const release of held) release();
    await running;
    receiver.answer(204);
    expect(await now(input, { at: new Date() })).toMatchObject({ outcome: 'delivered' });
  });

  it('a test that fails is over at once, and nothing but its record is changed', async () => {
    const { id } = await subscriptions.webhook(shop.userId, { url: receiver.url });
    receiver.answer(500);
    expect(await deliverNow(id)).toMatchObject({ outcome: 'failed' });
    expect(receiver.received).toHaveLength(1);
    expect(await subscriptions.deliveries(id)).toMatchObject([{ status: 'failed', tries: [{ result: 'failed' }] }]);
    expect(await subscriptions.state(id)).toMatchObject({ status: 'active', failing_since: null });
  });

  it('a delivery that is played again is not forgotten meanwhile; one that was is there no more', async () => {
    const { order, id } = await subscribedOrder();
    await deliver(news(id, order.id));
    const [{ id: deliveryId } = { id: '' }] = await subscriptions.deliveries(id);
    await database.owner.query(
      `UPDATE notification_deliveries SET created_at = now() - interval '1 year', updated_at = now() - interval '1 year'
       WHERE id = $1`,
      [deliveryId],
    );
    const held: (() => void)[] = [];
    receiver.answer((response) => {
      held.push(() => void response.writeHead(204).end());
    });
    const playing = deliverNow(id, { deliveryId });
    await eventually('it to be on the way', () => held.length === 1);
    expect(await forgetDeliveries(database.service, 90, 1_000)).toBe(0);
    for (const release of held) release();
    expect(await playing).toEqual({ deliveryId, outcome: 'delivered' });
    await database.owner.query(
      `UPDATE notification_deliveries SET updated_at = now() - interval '1 year' WHERE id = $1`,
      [deliveryId],
    );
    expect(await forgetDeliveries(database.service, 90, 1_000)).toBe(1);
    await expect(deliverNow(id, { deliveryId })).rejects.toMatchObject({ type: 'NOT_FOUND', nonRetryable: true });
  });

  it('a delivery is played again as it was, under the same id, also when it had arrived', async () => {
    const { order, id } = await subscribedOrder();
    await deliver(news(id, order.id));
    await shop.move(order.id, 'confirmed');
    const [delivery] = await subscriptions.deliveries(id);
    expect(await deliverNow(id, { deliveryId: delivery?.id ?? '' })).toEqual({
      deliveryId: delivery?.id,
      outcome: 'delivered',
    });
    const [first, again] = receiver.received;
    expect(again?.text).toBe(first?.text);
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    receiver.answer(500);
    expect(await deliverNow(id, { deliveryId: delivery?.id ?? '' })).toMatchObject({ outcome: 'failed' });
    const [after] = await subscriptions.deliveries(id);
    expect(after).toMatchObject({
      status: 'delivered',
      tries: [{ attempt: 1 }, { attempt: 2 }, { attempt: 3, result: 'failed' }],
    });
  });

  it('a delivery that was given up arrives after all, and the subscription counts as well again', async () => {
    const { order, id } = await subscribedOrder();
    receiver.answer(500);
    await deliverToTheEnd(news(id, order.id));
    await subscriptions.set(id, 'disabled');
    receiver.answer(200);
    const [delivery] = await subscriptions.deliveries(id);
    expect(await deliverNow(id, { deliveryId: delivery?.id ?? '' })).toMatchObject({ outcome: 'delivered' });
    expect(await subscriptions.deliveries(id)).toMatchObject([{ status: 'delivered' }]);
    // Whether it is to be told again is for its owner to say.
    expect(await subscriptions.state(id)).toMatchObject({ status: 'disabled', failing_since: null });
  });

  it('a failure does not take one of the tries that are made anyhow', async () => {
    const { order, id } = await subscribedOrder();
    receiver.answer(500);
    await expect(deliver(news(id, order.id))).rejects.toThrow();
    const [delivery] = await subscriptions.deliveries(id);
    for (let i = 0; i < 3; i += 1) await deliverNow(id, { deliveryId: delivery?.id ?? '' });
    expect(await subscriptions.deliveries(id)).toMatchObject([{ status: 'pending' }]);
    expect(await deliverToTheEnd(news(id, order.id))).toEqual({ outcome: 'failed' });
    expect(receiver.received).toHaveLength(3 + 6);
  });

  it.each([
    ['no subscription', async () => ({ id: randomUUID() })],
    ['another tenant’s', () => subscriptions.webhook('another-shop', { url: receiver.url })],
    [
      'one that is gone',
      async () => {
        const made = await subscriptions.webhook(shop.userId, { url: receiver.url });
        await subscriptions.set(made.id, 'ended');
        return made;
      },
    ],
  ])('nothing is sent to %s', async (_, make) => {
    const { id } = await make();
    await expect(deliverNow(id)).rejects.toMatchObject({ type: 'NOT_FOUND', nonRetryable: true });
    expect(receiver.received).toHaveLength(0);
  });

  it('a delivery is played only to its own subscription', async () => {
    const { order, id } = await subscribedOrder();
    const other = await subscriptions.webhook(shop.userId, { url: receiver.url });
    await deliver(news(id, order.id));
    const [delivery] = await subscriptions.deliveries(id);
    await expect(deliverNow(other.id, { deliveryId: delivery?.id ?? '' })).rejects.toMatchObject({ type: 'NOT_FOUND' });
  });
});

describe('the log', () => {
  it('has a line for each try, without the address, the secret or the customer', async () => {
    const order = await shop.placed();
    const url = `${receiver.url}/t0ken-in-the-path?key=s3cret`;
    const { id, secret } = await subscriptions.webhook(shop.userId, { url });
    receiver.answer(500, 204);
    await deliverToTheEnd(news(id, order.id));
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const [delivery] = await subscriptions.deliveries(id);
    const common = {
      event: 'notificationAttempted',
      userId: shop.userId,
      subscriptionId: id,
      deliveryId: delivery?.id,
      orderId: order.id,
      kind: 'webhook',
      notification: 'order.created',
      correlationId: 'req_news',
      durationMs: expect.any(Number),
    };
    expect(events).toMatchObject([
      { ...common, result: 'retried', cause: 'server_error', httpStatus: 500, attempt: 1 },
      { ...common, result: 'delivered', httpStatus: 204, attempt: 2 },
    ]);
    for (const hidden of [...Object.values(CANARY), secret, 't0ken', 's3cret', '127.0.0.1']) {
      expect(lines.join('\n')).not.toContain(hidden);
    }
  });
});
