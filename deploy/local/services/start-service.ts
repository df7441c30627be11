import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningProcess, startProcess } from '../process/start-process';
import { projectRoot } from '../project-root';
import { StackError } from '../stack-error';

export interface StartService {
  /** As people call it. */
  readonly name: string;
  /** Its folder, which holds a `main`. */
  readonly folder: string;
  /** All of its environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly readyUrl: string;
  /** Everything it writes is appended here as it is. */
  readonly logFile: string;
  readonly onLine: (line: string) => void;
  /** Told of its process before it is ready. */
  readonly onSpawned: (process: RunningProcess) => void;
}

/** Connecting and loading the workflow bundle takes seconds on a busy machine of two cores. */
const READY_WITHIN_MS = 60_000;
/** More than the service's own grace (SHUTDOWN_GRACE_SECONDS, 10), after which it ends by itself. */
const STOP_GRACE_MS = 12_000;
/** Of a service that fails to start: what it said last. */
const LAST_LINES = 5;

/**
 * Starts a compiled service and waits until its /readyz says yes.
 *
 * @throws StackError with its last lines when it ends first or is not ready in time
 */
export async function startService(options: StartService): Promise<void> {
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  const last: string[] = [];
  const child = await startProcess({
    name: options.name,
    command: process.execPath,
    args: ['--enable-source-maps', join(projectRoot(), 'dist', options.folder, 'main.js')],
    env: options.env,
    stopSignal: 'SIGTERM',
    graceMs: STOP_GRACE_MS,
    output: {
      onLine(line) {
        log.write(`${line}\n`);
        last.push(line);
        if (last.length > LAST_LINES) last.shift();
        options.onLine(line);
      },
    },
  });
  options.onSpawned(child);
  void child.exited.then(() => log.end());
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(50)) {
    if (!child.running()) {
      throw new StackError([`${options.name} ended while starting; its last lines:`, ...last].join('\n  '));
    }
    if (await answersOk(options.readyUrl)) return;
  }
  await child.stop();
  throw new StackError([`${options.name} was not ready in ${READY_WITHIN_MS / 1000} s:`, ...last].join('\n  '));
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
