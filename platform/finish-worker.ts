import type { Worker } from '@temporalio/worker';

/** Has a worker stop taking tasks, and waits until it has finished what it holds. */
export async function finishWorker(worker: Worker, running: Promise<void>): Promise<void> {
  if (worker.getState() === 'RUNNING') worker.shutdown();
  await running;
}
