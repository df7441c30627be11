import { ValidationError } from '../../../domain/errors';
import type { Subscription } from '../../../domain/subscription';
import {
  findSubscriptionByKey,
  type KeyedSubscription,
  type SubscriptionOperation,
} from '../../../persistence/notifications/find-subscription-by-key';
import { keepSubscriptionKey } from '../../../persistence/notifications/keep-subscription-key';
import { lockSubscriptions } from '../../../persistence/notifications/lock-subscriptions';
import type { TenantClient } from '../../../persistence/with-tenant';
import { keyReused } from './key-reused';

interface Keyed {
  readonly operation: SubscriptionOperation;
  /** Undefined: every request is one of its own. */
  readonly idempotencyKey: string | undefined;
  /** Of the request, in hex. */
  readonly requestHash: string;
}

type Outcome<Made> = { readonly made: Made } | { readonly known: KeyedSubscription };

/**
 * Does something to a tenant's subscriptions, once for each idempotency key: the key is kept in the transaction that does it, and
 * all who do such things come one after the other, so whoever repeats a request finds what came of it, or nothing. Where `make`
 * throws, nothing was done and the key stays free.
 *
 * @throws IDEMPOTENCY_KEY_REUSED for another request, NOT_FOUND when the subscription was deleted since
 */
export async function onceForKey<Made extends { readonly subscription: Subscription }>(
  client: TenantClient,
  { operation, idempotencyKey, requestHash }: Keyed,
  make: () => Promise<Made>,
): Promise<Outcome<Made>> {
  await lockSubscriptions(client);
  if (idempotencyKey === undefined) return { made: await make() };
  const known = await findSubscriptionByKey(client, operation, idempotencyKey);
  if (known === undefined) {
    const made = await make();
    await keepSubscriptionKey(client, { operation, idempotencyKey, requestHash, subscriptionId: made.subscription.id });
    return { made };
  }
  if (known.requestHash !== requestHash) throw keyReused();
  // A repeat that comes this late must not bring back what somebody took away.
  if (known.deleted) {
    throw new ValidationError('NOT_FOUND', 'The subscription of this idempotency key was deleted; use another key');
  }
  return { known };
}
