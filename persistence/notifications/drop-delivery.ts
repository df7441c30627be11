import type { TenantClient } from '../with-tenant';

/** Gives a delivery up that nobody is to get any more. One that is over already stays as it is. */
export async function dropDelivery(
  client: TenantClient,
  deliveryId: string,
  status: 'failed' | 'ended',
): Promise<void> {
  await client.query({
    name: 'drop-delivery',
    text: `UPDATE notification_deliveries SET status = $3::text, updated_at = now()
      WHERE user_id = $1::text AND id = $2::uuid AND status = 'pending'`,
    values: [client.tenant, deliveryId, status],
  });
}
