import { randomUUID } from 'node:crypto';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import type { Caller } from '../caller';
import { doneUpdate, FLOOR_TASK_QUEUE, FLOOR_WORKFLOW } from './workflow';

/** Calls Temporal directly: one update-with-start of a new bare workflow a call. */
export async function connectFloorCaller(address: string): Promise<Caller> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  let lastWorkflowId = '';
  return {
    async call() {
      const workflowId = `bench-floor:${randomUUID()}`;
      await client.workflow.executeUpdateWithStart(doneUpdate, {
        startWorkflowOperation: new WithStartWorkflowOperation(FLOOR_WORKFLOW, {
          workflowId,
          taskQueue: FLOOR_TASK_QUEUE,
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      });
      lastWorkflowId = workflowId;
    },
    lastWorkflowId: () => lastWorkflowId,
    close: () => connection.close(),
  };
}
