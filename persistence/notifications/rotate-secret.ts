import type { Subscription } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, toSubscription } from './subscription-row';

/**
 * Gives a webhook another secret; the one before it signs as well for `overlapSeconds` (0: no longer). Undefined when the tenant has
 * no such live webhook.
 */
export async function rotateSecret(
  client: TenantClient,
  rotation: { readonly id: string; readonly sealedSecret: string; readonly overlapSeconds: number },
): Promise<Subscription | undefined> {
  const result = await client.query<SubscriptionRow>({
    name: 'rotate-secret',
    text: `UPDATE notification_subscriptions SET secret = $3::text,
        secret_rotated_at = now(),
        previous_secret = CASE WHEN $4::int > 0 THEN secret END,
        previous_secret_expires_at = CASE WHEN $4::int > 0 THEN now() + make_interval(secs => $4::int) END,
        updated_at = now()
      WHERE user_id = $1::text AND id = $2::uuid AND kind = 'webhook' AND status <> 'ended'
      RETURNING ${SUBSCRIPTION_COLUMNS}`,
    values: [client.tenant, rotation.id, rotation.sealedSecret, rotation.overlapSeconds],
  });
  const row = result.rows[0];
  return row && toSubscription(row);
}
