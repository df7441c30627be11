import { ApplicationFailure } from '@temporalio/common';
import { type TransitionOrder, transitionOrder } from '../../../persistence/orders/transition-order';
import { withTenant } from '../../../persistence/with-tenant';
import { databaseFailure } from '../../../platform/database-failure';
import { logOrderStatusChanged } from '../../../platform/logger';
import { countStatusChange } from '../../../platform/metrics';
import type { OrderActivities, TransitionOrderInput } from '../../../workflows/contract';
import type { OrderActivityDependencies } from './create-order-activities';

/** Moves an order by one statement. Run again for the same command, it changes nothing and answers the same. */
export function createTransitionOrder({
  pool,
  logger,
  nudgeSheet,
  notificationsTaskQueue: taskQueue,
}: OrderActivityDependencies): OrderActivities['transitionOrder'] {
  return async (input) => {
    const outcome = await withTenant(pool, input.userId, (client) => transitionOrder(client, toCommand(input))).catch(
      (error: unknown) => {
        throw databaseFailure(error);
      },
    );
    if (outcome === undefined) {
      // The order was placed by this same run, so its row has been taken away by somebody: waiting brings nothing back.
      throw ApplicationFailure.create({ type: 'NOT_FOUND', message: 'The order is gone', nonRetryable: true });
    }
    const { kind, order, sequence, subscriptions, sheetFellBehind } = outcome;
    if (sheetFellBehind) nudgeSheet(input.userId);
    if (kind === 'moved') {
      const { userId, orderId, correlationId } = input;
      countStatusChange(outcome.from, order.status);
      logOrderStatusChanged(logger, {
        userId,
        orderId,
        fromStatus: outcome.from,
        toStatus: order.status,
        version: order.version,
        correlationId,
      });
    }
    return kind === 'moved' && subscriptions.length > 0
      ? { kind, order, tell: { taskQueue, sequence, subscriptions } }
      : { kind, order };
  };
}

/** Field by field: what else an input holds (it may come from anyone with access to Temporal) goes no further. */
function toCommand(input: TransitionOrderInput): TransitionOrder {
  const { orderId, to, expectedVersion, commandId, actor, reason, correlationId, auditRefusal } = input;
  return {
    orderId,
    to,
    commandId,
    actor,
    correlationId,
    auditRefusal,
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
    ...(reason === undefined ? {} : { reason }),
  };
}
