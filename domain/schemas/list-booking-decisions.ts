import * as z from 'zod';
import { pageSize, pageToken } from './paging';

export interface ListBookingDecisionsInput {
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

/** The query of `GET /api/bookings/{id}/decisions`. */
export const listBookingDecisionsSchema = z
  .strictObject({ page_size: pageSize, page_token: pageToken })
  .transform((wire): ListBookingDecisionsInput => ({ pageSize: wire.page_size, pageToken: wire.page_token }));
