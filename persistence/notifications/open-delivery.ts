import type { TenantClient } from '../with-tenant';
import { type Delivery, findDelivery } from './find-delivery';

export interface OpenDelivery {
  /** Of the row, if this call is the one that makes it. */
  readonly id: string;
  readonly subscriptionId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly orderId: string | null;
  readonly payload: unknown;
  readonly correlationId: string;
}

/**
 * The delivery of an event to a subscriber, made if there is none: there is one for each event and subscriber, whoever comes
 * first. What was made before stays as it is, so that every try sends the same.
 */
export async function openDelivery(client: TenantClient, delivery: OpenDelivery): Promise<Delivery> {
  const { id, subscriptionId, eventId, eventType, orderId, payload, correlationId } = delivery;
  await client.query({
    name: 'open-delivery',
    text: `INSERT INTO notification_deliveries (id, user_id, subscription_id, event_id, event_type, order_id, payload, correlation_id)
      VALUES ($2::uuid, $1::text, $3::uuid, $4::text, $5::text, $6::uuid, $7::json, $8::text)
      ON CONFLICT (user_id, subscription_id, event_id) DO NOTHING`,
    values: [client.tenant, id, subscriptionId, eventId, eventType, orderId, JSON.stringify(payload), correlationId],
  });
  const opened = await findDelivery(client, subscriptionId, { eventId });
  if (opened === undefined) throw new Error('the delivery that was written is not there');
  return opened;
}
