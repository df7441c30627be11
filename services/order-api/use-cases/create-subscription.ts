import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { createSubscriptionRequestHash } from '../../../domain/canonical-request';
import { ValidationError } from '../../../domain/errors';
import {
  NOTIFICATION_EVENTS,
  pushAuthContext,
  SUBSCRIPTIONS_MAX,
  webhookSecretContext,
} from '../../../domain/notification';
import { countLiveSubscriptions } from '../../../persistence/notifications/count-live-subscriptions';
import { findPushSubscription } from '../../../persistence/notifications/find-push-subscription';
import {
  findSubscriptionByKey,
  type KeyedSubscription,
} from '../../../persistence/notifications/find-subscription-by-key';
import { insertSubscription } from '../../../persistence/notifications/insert-subscription';
import { keepSubscriptionKey } from '../../../persistence/notifications/keep-subscription-key';
import { lockSubscriptions } from '../../../persistence/notifications/lock-subscriptions';
import { renewPushSubscription } from '../../../persistence/notifications/renew-push-subscription';
import type { TenantClient } from '../../../persistence/with-tenant';
import type { Keyring } from '../../../platform/keyring';
import { open, seal } from '../../../platform/sealed-secret';
import { sha256Hex } from '../../../platform/sha256';
import { makeWebhookSecret } from '../../../platform/webhook-secret';
import { checkTarget } from './check-target';
import type { CreatedSubscription, NewSubscriber, UseCases } from './contract';
import { inTenant } from './in-tenant';
import { keyReused } from './key-reused';

interface Dependencies {
  readonly pool: Pool;
  readonly secrets: Keyring;
  readonly allowLoopbackTargets: boolean;
}

/**
 * Subscribes. Under an idempotency key it does so once: the key is kept in the transaction that makes the subscription, and all
 * who add to a tenant's subscriptions come one after the other, so whoever repeats a request finds what came of it, or nothing.
 *
 * A request that was refused has made nothing, and leaves its key free.
 */
export function createCreateSubscription(dependencies: Dependencies): UseCases['createSubscription'] {
  const { pool, secrets, allowLoopbackTargets } = dependencies;

  return async (ctx, request) => {
    const { address, idempotencyKey } = request;
    const [field, target] = address.kind === 'webhook' ? ['url', address.url] : ['endpoint', address.endpoint];
    checkTarget(target, field, allowLoopbackTargets);
    const requestHash = createSubscriptionRequestHash(request, sha256Hex);
    const done = await inTenant(pool, ctx, async (client) => {
      await lockSubscriptions(client);
      const known = idempotencyKey === undefined ? undefined : await findSubscriptionByKey(client, idempotencyKey);
      if (known !== undefined) return { known };
      const made = (await renew(client, request)) ?? (await add(client, request));
      if (idempotencyKey !== undefined) {
        await keepSubscriptionKey(client, { idempotencyKey, requestHash, subscriptionId: made.subscription.id });
      }
      return { made };
    });
    return done.known === undefined ? done.made : again(done.known, requestHash);
  };

  /** Answers again, with the subscription as it is now: what was done to it since stays done. */
  function again(known: KeyedSubscription, requestHash: string): CreatedSubscription {
    const { subscription, deleted, firstSecret } = known;
    if (known.requestHash !== requestHash) throw keyReused();
    // A repeat that comes this late must not bring back what somebody took away.
    if (deleted) {
      throw new ValidationError(
        'NOT_FOUND',
        'The subscription that this idempotency key made was deleted; use another key to make another one',
      );
    }
    // The secret of a rotation is told to whoever asked for that one.
    const secret = firstSecret && open(secrets, firstSecret, webhookSecretContext(subscription.id));
    return { subscription, secret, created: false };
  }

  /** A browser that is subscribed already: it has another key pair, and is the same subscriber. */
  async function renew(
    client: TenantClient,
    { address, events, description }: NewSubscriber,
  ): Promise<CreatedSubscription | undefined> {
    if (address.kind !== 'web_push') return undefined;
    const id = await findPushSubscription(client, address.endpoint);
    if (id === undefined) return undefined;
    const auth = seal(secrets, address.auth, pushAuthContext(id));
    const renewed = { id, p256dh: address.p256dh, auth, events, description };
    return { subscription: await renewPushSubscription(client, renewed), secret: undefined, created: false };
  }

  async function add(
    client: TenantClient,
    { address, events = NOTIFICATION_EVENTS, description = null }: NewSubscriber,
  ): Promise<CreatedSubscription> {
    if ((await countLiveSubscriptions(client)) >= SUBSCRIPTIONS_MAX) {
      throw new ValidationError(
        'VALIDATION_FAILED',
        `There may be ${SUBSCRIPTIONS_MAX} subscriptions; delete one first`,
        {
          max_subscriptions: SUBSCRIPTIONS_MAX,
        },
      );
    }
    const id = uuidv7();
    if (address.kind === 'web_push') {
      const { endpoint: url, kind, p256dh } = address;
      const keys = { kind, p256dh, auth: seal(secrets, address.auth, pushAuthContext(id)) };
      const subscription = await insertSubscription(client, { id, url, events, description, keys });
      return { subscription, secret: undefined, created: true };
    }
    const secret = makeWebhookSecret();
    const keys = { kind: address.kind, secret: seal(secrets, secret, webhookSecretContext(id)) };
    const subscription = await insertSubscription(client, { id, url: address.url, events, description, keys });
    return { subscription, secret, created: true };
  }
}
