import { type PlaceOrder, type PlaceOrderOutcome, placeOrder } from '../../../persistence/orders/place-order';
import { withTenant } from '../../../persistence/with-tenant';
import { logDuplicateOrderBlocked, logOrderCreated } from '../../../platform/logger';
import { countDuplicateBlocked, countOrderCreated } from '../../../platform/metrics';
import type { OrderActivities, PlaceOrderInput } from '../../../workflows/contract';
import type { OrderActivityDependencies } from './create-order-activities';
import { databaseFailure } from './database-failure';

/**
 * How often the statement is run again when a competing transaction decided while it waited. One more time sees what
 * that one did; more are needed only when it is undone by then and yet another one competes. What is still undecided
 * after this many rounds is taken up again by the activity's own retries.
 */
const ROUNDS = 8;

/** Places an order, and finds out for certain what became of it. Run again for the same attempt, it answers the same. */
export function createPlaceOrder({ pool, logger }: OrderActivityDependencies): OrderActivities['placeOrder'] {
  return async (input) => {
    const outcome = await decide(input).catch((error: unknown) => {
      throw databaseFailure(error);
    });
    const { userId, correlationId } = input;
    if (outcome.kind === 'placed' && outcome.created) {
      countOrderCreated(outcome.order.source);
      logOrderCreated(logger, { userId, orderId: outcome.order.id, source: outcome.order.source, correlationId });
    }
    if (outcome.kind === 'duplicate') {
      countDuplicateBlocked();
      logDuplicateOrderBlocked(logger, { userId, existingOrderId: outcome.existingOrderId, correlationId });
    }
    if (outcome.kind === 'undecided') throw databaseFailure(new Error('a competing order is still being decided'));
    return outcome;
  };

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
