import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type OnProgress, withProgress } from '../progress';
import { projectRoot } from '../project-root';
import { temporalModuleFolder } from './cache-folder';
import { temporalVersion } from './temporal-version';

/** No byte for so long means that the download is blocked, not slow: a firewall that drops packets never says no. */
const STALLED_MS = 15_000;

/**
 * Has the Temporal SDK download the pinned version of Temporal's CLI and keeps it as `target`. The SDK can only download
 * and start in one go, so it does that in a process of its own, which ends once the file is there.
 *
 * @returns the reason when that did not work: no network, a proxy, an unknown platform. Never throws for those.
 */
export async function downloadTemporal(options: {
  readonly version: string;
  readonly folder: string;
  readonly target: string;
  readonly onProgress: OnProgress;
}): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }> {
  const folder = join(options.folder, `download-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const reason = await withProgress(
      `Downloading Temporal ${options.version}`,
      options.onProgress,
      () => runDownload(options.version, folder),
      () => `, ${Math.round(bytesIn(folder) / 1e6)} MB`,
    );
    const file = readdirSync(folder).find((name) => name.startsWith('temporal-') && !name.endsWith('.downloading'));
    if (file === undefined) return { ok: false, reason };
    if ((await temporalVersion(join(folder, file))) === undefined) {
      return { ok: false, reason: 'what was downloaded does not run here' };
    }
    renameSync(join(folder, file), options.target);
    return { ok: true };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends when the download is complete, refused or stalled; the answer is the reason if it is not complete. */
function runDownload(version: string, folder: string): Promise<string> {
  return new Promise((resolve) => {
    const child = fork(join(temporalModuleFolder(), 'sdk-download.cjs'), [version, folder], {
      cwd: projectRoot(),
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    let reason = 'the download ended early';
    let bytes = 0;
    let movedAt = Date.now();
    const watch = setInterval(() => {
      if (bytesIn(folder) !== bytes) {
        bytes = bytesIn(folder);
        movedAt = Date.now();
      } else if (Date.now() - movedAt > STALLED_MS) {
        reason = `nothing came for ${STALLED_MS / 1000} s`;
        kill();
      }
    }, 500);
    child.on('message', (message) => {
      reason = String(message);
    });
    child.on('error', (error) => {
      reason = error.message;
    });
    child.on('close', () => {
      clearInterval(watch);
      process.off('exit', kill);
      resolve(reason);
    });
  });
}

function bytesIn(folder: string): number {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}
