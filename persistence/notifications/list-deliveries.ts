import type { DeliveryRecord } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';
import { DELIVERY_COLUMNS, type DeliveryRow, toDelivery } from './delivery-row';

/** What one of the tenant's subscriptions was told, newest first, by keyset. */
export async function listDeliveries(
  client: TenantClient,
  query: {
    readonly subscriptionId: string;
    /** Where the page before ended. */
    readonly after: { readonly createdAt: string; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<DeliveryRecord[]> {
  const result = await client.query<DeliveryRow>(
    `SELECT ${DELIVERY_COLUMNS}
     FROM notification_deliveries d
     WHERE d.user_id = $1::text AND d.subscription_id = $2::uuid
       AND ($3::timestamptz IS NULL OR (d.created_at, d.id) < ($3::timestamptz, $4::uuid))
     ORDER BY d.created_at DESC, d.id DESC
     LIMIT $5::int`,
    [client.tenant, query.subscriptionId, query.after?.createdAt ?? null, query.after?.id ?? null, query.limit],
  );
  return result.rows.map(toDelivery);
}
