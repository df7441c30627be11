import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProcess } from './start-process';

export interface KeptRunning {
  /** Resolves once it serves for the first time; rejects with what the first start threw. */
  readonly ready: Promise<void>;
  /** Stops it for good, also while it is starting: after this nothing of it runs, and nothing comes to. */
  stop(): Promise<void>;
  /** Kills it at once, for good. */
  kill(): void;
}

/** Starts a process, tells of it as soon as it exists, and resolves once it serves. */
export type Start = (onSpawned: (process: RunningProcess) => void) => Promise<unknown>;

const FIRST_PAUSE_MS = 500;
/** Long enough for a fault outside (a full disk, a migration under way) to pass without a storm of restarts. */
const LONGEST_PAUSE_MS = 30_000;
/** One that ran for so long had started well: its next end begins with the shortest pause again. */
const STEADY_MS = 60_000;

/**
 * Starts a server and, once it has served, starts it again whenever it ends by itself, after a pause that doubles. A
 * failing first start is the caller's to handle; failures after that are told to `onLine` and tried again.
 */
export function keepRunning(options: {
  readonly name: string;
  readonly start: Start;
  readonly onSpawned: (process: RunningProcess) => void;
  readonly onLine: (line: string) => void;
}): KeptRunning {
  const { name, onLine } = options;
  const stopping = new AbortController();
  let child: RunningProcess | undefined;
  /** The start that is under way, or the last one; never rejects. */
  let starting: Promise<unknown> = Promise.resolve();

  const start = (): Promise<unknown> => {
    const started = options.start((spawned) => {
      child = spawned;
      options.onSpawned(spawned);
      // Asked to stop just before it came to be.
      if (stopping.signal.aborted) void spawned.stop();
    });
    starting = started.catch(() => {});
    return started;
  };
  const ready = start().then(() => {});
  ready.then(watch, () => {});

  return {
    ready,
    async stop() {
      stopping.abort();
      await child?.stop();
      // One that comes to be only now, such as Postgres after its data folder was made, would be left behind.
      await starting;
      await child?.stop();
    },
    kill() {
      stopping.abort();
      child?.kill();
    },
  };

  async function watch(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      const servedSince = Date.now();
      const exit = await child?.exited;
      if (stopping.signal.aborted) return;
      if (Date.now() - servedSince > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      let problem = `${name} ended by itself (${exit?.signal ?? `exit code ${exit?.code}`})`;
      do {
        onLine(`${problem}; starting it again in ${pauseMs / 1000} s`);
        await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
        if (stopping.signal.aborted) return;
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        problem = await start().then(
          () => '',
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        );
        if (stopping.signal.aborted) return;
      } while (problem !== '');
      onLine(`${name} is up again`);
    }
  }
}
