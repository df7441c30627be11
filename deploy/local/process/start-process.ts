import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { dieWithParent } from './die-with-parent';
import { processIdentity } from './process-identity';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** See process-identity.ts. */
  readonly identity: string;
  readonly stopSignal: NodeJS.Signals;
  /** Resolves when the process has ended, however it did; never rejects. */
  readonly exited: Promise<Exit>;
  running(): boolean;
  /**
   * Asks it to end and, after `graceMs` (milliseconds; default: as it was started with), kills its whole process group.
   * Resolves when it has ended.
   */
  stop(graceMs?: number): Promise<void>;
  /** Kills the whole process group at once. */
  kill(): void;
}

export interface StartProcess {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Whom to run as; only root may give one. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** What asks it to end in order. */
  readonly stopSignal: NodeJS.Signals;
  /** How long it may take to end in order, in milliseconds. Default 10 seconds. */
  readonly graceMs?: number;
  /** Both streams into a file that is begun anew, or line by line to a function. */
  readonly output: { readonly file: string } | { readonly onLine: (line: string) => void };
}

const DEFAULT_GRACE_MS = 10_000;

/**
 * Starts a long-running child in a process group of its own, so that the terminal's Ctrl-C reaches only us and we stop
 * the children in order. It is stopped too when this process is killed.
 *
 * @throws Error when the command cannot be started (missing, not executable)
 */
export async function startProcess(options: StartProcess): Promise<RunningProcess> {
  // The file is handed over rather than piped: a server whose pipe breaks with our death could not write its last words.
  const file = 'file' in options.output ? openSync(options.output.file, 'w', 0o600) : undefined;
  const sink = file ?? 'pipe';
  // What children write to the data folder is for its owner only; a child inherits the mask at this very moment.
  const umask = process.umask(0o077);
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ['ignore', sink, sink],
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.user ?? {}),
  });
  process.umask(umask);
  if (file !== undefined) closeSync(file);
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.name} has no process id`);

  const forget = dieWithParent(pid, options.stopSignal);
  let running = true;
  void exited.then(() => {
    running = false;
    forget();
    // What it started itself and left behind.
    signalGroup(pid, 'SIGKILL');
  });
  if ('onLine' in options.output) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', options.output.onLine);
    }
  }

  const kill = (): void => {
    // Never after its end: by then the id may be somebody else's.
    if (running) signalGroup(pid, 'SIGKILL');
  };
  return {
    name: options.name,
    pid,
    identity: processIdentity(pid) ?? '',
    stopSignal: options.stopSignal,
    exited,
    running: () => running,
    kill,
    async stop(graceMs = options.graceMs ?? DEFAULT_GRACE_MS) {
      if (!running) return;
      child.kill(options.stopSignal);
      const overdue = setTimeout(kill, graceMs);
      await exited;
      clearTimeout(overdue);
    },
  };
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // The group is gone already.
  }
}
