import type { NotificationEvent } from '../../domain/notification';
import type { TenantClient } from '../with-tenant';
import { subscriptionsTo } from './subscriptions-to';

/** The ids of the tenant's active subscriptions to an event. */
export async function listSubscribers(client: TenantClient, event: NotificationEvent): Promise<readonly string[]> {
  const { rows } = await client.query<{ readonly ids: readonly string[] }>({
    name: 'list-subscribers',
    text: `SELECT ${subscriptionsTo('$2::text')} AS ids`,
    values: [client.tenant, event],
  });
  return rows[0]?.ids ?? [];
}
