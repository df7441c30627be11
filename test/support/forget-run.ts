import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { eventually } from './eventually';

/** Whether Temporal knows a run of this workflow id, open or closed. */
export async function isKnown(temporal: Client, workflowId: string): Promise<boolean> {
  try {
    await temporal.workflow.getHandle(workflowId).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Makes Temporal forget all runs of a workflow id, as the end of its retention does, and waits until it has. */
export async function forgetRun(temporal: Client, workflowId: string): Promise<void> {
  await eventually(`Temporal to forget ${workflowId}`, async () => {
    if (!(await isKnown(temporal, workflowId))) return true;
    // Only the newest run is deleted by a call; the ones before it come to light one after the other.
    await temporal.workflowService
      .deleteWorkflowExecution({ namespace: 'default', workflowExecution: { workflowId } })
      .catch(() => undefined);
    return false;
  });
}
