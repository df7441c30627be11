import { readFileSync } from 'node:fs';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { workerVersioning } from '../../platform/worker-versioning';
import type { BookingActivities } from '../../workflows/booking-contract';
import type { OrderActivities } from '../../workflows/contract';
import type { Config } from './config';

/**
 * How much one worker process does at a time. A workflow task is CPU work on one JavaScript thread, so many slots only
 * add context switches; a local activity waits for Postgres, so there may be more of them than pool connections, but
 * not so many that they queue for a connection longer than their timeout.
 */
const SLOTS = {
  workflowTasks: 40,
  localActivities: 40,
} as const;

/**
 * Polls for workflow tasks, as many as there is work for. A fixed number is shared one to four between new runs and those in
 * the cache, so that in a burst of new orders two polls take them all, late and out of turn: with 50 callers one order in a
 * hundred took 4.2 s instead of 1.7 s.
 */
const POLLERS = { type: 'autoscaling', minimum: 2, initial: 10, maximum: 40 } as const;

interface Dependencies {
  readonly config: Config;
  readonly connection: NativeConnection;
  readonly dataConverter: DataConverter;
  readonly plugins: NonNullable<WorkerOptions['plugins']>;
  readonly activities: OrderActivities & BookingActivities;
}

/** The worker of the `orders` queue: OrderWorkflow, BookingWorkflow and their activities. */
export function createWorker({
  config,
  connection,
  dataConverter,
  plugins,
  activities,
}: Dependencies): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.ORDERS_TASK_QUEUE,
    workflowBundle: { code: readFileSync(config.WORKFLOW_BUNDLE, 'utf8') },
    activities,
    dataConverter,
    plugins,
    maxConcurrentWorkflowTaskExecutions: SLOTS.workflowTasks,
    maxConcurrentLocalActivityExecutions: SLOTS.localActivities,
    // maxCachedWorkflows is the SDK's, which goes by the heap's size (2,400 for 4 GB; an open order takes some 100 kB).
    // Evicting one costs 0.7 ms now and a replay from history when its next message comes, never an order.
    workflowTaskPollerBehavior: POLLERS,
    // What has begun is finished, and there is time left after it to close what that needed.
    shutdownGraceTime: `${Math.max(1, config.SHUTDOWN_GRACE_SECONDS - 2)} s`,
    ...workerVersioning(config.WORKER_DEPLOYMENT_NAME, config.WORKER_BUILD_ID),
  });
}
