import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { deleteSubscription } from '../../../persistence/notifications/delete-subscription';
import { listSubscriptions } from '../../../persistence/notifications/list-subscriptions';
import { parseKeyring } from '../../../platform/keyring';
import { createCreateSubscription } from '../../../services/order-api/use-cases/create-subscription';
import { createDatabase, type TestDatabase } from '../../support/database';
import { interruptedPool, once } from '../../support/interrupted-pool';
import { createBrowser } from '../../support/push-browser';
import { TEST_SECRETS_KEYS } from '../../support/services';
import { openShop, type Shop } from '../../support/shop';

jest.setTimeout(120_000);

let database: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  shop = await openShop(database);
});
afterAll(() => database.close());

const ENDPOINT = 'https://push.example.com/browser';

/** Subscribes the shop's browser as the API does, with a key pair that it has just made. */
function subscribe(pool: Pool) {
  const secrets = parseKeyring(TEST_SECRETS_KEYS);
  const caller = { userId: shop.userId, keyId: randomUUID(), keyPrefix: 'obk_test0000', scopes: [] };
  const ctx = { caller, correlationId: 'req_test', deadline: new Date(Date.now() + 55_000) };
  return createCreateSubscription({ pool, secrets, allowLoopbackTargets: false })(ctx, {
    idempotencyKey: undefined,
    address: { kind: 'web_push', endpoint: ENDPOINT, ...createBrowser().keys },
    events: undefined,
    description: undefined,
  });
}

test('a browser that is deleted while it subscribes again stays deleted, and is subscribed anew', async () => {
  const { subscription: first } = await subscribe(database.service);
  const deleting = once(() =>
    shop.run(async (client) => expect(await deleteSubscription(client, first.id)).toBe(true)),
  );
  const again = await subscribe(
    interruptedPool(database.service, (statement) => statement === 'find-push-subscription', deleting),
  );
  expect(again).toMatchObject({ created: true, subscription: { status: 'active', url: ENDPOINT } });
  expect(again.subscription.id).not.toBe(first.id);
  const { rows } = await database.owner.query(
    'SELECT status, disabled_reason, push_auth FROM notification_subscriptions WHERE id = $1',
    [first.id],
  );
  expect(rows).toEqual([{ status: 'ended', disabled_reason: 'deleted', push_auth: '' }]);
});

test('one that is not is the same subscription under its new keys', async () => {
  const { subscription: first } = await subscribe(database.service);
  const again = await subscribe(database.service);
  expect(again).toMatchObject({ created: false, subscription: { id: first.id, status: 'active' } });
  expect((await shop.run(listSubscriptions)).map(({ id }) => id)).toEqual([first.id]);
});
