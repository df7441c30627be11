import * as z from 'zod';
import { pageSize, pageToken } from './paging';

export interface ListOrderEventsInput {
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

/** The query of `GET /api/orders/{id}/events`. */
export const listOrderEventsSchema = z
  .strictObject({ page_size: pageSize, page_token: pageToken })
  .transform((wire): ListOrderEventsInput => ({ pageSize: wire.page_size, pageToken: wire.page_token }));
