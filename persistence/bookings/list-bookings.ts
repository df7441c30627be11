import type { BookingLocale, BookingState } from '../../domain/booking/booking';
import type { ListedBooking } from '../../domain/booking/listed-booking';
import type { TenantClient } from '../with-tenant';

interface ListedBookingRow {
  readonly id: string;
  readonly status: BookingState['status'];
  readonly locale: BookingLocale;
  readonly order_id: string | null;
  readonly customer_name: string | null;
  readonly item_count: number;
  readonly created_at: Date;
  readonly last_step_at: Date;
  readonly expires_at: Date;
}

/** The tenant's bookings, newest first, by keyset. */
export async function listBookings(
  client: TenantClient,
  query: {
    readonly status: BookingState['status'] | undefined;
    /** The order that the booking has become: one has, or none. */
    readonly orderId: string | undefined;
    /** Where the page before ended. */
    readonly after: { readonly createdAt: string; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<ListedBooking[]> {
  const result = await client.query<ListedBookingRow>(
    `SELECT b.id, b.status, b.locale, b.order_id, b.state -> 'customer' ->> 'name' AS customer_name,
       jsonb_array_length(b.state -> 'items') AS item_count, b.created_at, b.last_step_at, b.expires_at
     FROM bookings b
     WHERE b.user_id = $1::text
       AND ($2::text IS NULL OR b.status = $2::text)
       AND ($3::uuid IS NULL OR b.order_id = $3::uuid)
       AND ($4::timestamptz IS NULL OR (b.created_at, b.id) < ($4::timestamptz, $5::uuid))
     ORDER BY b.created_at DESC, b.id DESC
     LIMIT $6::int`,
    [
      client.tenant,
      query.status ?? null,
      query.orderId ?? null,
      query.after?.createdAt ?? null,
      query.after?.id ?? null,
      query.limit,
    ],
  );
  return result.rows.map((row) => ({
    id: row.id,
    status: row.status,
    locale: row.locale,
    orderId: row.order_id,
    customerName: row.customer_name,
    itemCount: row.item_count,
    createdAt: row.created_at.toISOString(),
    lastStepAt: row.last_step_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }));
}
