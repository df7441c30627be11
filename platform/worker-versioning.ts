import type { WorkerOptions } from '@temporalio/worker';

/**
 * With a build id, a worker is one version of a Worker Deployment: it gets work once that version is made current, and
 * loses it when another one is. Runs move to the current version with their next task (AUTO_UPGRADE): an order may stay
 * open for weeks, and pinning it would keep old workers alive as long. So new code must replay old histories, which
 * the recorded ones in test/workflow/histories prove.
 */
export function workerVersioning(deploymentName: string, buildId: string | undefined): Partial<WorkerOptions> {
  if (buildId === undefined) return {};
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName, buildId },
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}
