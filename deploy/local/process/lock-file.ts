import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { processIdentity } from './process-identity';

export type Lock = { readonly taken: true; release(): void } | { readonly taken: false; readonly heldBy: number };

/**
 * Takes the lock that `path` stands for, or says which live process holds it. Never waits. A lock whose holder died
 * without releasing it (kill -9, power cut) is taken over.
 */
export function tryLock(path: string): Lock {
  const mine = `${path}.${process.pid}`;
  const content = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) });
  // Written aside and then linked: nobody ever reads a lock that exists but does not yet say whose it is.
  writeFileSync(mine, content, { mode: 0o600 });
  try {
    for (;;) {
      if (linkIfAbsent(mine, path)) return { taken: true, release: () => releaseIfOwn(path, content) };
      const found = read(path);
      if (found === undefined) continue;
      const holder = liveHolder(found);
      if (holder !== undefined) return { taken: false, heldBy: holder };
      removeStale(path, found);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Two starters may both find the same stale lock: whoever moved away something else puts it back. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside) !== stale) linkIfAbsent(aside, path);
  rmSync(aside, { force: true });
}

function releaseIfOwn(path: string, content: string): void {
  if (read(path) === content) rmSync(path, { force: true });
}

function liveHolder(content: string): number | undefined {
  try {
    const { pid, identity } = JSON.parse(content) as { pid: number; identity: string };
    return processIdentity(pid) === identity ? pid : undefined;
  } catch {
    return undefined;
  }
}

function linkIfAbsent(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
