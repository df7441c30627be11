import { randomUUID } from 'node:crypto';
import type { Subscription } from '../../../domain/subscription';
import { changeSubscription } from '../../../persistence/notifications/change-subscription';
import { countLiveSubscriptions } from '../../../persistence/notifications/count-live-subscriptions';
import { deleteSubscription } from '../../../persistence/notifications/delete-subscription';
import { findPushSubscription } from '../../../persistence/notifications/find-push-subscription';
import { findSubscriber } from '../../../persistence/notifications/find-subscriber';
import { findSubscription } from '../../../persistence/notifications/find-subscription';
import {
  findSubscriptionByKey,
  type SubscriptionOperation,
} from '../../../persistence/notifications/find-subscription-by-key';
import { insertSubscription, type NewSubscription } from '../../../persistence/notifications/insert-subscription';
import { keepSubscriptionKey } from '../../../persistence/notifications/keep-subscription-key';
import { listDeliveries } from '../../../persistence/notifications/list-deliveries';
import { listSubscriptions } from '../../../persistence/notifications/list-subscriptions';
import { lockSubscriptions } from '../../../persistence/notifications/lock-subscriptions';
import { openDelivery } from '../../../persistence/notifications/open-delivery';
import { readDelivery } from '../../../persistence/notifications/read-delivery';
import { recordAttempt } from '../../../persistence/notifications/record-attempt';
import { renewPushSubscription } from '../../../persistence/notifications/renew-push-subscription';
import { rotateSecret } from '../../../persistence/notifications/rotate-secret';
import { findOrderByKey } from '../../../persistence/orders/find-order-by-key';
import { createDatabase, type TestDatabase } from '../../support/database';
import { openShop, type Shop } from '../../support/shop';

let database: TestDatabase;
let shop: Shop;
let other: Shop;

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  [shop, other] = [await openShop(database), await openShop(database)];
});
afterAll(() => database.close());

const NOBODYS = '00000000-0000-4000-8000-000000000000';

function add(more: Partial<NewSubscription> = {}, at = shop): Promise<Subscription> {
  return at.run((client) =>
    insertSubscription(client, {
      id: randomUUID(),
      url: 'https://example.com/hook',
      events: ['order.created'],
      description: null,
      keys: { kind: 'webhook', secret: 'sealed' },
      ...more,
    }),
  );
}

function addBrowser(endpoint: string, at = shop): Promise<Subscription> {
  return add({ url: endpoint, keys: { kind: 'web_push', p256dh: 'key', auth: 'sealed' } }, at);
}

/** What the sync worker would write. */
const set = (id: string, fields: string) =>
  database.owner.query(`UPDATE notification_subscriptions SET ${fields} WHERE id = $1`, [id]);

const list = (at = shop) => at.run(listSubscriptions);
const find = (id: string, at = shop) => at.run((client) => findSubscription(client, id));
const subscriber = (id: string) => shop.run((client) => findSubscriber(client, id, new Date()));
const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

describe('a subscription', () => {
  it('is there, active, with everything but its secrets', async () => {
    const added = await add({ description: 'Till', events: ['order.created', 'sheet.parked'] });
    expect(added).toEqual({
      id: added.id,
      kind: 'webhook',
      url: 'https://example.com/hook',
      events: ['order.created', 'sheet.parked'],
      description: 'Till',
      status: 'active',
      disabledReason: null,
      failingSince: null,
      lastDeliveredAt: null,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(await find(added.id)).toEqual(added);
    expect(await list()).toEqual([added]);
    expect(await subscriber(added.id)).toMatchObject({ keys: { kind: 'webhook', secrets: ['sealed'] } });
  });

  it('is listed beside others, newest first; of those whose receivers are gone only the last ones', async () => {
    const live = await add();
    const gone: Subscription[] = [];
    for (let index = 0; index < 22; index += 1) {
      const one = await addBrowser(`https://push.example/${index}`);
      await set(one.id, `status = 'ended', disabled_reason = 'gone', created_at = now() + interval '${index} s'`);
      gone.unshift(one);
    }
    expect(ids(await list())).toEqual([...ids(gone.slice(0, 20)), live.id]);
    expect(await shop.run(countLiveSubscriptions)).toBe(1);
  });

  it('is changed where something is said, and taken up again where it was disabled', async () => {
    const { id } = await add({ description: 'Till' });
    await set(id, `status = 'disabled', disabled_reason = 'failing', failing_since = now(), last_delivered_at = now()`);
    const change = (more: object) =>
      shop.run((client) =>
        changeSubscription(client, { id, activate: false, events: undefined, description: undefined, ...more }),
      );
    expect(await change({ events: ['webhook.disabled'] })).toMatchObject({
      status: 'disabled',
      events: ['webhook.disabled'],
      description: 'Till',
    });
    expect(await change({ description: null })).toMatchObject({ status: 'disabled', description: null });
    expect(await change({ activate: true })).toMatchObject({
      status: 'active',
      disabledReason: null,
      failingSince: null,
      lastDeliveredAt: expect.any(String),
      events: ['webhook.disabled'],
    });
    await set(id, `status = 'ended', disabled_reason = 'gone'`);
    expect(await change({ activate: true })).toBeUndefined();
    expect(await find(id)).toMatchObject({ status: 'ended', disabledReason: 'gone' });
  });

  it('that is deleted is gone, for good and with its secrets, while its row stays for its deliveries', async () => {
    const [webhook, browser] = [await add(), await addBrowser('https://push.example/1')];
    for (const { id } of [webhook, browser]) {
      expect(await shop.run((client) => deleteSubscription(client, id))).toBe(true);
      expect(await shop.run((client) => deleteSubscription(client, id))).toBe(false);
      expect(await find(id)).toBeUndefined();
    }
    expect(await list()).toEqual([]);
    const { rows } = await database.owner.query(
      'SELECT secret, previous_secret, push_auth FROM notification_subscriptions WHERE user_id = $1 ORDER BY kind',
      [shop.userId],
    );
    expect(rows).toEqual([
      { secret: null, previous_secret: null, push_auth: '' },
      { secret: '', previous_secret: null, push_auth: null },
    ]);
    // The browser may subscribe again, and is a new subscription then.
    const again = await addBrowser('https://push.example/1');
    expect(ids(await list())).toEqual([again.id]);
  });

  it('whose receiver is gone can be deleted too', async () => {
    const { id } = await addBrowser('https://push.example/1');
    await set(id, `status = 'ended', disabled_reason = 'gone'`);
    expect(await shop.run((client) => deleteSubscription(client, id))).toBe(true);
    expect(await list()).toEqual([]);
  });

  it('gets another secret, beside which the one before is good for a while, or not at all', async () => {
    const { id } = await add();
    const rotate = (sealedSecret: string, overlapSeconds: number, at = shop) =>
      at.run((client) => rotateSecret(client, { id, sealedSecret, overlapSeconds }));
    expect(await rotate('second', 60)).toMatchObject({ id });
    expect(await subscriber(id)).toMatchObject({ keys: { secrets: ['second', 'sealed'] } });
    // A third one takes the second one's place; of the first one nothing is left.
    await rotate('third', 60);
    expect(await subscriber(id)).toMatchObject({ keys: { secrets: ['third', 'second'] } });
    await rotate('fourth', 0);
    expect(await subscriber(id)).toMatchObject({ keys: { secrets: ['fourth'] } });
    expect(await rotate('theirs', 0, other)).toBeUndefined();
    const browser = await addBrowser('https://push.example/1');
    expect(
      await shop.run((client) => rotateSecret(client, { id: browser.id, sealedSecret: 'x', overlapSeconds: 0 })),
    ).toBeUndefined();
  });

  it('of a browser is found by its endpoint while it lives, and taken up again under new keys', async () => {
    const { id } = await addBrowser('https://push.example/1');
    await addBrowser('https://push.example/1', other);
    const lookUp = (endpoint: string) => shop.run((client) => findPushSubscription(client, endpoint));
    expect(await lookUp('https://push.example/1')).toBe(id);
    expect(await lookUp('https://push.example/2')).toBeUndefined();
    await set(id, `status = 'disabled', disabled_reason = 'failing', failing_since = now(), description = 'Phone'`);
    const renew = (at = shop) =>
      at.run((client) =>
        renewPushSubscription(client, { id, p256dh: 'k2', auth: 'a2', events: undefined, description: undefined }),
      );
    expect(await renew(other)).toBeUndefined();
    expect(await renew()).toMatchObject({
      id,
      status: 'active',
      failingSince: null,
      description: 'Phone',
      events: ['order.created'],
    });
    expect(await subscriber(id)).toMatchObject({ keys: { kind: 'web_push', p256dh: 'k2', auth: 'a2' } });
    await set(id, `status = 'ended', disabled_reason = 'gone'`);
    expect(await lookUp('https://push.example/1')).toBeUndefined();
    expect(await renew()).toBeUndefined();
    expect(await find(id)).toMatchObject({ status: 'ended' });
  });

  it('is nothing to another tenant', async () => {
    const { id } = await add();
    expect(await find(id, other)).toBeUndefined();
    expect(await list(other)).toEqual([]);
    const change = { id, activate: true, events: undefined, description: null };
    expect(await other.run((client) => changeSubscription(client, change))).toBeUndefined();
    expect(await other.run((client) => deleteSubscription(client, id))).toBe(false);
    expect(await find(id)).toMatchObject({ status: 'active' });
  });
});

describe('an idempotency key', () => {
  const HASH = 'ab'.repeat(32);
  const CREATED = { operation: 'create_subscription', requestHash: HASH } as const;
  const keep = (idempotencyKey: string, subscriptionId: string, at = shop) =>
    at.run((client) => keepSubscriptionKey(client, { ...CREATED, idempotencyKey, subscriptionId }));
  const lookUp = (idempotencyKey: string, at = shop, operation: SubscriptionOperation = 'create_subscription') =>
    at.run((client) => findSubscriptionByKey(client, operation, idempotencyKey));

  it('holds its subscription, as it is by then, with the secret it was made with until that is changed', async () => {
    const added = await add();
    await keep('key-1', added.id);
    const kept = { requestHash: HASH, subscription: added, deleted: false, secret: 'sealed' };
    expect(await lookUp('key-1')).toEqual(kept);
    expect(await lookUp('key-2')).toBeUndefined();
    await set(added.id, `status = 'disabled', disabled_reason = 'failing'`);
    expect(await lookUp('key-1')).toMatchObject({ subscription: { status: 'disabled' }, secret: 'sealed' });
    await set(added.id, `status = 'ended', disabled_reason = 'gone'`);
    expect(await lookUp('key-1')).toMatchObject({ subscription: { status: 'ended' }, deleted: false });
    await set(added.id, `status = 'active', disabled_reason = NULL`);
    await shop.run((client) => rotateSecret(client, { id: added.id, sealedSecret: 'second', overlapSeconds: 60 }));
    expect(await lookUp('key-1')).toEqual({ ...kept, secret: undefined });
    await shop.run((client) => deleteSubscription(client, added.id));
    expect(await lookUp('key-1')).toMatchObject({ deleted: true, subscription: { id: added.id } });
  });

  it('holds a browser, which has no secret, and several of them may hold the same one', async () => {
    const { id } = await addBrowser('https://push.example/1');
    for (const key of ['key-1', 'key-2']) await keep(key, id);
    for (const key of ['key-1', 'key-2'])
      expect(await lookUp(key)).toMatchObject({ subscription: { id }, secret: undefined });
  });

  it('of a change of secret holds that secret until the next change, and is none of those that subscribe', async () => {
    const { id } = await add();
    const rotate = (idempotencyKey: string, sealedSecret: string) =>
      shop.run(async (client) => {
        await rotateSecret(client, { id, sealedSecret, overlapSeconds: 60 });
        const kept = { operation: 'rotate_secret', requestHash: HASH, idempotencyKey, subscriptionId: id } as const;
        await keepSubscriptionKey(client, kept);
      });
    await keep('key-1', id);
    await rotate('key-1', 'second');
    expect(await lookUp('key-1', shop, 'rotate_secret')).toMatchObject({ subscription: { id }, secret: 'second' });
    expect(await lookUp('key-1')).toMatchObject({ subscription: { id }, secret: undefined });
    await rotate('key-2', 'third');
    expect(await lookUp('key-1', shop, 'rotate_secret')).toMatchObject({ subscription: { id }, secret: undefined });
    expect(await lookUp('key-2', shop, 'rotate_secret')).toMatchObject({ secret: 'third' });
    expect(await lookUp('key-2')).toBeUndefined();
  });

  it('holds one for ever, and is no key of an order', async () => {
    const [first, second] = [await add(), await add()];
    await keep('key-1', first.id);
    await expect(keep('key-1', second.id)).rejects.toMatchObject({ code: '23505' });
    const change = (set: string) => database.owner.query(`UPDATE idempotency_keys SET ${set} WHERE key = 'key-1'`);
    await expect(change(`subscription_id = '${second.id}'`)).rejects.toMatchObject({ code: '23000' });
    const order = await shop.placed({ idempotencyKey: 'key-1' });
    expect(await shop.run((client) => findOrderByKey(client, 'key-1'))).toMatchObject({ order: { id: order.id } });
    expect(await lookUp('key-1')).toMatchObject({ subscription: { id: first.id } });
  });

  it('belongs to its tenant, and so does what it holds', async () => {
    const [mine, theirs] = [await add(), await add({}, other)];
    await keep('key-1', mine.id);
    expect(await lookUp('key-1', other)).toBeUndefined();
    await keep('key-1', theirs.id, other);
    expect(await lookUp('key-1')).toMatchObject({ subscription: { id: mine.id } });
    await expect(keep('key-2', theirs.id)).rejects.toMatchObject({ code: '23503' });
    await expect(
      other.run((client) =>
        keepSubscriptionKey(
          { ...client, tenant: shop.userId },
          { ...CREATED, idempotencyKey: 'key-3', subscriptionId: mine.id },
        ),
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it.each([
    ['of a subscription without one', `'create_subscription', 'completed', NULL, NULL`],
    ['of a change without a subscription', `'rotate_secret', 'completed', NULL, NULL`],
    ['of an order with a subscription', `'create_order', 'completed', NULL, '${NOBODYS}'`],
    ['of a subscription with an order', `'create_subscription', 'completed', '${NOBODYS}', NULL`],
    ['of something else', `'delete_order', 'failed', NULL, NULL`],
  ])('is refused by the database: one %s', async (_, fields) => {
    await expect(
      shop.run((client) =>
        client.query(
          `INSERT INTO idempotency_keys (user_id, key, request_hash, operation, status, order_id, subscription_id)
           VALUES ($1, 'key-9', sha256(''), ${fields})`,
          [shop.userId],
        ),
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });
});

describe('adding to the subscriptions of a tenant', () => {
  it('is done by one at a time, so that nobody counts past the limit', async () => {
    const addIfFewer = (limit: number) =>
      shop.run(async (client) => {
        await lockSubscriptions(client);
        if ((await countLiveSubscriptions(client)) >= limit) return false;
        await insertSubscription(client, {
          id: randomUUID(),
          url: 'https://example.com/hook',
          events: ['order.created'],
          description: null,
          keys: { kind: 'webhook', secret: 'sealed' },
        });
        return true;
      });
    const added = await Promise.all(Array.from({ length: 12 }, () => addIfFewer(5)));
    expect(added.filter(Boolean)).toHaveLength(5);
    expect(await shop.run(countLiveSubscriptions)).toBe(5);
  });
});

describe('deliveries', () => {
  async function deliver(subscriptionId: string, eventId: string, at = shop): Promise<string> {
    const opened = await at.run((client) =>
      openDelivery(client, {
        id: randomUUID(),
        subscriptionId,
        eventId,
        eventType: 'order.created',
        orderId: NOBODYS,
        payload: { secret: 'of the customer' },
        correlationId: 'req_1',
      }),
    );
    return opened.id;
  }
  const page = (subscriptionId: string, after?: { createdAt: string; id: string }, limit = 100, at = shop) =>
    at.run((client) => listDeliveries(client, { subscriptionId, after, limit }));

  it('are listed newest first with their attempts, and nothing of what was sent', async () => {
    const { id } = await add();
    const first = await deliver(id, 'evt_1');
    const startedAt = new Date('2026-03-01T12:00:00.123Z');
    for (const [index, result] of (['retried', 'delivered'] as const).entries()) {
      await shop.run((client) =>
        recordAttempt(client, {
          deliveryId: first,
          attempt: index + 1,
          byHand: false,
          disableAfterSeconds: 3_600,
          result,
          statusCode: result === 'retried' ? 503 : null,
          cause: result === 'retried' ? 'server_error' : null,
          startedAt: new Date(startedAt.getTime() + index),
          durationMs: 40 + index,
        }),
      );
    }
    await database.owner.query(
      `UPDATE notification_deliveries SET created_at = created_at - interval '1 s', status = 'delivered'`,
    );
    const second = await deliver(id, 'evt_2');

    const listed = await page(id);
    expect(listed).toEqual([
      {
        id: second,
        eventId: 'evt_2',
        eventType: 'order.created',
        orderId: NOBODYS,
        status: 'pending',
        attempts: [],
        createdAt: expect.any(String),
      },
      {
        id: first,
        eventId: 'evt_1',
        eventType: 'order.created',
        orderId: NOBODYS,
        status: 'delivered',
        createdAt: expect.any(String),
        attempts: [
          {
            attempt: 1,
            result: 'retried',
            statusCode: 503,
            cause: 'server_error',
            startedAt: '2026-03-01T12:00:00.123Z',
            durationMs: 40,
          },
          {
            attempt: 2,
            result: 'delivered',
            statusCode: null,
            cause: null,
            startedAt: '2026-03-01T12:00:00.124Z',
            durationMs: 41,
          },
        ],
      },
    ]);
    expect(JSON.stringify(listed)).not.toContain('of the customer');
    const read = (deliveryId: string, subscriptionId = id, at = shop) =>
      at.run((client) => readDelivery(client, { subscriptionId, deliveryId }));
    expect(await read(first)).toEqual(listed[1]);
    expect(await read(NOBODYS)).toBeUndefined();
    expect(await read(first, (await add()).id)).toBeUndefined();
    expect(await read(first, id, other)).toBeUndefined();
  });

  it.each([1, 2, 5])('come in pages of %i, none skipped, of this subscription only', async (limit) => {
    const [{ id }, neighbour] = [await add(), await add()];
    for (let index = 0; index < 5; index += 1) await deliver(id, `evt_${index}`);
    await deliver(neighbour.id, 'evt_0');
    await database.owner.query(`UPDATE notification_deliveries SET created_at = date_trunc('minute', created_at)`);
    const all = await page(id);
    const seen: typeof all = [];
    for (;;) {
      const next = await page(id, seen.at(-1), limit);
      seen.push(...next);
      if (next.length < limit) break;
    }
    expect(seen).toEqual(all);
    expect(all).toHaveLength(5);
    expect(await page(id, undefined, 100, other)).toEqual([]);
  });
});
