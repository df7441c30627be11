import { DELETED_REASON } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';

/**
 * Ends a subscription for good. False when the tenant has no such one, or has deleted it before. The row stays, for the sake
 * of its deliveries, without what could be sent with it.
 */
export async function deleteSubscription(client: TenantClient, id: string): Promise<boolean> {
  const result = await client.query({
    name: 'delete-subscription',
    text: `UPDATE notification_subscriptions SET status = 'ended', disabled_reason = '${DELETED_REASON}', updated_at = now(),
        secret = CASE WHEN kind = 'webhook' THEN '' END, previous_secret = NULL, previous_secret_expires_at = NULL,
        push_auth = CASE WHEN kind = 'web_push' THEN '' END
      WHERE user_id = $1::text AND id = $2::uuid
        AND (status <> 'ended' OR disabled_reason IS DISTINCT FROM '${DELETED_REASON}')`,
    values: [client.tenant, id],
  });
  return result.rowCount === 1;
}
