import * as z from 'zod';
import { expectedVersion, reason } from './fields';

export interface CancelOrderInput {
  readonly expectedVersion: number | undefined;
  readonly reason: string | undefined;
}

/** The body of `POST /api/orders/{id}/cancel`. No body at all is read as `{}`: there is nothing that a cancellation must say. */
export const cancelOrderSchema = z
  .preprocess((body) => body ?? {}, z.strictObject({ expected_version: expectedVersion, reason }))
  .transform((wire): CancelOrderInput => ({ expectedVersion: wire.expected_version, reason: wire.reason }));
