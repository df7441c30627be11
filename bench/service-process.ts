import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningProcess, startProcess } from '../deploy/local/process/start-process';
import { StackError } from '../deploy/local/stack-error';

export interface ServiceProcess {
  readonly process: RunningProcess;
  /** The fields of its ready line. */
  readonly ready: Readonly<Record<string, unknown>>;
}

/** A worker that bundles its workflows at the start takes some seconds, on a slow machine many. */
const READY_WITHIN_MS = 60_000;

/**
 * Starts a compiled entry point and waits for the line that says it is ready. Its log goes to a file, as in production
 * it goes to a collector: piped here, reading it would be charged to the caller.
 *
 * @throws StackError with its last line when it ends or does not become ready
 */
export async function startService(options: {
  readonly name: string;
  /** Below `dist/`. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly nodeOptions: readonly string[];
}): Promise<ServiceProcess> {
  const { name } = options;
  const logFile = join(options.folder, `${name}.log`);
  const service = await startProcess({
    name,
    command: process.execPath,
    args: [...options.nodeOptions, join(__dirname, '..', options.entry)],
    env: { PATH: process.env.PATH, ...options.env },
    stopSignal: 'SIGTERM',
    output: { file: logFile },
  });
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline && service.running(); await sleep(50)) {
    const line = lines(logFile).find((text) => text.includes('"event":"ready"'));
    if (line !== undefined) return { process: service, ready: JSON.parse(line) as Record<string, unknown> };
  }
  service.kill();
  throw new StackError(`${name} did not become ready: ${lines(logFile).at(-1) ?? 'it said nothing'}`);
}

function lines(file: string): string[] {
  // What follows the last line feed is half a line.
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}
