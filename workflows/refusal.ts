import { ApplicationFailure } from '@temporalio/common';
import type { ErrorCode } from '../domain/errors';
import {
  BusinessRuleError,
  DuplicateOrderError,
  InvalidOrderStateError,
  OrderError,
  SlotUnavailableError,
} from '../domain/errors';
import type { Order, OrderStatus } from '../domain/order';
import { ORDER_TRANSITIONS } from '../domain/order-state';
import type { PlaceOrderInput, RefusalDetails, UnconfirmedOrder } from './contract';

type Refused =
  | { readonly kind: 'duplicate'; readonly existingOrderId: string }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'slot_unavailable' }
  | UnconfirmedOrder
  | { readonly kind: 'defect' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'illegal'; readonly order: Order }
  | { readonly kind: 'version_conflict'; readonly order: Order };

/**
 * The failure that tells a caller no: its type is the code of the error registry, its details say whose attempt it
 * answers. Always an ApplicationFailure: a plain Error would fail the workflow task, which Temporal retries for ever.
 */
export function refusal(
  refused: Refused,
  attempt: PlaceOrderInput,
  to?: OrderStatus,
  fromMemory = false,
): ApplicationFailure {
  const error = explain(refused, attempt, to);
  const details: RefusalDetails = {
    attemptId: attempt.attemptId,
    requestHash: attempt.requestHash,
    details: error.details,
    ...(fromMemory ? { fromMemory } : {}),
  };
  return ApplicationFailure.create({
    type: error.code satisfies ErrorCode,
    message: error.message,
    details: [details],
    nonRetryable: true,
  });
}

function explain(refused: Refused, attempt: PlaceOrderInput, to: OrderStatus | undefined): OrderError {
  switch (refused.kind) {
    case 'duplicate':
      return new DuplicateOrderError(refused.existingOrderId);
    case 'key_reused':
      return new OrderError('IDEMPOTENCY_KEY_REUSED', 'The idempotency key was used for another request');
    case 'slot_unavailable':
      return new SlotUnavailableError(attempt.content.slotId ?? '');
    case 'confirmation_required':
      return unconfirmed('CONFIRMATION_REQUIRED', 'The customer has not confirmed exactly this order', refused);
    case 'confirmation_stale':
      return unconfirmed(
        'STALE_CONFIRMATION',
        "The customer's confirmation no longer holds; show the summary and ask again",
        refused,
      );
    case 'booking_disabled':
      return unconfirmed('ORDER_BOOKING_DISABLED', 'Booking by AI agents is switched off', refused);
    case 'defect':
      return new OrderError('INTERNAL', 'The order could not be written');
    case 'malformed':
      return new OrderError('VALIDATION_FAILED', 'The request is not valid');
    case 'illegal':
      return new InvalidOrderStateError(
        refused.order.status,
        to ?? refused.order.status,
        ORDER_TRANSITIONS[refused.order.status],
      );
    case 'version_conflict':
      return new OrderError('VERSION_CONFLICT', 'The order has changed since the version you expected', {
        current_version: refused.order.version,
        current_status: refused.order.status,
      });
  }
}

function unconfirmed(code: ErrorCode, message: string, { guardrail, reason, bookingId }: UnconfirmedOrder): OrderError {
  const details = { guardrail, reason, ...(bookingId === undefined ? {} : { booking_id: bookingId }) };
  return new BusinessRuleError(code, message, details);
}
