import * as z from 'zod';
import type { BookingState } from '../booking/booking';
import { BOOKING_STATUSES } from '../booking/listed-booking';
import { orderId } from './fields';
import { optionalParameter, pageSize, pageToken } from './paging';

export interface ListBookingsInput {
  readonly status: BookingState['status'] | undefined;
  readonly orderId: string | undefined;
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

/** The query of `GET /api/bookings`. */
export const listBookingsSchema = z
  .strictObject({
    status: optionalParameter(z.enum(BOOKING_STATUSES).meta({ description: 'Only bookings in this status.' })),
    order_id: optionalParameter(
      orderId.meta({ description: 'Only the booking that has become this order, if one has.' }),
    ),
    page_size: pageSize,
    page_token: pageToken,
  })
  .transform(
    (wire): ListBookingsInput => ({
      status: wire.status,
      orderId: wire.order_id,
      pageSize: wire.page_size,
      pageToken: wire.page_token,
    }),
  );
