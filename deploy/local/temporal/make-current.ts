import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { StackError } from '../stack-error';

/** A version is known to the server once one of its workers has polled, which is a moment after that worker is ready. */
const WITHIN_MS = 30_000;
const CALL_DEADLINE_MS = 5_000;

/**
 * Makes a build of a Worker Deployment the one that gets the work: new runs at once, open ones with their next task.
 * Until it is called, a versioned worker polls and gets nothing.
 *
 * @throws StackError when the server does not know the build in time
 */
export async function makeCurrent(version: {
  readonly address: string;
  readonly namespace: string;
  readonly deploymentName: string;
  readonly buildId: string;
}): Promise<void> {
  const { address, namespace, deploymentName, buildId } = version;
  const connection = Connection.lazy({ address });
  const deadline = Date.now() + WITHIN_MS;
  try {
    for (;;) {
      try {
        await connection.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
          connection.workflowService.setWorkerDeploymentCurrentVersion({
            namespace,
            deploymentName,
            buildId,
            identity: 'local stack',
          }),
        );
        return;
      } catch (error) {
        if (Date.now() > deadline) {
          const reason = error instanceof Error ? error.message : 'no answer';
          throw new StackError(`Temporal does not make ${deploymentName} ${buildId} the current version: ${reason}`);
        }
        await sleep(200);
      }
    }
  } finally {
    await connection.close();
  }
}
