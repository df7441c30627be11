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
import { insertSubscription } from '../../../persistence/notifications/insert-subscription';
import { renewPushSubscription } from '../../../persistence/notifications/renew-push-subscription';
import type { TenantClient } from '../../../persistence/with-tenant';
import type { Keyring } from '../../../platform/keyring';
import { seal } from '../../../platform/sealed-secret';
import { sha256Hex } from '../../../platform/sha256';
import { makeWebhookSecret } from '../../../platform/webhook-secret';
import { checkTarget } from './check-target';
import type { CreatedSubscription, NewSubscriber, UseCases } from './contract';
import { inTenant } from './in-tenant';
import { onceForKey } from './once-for-key';
import { openedSecret } from './opened-secret';

interface Dependencies {
  readonly pool: Pool;
  readonly secrets: Keyring;
  readonly allowLoopbackTargets: boolean;
}

/** Subscribes; under an idempotency key once. A repeat is answered with the subscription as it is now. */
export function createCreateSubscription(dependencies: Dependencies): UseCases['createSubscription'] {
  const { pool, secrets, allowLoopbackTargets } = dependencies;

  return async (ctx, request) => {
    const { address, idempotencyKey } = request;
    const [field, target] = address.kind === 'webhook' ? ['url', address.url] : ['endpoint', address.endpoint];
    checkTarget(target, field, allowLoopbackTargets);
    const requestHash = createSubscriptionRequestHash(request, sha256Hex);
    const keyed = { operation: 'create_subscription', idempotencyKey, requestHash } as const;
    const done = await inTenant(pool, ctx, (client) =>
      onceForKey(client, keyed, async () => (await renew(client, request)) ?? add(client, request)),
    );
    if ('made' in done) return done.made;
    const { subscription, secret } = done.known;
    return { subscription, secret: openedSecret(secrets, subscription.id, secret), created: false };
  };

  /** A browser that is subscribed already, and still is: it has another key pair, and is the same subscriber. */
  async function renew(
    client: TenantClient,
    { address, events, description }: NewSubscriber,
  ): Promise<CreatedSubscription | undefined> {
    if (address.kind !== 'web_push') return undefined;
    const id = await findPushSubscription(client, address.endpoint);
    if (id === undefined) return undefined;
    const auth = seal(secrets, address.auth, pushAuthContext(id));
    const renewed = { id, p256dh: address.p256dh, auth, events, description };
    const subscription = await renewPushSubscription(client, renewed);
    return subscription && { subscription, secret: undefined, created: false };
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
