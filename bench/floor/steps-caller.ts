import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { activityUpdate, bareUpdate, FLOOR_STEPS_WORKFLOW, FLOOR_TASK_QUEUE } from './workflow';

export interface StepsRun {
  /** An update that does nothing. */
  bare(): Promise<void>;
  /** An update that waits for a local activity that does nothing. */
  withActivity(): Promise<void>;
}

export interface StepsCaller {
  /** A new bare run, open and in its worker's cache, as a booking's is when its steps come. */
  open(): Promise<StepsRun>;
  close(): Promise<void>;
}

/** Calls Temporal directly. */
export async function connectStepsCaller(address: string): Promise<StepsCaller> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  return {
    async open() {
      const workflowId = `bench-floor-steps:${randomUUID()}`;
      const handle = await client.workflow.start(FLOOR_STEPS_WORKFLOW, { workflowId, taskQueue: FLOOR_TASK_QUEUE });
      await handle.executeUpdate(bareUpdate);
      return {
        bare: () => handle.executeUpdate(bareUpdate),
        withActivity: () => handle.executeUpdate(activityUpdate),
      };
    },
    close: () => connection.close(),
  };
}
