import type { BookingState } from '../../domain/booking/booking';
import type { TenantClient } from '../with-tenant';

interface BookingRow {
  readonly state: BookingState;
  readonly status: BookingState['status'];
  readonly order_id: string | null;
}

/** The tenant's booking as its last recorded step left it, or undefined. An order that was placed shows in it at once. */
export async function findBooking(client: TenantClient, bookingId: string): Promise<BookingState | undefined> {
  const result = await client.query<BookingRow>({
    name: 'find-booking',
    text: 'SELECT state, status, order_id FROM bookings WHERE user_id = $1::text AND id = $2::uuid',
    values: [client.tenant, bookingId],
  });
  const row = result.rows[0];
  return row && { ...row.state, status: row.status, orderId: row.order_id };
}
