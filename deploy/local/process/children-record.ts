import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from './process-identity';
import type { RunningProcess } from './start-process';

type Entry = Pick<RunningProcess, 'name' | 'pid' | 'identity' | 'stopSignal'>;

/** As long as a service may take to finish what it holds; a process that outlives this is killed. */
const GRACE_MS = 12_000;

/**
 * Keeps a file of the children that run, so that the next start can find them should this process and the one that
 * cleans up after it (die-with-parent.ts) both be killed. A child that is added replaces the earlier one of its name.
 */
export function recordChildren(path: string): { add(child: RunningProcess): void; clear(): void } {
  const entries = new Map<string, Entry>();
  return {
    add({ name, pid, identity, stopSignal }) {
      entries.set(name, { name, pid, identity, stopSignal });
      writeFileSync(`${path}.new`, JSON.stringify([...entries.values()]), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
    clear: () => rmSync(path, { force: true }),
  };
}

/**
 * Stops, the newest first, every child in the file that still runs. Call it only when whoever wrote the file is dead.
 *
 * @returns the names of those that it stopped
 */
export async function stopRecordedChildren(path: string): Promise<string[]> {
  const stopped: string[] = [];
  for (const entry of readEntries(path).reverse()) {
    if (!isRunning(entry)) continue;
    stopped.push(entry.name);
    signal(entry.pid, entry.stopSignal);
    for (const deadline = Date.now() + GRACE_MS; isRunning(entry) && Date.now() < deadline; ) await sleep(50);
    if (isRunning(entry)) signal(-entry.pid, 'SIGKILL');
  }
  rmSync(path, { force: true });
  return stopped;
}

function isRunning({ pid, identity }: Entry): boolean {
  return processIdentity(pid) === identity;
}

function readEntries(path: string): Entry[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Entry[];
  } catch {
    return [];
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself meanwhile.
  }
}
