import type { DeliveryRecord } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';
import { DELIVERY_COLUMNS, type DeliveryRow, toDelivery } from './delivery-row';

/** One delivery to one of the tenant's subscriptions with its attempts, or undefined. */
export async function readDelivery(
  client: TenantClient,
  { subscriptionId, deliveryId }: { readonly subscriptionId: string; readonly deliveryId: string },
): Promise<DeliveryRecord | undefined> {
  const result = await client.query<DeliveryRow>({
    name: 'read-delivery',
    text: `SELECT ${DELIVERY_COLUMNS}
      FROM notification_deliveries d
      WHERE d.user_id = $1::text AND d.subscription_id = $2::uuid AND d.id = $3::uuid`,
    values: [client.tenant, subscriptionId, deliveryId],
  });
  const row = result.rows[0];
  return row && toDelivery(row);
}
