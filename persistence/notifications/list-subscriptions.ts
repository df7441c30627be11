import { DELETED_REASON, type Subscription } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, toSubscription } from './subscription-row';

/** Browsers come and go, and each leaves one that has ended. These are enough to see why somebody is told nothing any more. */
const ENDED_SHOWN = 20;

/** The tenant's subscriptions, newest first: all that live, and the last ones that their receivers have ended. */
export async function listSubscriptions(client: TenantClient): Promise<Subscription[]> {
  const result = await client.query<SubscriptionRow>({
    name: 'list-subscriptions',
    text: `SELECT ${SUBSCRIPTION_COLUMNS} FROM (
        SELECT s.*, row_number() OVER (PARTITION BY status = 'ended' ORDER BY created_at DESC, id DESC) AS number
        FROM notification_subscriptions s
        WHERE s.user_id = $1::text AND (s.status <> 'ended' OR s.disabled_reason IS DISTINCT FROM '${DELETED_REASON}')
      ) AS numbered
      WHERE status <> 'ended' OR number <= ${ENDED_SHOWN}
      ORDER BY created_at DESC, id DESC`,
    values: [client.tenant],
  });
  return result.rows.map(toSubscription);
}
