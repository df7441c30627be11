import * as z from 'zod';
import type { BookingState } from '../booking/booking';
import { BOOKING_STATUSES } from '../booking/listed-booking';
import { optionalParameter, pageSize, pageToken } from './paging';

export interface ListBookingsInput {
  readonly status: BookingState['status'] | undefined;
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

/** The query of `GET /api/bookings`. */
export const listBookingsSchema = z
  .strictObject({
    status: optionalParameter(z.enum(BOOKING_STATUSES).meta({ description: 'Only bookings in this status.' })),
    page_size: pageSize,
    page_token: pageToken,
  })
  .transform(
    (wire): ListBookingsInput => ({ status: wire.status, pageSize: wire.page_size, pageToken: wire.page_token }),
  );
