import type { TenantClient } from '../with-tenant';

/** How many subscriptions of the tenant have not ended. */
export async function countLiveSubscriptions(client: TenantClient): Promise<number> {
  const result = await client.query<{ live: number }>({
    name: 'count-live-subscriptions',
    text: `SELECT count(*)::int AS live FROM notification_subscriptions WHERE user_id = $1::text AND status <> 'ended'`,
    values: [client.tenant],
  });
  return result.rows[0]?.live ?? 0;
}
