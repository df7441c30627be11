import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { testStack } from './stack';

const ROOT = join(__dirname, '..', '..');

/** Fixed, so that recorded histories can be read again. Guards nothing but test data. */
export const TEST_ENCRYPTION_KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;
/** Signs the confirmations of tests and nothing else. */
export const TEST_SIGNING_KEYS = `test:${Buffer.alloc(32, 9).toString('base64')}`;

/** Seals the secrets of tests and nothing else. */
export const TEST_SECRETS_KEYS = `test:${Buffer.alloc(32, 11).toString('base64')}`;

export type ServiceName = 'order-api' | 'order-worker' | 'sync-worker';

export interface ServiceProcess {
  readonly pid: number;
  /** The fields of its ready line: real ports. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Every line it has written so far. */
  readonly lines: readonly string[];
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  readonly exited: Promise<number | null>;
}

let count = 0;

/** Starts a compiled service as its own process and waits until it says that it is ready. */
export async function startService(name: ServiceName, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const { temporalAddress, folder } = testStack();
  const child = spawn(process.execPath, ['--enable-source-maps', join(ROOT, 'dist', 'services', name, 'main.js')], {
    env: {
      PATH: process.env.PATH,
      TEMPORAL_ADDRESS: temporalAddress,
      PAYLOAD_ENCRYPTION_KEYS: TEST_ENCRYPTION_KEYS,
      CONFIRMATION_SIGNING_KEYS: TEST_SIGNING_KEYS,
      SECRETS_ENCRYPTION_KEYS: TEST_SECRETS_KEYS,
      GRPC_PORT: '0',
      HTTP_PORT: '0',
      HEALTH_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  count += 1;
  const log = createWriteStream(join(folder, 'logs', `${name}-${process.pid}-${count}.log`));
  const lines: string[] = [];
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        log.write(`${line}\n`);
        if (line.includes('"event":"ready"')) resolve(JSON.parse(line) as Record<string, unknown>);
      });
    }
    exited.then((code) => reject(new Error(`${name} ended with ${code} before it was ready:\n${lines.join('\n')}`)));
  });
  return {
    pid: child.pid ?? -1,
    ready,
    lines,
    exited,
    stop: () => end(child, 'SIGTERM', exited),
    kill: async (signal = 'SIGKILL') => void (await end(child, signal, exited)),
  };
}

async function end(
  child: ChildProcess,
  signal: NodeJS.Signals,
  exited: Promise<number | null>,
): Promise<number | null> {
  child.kill(signal);
  return exited;
}
