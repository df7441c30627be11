import { WithStartWorkflowOperation } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { totalQuantity } from '../../../domain/order';
import {
  ORDER_WORKFLOW,
  type OrderWorkflowInput,
  orderWorkflowId,
  type PlaceOrderInput,
  SEARCH_ATTRIBUTES,
} from '../../../workflows/contract';

/**
 * The start that goes along with an update of an order's run: joins the run that is open, and starts one only where there
 * is none or the last one came to no good end. The run's place in Temporal is its key's, so there are never two.
 */
export function startOrderRun(attempt: PlaceOrderInput, taskQueue: string) {
  const { content, userId } = attempt;
  const input: OrderWorkflowInput = { attempt };
  return new WithStartWorkflowOperation(ORDER_WORKFLOW, {
    workflowId: orderWorkflowId(userId, attempt.idempotencyKey),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    typedSearchAttributes: new TypedSearchAttributes([
      { key: SEARCH_ATTRIBUTES.orderStatus, value: 'pending' },
      { key: SEARCH_ATTRIBUTES.tenantId, value: userId },
      { key: SEARCH_ATTRIBUTES.orderSource, value: content.source },
    ]),
    staticSummary: `${totalQuantity(content.items)} × ${content.items.length} items from ${content.source}`,
  });
}
