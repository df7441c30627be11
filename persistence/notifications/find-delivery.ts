import type { TenantClient } from '../with-tenant';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'ended';

/** One event for one subscriber: what is sent, and how that went so far. */
export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly orderId: string | null;
  readonly status: DeliveryStatus;
  /** As it was made for this kind of subscriber, fields in their order. */
  readonly payload: unknown;
  /** Every try, by hand as well. */
  readonly tries: number;
  /** Those that failed and were to be followed by another. */
  readonly retries: number;
}

/** Named by its own id, or by the event, of which a subscriber has one at most. */
export type DeliveryName = { readonly deliveryId: string } | { readonly eventId: string };

/** The subscription's delivery of this name, or undefined. */
export async function findDelivery(
  client: TenantClient,
  subscriptionId: string,
  name: DeliveryName,
): Promise<Delivery | undefined> {
  const result = await client.query<DeliveryRow>({
    name: 'find-delivery',
    text: `SELECT d.id, d.event_id, d.event_type, d.order_id, d.status, d.payload, a.tries, a.retries
      FROM notification_deliveries d
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS tries, (count(*) FILTER (WHERE result = 'retried'))::int AS retries
        FROM notification_attempts WHERE user_id = d.user_id AND delivery_id = d.id
      ) a
      WHERE d.user_id = $1::text AND d.subscription_id = $2::uuid AND (d.event_id = $3::text OR d.id = $4::uuid)`,
    values: [
      client.tenant,
      subscriptionId,
      'eventId' in name ? name.eventId : null,
      'deliveryId' in name ? name.deliveryId : null,
    ],
  });
  const row = result.rows[0];
  return (
    row && {
      id: row.id,
      eventId: row.event_id,
      eventType: row.event_type,
      orderId: row.order_id,
      status: row.status,
      payload: row.payload,
      tries: row.tries,
      retries: row.retries,
    }
  );
}

interface DeliveryRow {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly order_id: string | null;
  readonly status: DeliveryStatus;
  readonly payload: unknown;
  readonly tries: number;
  readonly retries: number;
}
