import type { TenantClient } from '../with-tenant';

/** Makes a delivery as good as new, so that it is not forgotten between its being sent again and the record of that. */
export async function touchDelivery(client: TenantClient, deliveryId: string): Promise<void> {
  await client.query({
    name: 'touch-delivery',
    text: 'UPDATE notification_deliveries SET updated_at = now() WHERE user_id = $1::text AND id = $2::uuid',
    values: [client.tenant, deliveryId],
  });
}
