import type { NotificationEvent } from '../../domain/notification';
import type { Subscription } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, toSubscription } from './subscription-row';

/** What is undefined stays as it is. */
export interface SubscriptionChange {
  readonly id: string;
  /** Takes it up again: what failed so far does not count against it any more. */
  readonly activate: boolean;
  readonly events: readonly NotificationEvent[] | undefined;
  readonly description: string | null | undefined;
}

/** Changes a subscription that lives; undefined when the tenant has no such one. */
export async function changeSubscription(
  client: TenantClient,
  change: SubscriptionChange,
): Promise<Subscription | undefined> {
  const result = await client.query<SubscriptionRow>({
    name: 'change-subscription',
    text: `UPDATE notification_subscriptions SET
        status = CASE WHEN $3::boolean THEN 'active' ELSE status END,
        disabled_reason = CASE WHEN $3::boolean THEN NULL ELSE disabled_reason END,
        failing_since = CASE WHEN $3::boolean THEN NULL ELSE failing_since END,
        events = coalesce($4::text[], events),
        description = CASE WHEN $5::boolean THEN $6::text ELSE description END,
        updated_at = now()
      WHERE user_id = $1::text AND id = $2::uuid AND status <> 'ended'
      RETURNING ${SUBSCRIPTION_COLUMNS}`,
    values: [
      client.tenant,
      change.id,
      change.activate,
      change.events ?? null,
      change.description !== undefined,
      change.description ?? null,
    ],
  });
  const row = result.rows[0];
  return row && toSubscription(row);
}
