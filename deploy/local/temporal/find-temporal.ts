import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from '../process/lock-file';
import { type OnProgress, withProgress } from '../progress';
import { StackError } from '../stack-error';
import { buildTemporal } from './build-temporal';
import { pinnedTemporalVersion, temporalCacheFolder } from './cache-folder';
import { downloadTemporal } from './download-temporal';
import { temporalVersion } from './temporal-version';

export type FoundTemporal =
  /** A server that runs already. */
  | { readonly kind: 'external'; readonly address: string }
  /** A CLI that can start one. */
  | { readonly kind: 'binary'; readonly path: string; readonly source: TemporalSource };

export type TemporalSource = 'TEMPORAL_CLI' | 'PATH' | 'cache' | 'download' | 'build';

export interface FindTemporal {
  readonly env: NodeJS.ProcessEnv;
  /** Where a downloaded or built server is kept; default: the user's cache folder. */
  readonly cacheDir?: string;
  readonly onProgress: OnProgress;
}

/**
 * Where the Temporal server comes from, the first that is there: TEMPORAL_ADDRESS; TEMPORAL_CLI; `temporal` on PATH;
 * what an earlier call kept in the cache; the SDK's download; a build of the Go module beside this file, which takes
 * minutes. What was downloaded or built is kept, and two callers at once make it only once.
 *
 * @throws StackError when none of them works, with what to do
 */
export async function findTemporal(options: FindTemporal): Promise<FoundTemporal> {
  const { env, onProgress } = options;
  if (env.TEMPORAL_ADDRESS) return { kind: 'external', address: env.TEMPORAL_ADDRESS };

  if (env.TEMPORAL_CLI) {
    if ((await temporalVersion(env.TEMPORAL_CLI)) !== undefined) return binary(env.TEMPORAL_CLI, 'TEMPORAL_CLI');
    throw new StackError(`TEMPORAL_CLI=${env.TEMPORAL_CLI} is not a Temporal CLI that runs here: correct or unset it.`);
  }
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, process.platform === 'win32' ? 'temporal.exe' : 'temporal');
    if (existsSync(path) && (await temporalVersion(path)) !== undefined) return binary(path, 'PATH');
  }

  const folder = options.cacheDir ?? temporalCacheFolder(env);
  const target = join(folder, process.platform === 'win32' ? 'temporal.exe' : 'temporal');
  if (existsSync(target)) return binary(target, 'cache');
  return withMakersLock(folder, onProgress, async () => {
    // Whoever held the lock before us may have made it.
    if (existsSync(target)) return binary(target, 'cache');
    const version = pinnedTemporalVersion();
    const download = await downloadTemporal({ version, folder, target, onProgress });
    if (download.ok) return binary(target, 'download');
    onProgress(`Temporal cannot be downloaded (${download.reason}); building it instead.`);
    await buildTemporal({ version, folder, target, env, onProgress });
    return binary(target, 'build');
  });
}

function binary(path: string, source: TemporalSource): FoundTemporal {
  return { kind: 'binary', path, source };
}

async function withMakersLock<T>(folder: string, onProgress: OnProgress, make: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'making.lock');
  const first = tryLock(path);
  const lock = first.taken ? first : await withProgress(waiting(first.heldBy), onProgress, () => waitForLock(path));
  try {
    return await make();
  } finally {
    lock.release();
  }
}

function waiting(pid: number): string {
  return `Waiting for the Temporal server that process ${pid} downloads or builds`;
}

async function waitForLock(path: string): Promise<{ release(): void }> {
  for (;;) {
    const lock = tryLock(path);
    if (lock.taken) return lock;
    await sleep(1_000);
  }
}
