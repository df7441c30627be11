import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { BusinessRuleError, InvalidOrderStateError, SystemError } from '../../../domain/errors';
import { orderFingerprint } from '../../../domain/fingerprint';
import type { Order, OrderContent } from '../../../domain/order';
import { isTerminal, ORDER_TRANSITIONS } from '../../../domain/order-state';
import { findOrderByKey } from '../../../persistence/orders/find-order-by-key';
import { sha256Hex } from '../../../platform/sha256';
import {
  orderWorkflowId,
  type PlaceOrderInput,
  type TransitionRequest,
  transitionUpdate,
} from '../../../workflows/contract';
import type { CallContext, UpdateOrderStatus } from './contract';
import { inTenant } from './in-tenant';
import type { OrderKeys } from './order-keys';
import { startOrderRun } from './start-order-run';
import { isRunGone, refusalOf, temporalError } from './temporal-error';

interface Dependencies {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly keys: OrderKeys;
}

/**
 * Moves an order by an update of its workflow, which answers when the move is in Postgres.
 *
 * An order whose run is closed is over, and Postgres says what the answer is. One whose run is gone although it is not
 * over (terminated by an operator, lost with Temporal's data) gets a new run with this update: nothing writes an order's
 * state behind its workflow's back, and without it such an order could never be moved again.
 */
export function createTransitionOrder({ pool, temporal, taskQueue, keys }: Dependencies) {
  return async (ctx: CallContext, request: UpdateOrderStatus): Promise<Order> => {
    const key = await keys.keyOf(ctx, request.orderId);
    const handle = temporal.workflow.getHandle(orderWorkflowId(ctx.caller.userId, key));
    // The SDK may send an update again after a broken connection; its id makes that the same update.
    const update = { args: [toMessage(ctx, request)] as [TransitionRequest], updateId: uuidv7() };
    try {
      const answer = await temporal.withDeadline(ctx.deadline, () => handle.executeUpdate(transitionUpdate, update));
      return answer.order;
    } catch (error) {
      const order = await withoutRun(ctx, request, error);
      if (order !== undefined) return order;
    }
    try {
      const startWorkflowOperation = startOrderRun(await attemptOf(ctx, key), taskQueue);
      const answer = await temporal.withDeadline(ctx.deadline, () =>
        temporal.workflow.executeUpdateWithStart(transitionUpdate, { ...update, startWorkflowOperation }),
      );
      return answer.order;
    } catch (error) {
      const order = await withoutRun(ctx, request, error);
      if (order !== undefined) return order;
      throw temporalError(error);
    }
  };

  /**
   * What Postgres answers when no run could; undefined when the order is not over and so should have a run.
   * @throws the refusal, where the run did answer; UNAVAILABLE when the update may have had its effect.
   */
  async function withoutRun(ctx: CallContext, request: UpdateOrderStatus, error: unknown): Promise<Order | undefined> {
    const refused = refusalOf(error);
    if (refused !== undefined) throw refused.error;
    if (!isRunGone(error) && !isClosedMeanwhile(error)) throw temporalError(error);
    const { order } = await keys.read(ctx, request.orderId);
    if (isTerminal(order.status)) return answerFromTheEnd(order, request);
    if (!isRunGone(error)) throw temporalError(error);
    return undefined;
  }

  /** An attempt that the new run finds to be placed: the key and the hash of the request are those of the order. */
  async function attemptOf(ctx: CallContext, idempotencyKey: string): Promise<PlaceOrderInput> {
    const { userId, keyPrefix } = ctx.caller;
    const placed = await inTenant(pool, ctx, (client) => findOrderByKey(client, idempotencyKey));
    if (placed === undefined) throw new SystemError('INTERNAL', 'Something went wrong on our side');
    const { order, requestHash } = placed;
    return {
      userId,
      attemptId: uuidv7(),
      idempotencyKey,
      requestHash,
      fingerprint: orderFingerprint(userId, order, sha256Hex),
      content: contentOf(order),
      allowDuplicate: false,
      actor: `api_key:${keyPrefix}`,
      correlationId: ctx.correlationId,
    };
  }
}

function toMessage(ctx: CallContext, request: UpdateOrderStatus): TransitionRequest {
  return {
    to: request.status,
    actor: `api_key:${ctx.caller.keyPrefix}`,
    correlationId: ctx.correlationId,
    ...(request.expectedVersion === undefined ? {} : { expectedVersion: request.expectedVersion }),
    ...(request.reason === undefined ? {} : { reason: request.reason }),
  };
}

function contentOf({ customerName, customerPhone, items, source, notes, slotId }: Order): OrderContent {
  return { customerName, customerPhone, items, source, notes, slotId };
}

/** The same rules as OrderWorkflow's, for an order that nothing can happen to any more. */
function answerFromTheEnd(order: Order, request: UpdateOrderStatus): Order {
  if (request.expectedVersion !== undefined && request.expectedVersion !== order.version) {
    throw new BusinessRuleError('VERSION_CONFLICT', 'The order has changed since the version you expected', {
      current_version: order.version,
      current_status: order.status,
    });
  }
  if (request.status === order.status) return order;
  throw new InvalidOrderStateError(order.status, request.status, ORDER_TRANSITIONS[order.status]);
}

/** The run closed while the update was under way, which fails the update without a refusal. */
function isClosedMeanwhile(error: unknown): boolean {
  return error instanceof WorkflowUpdateFailedError;
}
