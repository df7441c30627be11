import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningProcess, startProcess } from '../process/start-process';
import { projectRoot } from '../project-root';
import { StackError } from '../stack-error';
import { type DemoEnv, devEnvFile, readDemoEnv } from './demo-env';

const LOOK_AGAIN_MS = 200;
/** The stack stops its parts in order, each with its own grace, within about 30 seconds. */
export const STACK_STOP_GRACE_MS = 60_000;

/** The stack that is running, if it says that it is ready. */
export async function findStack(): Promise<DemoEnv | undefined> {
  const env = readDemoEnv(devEnvFile(process.env));
  return env !== undefined && (await isReady(env)) ? env : undefined;
}

/** Starts the stack as `npm start` does. `onLine` gets what it prints; nothing is ready yet when this returns. */
export function launchStack(onLine: (line: string) => void): Promise<RunningProcess> {
  return startProcess({
    name: 'stack',
    command: process.execPath,
    args: ['--enable-source-maps', join(projectRoot(), 'dist', 'deploy', 'local', 'main.js')],
    stopSignal: 'SIGTERM',
    output: { onLine },
  });
}

/**
 * Waits until the stack is ready, for as long as it takes: a first start may build Temporal, which takes minutes.
 * @throws StackError when it ends before that.
 */
export async function untilReady(stack: RunningProcess, launchedAt: Date): Promise<DemoEnv> {
  while (stack.running()) {
    // The stack writes the file at the end of its start; an older one may name ports that are no longer true.
    if (modifiedAt(devEnvFile(process.env)) >= launchedAt.getTime()) {
      const env = await findStack();
      if (env !== undefined) return env;
    }
    await delay(LOOK_AGAIN_MS);
  }
  const { code, signal } = await stack.exited;
  throw new StackError(
    `The stack ended before it was ready (${signal ?? `exit code ${code}`}); its last lines are above.`,
  );
}

async function isReady(env: DemoEnv): Promise<boolean> {
  try {
    const response = await fetch(`${env.apiUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
