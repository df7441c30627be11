import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { createOrderRequestHash } from '../../../domain/canonical-request';
import { SystemError } from '../../../domain/errors';
import { orderFingerprint } from '../../../domain/fingerprint';
import { asCreated } from '../../../domain/order';
import { findOrderByKey } from '../../../persistence/orders/find-order-by-key';
import { findOrderStatus } from '../../../persistence/orders/find-order-status';
import { sha256Hex } from '../../../platform/sha256';
import {
  orderWorkflowId,
  PLACE_UPDATE_ID,
  type PlaceAnswer,
  type PlaceOrderInput,
  placeUpdate,
  retryUpdateId,
} from '../../../workflows/contract';
import type { CallContext, CreatedOrder, CreateOrder, UseCases } from './contract';
import { inTenant } from './in-tenant';
import { keyReused } from './key-reused';
import type { OrderKeys } from './order-keys';
import type { OrderTurns } from './order-turns';
import { startOrderRun } from './start-order-run';
import { isCutOff, isRunOver, refusalOf, temporalError } from './temporal-error';
import { untilTaken } from './until-taken';

interface Dependencies {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly keys: OrderKeys;
  readonly turns: OrderTurns;
}

/**
 * Places an order by one update-with-start of its workflow, whose id is made of the idempotency key: Temporal decides
 * whether this call starts the run, joins it, or gets the answer of long ago.
 *
 * The order's id is made here, for this attempt. If the order that comes back has it, this call made the order;
 * otherwise the answer is a replay.
 */
export function createCreateOrder({ pool, temporal, taskQueue, keys, turns }: Dependencies): UseCases['createOrder'] {
  return async (ctx, request) => {
    const attempt = toAttempt(ctx, request);
    const answer = await temporal.withDeadline(ctx.deadline, () => place(ctx, attempt));
    if (answer.requestHash !== attempt.requestHash) throw keyReused();
    const { order } = answer;
    keys.remember(attempt.userId, order.id, attempt.idempotencyKey);
    const created = order.id === attempt.attemptId;
    return {
      order,
      idempotencyKey: attempt.idempotencyKey,
      idempotentReplayed: !created,
      currentStatus: created ? order.status : await currentStatus(ctx, order.id),
    } satisfies CreatedOrder;
  };

  /**
   * Asks under the update id that all callers of a key share, which a finished run answers without any work. When the
   * answer is the refusal of another attempt, the key is free again, so it is asked once more under an update id of its own,
   * which starts a new run; a second foreign refusal of the same request was decided just now and stands. The same where the
   * run was terminated before it could answer.
   *
   * A task is lost where a signal or a cancellation comes while it ends the run. What it was asked is asked again under the same
   * update id, which cannot make two orders: a run that is open is joined, one that answered answers the same, and one that has
   * ended in a refusal meanwhile left no order. Should a run be started by this, it is another attempt at the same key, whose one
   * order Postgres keeps.
   */
  async function place(ctx: CallContext, attempt: PlaceOrderInput): Promise<PlaceAnswer> {
    for (const updateId of [PLACE_UPDATE_ID, retryUpdateId(attempt.attemptId)]) {
      try {
        return await untilTaken(() => updateWithStart(attempt, updateId));
      } catch (error) {
        const refused = refusalOf(error);
        const own = refused?.attemptId === attempt.attemptId;
        const decidedNow = updateId !== PLACE_UPDATE_ID && refused?.requestHash === attempt.requestHash;
        if (refused !== undefined && (own || decidedNow)) throw refused.error;
        if (refused !== undefined || isCutOff(error)) continue;
        if (isRunOver(error)) return await placedLongAgo(ctx, attempt);
        throw temporalError(error);
      }
    }
    throw new SystemError('UNAVAILABLE', 'Another request with this idempotency key is being decided; try again');
  }

  function updateWithStart(attempt: PlaceOrderInput, updateId: string): Promise<PlaceAnswer> {
    const ask = () =>
      temporal.workflow.executeUpdateWithStart(placeUpdate, {
        updateId,
        startWorkflowOperation: startOrderRun(attempt, taskQueue),
      });
    // Those who ask under the common id are one update to Temporal, however many they are.
    if (updateId === PLACE_UPDATE_ID) return ask();
    return turns.take(orderWorkflowId(attempt.userId, attempt.idempotencyKey), ask);
  }

  /**
   * The run is closed and was never asked under this update id (it was started by a second try, or continued as new):
   * Postgres knows the order.
   */
  async function placedLongAgo(ctx: CallContext, attempt: PlaceOrderInput): Promise<PlaceAnswer> {
    const found = await inTenant(pool, ctx, (client) => findOrderByKey(client, attempt.idempotencyKey));
    if (found === undefined)
      throw new SystemError('UNAVAILABLE', 'The outcome is not known yet; send the same request again');
    return { order: asCreated(found.order), requestHash: found.requestHash };
  }

  async function currentStatus(ctx: CallContext, orderId: string) {
    const status = await inTenant(pool, ctx, (client) => findOrderStatus(client, orderId));
    if (status === undefined) throw new SystemError('INTERNAL', 'Something went wrong on our side');
    return status;
  }
}

function toAttempt(ctx: CallContext, request: CreateOrder): PlaceOrderInput {
  const { userId, keyPrefix } = ctx.caller;
  const attemptId = uuidv7();
  return {
    userId,
    attemptId,
    // Without a key nothing dedupes but the fingerprint; the one made here at least lets the answer be asked for again.
    idempotencyKey: request.idempotencyKey ?? `auto-${attemptId}`,
    requestHash: createOrderRequestHash(request, sha256Hex),
    fingerprint: orderFingerprint(userId, request.content, sha256Hex),
    content: request.content,
    allowDuplicate: request.allowDuplicate,
    actor: `api_key:${keyPrefix}`,
    correlationId: ctx.correlationId,
  };
}
