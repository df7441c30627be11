import { randomUUID } from 'node:crypto';
import { createOrderFromAiWith } from '../../client/create-order-from-ai';
import { closeEnvironmentClient } from '../../client/environment-client';
import { isOrderBookingEnabled, isOrderBookingEnabledWith } from '../../client/is-order-booking-enabled';
import { createOrderClient, type OrderClient } from '../../client/order-client';
import { BusinessRuleError, DuplicateOrderError, InvalidOrderStateError, ValidationError } from '../../domain/errors';
import { createdOrderAnswerSchema, errorAnswerSchema } from '../../domain/schemas/wire';
import { sampleTalk, setCapabilities } from '../support/booking';
import { eventually } from '../support/eventually';
import { createBrowser } from '../support/push-browser';
import { sampleContent } from '../support/sample-order';
import { type ApiProcess, createScene, PATIENT, type Scene, type TestTenant } from '../support/scene';
import { startTcpProxy } from '../support/tcp-proxy';
import { startReceiver } from '../support/webhook-receiver';

/** What other services call the system with, against the system. */

let scene: Scene;
let api: ApiProcess;
let orders: OrderClient;
let agent: OrderClient;
const open: OrderClient[] = [];

function clientOf(apiKey: string, address = api.grpcAddress): OrderClient {
  // As patient as the API: an order that a second attempt is told of is a replay.
  const client = createOrderClient({ address, apiKey, attemptMs: 28_000 });
  open.push(client);
  return client;
}

beforeAll(async () => {
  scene = await createScene();
  const loopback = { ALLOW_LOOPBACK_TARGETS: 'true' };
  [api] = await Promise.all([
    scene.startApi({ ...loopback, ...PATIENT }),
    scene.startWorker(),
    scene.startSyncWorker(loopback),
  ]);
  await setCapabilities(api, scene.tenant, { order_booking_enabled: true });
  orders = clientOf(scene.tenant.key);
  agent = clientOf(scene.tenant.aiKey);
});
afterAll(async () => {
  for (const client of open) client.close();
  closeEnvironmentClient();
  await scene.close();
});

/** What the call was refused with. */
async function refused(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (answer) => {
      throw new Error(`not refused, but ${JSON.stringify(answer)}`);
    },
    (error: unknown) => error,
  );
}

/** An order that no other is like. */
function newOrder() {
  const { customerName, customerPhone, items, notes } = sampleContent();
  return { customerName, customerPhone, items, notes };
}

/** A booking up to the customer's yes. */
async function confirmed(client: OrderClient) {
  const talk = sampleTalk();
  const { booking } = await client.startBooking({ locale: 'en' });
  const bookingId = booking.id;
  const customerMessage = talk.items.customer_message;
  const items = talk.items.items.map(({ name, quantity, name_words: nameWords, quantity_words: quantityWords }) => ({
    name,
    quantity,
    nameWords,
    quantityWords,
  }));
  await client.addItems({ bookingId, customerMessage, items, confidence: 0.9 });
  await client.confirmItems({ bookingId, customerReply: talk.yesToItems.customer_reply });
  await client.setCustomer({
    bookingId,
    customerMessage: talk.customer.customer_message,
    customerName: talk.customer.customer_name,
    customerPhone: talk.customer.customer_phone,
    notes: talk.customer.notes,
  });
  const shown = await client.getSummary({ bookingId });
  const confirmation = await client.confirmBooking({
    bookingId,
    summaryDigest: shown.summaryDigest,
    customerReply: talk.yes,
  });
  return { bookingId, shown, confirmation };
}

describe('orders', () => {
  test('are booked, read, moved, followed and audited', async () => {
    const created = await orders.createOrder({ ...newOrder(), source: 'phone' }, { correlationId: 'req_client_e2e' });
    expect(created).toMatchObject({
      idempotentReplayed: false,
      currentStatus: 'pending',
      correlationId: 'req_client_e2e',
      order: { userId: scene.tenant.userId, status: 'pending', source: 'phone', version: 1 },
    });
    const { id: orderId, customerPhone } = created.order;
    expect((await orders.getOrder(orderId)).order).toEqual(created.order);
    const page = await orders.listOrders({ customerPhone, source: 'phone', status: 'pending', pageSize: 100 });
    expect(page.orders).toContainEqual(created.order);

    const told: string[] = [];
    const following = (async () => {
      for await (const { event } of orders.watchOrder({ orderId })) told.push(event.toStatus);
    })();
    const { order: second } = await orders.updateOrderStatus({ orderId, status: 'confirmed', expectedVersion: 1 });
    expect(second).toMatchObject({ status: 'confirmed', version: 2 });
    expect(
      await refused(orders.updateOrderStatus({ orderId, status: 'processing', expectedVersion: 1 })),
    ).toMatchObject({
      code: 'VERSION_CONFLICT',
      details: { current_version: 2 },
    });
    expect(await refused(orders.updateOrderStatus({ orderId, status: 'completed' }))).toBeInstanceOf(
      InvalidOrderStateError,
    );
    await orders.cancelOrder({ orderId, reason: 'The customer called' });
    await following;
    expect(told).toEqual(['pending', 'confirmed', 'cancelled']);

    const { events } = await orders.listOrderEvents({ orderId });
    expect(events.map(({ toStatus, reason }) => [toStatus, reason])).toEqual([
      ['pending', null],
      ['confirmed', null],
      ['cancelled', 'The customer called'],
    ]);
    expect(events[0]?.correlationId).toBe('req_client_e2e');
  });

  test('are booked once, whoever repeats what', async () => {
    const order = newOrder();
    const idempotencyKey = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => orders.createOrder({ ...order, idempotencyKey })),
    );
    expect(new Set(answers.map(({ order: { id } }) => id)).size).toBe(1);
    expect(answers.filter(({ idempotentReplayed }) => !idempotentReplayed)).toHaveLength(1);

    const other = await refused(orders.createOrder(order));
    expect(other).toBeInstanceOf(DuplicateOrderError);
    expect(other).toMatchObject({ details: { existing_order_id: answers[0]?.order.id } });
    expect(await orders.createOrder({ ...order, allowDuplicate: true })).toMatchObject({ idempotentReplayed: false });
  });

  test('cannot be booked as if they came from AI', async () => {
    const error = await refused(orders.createOrder({ ...newOrder(), source: 'ai' as never }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', details: { violations: [{ field: 'source' }] } });
  });

  test('are not listed from a moment that is none, which is said by its field', async () => {
    for (const [name, field] of [
      ['createdAfter', 'created_after'],
      ['createdBefore', 'created_before'],
    ] as const) {
      const error = await refused(orders.listOrders({ [name]: new Date('nonsense') }));
      expect(error).toMatchObject({ code: 'VALIDATION_FAILED', details: { violations: [{ field }] } });
    }
  });

  test('are out of reach of an agent, and of another tenant', async () => {
    const { order } = await orders.createOrder(newOrder());
    expect(await refused(agent.createOrder(newOrder()))).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await refused(agent.cancelOrder({ orderId: order.id }))).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await refused(clientOf(scene.other.key).getOrder(order.id))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refused(clientOf('obk_nobody').getOrder(order.id))).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('a line that fails', () => {
  test('costs no order and books none twice', async () => {
    const proxy = await startTcpProxy(api.grpcAddress);
    const client = createOrderClient({ address: proxy.address, apiKey: scene.tenant.key, attemptMs: 1_000 });
    try {
      await client.listOrders();
      proxy.hang();
      const order = newOrder();
      const booking = client.createOrder(order);
      await expect(client.getOrder(randomUUID(), { deadlineMs: 300 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      // What was under way is lost with its line.
      await proxy.refuse();
      await proxy.restore();
      const created = await booking;
      const { orders: found } = await orders.listOrders({ customerPhone: created.order.customerPhone, pageSize: 100 });
      expect(found.filter(({ items }) => JSON.stringify(items) === JSON.stringify(order.items))).toHaveLength(1);
    } finally {
      client.close();
      await proxy.close();
    }
  });

  test('makes one subscription, whose secret its caller is told', async () => {
    const tenant = await scene.addTenant();
    const proxy = await startTcpProxy(api.grpcAddress);
    const client = createOrderClient({ address: proxy.address, apiKey: tenant.adminKey });
    try {
      await client.listSubscriptions();
      proxy.mute();
      const subscribing = client.createSubscription({ kind: 'webhook', url: 'https://shop.example.com/orders' });
      const admin = clientOf(tenant.adminKey);
      const [made] = await eventually('the subscription', async () => {
        const { subscriptions } = await admin.listSubscriptions();
        return subscriptions.length > 0 ? subscriptions : undefined;
      });
      // The answer is lost with its line.
      await proxy.refuse();
      await proxy.restore();
      const { subscription, secret, created } = await subscribing;
      expect([subscription.id, created]).toEqual([made?.id, false]);
      expect(secret).toMatch(/^whsec_/);
      expect((await admin.listSubscriptions()).subscriptions).toHaveLength(1);
    } finally {
      client.close();
      await proxy.close();
    }
  });

  test('is no end to the watching of an order', async () => {
    const proxy = await startTcpProxy(api.grpcAddress);
    const client = createOrderClient({ address: proxy.address, apiKey: scene.tenant.key });
    try {
      const { order } = await client.createOrder(newOrder());
      const told: string[] = [];
      for await (const { event } of client.watchOrder({ orderId: order.id })) {
        told.push(event.toStatus);
        proxy.drop();
        if (event.toStatus === 'pending') {
          await orders.updateOrderStatus({ orderId: order.id, status: 'confirmed' });
        }
        if (event.toStatus === 'confirmed') await orders.cancelOrder({ orderId: order.id });
      }
      expect(told).toEqual(['pending', 'confirmed', 'cancelled']);
    } finally {
      client.close();
      await proxy.close();
    }
  });
});

describe('a booking', () => {
  test('becomes the order that the customer said yes to, and can be shown afterwards', async () => {
    const { bookingId, shown, confirmation } = await confirmed(agent);
    expect(confirmation).toMatchObject({ booking: { step: 'final_confirmation', nextStep: 'create_order' } });
    expect(shown.summary.totalQuantity).toBe(5);

    const created = await agent.createOrderFromAi(confirmation);
    expect(created).toMatchObject({
      idempotentReplayed: false,
      idempotencyKey: confirmation.idempotencyKey,
      order: {
        userId: scene.tenant.userId,
        source: 'ai',
        status: 'pending',
        customerName: confirmation.payload.customerName,
        customerPhone: confirmation.payload.customerPhone,
        items: confirmation.payload.items,
        notes: confirmation.payload.notes,
      },
    });
    const again = await agent.createOrderFromAi(confirmation);
    expect(again).toMatchObject({ idempotentReplayed: true, order: created.order });

    expect((await orders.getBooking(bookingId)).booking).toMatchObject({
      step: 'create_order',
      nextStep: null,
      orderId: created.order.id,
    });
    const { decisions } = await orders.listBookingDecisions({ bookingId, pageSize: 100 });
    expect(decisions.map(({ sequence }) => sequence)).toEqual(decisions.map((_, index) => index + 1));
    expect(decisions.find(({ step }) => step === 'confirm_booking')).toMatchObject({
      decision: 'accepted',
      customerWords: 'Yes, confirm',
      shown: shown.summary.text,
      summaryDigest: shown.summaryDigest,
    });
    expect(decisions.find(({ step }) => step === 'add_items')).toMatchObject({ confidence: 0.9 });
  });

  test('that skips a step is refused with the way on', async () => {
    const { booking } = await agent.startBooking();
    const error = await refused(agent.getSummary({ bookingId: booking.id }));
    expect(error).toBeInstanceOf(BusinessRuleError);
    expect(error).toMatchObject({
      code: 'GUARDRAIL_BLOCKED',
      details: {
        guardrail: 'step_order',
        missing: ['items', 'customer_name', 'customer_phone'],
        next_step: 'collect_items',
        allowed_actions: ['add_items', 'abandon_booking'],
        booking_id: booking.id,
      },
    });
  });

  test('is taken once under its step id', async () => {
    const stepId = randomUUID();
    const [first, second] = await Promise.all([agent.startBooking({ stepId }), agent.startBooking({ stepId })]);
    expect(second.booking.id).toBe(first.booking.id);
    expect(await refused(agent.startBooking({ stepId, locale: 'de' }))).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('is given up', async () => {
    const { booking } = await agent.startBooking();
    expect((await agent.abandonBooking({ bookingId: booking.id, reason: 'gone' })).booking).toMatchObject({
      step: 'abandoned',
      nextStep: null,
      allowedActions: [],
    });
  });
});

describe('the functions of the AI contract', () => {
  test('make the confirmed order, once, and answer in the words of the contract', async () => {
    const { confirmation } = await confirmed(agent);
    const { payload, idempotencyKey } = confirmation;
    const request = {
      user_id: scene.tenant.userId,
      customer_name: payload.customerName,
      customer_phone: payload.customerPhone,
      items: payload.items,
      source: 'ai' as const,
      notes: payload.notes,
      idempotency_key: idempotencyKey,
    };
    const createOrderFromAi = createOrderFromAiWith(agent);

    const changed = await createOrderFromAi({ ...request, items: [{ name: 'Rye Bread', quantity: 300 }] });
    expect(changed).toMatchObject({ success: false, error: { code: 'CONFIRMATION_REQUIRED' } });
    expect(errorAnswerSchema.safeParse(changed).error).toBeUndefined();
    const { idempotency_key: _, ...withoutKey } = request;
    expect(await createOrderFromAi(withoutKey)).toMatchObject({ error: { code: 'CONFIRMATION_REQUIRED' } });
    expect(await createOrderFromAi({ ...request, idempotency_key: 'made-up' })).toMatchObject({
      error: { code: 'CONFIRMATION_REQUIRED', details: { guardrail: 'confirmation_key' } },
    });
    expect(await createOrderFromAi({ ...request, user_id: scene.other.userId })).toMatchObject({
      error: { code: 'PERMISSION_DENIED' },
    });

    const made = await createOrderFromAi(request);
    expect(createdOrderAnswerSchema.safeParse(made).error).toBeUndefined();
    expect(made).toMatchObject({
      success: true,
      data: {
        order: { source: 'ai', status: 'pending', customer_name: payload.customerName },
        idempotency_key: idempotencyKey,
        idempotent_replayed: false,
        current_status: 'pending',
      },
    });
    const again = await createOrderFromAi(request);
    expect(again).toMatchObject({ success: true, data: { idempotent_replayed: true } });
  });

  test('say whether AI may book, as it is now', async () => {
    const tenant: TestTenant = await scene.addTenant();
    const enabled = isOrderBookingEnabledWith(clientOf(tenant.aiKey));
    expect(await enabled(tenant.userId)).toBe(false);
    await setCapabilities(api, tenant, { order_booking_enabled: true });
    expect(await enabled(tenant.userId)).toBe(true);
    await setCapabilities(api, tenant, { order_booking_enabled: false });
    expect(await enabled(tenant.userId)).toBe(false);
    expect(await refused(enabled(scene.other.userId))).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  test('ask the service of the environment', async () => {
    process.env.ORDER_GRPC_ADDRESS = api.grpcAddress;
    process.env.ORDER_API_KEY = scene.tenant.aiKey;
    try {
      expect(await isOrderBookingEnabled(scene.tenant.userId)).toBe(true);
    } finally {
      delete process.env.ORDER_GRPC_ADDRESS;
      delete process.env.ORDER_API_KEY;
    }
  });
});

describe('capabilities and catalogue', () => {
  test('are read and changed, and what is said of nothing stays as it is', async () => {
    const tenant = await scene.addTenant();
    const admin = clientOf(tenant.adminKey);
    const change = { bookingLocale: 'de', bookingIdleExpirySeconds: 90, confirmationPhrases: ['jawohl'] } as const;
    const { capabilities } = await admin.updateCapabilities(change);
    expect(capabilities).toMatchObject({ userId: tenant.userId, orderBookingEnabled: false, ...change });
    expect((await admin.updateCapabilities({ confirmationExpirySeconds: 45 })).capabilities).toMatchObject({
      ...change,
      confirmationExpirySeconds: 45,
    });
    expect((await admin.updateCapabilities({ confirmationPhrases: [] })).capabilities.confirmationPhrases).toEqual([]);
    expect((await clientOf(tenant.readOnlyKey).getCapabilities()).capabilities).toMatchObject({
      bookingLocale: 'de',
      confirmationPhrases: [],
    });

    const items = [{ name: 'Margherita', aliases: ['marg'], active: true }];
    expect((await admin.updateCatalogue(items)).catalogue.items).toEqual(items);
    expect((await clientOf(tenant.aiKey).getCatalogue()).catalogue.items).toEqual(items);
    expect(await refused(clientOf(tenant.aiKey).updateCatalogue([]))).toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

describe('the sheet', () => {
  test('is told of as it stands, and set going', async () => {
    const tenant = await scene.addTenant();
    const admin = clientOf(tenant.adminKey);
    const reader = clientOf(tenant.readOnlyKey);
    const never = {
      enabled: false,
      spreadsheetId: null,
      spreadsheetUrl: null,
      sheetName: 'Orders',
      serviceAccount: null,
      state: 'off',
      unsyncedOrders: 0,
      lastSyncedAt: null,
      parked: null,
    };
    expect((await reader.getSheetStatus()).sheet).toEqual(never);
    expect(await reader.listSheetSyncAttempts({ pageSize: 5 })).toMatchObject({
      attempts: [],
      nextPageToken: undefined,
    });
    await clientOf(tenant.key).createOrder(newOrder());
    expect((await admin.resyncSheet({ all: true })).sheet).toEqual({ ...never, unsyncedOrders: 1 });
    expect(await refused(reader.resyncSheet())).toMatchObject({ code: 'PERMISSION_DENIED' });

    // Nobody to write as: it cannot be checked, which is said at once and not tried again.
    const connecting = admin.updateCapabilities({ sheetsSyncEnabled: true, sheetsSpreadsheetId: 'a'.repeat(44) });
    expect(await refused(connecting)).toMatchObject({
      code: 'INTEGRATION_FAILED',
      details: { cause: 'credentials_missing' },
      attempts: 1,
    });
  });
});

describe('a page of the largest attempts there are', () => {
  test('is one that a client takes: the rest come on the next pages', async () => {
    const tenant = await scene.addTenant();
    await scene.database.owner.query(
      `INSERT INTO sheet_sync_attempts (user_id, order_ids, correlation_ids, result, attempt, started_at, duration_ms)
       SELECT $1, ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 500)),
         ARRAY(SELECT lpad(n::text, 128, 'c') FROM generate_series(1, 500) n), 'synced', 1, now(), 1
       FROM generate_series(1, 100)`,
      [tenant.userId],
    );
    const reader = clientOf(tenant.readOnlyKey);
    const ids: string[] = [];
    for (let pageToken: string | undefined; ; ) {
      const page = await reader.listSheetSyncAttempts({ pageSize: 100, pageToken });
      ids.push(...page.attempts.map(({ id }) => id));
      pageToken = page.nextPageToken;
      if (pageToken === undefined) break;
    }
    expect(new Set(ids).size).toBe(100);
    expect(ids).toHaveLength(100);
  });
});

describe('subscriptions', () => {
  test('are made once, tried, played again, changed and ended', async () => {
    const tenant = await scene.addTenant();
    const admin = clientOf(tenant.adminKey);
    const receiver = await startReceiver();
    try {
      const target = { kind: 'webhook' as const, url: receiver.url, idempotencyKey: randomUUID() };
      const made = await admin.createSubscription({ ...target, events: ['order.created'], description: 'Till' });
      expect(made).toMatchObject({ created: true, secret: expect.stringMatching(/^whsec_/) });
      const { id } = made.subscription;
      expect(made.subscription).toMatchObject({
        url: receiver.url,
        events: ['order.created'],
        description: 'Till',
        status: 'active',
        lastDeliveredAt: null,
      });
      const again = await admin.createSubscription({ ...target, events: ['order.created'], description: 'Till' });
      expect(again).toMatchObject({ created: false, secret: made.secret, subscription: { id } });
      expect(await refused(admin.createSubscription({ ...target, events: ['sheet.parked'] }))).toMatchObject({
        code: 'IDEMPOTENCY_KEY_REUSED',
        idempotencyKey: target.idempotencyKey,
      });
      const { subscriptions } = await clientOf(tenant.readOnlyKey).listSubscriptions();
      expect(subscriptions).toEqual([made.subscription]);

      receiver.answer(500, 204);
      const { delivery: failed } = await admin.testSubscription(id);
      expect(failed).toMatchObject({
        eventType: 'test.ping',
        orderId: null,
        status: 'failed',
        attempts: [{ attempt: 1, result: 'failed', statusCode: 500, cause: 'server_error' }],
      });
      const { delivery: arrived } = await admin.replayDelivery({ subscriptionId: id, deliveryId: failed.id });
      expect(arrived).toMatchObject({ id: failed.id, eventId: failed.eventId, status: 'delivered' });
      expect(arrived.attempts.map(({ result }) => result)).toEqual(['failed', 'delivered']);
      const page = await admin.listDeliveries({ subscriptionId: id, pageSize: 1 });
      expect(page).toMatchObject({ deliveries: [arrived], nextPageToken: undefined });

      const changed = await admin.updateSubscription({
        subscriptionId: id,
        events: ['sheet.parked'],
        description: null,
      });
      expect(changed.subscription).toMatchObject({ events: ['sheet.parked'], description: null });
      const rotation = { subscriptionId: id, overlapSeconds: 0, idempotencyKey: randomUUID() };
      const { secret } = await admin.rotateSubscriptionSecret(rotation);
      expect([made.secret, null]).not.toContain(secret);
      expect(await admin.rotateSubscriptionSecret(rotation)).toMatchObject({ secret });
      await admin.rotateSubscriptionSecret({ subscriptionId: id });
      expect(await admin.rotateSubscriptionSecret(rotation)).toMatchObject({ secret: null });
      await admin.deleteSubscription(id);
      expect(await refused(admin.deleteSubscription(id))).toMatchObject({ code: 'NOT_FOUND', attempts: 1 });
      expect((await admin.listSubscriptions()).subscriptions).toEqual([]);
    } finally {
      await receiver.close();
    }
  });

  test('of browsers begin with the key of this service, and are the same when they are made again', async () => {
    const tenant = await scene.addTenant();
    const admin = clientOf(tenant.adminKey);
    expect((await clientOf(tenant.readOnlyKey).getVapidKey()).publicKey).toMatch(/^B[\w-]{86}$/);
    const browser = createBrowser();
    const target = { kind: 'web_push' as const, endpoint: 'https://push.example.com/send/1', keys: browser.keys };
    const made = await admin.createSubscription({ ...target, description: 'Phone' });
    expect(made).toMatchObject({
      created: true,
      secret: null,
      subscription: { kind: 'web_push', url: 'https://push.example.com' },
    });
    const again = await admin.createSubscription(target);
    expect(again).toMatchObject({ created: false, subscription: { id: made.subscription.id } });
  });
});
