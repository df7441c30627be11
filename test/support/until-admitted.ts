import { type Client, isGrpcServiceError } from '@temporalio/client';
import { temporal as protocol } from '@temporalio/proto';
import { eventually } from './eventually';

const NOT_FOUND = 5;
const ADMITTED =
  protocol.api.enums.v1.UpdateWorkflowExecutionLifecycleStage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED;

/** Waits until an update that was sent is Temporal's: the run's next task brings it, if it did not come with the last one. */
export async function untilAdmitted(temporal: Client, workflowId: string, updateId: string): Promise<void> {
  await eventually(`update ${updateId} to be admitted`, async () => {
    try {
      await temporal.workflowService.pollWorkflowExecutionUpdate({
        namespace: temporal.options.namespace,
        updateRef: { workflowExecution: { workflowId }, updateId },
        waitPolicy: { lifecycleStage: ADMITTED },
      });
      return true;
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === NOT_FOUND) return false;
      throw error;
    }
  });
}
