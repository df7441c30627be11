import type { TenantClient } from '../with-tenant';
import type { SubscriptionOperation } from './find-subscription-by-key';

/**
 * Keeps for ever which subscription an operation's idempotency key stands for. In the transaction that makes or changes it, so there
 * is none without the other. @throws the driver's 23505 when the key stands for one already: look for it first, behind `lockSubscriptions`.
 */
export async function keepSubscriptionKey(
  client: TenantClient,
  kept: {
    readonly operation: SubscriptionOperation;
    readonly idempotencyKey: string;
    /** SHA-256 of the canonical request, in hex. */
    readonly requestHash: string;
    readonly subscriptionId: string;
  },
): Promise<void> {
  await client.query({
    name: 'keep-subscription-key',
    text: `INSERT INTO idempotency_keys (user_id, operation, key, status, request_hash, subscription_id)
      VALUES ($1::text, $5::text, $2::text, 'completed', $3::bytea, $4::uuid)`,
    values: [
      client.tenant,
      kept.idempotencyKey,
      Buffer.from(kept.requestHash, 'hex'),
      kept.subscriptionId,
      kept.operation,
    ],
  });
}
