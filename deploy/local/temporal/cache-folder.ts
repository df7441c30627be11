import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../project-root';
import { shortHash } from '../short-hash';

/** The Go module that pins which Temporal is built. */
export function temporalModuleFolder(): string {
  return join(projectRoot(), 'deploy', 'local', 'temporal');
}

/** The version of Temporal's CLI that go.mod pins, such as `v1.8.2`. */
export function pinnedTemporalVersion(): string {
  const version = /github\.com\/temporalio\/cli (v\S+)/.exec(readGoMod())?.[1];
  if (version === undefined)
    throw new Error('deploy/local/temporal/go.mod names no version of github.com/temporalio/cli');
  return version;
}

/**
 * The folder of the user's cache for the Temporal that go.mod pins, on this platform. Another go.mod is another folder,
 * so a checkout of another version neither finds the wrong server nor rebuilds this one.
 */
export function temporalCacheFolder(env: NodeJS.ProcessEnv): string {
  const key = shortHash(`${readGoMod()}\n${process.platform}-${process.arch}`);
  return join(userCacheFolder(env), 'order-booking', `temporal-${key}`);
}

function readGoMod(): string {
  return readFileSync(join(temporalModuleFolder(), 'go.mod'), 'utf8');
}

function userCacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  const home = env.HOME || homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches');
  if (process.platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local');
  return join(home, '.cache');
}
