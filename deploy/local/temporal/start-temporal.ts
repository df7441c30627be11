import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { freePort } from '../process/free-port';
import { type RunningProcess, startProcess } from '../process/start-process';
import { StackError } from '../stack-error';
import { prepareTemporal, type SearchAttributes } from './prepare-temporal';

export interface StartTemporal {
  /** The path of the Temporal CLI. */
  readonly binary: string;
  /** Where workflows are kept (SQLite); absent: in memory, lost at the end. */
  readonly dbFile?: string;
  /** 0 picks a free port; no `ui`: no web UI. */
  readonly ports: { readonly grpc: number; readonly ui?: number };
  readonly logFile: string;
  readonly namespace?: string;
  readonly searchAttributes: SearchAttributes;
  /** Told of the server's process before it is ready. */
  readonly onSpawned?: (process: RunningProcess) => void;
}

export interface RunningTemporal {
  /** `host:port` of its gRPC frontend. */
  readonly address: string;
  readonly uiUrl?: string;
  readonly pid: number;
  readonly process: RunningProcess;
  stop(): Promise<void>;
}

/** A first start makes its database's schema; on a busy machine of two cores that took seconds, never a minute. */
const READY_WITHIN_MS = 90_000;
/**
 * By how much a timer may fire late. The server's default of a second allows for the clocks of several hosts, of which there is
 * one here; every retry and every pause of a workflow would take that second. Less than this gains nothing.
 */
const TIMER_SHIFT_MS = 50;
/** The server drains its connections for seconds; what it holds is in SQLite already. */
const STOP_GRACE_MS = 10_000;

/**
 * Starts a Temporal dev server on 127.0.0.1 and waits until the namespace answers and the search attributes are there.
 *
 * @throws StackError when it ends or does not become ready, with its own last words
 */
export async function startTemporal(options: StartTemporal): Promise<RunningTemporal> {
  try {
    return await startOnce(options);
  } catch (error) {
    // Seen once in some thirty starts on a busy machine: a nil pointer in the server's own start. The next one works.
    if (!(error instanceof StackError) || !/^panic: /m.test(readLog(options.logFile))) throw error;
    return startOnce(options);
  }
}

async function startOnce(options: StartTemporal): Promise<RunningTemporal> {
  const namespace = options.namespace ?? 'default';
  const grpcPort = options.ports.grpc === 0 ? await freePort() : options.ports.grpc;
  const uiPort = options.ports.ui === 0 ? await freePort() : options.ports.ui;
  const address = `127.0.0.1:${grpcPort}`;
  for (const file of [options.logFile, options.dbFile]) {
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  }
  const database = options.dbFile === undefined ? undefined : openDatabase(options.dbFile);
  const server = await startProcess({
    name: 'temporal',
    command: options.binary,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(grpcPort), '--namespace', namespace],
      ...['--log-level', 'error', '--log-format', 'json', '--disable-config-file', '--disable-config-env'],
      ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
      ...(options.dbFile === undefined ? [] : ['--db-filename', options.dbFile, '--sqlite-pragma', 'journal_mode=WAL']),
      ...Object.entries(options.searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
      ...['--dynamic-config-value', `history.timerProcessorMaxTimeShift="${TIMER_SHIFT_MS}ms"`],
    ],
    stopSignal: 'SIGTERM',
    graceMs: STOP_GRACE_MS,
    output: { file: options.logFile },
  });
  options.onSpawned?.(server);
  try {
    const ended = server.exited.then(() => Promise.reject(new StackError(lastWords(options))));
    const ready = prepareTemporal({
      address,
      namespace,
      searchAttributes: options.searchAttributes,
      withinMs: READY_WITHIN_MS,
      while: server.running,
    });
    await Promise.race([ready, ended]);
    database?.complete();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    address,
    ...(uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${uiPort}` }),
    pid: server.pid,
    process: server,
    stop: () => server.stop(),
  };
}

/**
 * The server makes its schema only when the file is not there yet, and not in one step: a first start that was killed
 * leaves a database with which no later one works. Until a start has succeeded there is nothing in it to lose.
 */
function openDatabase(file: string): { complete(): void } {
  const unfinished = `${file}.unfinished`;
  if (existsSync(unfinished)) deleteTemporalData(file);
  if (!existsSync(file)) writeFileSync(unfinished, '');
  return { complete: () => rmSync(unfinished, { force: true }) };
}

/** Deletes the database of a server that is not running. */
export function deleteTemporalData(dbFile: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal', '.unfinished']) rmSync(`${dbFile}${suffix}`, { force: true });
}

function lastWords({ logFile, dbFile }: StartTemporal): string {
  const log = readLog(logFile);
  const line = log.split('\n').findLast((text) => /error|fatal|panic/i.test(text)) ?? log.split('\n').at(-1);
  const said = `The Temporal server ended while starting: ${line || 'it said nothing'} (log: ${logFile})`;
  if (dbFile === undefined || /address already in use/.test(log)) return said;
  return `${said}. If its database ${dbFile} is damaged, forget all data with npm start -- --reset`;
}

function readLog(logFile: string): string {
  return existsSync(logFile) ? readFileSync(logFile, 'utf8').trim() : '';
}
