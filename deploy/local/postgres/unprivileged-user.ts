import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { shortHash } from '../short-hash';
import { StackError } from '../stack-error';
import { binariesIn, type PostgresBinaries } from './postgres-binaries';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Root's own place for what an unprivileged Postgres must reach although the project lies in, say, /root. */
const SHARED_FOLDER = '/var/lib/order-booking';

/**
 * Whom Postgres runs as: undefined (ourselves) unless we are root, as whom it refuses to run. Then `postgres`, or
 * `nobody` where there is no such user. No user is created.
 *
 * @throws StackError when root finds neither
 */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => numericId(flag, name));
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid };
  }
  throw new StackError(
    'Postgres does not run as root, and there is no user postgres or nobody: start as another user.',
  );
}

/**
 * Where the data folder really is: `dataDir`, or a folder of root's when `user` could not get to `dataDir` because a
 * folder above it is closed to others.
 */
export function reachableDataDir(dataDir: string, user: User | undefined): string {
  const path = resolve(dataDir);
  if (user === undefined || canReach(dirname(path), user)) return path;
  return join(SHARED_FOLDER, `data-${shortHash(path)}`);
}

/**
 * Lets `user` pass through a folder of ours under the system's folder for temporary files. Node makes such folders closed
 * to others; a cluster in one would be kept elsewhere, where nothing clears it away after a killed test run.
 */
export function openTemporaryFolder(folder: string, user: User | undefined): void {
  const path = resolve(folder);
  if (user === undefined || !path.startsWith(join(tmpdir(), sep)) || !existsSync(path)) return;
  if (statSync(path).uid === process.getuid?.()) chmodSync(path, statSync(path).mode | 0o011);
}

/** The binaries themselves, or a copy (60 MB, made once) when `user` cannot get to them. */
export function reachableBinaries(binaries: PostgresBinaries, user: User | undefined): PostgresBinaries {
  if (user === undefined || canReach(dirname(binaries.postgres), user)) return binaries;
  const { size, mtimeMs } = statSync(binaries.postgres);
  const copy = join(SHARED_FOLDER, `postgres-${shortHash(`${binaries.root} ${size} ${mtimeMs}`)}`);
  if (!existsSync(copy)) {
    // Copied aside and renamed: a copy that was interrupted is never taken for a whole one.
    const partial = `${copy}.${process.pid}`;
    makeSharedFolder();
    cpSync(binaries.root, partial, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(partial, copy);
    } catch {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return binariesIn(copy);
}

/** Others pass through it, whatever mask root's shell has. */
function makeSharedFolder(): void {
  mkdirSync(SHARED_FOLDER, { recursive: true });
  chmodSync(SHARED_FOLDER, 0o755);
}

/** Makes a folder that only `user` may enter. */
export function makePrivateFolder(path: string, user: User | undefined): void {
  if (dirname(path) === SHARED_FOLDER) makeSharedFolder();
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o700);
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}

function numericId(flag: string, name: string): number | undefined {
  try {
    const text = execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return Number.parseInt(text, 10);
  } catch {
    return undefined;
  }
}

/** Whether `user` may pass through `folder` and all above it; one that does not exist yet counts as passable. */
function canReach(folder: string, user: User): boolean {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined) {
      const bit = stat.uid === user.uid ? 0o100 : stat.gid === user.gid ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) return false;
    }
    if (path === dirname(path)) return true;
  }
}
