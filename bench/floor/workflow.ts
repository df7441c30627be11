import { condition, defineUpdate, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { FloorActivities } from './worker';

export const FLOOR_TASK_QUEUE = 'bench-floor';
export const FLOOR_WORKFLOW = 'FloorWorkflow';

/** Waits until the local activity has run. */
export const doneUpdate = defineUpdate<void>('done');

const { nothing } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '10s' });

/**
 * The least that a durable order can be: one local activity that does nothing, an update that waits for it, and then a
 * run that stays open. What Temporal itself costs, and what an order is measured against.
 */
export async function FloorWorkflow(): Promise<void> {
  let done = false;
  setHandler(doneUpdate, () => condition(() => done));
  await nothing();
  done = true;
  await condition(() => false);
}
