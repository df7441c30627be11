import type { TenantClient } from '../with-tenant';

/** The id of the tenant's live subscription of a browser, by its push service's URL. */
export async function findPushSubscription(client: TenantClient, endpoint: string): Promise<string | undefined> {
  const result = await client.query<{ id: string }>({
    name: 'find-push-subscription',
    text: `SELECT id FROM notification_subscriptions
      WHERE user_id = $1::text AND url = $2::text AND kind = 'web_push' AND status <> 'ended'`,
    values: [client.tenant, endpoint],
  });
  return result.rows[0]?.id;
}
