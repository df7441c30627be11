import { condition, defineUpdate, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import type { FloorActivities } from './worker';

export const FLOOR_TASK_QUEUE = 'bench-floor';
export const FLOOR_WORKFLOW = 'FloorWorkflow';
export const FLOOR_STEPS_WORKFLOW = 'FloorStepsWorkflow';

/** Waits until the local activity has run. */
export const doneUpdate = defineUpdate<void>('done');
/** Does nothing and answers. */
export const bareUpdate = defineUpdate<void>('bare');
/** Runs a local activity that does nothing, and answers. */
export const activityUpdate = defineUpdate<void>('activity');

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

/** A run that stays open and takes steps by updates: the least that a booking's steps can be. */
export async function FloorStepsWorkflow(): Promise<void> {
  setHandler(bareUpdate, () => undefined);
  setHandler(activityUpdate, () => nothing());
  await condition(() => false);
}
