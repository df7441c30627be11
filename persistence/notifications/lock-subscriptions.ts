import type { TenantClient } from '../with-tenant';

/**
 * Lets one transaction at a time add to a tenant's subscriptions, until it ends: two that counted at the same moment would both
 * find room for one more, and two for the same browser would both find none.
 */
export async function lockSubscriptions(client: TenantClient): Promise<void> {
  await client.query({
    name: 'lock-subscriptions',
    text: `SELECT pg_advisory_xact_lock(hashtextextended('notification_subscriptions:' || $1::text, 0))`,
    values: [client.tenant],
  });
}
