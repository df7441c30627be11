import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in these for user space on every architecture (USER_HZ), whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

/** A process whose CPU time is read: alone with what it has threads, or with all processes below it. */
export interface Measured {
  readonly pid: number;
  /** Postgres works in children, one a connection. */
  readonly withChildren?: boolean;
}

interface Stat {
  readonly parent: number;
  readonly seconds: number;
}

/** CPU seconds of a process so far, or undefined where there is no /proc to read them from. */
export function cpuSeconds({ pid, withChildren = false }: Measured): number | undefined {
  if (process.platform !== 'linux') return undefined;
  if (!withChildren) return readStat(pid)?.seconds;
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    if (stat !== undefined) stats.set(Number(name), stat);
  }
  let total = 0;
  for (const [id, stat] of stats) if (descends(id, pid, stats)) total += stat.seconds;
  return total;
}

function descends(pid: number, ancestor: number, stats: ReadonlyMap<number, Stat>): boolean {
  for (let id = pid; id > 1; id = stats.get(id)?.parent ?? 0) if (id === ancestor) return true;
  return false;
}

/** proc_pid_stat(5). The time of children that have ended (cutime, cstime) is in it, so that none is lost. */
function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended since the folder was listed; its parent's figures hold it now.
    return undefined;
  }
  // The name in parentheses may hold blanks and parentheses; the fields begin behind the last one, with the third.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  return { parent: field(4), seconds: (field(14) + field(15) + field(16) + field(17)) / TICKS_PER_SECOND };
}
