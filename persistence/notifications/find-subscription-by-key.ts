import { DELETED_REASON, type Subscription } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, toSubscription } from './subscription-row';

/** What is done to subscriptions under a key. */
export type SubscriptionOperation = 'create_subscription' | 'rotate_secret';

/** What a key's request came to. */
export interface KeyedSubscription {
  /** SHA-256 of that canonical request, in hex. */
  readonly requestHash: string;
  readonly subscription: Subscription;
  /** The business itself has taken it away since. */
  readonly deleted: boolean;
  /** Of a webhook, sealed, as long as the one that the request made is in use. */
  readonly secret: string | undefined;
}

/** The subscription that an operation's idempotency key holds, as it is now, or undefined. */
export async function findSubscriptionByKey(
  client: TenantClient,
  operation: SubscriptionOperation,
  idempotencyKey: string,
): Promise<KeyedSubscription | undefined> {
  const result = await client.query<SubscriptionRow & KeyColumns>({
    name: 'find-subscription-by-key',
    text: `SELECT ${SUBSCRIPTION_COLUMNS}, request_hash,
        status = 'ended' AND disabled_reason IS NOT DISTINCT FROM '${DELETED_REASON}' AS deleted,
        CASE WHEN secret_rotated_at IS NOT DISTINCT FROM made_at THEN secret END AS secret_made
      FROM notification_subscriptions s JOIN (
        SELECT subscription_id, request_hash,
          -- A rotation and its key are of one transaction, and so of one time; nothing was rotated yet when it was made.
          CASE operation WHEN 'rotate_secret' THEN created_at END AS made_at
        FROM idempotency_keys
        WHERE user_id = $1::text AND operation = $2::text AND key = $3::text AND status = 'completed'
      ) k ON s.user_id = $1::text AND s.id = k.subscription_id`,
    values: [client.tenant, operation, idempotencyKey],
  });
  const row = result.rows[0];
  return (
    row && {
      requestHash: row.request_hash.toString('hex'),
      subscription: toSubscription(row),
      deleted: row.deleted,
      secret: row.secret_made ?? undefined,
    }
  );
}

interface KeyColumns {
  readonly request_hash: Buffer;
  readonly deleted: boolean;
  readonly secret_made: string | null;
}
