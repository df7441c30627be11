import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { BusinessRuleError, InvalidOrderStateError, type OrderError, SystemError } from '../../../domain/errors';
import { orderFingerprint } from '../../../domain/fingerprint';
import type { Order, OrderContent } from '../../../domain/order';
import { isTerminal, ORDER_TRANSITIONS } from '../../../domain/order-state';
import { findOrderAfterCommand } from '../../../persistence/orders/find-order-after-command';
import { findOrderByKey } from '../../../persistence/orders/find-order-by-key';
import { sha256Hex } from '../../../platform/sha256';
import {
  orderWorkflowId,
  type PlaceOrderInput,
  type TransitionRequest,
  transitionUpdate,
  updateCommandId,
} from '../../../workflows/contract';
import type { CallContext, UpdateOrderStatus } from './contract';
import { inTenant } from './in-tenant';
import type { OrderKeys } from './order-keys';
import type { OrderTurns } from './order-turns';
import { startOrderRun } from './start-order-run';
import { isRunGone, isTaskLost, refusalOf, temporalError } from './temporal-error';

interface Dependencies {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly keys: OrderKeys;
  readonly turns: OrderTurns;
}

/** The first try, one for a run that has to be started again, and some for tasks that were lost on the way. */
const TRIES = 5;

/**
 * Moves an order by an update of its workflow, which answers when the move is in Postgres.
 *
 * An order whose run is closed is over, and Postgres says what the answer is. One whose run is gone although it is not
 * over (terminated by an operator, lost with Temporal's data) gets a new run with this update: nothing writes an order's
 * state behind its workflow's back, and without it such an order could never be moved again.
 *
 * A no is checked before it is told. The move may have been written by a workflow task that was then lost; judged again, the
 * same command comes too late for itself.
 */
export function createTransitionOrder({ pool, temporal, taskQueue, keys, turns }: Dependencies) {
  return async (ctx: CallContext, request: UpdateOrderStatus): Promise<Order> => {
    const key = await keys.keyOf(ctx, request.orderId);
    const workflowId = orderWorkflowId(ctx.caller.userId, key);
    // Sent again, by the SDK or below, it is the same command: its id says so.
    const updateId = uuidv7();
    let message = toMessage(ctx, request);
    const update = () => ({ args: [message] as [TransitionRequest], updateId });
    const askRun = () => temporal.workflow.getHandle(workflowId).executeUpdate(transitionUpdate, update());
    const askNewRun = async () => {
      const startWorkflowOperation = startOrderRun(await attemptOf(ctx, key), taskQueue);
      return temporal.workflow.executeUpdateWithStart(transitionUpdate, { ...update(), startWorkflowOperation });
    };
    let ask = askRun;
    for (let left = TRIES - 1; ; left -= 1) {
      try {
        const answer = await turns.take(workflowId, () => temporal.withDeadline(ctx.deadline, ask));
        return answer.order;
      } catch (error) {
        const order = await fromPostgres(ctx, request, updateId, error);
        if (order !== undefined) return order;
        if (left === 0) throw temporalError(error);
        if (isRunGone(error)) ask = askNewRun;
        // The run's memory is behind: its no does not count, and the next one is to be Postgres' own.
        if (refusalOf(error)?.fromMemory === true) message = { ...message, askPostgres: true };
      }
    }
  };

  /**
   * The answer where the run gave none that counts; undefined when the update is to be sent again.
   * @throws the refusal, when the command has really not moved the order; UNAVAILABLE when nothing can be known.
   */
  async function fromPostgres(
    ctx: CallContext,
    request: UpdateOrderStatus,
    updateId: string,
    error: unknown,
  ): Promise<Order | undefined> {
    const open = !(error instanceof WorkflowUpdateFailedError || isRunGone(error) || isTaskLost(error));
    if (open) throw temporalError(error);
    const command = { orderId: request.orderId, commandId: updateCommandId(updateId) };
    // The order first: a move that it shows has its event by the time that is looked for. The other way round, the caller's own
    // move, committed in between, would be taken for somebody else's and held against the version that was expected.
    const { order } = await keys.read(ctx, request.orderId);
    const moved = await inTenant(pool, ctx, (client) => findOrderAfterCommand(client, command));
    if (moved !== undefined) return moved;
    const refused = refusalOf(error);
    if (refused !== undefined && !refused.fromMemory) throw refused.error;
    if (refused !== undefined) {
      if (!isBehind(refused.error, order)) throw refused.error;
      return undefined;
    }
    return isTerminal(order.status) ? answerFromTheEnd(order, request) : undefined;
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

/**
 * Whether a run refused by a state that its order has left: it missed its own write, because the task that wrote was lost
 * and nobody asked again.
 */
function isBehind({ details }: OrderError, { status, version }: Order): boolean {
  if (details.current_status === undefined) return false;
  return details.current_status !== status || (details.current_version ?? version) !== version;
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
