import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../process/free-port';
import { type RunningProcess, startProcess } from '../process/start-process';
import { StackError } from '../stack-error';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries';
import { stopOrphanedPostgres } from './stop-orphaned-postgres';
import {
  makePrivateFolder,
  openTemporaryFolder,
  reachableBinaries,
  reachableDataDir,
  type User,
  unprivilegedUser,
} from './unprivileged-user';

export interface StartPostgres {
  /** Where the cluster is kept; made when it is missing. The caller sees to it that no two processes use one at a time. */
  readonly dataDir: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** false: the data folder is deleted by `stop()`. */
  readonly persistent: boolean;
  /** false trades safety against power cuts for speed: for tests only. Default true. */
  readonly fsync?: boolean;
  /** Default 200: enough for every pool of a stack, and tests besides. */
  readonly maxConnections?: number;
  /** Default: beside the data folder, with `.log` after its name. */
  readonly logFile?: string;
  /** Told of the server's process before it is ready. */
  readonly onSpawned?: (process: RunningProcess) => void;
}

export interface RunningPostgres {
  /** Connects the owner of database `orderbooking`, who is the cluster's superuser, over loopback. */
  readonly url: string;
  readonly port: number;
  /** Where the data really is: as root it may be elsewhere, see unprivileged-user.ts. */
  readonly dataDir: string;
  readonly process: RunningProcess;
  /** Disconnects everybody, rolls back what is open and ends in order. */
  stop(): Promise<void>;
}

const DATABASE = 'orderbooking';
const OWNER = 'postgres';

/** SQLSTATE `cannot_connect_now`: recovery is under way. */
const STARTING_UP = '57P03';
/** Recovery after a crash reads back at most a checkpoint's worth of log (1 GB): minutes on the slowest disk. */
const READY_WITHIN_MS = 180_000;
/** Long enough for the checkpoint that a stop in order writes; killed before that, the next start recovers. */
const STOP_GRACE_MS = 20_000;

/**
 * Starts the embedded Postgres on 127.0.0.1 and waits until it answers. Opens a data folder that a crash left behind,
 * after stopping the server that may still run on it.
 *
 * @throws StackError when the port is taken or the data folder cannot be opened, with what to do
 */
export async function startPostgres(options: StartPostgres): Promise<RunningPostgres> {
  const user = unprivilegedUser();
  if (!options.persistent) openTemporaryFolder(dirname(options.dataDir), user);
  const dataDir = reachableDataDir(options.dataDir, user);
  const binaries = reachableBinaries(postgresBinaries(), user);
  const logFile = options.logFile ?? `${resolve(options.dataDir)}.log`;
  const fsync = options.fsync ?? true;

  if (isMissing(dataDir)) await initialise(binaries, dataDir, user, fsync);
  const password = readPassword(dataDir);
  await stopOrphanedPostgres(dataDir);

  const port = options.port === 0 ? await freePort() : options.port;
  mkdirSync(dirname(logFile), { recursive: true });
  const server = await startProcess({
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', dataDir, '-p', String(port), ...settings(fsync, options.maxConnections ?? 200)],
    env: postgresEnvironment(),
    user,
    // Fast shutdown. SIGTERM would wait for every client to leave first.
    stopSignal: 'SIGINT',
    graceMs: STOP_GRACE_MS,
    output: { file: logFile },
  });
  options.onSpawned?.(server);
  const stop = async (): Promise<void> => {
    await server.stop();
    if (!options.persistent) deletePostgresData(options.dataDir);
  };
  const url = (database: string): string => `postgres://${OWNER}:${password}@127.0.0.1:${port}/${database}`;
  try {
    await waitUntilReady(server, url('postgres'), (reason) => failure(dataDir, port, logFile, reason));
    await createDatabase(url('postgres'));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: url(DATABASE), port, dataDir, process: server, stop };
}

/** Deletes a cluster that is not running, wherever it is kept for `dataDir`. */
export function deletePostgresData(dataDir: string): void {
  for (const folder of [resolve(dataDir), reachableDataDir(dataDir, unprivilegedUser())]) {
    for (const path of [folder, `${folder}.unfinished`]) rmSync(path, { recursive: true, force: true });
  }
}

/** No file of a cluster is there: it was never made, or only its folder. */
function isMissing(dataDir: string): boolean {
  return !existsSync(dataDir) || readdirSync(dataDir).length === 0;
}

/**
 * Makes the cluster aside and renames it: whatever interrupts this leaves no half-made data folder behind. The password
 * lies in the folder itself, so there is never one without the other.
 */
async function initialise(
  binaries: PostgresBinaries,
  dataDir: string,
  user: User | undefined,
  fsync: boolean,
): Promise<void> {
  const unfinished = `${dataDir}.unfinished`;
  const passwordFile = `${unfinished}.password`;
  const password = randomBytes(24).toString('base64url');
  rmSync(unfinished, { recursive: true, force: true });
  makePrivateFolder(unfinished, user);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  try {
    await promisify(execFile)(
      binaries.initdb,
      [
        ...['-D', unfinished, '-U', OWNER, '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--encoding', 'UTF8'],
        // Sorts and folds alike on every machine, whatever locales are installed there.
        ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
        ...(fsync ? [] : ['--no-sync']),
      ],
      { env: postgresEnvironment(), cwd: '/', ...(user ?? {}) },
    );
    renameSync(passwordFile, passwordPath(unfinished));
    renameSync(unfinished, dataDir);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const { stderr, message } = error as Error & { stderr?: string };
    throw new StackError(`Postgres could not make a data folder in ${dataDir}: ${lastLine(stderr) ?? message}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function passwordPath(dataDir: string): string {
  return join(dataDir, 'owner.password');
}

function readPassword(dataDir: string): string {
  try {
    return readFileSync(passwordPath(dataDir), 'utf8');
  } catch {
    throw unusable(dataDir, 'owner.password is missing');
  }
}

function settings(fsync: boolean, maxConnections: number): string[] {
  const values: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    // A socket in /tmp would be open to every user of the machine and clash with another server on the same port.
    unix_socket_directories: '',
    max_connections: String(maxConnections),
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements, details and hints quote the rows they are about: customers' names and phone numbers.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Ours, without the PG… variables meant for clients, and in English, since messages are read below. */
function postgresEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

async function waitUntilReady(
  server: RunningProcess,
  url: string,
  failed: (reason?: string) => StackError,
): Promise<void> {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(50)) {
    if (!server.running()) throw failed();
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('SELECT 1');
      return;
    } catch (error) {
      // An answer, but none that time mends: not our password, not our server, or files that are missing.
      const { code, message } = error as Error & { code?: string };
      if (error instanceof pg.DatabaseError && code !== STARTING_UP) throw failed(message);
    } finally {
      await client.end().catch(() => {});
    }
  }
  throw failed(`not ready after ${READY_WITHIN_MS / 1000} s`);
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function failure(dataDir: string, port: number, logFile: string, said: string | undefined): StackError {
  const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
  if (/could not bind .*Address already in use/.test(log)) {
    return new StackError(`Port ${port} (for Postgres) is taken: choose another with POSTGRES_PORT=<port>.`);
  }
  const fatal = [...log.matchAll(/(?:FATAL|PANIC): {2}(.*)/g)].map(([, message]) => message);
  // We ask before it is up, and that is logged as fatal too.
  const reason = said ?? fatal.find((message) => !message?.startsWith('the database system is'));
  return unusable(dataDir, reason ?? lastLine(log) ?? 'it ended without a word');
}

function unusable(dataDir: string, reason: string): StackError {
  return new StackError(
    `Postgres cannot open its data folder ${dataDir} (${reason}): forget that data with npm start -- --reset`,
  );
}

function lastLine(text: string | undefined): string | undefined {
  return text?.trim().split('\n').at(-1) || undefined;
}
