import * as z from 'zod';
import type { OrderStatus } from '../order';
import { expectedVersion, orderStatus, reason } from './fields';

/** The change of one order's status; which order is said elsewhere (`order-id.ts`). */
export interface UpdateOrderStatusInput {
  readonly status: OrderStatus;
  readonly expectedVersion: number | undefined;
  readonly reason: string | undefined;
}

/** The body of `PATCH /api/orders/{id}/status`. Whether the order may move there is the state machine's to say, not this schema's. */
export const updateOrderStatusSchema = z
  .strictObject({
    status: orderStatus.meta({ description: 'The status the order is to have.', examples: ['confirmed'] }),
    expected_version: expectedVersion,
    reason,
  })
  .transform(
    (wire): UpdateOrderStatusInput => ({
      status: wire.status,
      expectedVersion: wire.expected_version,
      reason: wire.reason,
    }),
  );
