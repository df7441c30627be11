import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processCommand, processIdentity } from '../process/process-identity';
import { StackError } from '../stack-error';

/** A stop in order writes a checkpoint; after this the server is told to end without one, and recovers when reopened. */
const FAST_SHUTDOWN_MS = 15_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/**
 * Stops the server that still runs on `dataDir` because whoever started it was killed, and removes the pid file of one
 * that was killed itself. Call it only while holding the lock of the folder's owner: it cannot tell an orphan from the
 * server of a living stack.
 *
 * @throws StackError when the server does not end
 */
export async function stopOrphanedPostgres(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  const pid = readPid(pidFile);
  if (pid === undefined) return;
  if (!processCommand(pid)?.includes(dataDir)) {
    // Postgres only looks whether *some* process has that pid, and would refuse to start beside a stranger.
    rmSync(pidFile, { force: true });
    return;
  }
  const identity = processIdentity(pid);
  const ended = async (withinMs: number): Promise<boolean> => {
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(50)) {
      if (processIdentity(pid) !== identity) return true;
    }
    return false;
  };
  signal(pid, 'SIGINT');
  if (await ended(FAST_SHUTDOWN_MS)) return;
  signal(pid, 'SIGQUIT');
  if (await ended(IMMEDIATE_SHUTDOWN_MS)) return;
  throw new StackError(`A Postgres from an earlier start (pid ${pid}) does not end: stop it and start again.`);
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself meanwhile.
  }
}
