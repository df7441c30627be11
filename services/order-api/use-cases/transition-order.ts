import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { BusinessRuleError, InvalidOrderStateError, SystemError } from '../../../domain/errors';
import type { Order } from '../../../domain/order';
import { isTerminal, ORDER_TRANSITIONS } from '../../../domain/order-state';
import { orderWorkflowId, type TransitionRequest, transitionUpdate } from '../../../workflows/contract';
import type { CallContext, UpdateOrderStatus } from './contract';
import type { OrderKeys } from './order-keys';
import { refusalOf, temporalError } from './temporal-error';

interface Dependencies {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly keys: OrderKeys;
}

/**
 * Moves an order by an update of its workflow, which answers when the move is in Postgres.
 *
 * An order whose run is closed is over, and Postgres says what the answer is. One whose run is gone although it is not
 * over (terminated by an operator, lost with Temporal's data) is UNAVAILABLE until a retried CreateOrder or the
 * reconciler has started its run again: nothing writes an order's state behind its workflow's back.
 */
export function createTransitionOrder({ temporal, keys }: Dependencies) {
  return async (ctx: CallContext, request: UpdateOrderStatus): Promise<Order> => {
    const key = await keys.keyOf(ctx, request.orderId);
    const handle = temporal.workflow.getHandle(orderWorkflowId(ctx.caller.userId, key));
    const message: TransitionRequest = {
      to: request.status,
      actor: `api_key:${ctx.caller.keyPrefix}`,
      correlationId: ctx.correlationId,
      ...(request.expectedVersion === undefined ? {} : { expectedVersion: request.expectedVersion }),
      ...(request.reason === undefined ? {} : { reason: request.reason }),
    };
    try {
      // The SDK may send an update again after a broken connection; its id makes that the same update.
      const answer = await temporal.withDeadline(ctx.deadline, () =>
        handle.executeUpdate(transitionUpdate, { args: [message], updateId: uuidv7() }),
      );
      return answer.order;
    } catch (error) {
      const refused = refusalOf(error);
      if (refused !== undefined) throw refused.error;
      const order = isClosed(error) ? (await keys.read(ctx, request.orderId)).order : undefined;
      if (order !== undefined && isTerminal(order.status)) return answerFromTheEnd(order, request);
      throw temporalError(order === undefined ? error : lostRun(error));
    }
  };
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

/** The run is closed or unknown; or it closed while the update was under way, which fails the update without a refusal. */
function isClosed(error: unknown): boolean {
  return (
    error instanceof WorkflowNotFoundError || (error instanceof Error && error.name === 'WorkflowUpdateFailedError')
  );
}

function lostRun(error: unknown): SystemError {
  return new SystemError('UNAVAILABLE', 'The order is being taken up again; try again later', {}, { cause: error });
}
