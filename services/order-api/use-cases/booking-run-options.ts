import { TypedSearchAttributes } from '@temporalio/common';
import { type BookingWorkflowInput, bookingWorkflowId } from '../../../workflows/booking-contract';
import { SEARCH_ATTRIBUTES } from '../../../workflows/contract';

/**
 * How a booking's run is started: joins the run that is open, and starts one only where there is none or the last one came to
 * no good end. A new run finds the booking as Postgres has it.
 */
export function bookingRunOptions(input: BookingWorkflowInput, taskQueue: string) {
  const { userId, bookingId } = input;
  return {
    workflowId: bookingWorkflowId(userId, bookingId),
    taskQueue,
    args: [input] as [BookingWorkflowInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    // A booking that was refused or cut off may be opened again; one that came to its end never is.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    typedSearchAttributes: new TypedSearchAttributes([{ key: SEARCH_ATTRIBUTES.tenantId, value: userId }]),
    staticSummary: 'An AI booking',
  };
}
