import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProcess } from './start-process';

export interface Server {
  readonly process: RunningProcess;
  stop(): Promise<void>;
}

export interface KeptRunning {
  /** Stops it for good. */
  stop(): Promise<void>;
  /** Kills it at once, for good. */
  kill(): void;
}

const FIRST_PAUSE_MS = 500;
/** Long enough for a fault outside (a full disk, a migration under way) to pass without a storm of restarts. */
const LONGEST_PAUSE_MS = 30_000;
/** One that ran for so long had started well: its next end begins with the shortest pause again. */
const STEADY_MS = 60_000;

/**
 * Starts a server and starts it again whenever it ends by itself, after a pause that doubles.
 *
 * @throws whatever the first `start` throws; later failures are told to `onLine` and tried again
 */
export async function keepRunning(options: {
  readonly name: string;
  /** Resolves once it is ready to serve. */
  readonly start: () => Promise<Server>;
  readonly onStarted: (process: RunningProcess) => void;
  readonly onLine: (line: string) => void;
}): Promise<KeptRunning> {
  const { name, start, onStarted, onLine } = options;
  const stopping = new AbortController();
  let current: Server | undefined = await start();
  onStarted(current.process);

  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await current?.stop();
      await watching;
    },
    kill() {
      stopping.abort();
      current?.process.kill();
    },
  };

  async function watch(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (current !== undefined) {
      const startedAt = Date.now();
      const { code, signal } = await current.process.exited;
      if (stopping.signal.aborted) return;
      if (Date.now() - startedAt > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      onLine(`${name} ended by itself (${signal ?? `exit code ${code}`}); starting it again in ${pauseMs / 1000} s`);
      current = await startAgain();
    }

    async function startAgain(): Promise<Server | undefined> {
      while (!stopping.signal.aborted) {
        await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        if (stopping.signal.aborted) return undefined;
        try {
          const server = await start();
          onStarted(server.process);
          // Asked to stop while it was starting: nobody else knows of it yet.
          if (stopping.signal.aborted) await server.stop();
          else onLine(`${name} is up again`);
          return server;
        } catch (error) {
          onLine(`${name} does not start (${(error as Error).message}); trying again in ${pauseMs / 1000} s`);
        }
      }
      return undefined;
    }
  }
}
