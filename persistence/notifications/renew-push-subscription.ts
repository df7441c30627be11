import type { NotificationEvent } from '../../domain/notification';
import type { Subscription } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, toSubscription } from './subscription-row';

/**
 * Takes a browser's subscription up again under its new keys. What is undefined stays as it is. Undefined when the tenant has no such
 * live one: it may have been deleted since it was found, and what was deleted never comes back.
 */
export async function renewPushSubscription(
  client: TenantClient,
  renewed: {
    readonly id: string;
    readonly p256dh: string;
    /** Sealed. */
    readonly auth: string;
    readonly events: readonly NotificationEvent[] | undefined;
    readonly description: string | null | undefined;
  },
): Promise<Subscription | undefined> {
  const result = await client.query<SubscriptionRow>({
    name: 'renew-push-subscription',
    text: `UPDATE notification_subscriptions SET push_p256dh = $3::text, push_auth = $4::text,
        events = coalesce($5::text[], events),
        description = CASE WHEN $6::boolean THEN $7::text ELSE description END,
        status = 'active', disabled_reason = NULL, failing_since = NULL, updated_at = now()
      WHERE user_id = $1::text AND id = $2::uuid AND kind = 'web_push' AND status <> 'ended'
      RETURNING ${SUBSCRIPTION_COLUMNS}`,
    values: [
      client.tenant,
      renewed.id,
      renewed.p256dh,
      renewed.auth,
      renewed.events ?? null,
      renewed.description !== undefined,
      renewed.description ?? null,
    ],
  });
  const row = result.rows[0];
  return row && toSubscription(row);
}
