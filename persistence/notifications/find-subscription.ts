import { DELETED_REASON, type Subscription } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, toSubscription } from './subscription-row';

/** The tenant's subscription, or undefined. One that was deleted is there no more. */
export async function findSubscription(client: TenantClient, id: string): Promise<Subscription | undefined> {
  const result = await client.query<SubscriptionRow>({
    name: 'find-subscription',
    text: `SELECT ${SUBSCRIPTION_COLUMNS} FROM notification_subscriptions
      WHERE user_id = $1::text AND id = $2::uuid
        AND (status <> 'ended' OR disabled_reason IS DISTINCT FROM '${DELETED_REASON}')`,
    values: [client.tenant, id],
  });
  const row = result.rows[0];
  return row && toSubscription(row);
}
