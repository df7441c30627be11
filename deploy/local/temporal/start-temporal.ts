import { existsSync, mkdirSync, readFileSync } from 'node:fs';
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
/** The server drains its connections for seconds; what it holds is in SQLite already. */
const STOP_GRACE_MS = 10_000;

/**
 * Starts a Temporal dev server on 127.0.0.1 and waits until the namespace answers and the search attributes are there.
 *
 * @throws StackError when it ends or does not become ready, with its own last words
 */
export async function startTemporal(options: StartTemporal): Promise<RunningTemporal> {
  const namespace = options.namespace ?? 'default';
  const grpcPort = options.ports.grpc === 0 ? await freePort() : options.ports.grpc;
  const uiPort = options.ports.ui === 0 ? await freePort() : options.ports.ui;
  const address = `127.0.0.1:${grpcPort}`;
  for (const file of [options.logFile, options.dbFile]) {
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  }
  const server = await startProcess({
    name: 'temporal',
    command: options.binary,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(grpcPort), '--namespace', namespace],
      ...['--log-level', 'error', '--log-format', 'json', '--disable-config-file', '--disable-config-env'],
      ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
      ...(options.dbFile === undefined ? [] : ['--db-filename', options.dbFile, '--sqlite-pragma', 'journal_mode=WAL']),
      ...Object.entries(options.searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ],
    stopSignal: 'SIGTERM',
    output: { file: options.logFile },
  });
  const stop = (): Promise<void> => server.stop(STOP_GRACE_MS);
  try {
    const ended = server.exited.then(() => Promise.reject(new StackError(lastWords(options.logFile))));
    const ready = prepareTemporal({
      address,
      namespace,
      searchAttributes: options.searchAttributes,
      withinMs: READY_WITHIN_MS,
      while: server.running,
    });
    await Promise.race([ready, ended]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address,
    ...(uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${uiPort}` }),
    pid: server.pid,
    process: server,
    stop,
  };
}

function lastWords(logFile: string): string {
  const log = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim() : '';
  const line = log.split('\n').findLast((text) => /error|fatal|panic/i.test(text)) ?? log.split('\n').at(-1);
  return `The Temporal server ended while starting: ${line || 'it said nothing'} (log: ${logFile})`;
}
