import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Pool } from 'pg';
import { answersInTime } from './answers-in-time';
import type { HealthServerOptions } from './health-server';

/** How long readiness waits for a dependency. Below the health server's own limit, whose answer names no check. */
const CHECK_MS = 2_000;

/** A process of workers is ready while all of them poll and both PostgreSQL and Temporal answer it. */
export function workerReadiness({
  workers,
  pool,
  connection,
}: {
  readonly workers: readonly Worker[];
  readonly pool: Pool;
  readonly connection: NativeConnection;
}): HealthServerOptions['ready'] {
  return async () => {
    // Where Temporal is away a worker still says RUNNING: it polls on until it is back.
    const [postgres, temporal] = await Promise.all([
      answersInTime(() => pool.query('SELECT 1'), CHECK_MS),
      answersInTime(
        () => connection.withDeadline(Date.now() + CHECK_MS, () => connection.workflowService.getSystemInfo({})),
        CHECK_MS,
      ),
    ]);
    const checks = { worker: workers.every((worker) => worker.getState() === 'RUNNING'), postgres, temporal };
    return { ready: Object.values(checks).every(Boolean), checks };
  };
}
