import { DELETED_REASON, type Subscription } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, toSubscription } from './subscription-row';

/** What a key's request came to. */
export interface KeyedSubscription {
  /** SHA-256 of the canonical request that made it, in hex. */
  readonly requestHash: string;
  readonly subscription: Subscription;
  /** The business itself has taken it away since. */
  readonly deleted: boolean;
  /** Of a webhook, sealed, as long as it is the one it was made with. */
  readonly firstSecret: string | undefined;
}

/** The subscription that an idempotency key holds, as it is now, or undefined. */
export async function findSubscriptionByKey(
  client: TenantClient,
  idempotencyKey: string,
): Promise<KeyedSubscription | undefined> {
  const result = await client.query<SubscriptionRow & KeyColumns>({
    name: 'find-subscription-by-key',
    text: `SELECT ${SUBSCRIPTION_COLUMNS}, request_hash,
        status = 'ended' AND disabled_reason IS NOT DISTINCT FROM '${DELETED_REASON}' AS deleted,
        CASE WHEN secret_rotated_at IS NULL THEN secret END AS first_secret
      FROM notification_subscriptions s JOIN (
        SELECT subscription_id, request_hash FROM idempotency_keys
        WHERE user_id = $1::text AND operation = 'create_subscription' AND key = $2::text AND status = 'completed'
      ) k ON s.user_id = $1::text AND s.id = k.subscription_id`,
    values: [client.tenant, idempotencyKey],
  });
  const row = result.rows[0];
  return (
    row && {
      requestHash: row.request_hash.toString('hex'),
      subscription: toSubscription(row),
      deleted: row.deleted,
      firstSecret: row.first_secret ?? undefined,
    }
  );
}

interface KeyColumns {
  readonly request_hash: Buffer;
  readonly deleted: boolean;
  readonly first_secret: string | null;
}
