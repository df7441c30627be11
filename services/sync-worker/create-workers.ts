import { readFileSync } from 'node:fs';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { workerVersioning } from '../../platform/worker-versioning';
import type { HistoryActivities } from '../../workflows/history-contract';
import type { NotificationActivities } from '../../workflows/notification-contract';
import type { SheetActivities } from '../../workflows/sheet-contract';
import type { Config } from './config';

/**
 * How much one process does at a time. Both kinds of activity wait for somebody else's server for most of their time: fewer,
 * and one slow receiver keeps the others waiting; more, and they queue for a connection to Postgres.
 */
const SLOTS = { workflowTasks: 20, sheets: 20 } as const;
export const NOTIFICATION_SLOTS = 50;

interface Dependencies {
  readonly config: Config;
  readonly connection: NativeConnection;
  readonly dataConverter: DataConverter;
  readonly plugins: NonNullable<WorkerOptions['plugins']>;
  readonly sheets: SheetActivities;
  readonly history: HistoryActivities;
  readonly notifications: NotificationActivities;
}

/**
 * The workers of this process: one for the `sheets` queue with its workflows and activities, one for the activities of the
 * `notifications` queue. Two, so that webhooks which all time out leave the sheets alone, and the other way round.
 */
export function createWorkers({ config, sheets, history, notifications, ...shared }: Dependencies): Promise<Worker[]> {
  const options: Omit<WorkerOptions, 'taskQueue'> = {
    ...shared,
    namespace: config.TEMPORAL_NAMESPACE,
    // What has begun is finished, and there is time left after it to close what that needed.
    shutdownGraceTime: `${Math.max(1, config.SHUTDOWN_GRACE_SECONDS - 2)} s`,
    ...workerVersioning(config.WORKER_DEPLOYMENT_NAME, config.WORKER_BUILD_ID),
  };
  return Promise.all([
    Worker.create({
      ...options,
      taskQueue: config.SHEETS_TASK_QUEUE,
      workflowBundle: { code: readFileSync(config.SYNC_WORKFLOW_BUNDLE, 'utf8') },
      activities: { ...sheets, ...history },
      maxConcurrentWorkflowTaskExecutions: SLOTS.workflowTasks,
      maxConcurrentActivityTaskExecutions: SLOTS.sheets,
    }),
    Worker.create({
      ...options,
      taskQueue: config.NOTIFICATIONS_TASK_QUEUE,
      activities: notifications,
      maxConcurrentActivityTaskExecutions: NOTIFICATION_SLOTS,
    }),
  ]);
}
