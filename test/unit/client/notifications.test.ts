import { status } from '@grpc/grpc-js';
import { NOTIFICATION_EVENTS, SUBSCRIPTION_KINDS, SUBSCRIPTION_STATUSES } from '../../../domain/notification';
import {
  ATTEMPT_RESULTS,
  DELIVERY_STATUSES,
  type DeliveryAttempt,
  type DeliveryRecord,
  type Subscription,
} from '../../../domain/subscription';
import { DELIVERY_WAIT_MS } from '../../../domain/waits';
import { SubscriptionStatus } from '../../../gen/orderbooking/v1/notification_service_pb';
import { deliveryMessage, subscriptionMessage } from '../../../services/order-api/handlers/grpc/notification-message';
import { closeAll, failureOf, openClient } from './open-client';
import type { ScriptedAnswer } from './scripted-server';

afterEach(closeAll);

const AT = '2026-11-24T09:30:00.123Z';
const ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';

const SUBSCRIPTION: Subscription = {
  id: ID,
  kind: 'webhook',
  url: 'https://shop.example.com/orders',
  events: [...NOTIFICATION_EVENTS],
  description: null,
  status: 'active',
  disabledReason: null,
  failingSince: null,
  lastDeliveredAt: null,
  createdAt: AT,
};

const ATTEMPT: DeliveryAttempt = {
  attempt: 1,
  result: 'delivered',
  statusCode: 204,
  cause: null,
  startedAt: AT,
  durationMs: 12,
};

const DELIVERY: DeliveryRecord = {
  id: ID,
  eventId: 'evt_1',
  eventType: 'order.created',
  orderId: ID,
  status: 'delivered',
  attempts: [ATTEMPT],
  createdAt: AT,
};

const MADE = { answer: { subscription: subscriptionMessage(SUBSCRIPTION), secret: 'whsec_1', created: true } };
const TOLD = { answer: { delivery: deliveryMessage(DELIVERY) } };

describe('subscriptions', () => {
  it('come of every kind, in every state, with what is missing as null', async () => {
    const subscriptions: Subscription[] = [
      SUBSCRIPTION,
      ...SUBSCRIPTION_KINDS.map((kind) => ({ ...SUBSCRIPTION, kind, url: 'https://push.example.com' })),
      ...SUBSCRIPTION_STATUSES.map((each) => ({ ...SUBSCRIPTION, status: each })),
      {
        ...SUBSCRIPTION,
        events: ['sheet.parked'],
        description: 'Till',
        status: 'disabled',
        disabledReason: 'failing',
        failingSince: AT,
        lastDeliveredAt: AT,
      },
    ];
    const { client } = await openClient({
      listSubscriptions: () => ({ answer: { subscriptions: subscriptions.map(subscriptionMessage) } }),
    });
    expect((await client.listSubscriptions()).subscriptions).toEqual(subscriptions);
  });

  it('are made for a webhook and for a browser, of everything or of what is named', async () => {
    const { server, client } = await openClient({
      createSubscription: (_, nth) =>
        nth === 1 ? MADE : { answer: { subscription: subscriptionMessage(SUBSCRIPTION), created: false } },
    });
    const made = await client.createSubscription({ kind: 'webhook', url: SUBSCRIPTION.url, idempotencyKey: 'till-1' });
    expect(made).toEqual({
      subscription: SUBSCRIPTION,
      secret: 'whsec_1',
      created: true,
      correlationId: made.correlationId,
    });
    expect(
      await client.createSubscription({
        kind: 'web_push',
        endpoint: 'https://push.example.com/send/1',
        keys: { p256dh: 'p', auth: 'a' },
        events: ['order.created'],
        description: 'Phone',
      }),
    ).toMatchObject({ secret: null, created: false });
    await client.createSubscription({ kind: 'webhook', url: SUBSCRIPTION.url, description: null });
    const [webhook, browser, plain] = server.calls.map(({ request }) => request);
    expect(webhook).toMatchObject({
      target: { case: 'webhook', value: { url: SUBSCRIPTION.url } },
      idempotencyKey: 'till-1',
    });
    expect(browser).toMatchObject({
      target: { case: 'webPush', value: { endpoint: 'https://push.example.com/send/1', p256dh: 'p', auth: 'a' } },
      events: { events: ['order.created'] },
      description: 'Phone',
    });
    for (const request of [webhook, plain]) {
      expect(request?.events).toBeUndefined();
      expect(request?.description).toBeUndefined();
    }
  });

  it('are changed in what is named, and in nothing else', async () => {
    const { server, client } = await openClient({
      updateSubscription: () => ({ answer: { subscription: subscriptionMessage(SUBSCRIPTION) } }),
    });
    await client.updateSubscription({ subscriptionId: ID, status: 'active' });
    await client.updateSubscription({ subscriptionId: ID, events: ['order.created'], description: 'Till' });
    await client.updateSubscription({ subscriptionId: ID, description: null });
    const [taken, named, cleared] = server.calls.map(({ request }) => request);
    expect(taken).toMatchObject({ subscriptionId: ID, status: SubscriptionStatus.ACTIVE });
    expect([taken?.events, taken?.description]).toEqual([undefined, undefined]);
    expect(named).toMatchObject({ status: 0, events: { events: ['order.created'] }, description: 'Till' });
    expect(cleared).toMatchObject({ status: 0, description: '' });
  });

  it('are ended, and their secrets rotated', async () => {
    const { server, client } = await openClient({
      deleteSubscription: () => ({ answer: {} }),
      rotateSubscriptionSecret: (_, nth) =>
        nth < 3 ? MADE : { answer: { subscription: subscriptionMessage(SUBSCRIPTION), secret: '' } },
    });
    const gone = await client.deleteSubscription(ID);
    expect(gone).toEqual({ correlationId: gone.correlationId });
    expect(await client.rotateSubscriptionSecret({ subscriptionId: ID })).toMatchObject({
      subscription: SUBSCRIPTION,
      secret: 'whsec_1',
    });
    await client.rotateSubscriptionSecret({ subscriptionId: ID, overlapSeconds: 0 });
    // Changed since: it is told to nobody any more.
    expect((await client.rotateSubscriptionSecret({ subscriptionId: ID, idempotencyKey: 'old' })).secret).toBeNull();
    expect(server.calls.map(({ request }) => [request.subscriptionId, request.overlapSeconds])).toEqual([
      [ID, undefined],
      [ID, undefined],
      [ID, 0],
      [ID, undefined],
    ]);
  });

  it('of browsers are made with the key that the service has for them', async () => {
    const { client } = await openClient({ getVapidKey: () => ({ answer: { publicKey: 'BPub' } }) });
    expect((await client.getVapidKey()).publicKey).toBe('BPub');
  });
});

describe('deliveries', () => {
  it('come in every state, with every try, page by page', async () => {
    const deliveries: DeliveryRecord[] = [
      ...DELIVERY_STATUSES.map((each) => ({ ...DELIVERY, status: each })),
      ...[...NOTIFICATION_EVENTS, 'test.ping' as const].map((eventType) => ({ ...DELIVERY, eventType })),
      { ...DELIVERY, orderId: null, attempts: [] },
      {
        ...DELIVERY,
        attempts: ATTEMPT_RESULTS.map((result, index) => ({
          ...ATTEMPT,
          attempt: index + 1,
          result,
          statusCode: null,
          cause: 'timeout',
        })),
      },
    ];
    const { server, client } = await openClient({
      listDeliveries: (_, nth) => ({
        answer: { deliveries: deliveries.map(deliveryMessage), nextPageToken: nth === 1 ? 'more' : '' },
      }),
    });
    expect(await client.listDeliveries({ subscriptionId: ID, pageSize: 9, pageToken: 'p' })).toMatchObject({
      deliveries,
      nextPageToken: 'more',
    });
    expect((await client.listDeliveries({ subscriptionId: ID })).nextPageToken).toBeUndefined();
    expect(server.calls[0]?.request).toMatchObject({ subscriptionId: ID, pageSize: 9, pageToken: 'p' });
  });

  it('are tried by a test and played again', async () => {
    const { server, client } = await openClient({ testSubscription: () => TOLD, replayDelivery: () => TOLD });
    expect((await client.testSubscription(ID)).delivery).toEqual(DELIVERY);
    expect((await client.replayDelivery({ subscriptionId: ID, deliveryId: 'd1' })).delivery).toEqual(DELIVERY);
    expect(server.calls.map(({ request }) => request)).toMatchObject([
      { subscriptionId: ID },
      { subscriptionId: ID, deliveryId: 'd1' },
    ]);
  });

  it('are waited for as long as the service waits for the receiver, whatever an attempt has otherwise', async () => {
    const { server, client } = await openClient(
      { testSubscription: () => TOLD, replayDelivery: () => TOLD, listDeliveries: () => ({ answer: {} }) },
      { attemptMs: 1_000 },
    );
    await client.testSubscription(ID);
    await client.replayDelivery({ subscriptionId: ID, deliveryId: ID });
    await client.listDeliveries({ subscriptionId: ID });
    const [test = 0, replay = 0, list = 0] = server.calls.map(({ leftMs }) => leftMs);
    for (const waited of [test, replay]) {
      expect(waited).toBeGreaterThan(DELIVERY_WAIT_MS - 5_000);
      expect(waited).toBeLessThanOrEqual(DELIVERY_WAIT_MS);
    }
    expect(list).toBeLessThanOrEqual(1_000);
  });
});

describe('a call that found nobody', () => {
  it('is a subscribing made again under the same key, so that it subscribes once', async () => {
    const { server, client } = await openClient({
      createSubscription: (_, nth) => (nth < 3 ? { fail: status.UNAVAILABLE } : MADE),
    });
    await client.createSubscription({ kind: 'webhook', url: SUBSCRIPTION.url });
    await client.createSubscription({ kind: 'webhook', url: SUBSCRIPTION.url });
    const keys = server.calls.map(({ request }) => String(request.idempotencyKey));
    expect(keys).toHaveLength(4);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9._:-]{1,255}$/);
  });

  it('is the changing of a secret made again under the same key, the caller’s or its own', async () => {
    const { server, client } = await openClient({
      rotateSubscriptionSecret: (_, nth) => (nth % 2 === 1 ? { fail: status.UNAVAILABLE } : MADE),
    });
    await client.rotateSubscriptionSecret({ subscriptionId: ID });
    await client.rotateSubscriptionSecret({ subscriptionId: ID, idempotencyKey: 'autumn' });
    const keys = server.calls.map(({ request }) => request.idempotencyKey);
    expect(keys).toEqual([keys[0], keys[0], 'autumn', 'autumn']);
    expect(keys[0]).toMatch(/^[A-Za-z0-9._:-]{1,255}$/);
  });

  it('says under which key to subscribe again', async () => {
    const { server, client } = await openClient(
      { createSubscription: () => ({ fail: status.UNAVAILABLE }) },
      { retry: { maxAttempts: 2 } },
    );
    const error = await failureOf(client.createSubscription({ kind: 'webhook', url: SUBSCRIPTION.url }));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', attempts: 2 });
    expect(error).toHaveProperty('idempotencyKey', server.calls[0]?.request.idempotencyKey);
  });

  it('is not made again where a repeat would do it twice or answer otherwise', async () => {
    const lost = () => ({ fail: status.UNAVAILABLE });
    const { server, client } = await openClient({
      deleteSubscription: lost,
      testSubscription: lost,
      replayDelivery: lost,
    });
    await failureOf(client.deleteSubscription(ID));
    await failureOf(client.testSubscription(ID));
    await failureOf(client.replayDelivery({ subscriptionId: ID, deliveryId: ID }));
    expect(server.calls).toHaveLength(3);
  });

  it('is made again where it reads, or says how things are to be', async () => {
    const lostOnce =
      (answer: Readonly<Record<string, unknown>>) =>
      (_: unknown, nth: number): ScriptedAnswer =>
        nth === 1 ? { fail: status.UNAVAILABLE } : { answer };
    const { server, client } = await openClient({
      listSubscriptions: lostOnce({ subscriptions: [] }),
      updateSubscription: lostOnce({ subscription: subscriptionMessage(SUBSCRIPTION) }),
      listDeliveries: lostOnce({ deliveries: [] }),
      getVapidKey: lostOnce({ publicKey: 'BPub' }),
    });
    await client.listSubscriptions();
    await client.updateSubscription({ subscriptionId: ID, status: 'active' });
    await client.listDeliveries({ subscriptionId: ID });
    await client.getVapidKey();
    expect(server.calls).toHaveLength(8);
  });
});
