import { readConfirmationKey } from '../../../domain/booking/confirmation-key';
import type { Order } from '../../../domain/order';
import { type PlaceOrder, type PlaceOrderOutcome, placeOrder } from '../../../persistence/orders/place-order';
import { withTenant } from '../../../persistence/with-tenant';
import { databaseFailure } from '../../../platform/database-failure';
import { logDuplicateOrderBlocked, logOrderCreated } from '../../../platform/logger';
import { countDuplicateBlocked, countOrderCreated } from '../../../platform/metrics';
import type { OrderActivities, PlaceOrderInput, UnconfirmedOrder } from '../../../workflows/contract';
import type { OrderActivityDependencies } from './create-order-activities';
import { tellDecision } from './tell-decision';

/**
 * How often the statement is run again when a competing transaction decided while it waited. One more time sees what
 * that one did; more are needed only when it is undone by then and yet another one competes. What is still undecided
 * after this many rounds is taken up again by the activity's own retries.
 */
const ROUNDS = 8;

/** Places an order, and finds out for certain what became of it. Run again for the same attempt, it answers the same. */
export function createPlaceOrder({
  pool,
  logger,
  macOf,
  nudgeSheet,
  notificationsTaskQueue: taskQueue,
}: OrderActivityDependencies): OrderActivities['placeOrder'] {
  return async (input) => {
    const outcome = await decide(input).catch((error: unknown) => {
      throw databaseFailure(error);
    });
    switch (outcome.kind) {
      case 'placed': {
        const { order, created, pendingExpirySeconds, sheetFellBehind, subscriptions } = outcome;
        if (sheetFellBehind) nudgeSheet(input.userId);
        if (created) tellPlaced(order, input);
        const placed = { kind: 'placed', order, pendingExpirySeconds } as const;
        // An order that was found has been told of by the run that made it.
        return created && subscriptions.length > 0
          ? { ...placed, tell: { taskQueue, sequence: 1, subscriptions } }
          : placed;
      }
      case 'duplicate': {
        const { userId, correlationId } = input;
        countDuplicateBlocked();
        logDuplicateOrderBlocked(logger, { userId, existingOrderId: outcome.existingOrderId, correlationId });
        return outcome;
      }
      case 'confirmation_required':
      case 'confirmation_stale':
      case 'booking_disabled':
        return refuse(outcome.kind, input);
      case 'undecided':
        throw databaseFailure(new Error('a competing order is still being decided'));
      default:
        return outcome;
    }
  };

  function tellPlaced({ id: orderId, source }: Order, input: PlaceOrderInput): void {
    const { userId, correlationId } = input;
    countOrderCreated(source);
    logOrderCreated(logger, { userId, orderId, source, correlationId });
    const bookingId = bookingOf(input);
    if (bookingId === undefined) return;
    tellDecision(logger, { userId, bookingId, step: 'create_order', decision: 'accepted', block: null, correlationId });
  }

  /** Recorded by order-api, which says the same no to keys that never get here. */
  function refuse(kind: UnconfirmedOrder['kind'], input: PlaceOrderInput): UnconfirmedOrder {
    const bookingId = bookingOf(input);
    return { kind, ...WHY_UNCONFIRMED[kind], ...(bookingId === undefined ? {} : { bookingId }) };
  }

  /** The booking of an agent's order stands in its idempotency key. */
  function bookingOf({ content, idempotencyKey, userId }: PlaceOrderInput): string | undefined {
    return content.source === 'ai' ? readConfirmationKey(idempotencyKey, userId, macOf)?.bookingId : undefined;
  }

  async function decide(input: PlaceOrderInput): Promise<PlaceOrderOutcome> {
    // Field by field: what else an input holds (it may come from anyone with access to Temporal) goes no further.
    const request: PlaceOrder = {
      orderId: input.attemptId,
      idempotencyKey: input.idempotencyKey,
      requestHash: input.requestHash,
      fingerprint: input.fingerprint,
      content: input.content,
      allowDuplicate: input.allowDuplicate,
      actor: input.actor,
      correlationId: input.correlationId,
    };
    let before: PlaceOrderOutcome['kind'] | undefined;
    for (let round = 0; ; round += 1) {
      const outcome = await withTenant(pool, input.userId, (client) => placeOrder(client, request));
      // A full slot is asked about twice: this same order may have taken the last place while the statement waited for
      // it, and then the caller is to hear of the order that exists, not of a slot without room.
      const unsure = outcome.kind === 'undecided' || (outcome.kind === 'slot_unavailable' && before !== outcome.kind);
      if (!unsure || round === ROUNDS) return outcome;
      before = outcome.kind;
    }
  }
}

/** Whether the key is genuine has been asked before an attempt is made; what is left to Postgres is what it was issued for. */
const WHY_UNCONFIRMED: Readonly<Record<UnconfirmedOrder['kind'], Pick<UnconfirmedOrder, 'guardrail' | 'reason'>>> = {
  confirmation_required: { guardrail: 'confirmed_content', reason: 'not_what_was_confirmed' },
  confirmation_stale: { guardrail: 'live_confirmation', reason: 'expired_or_revoked' },
  booking_disabled: { guardrail: 'capability', reason: 'order_booking_disabled' },
};
