import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../deploy/local/postgres/start-postgres';
import { findTemporal } from '../deploy/local/temporal/find-temporal';
import { prepareTemporal } from '../deploy/local/temporal/prepare-temporal';
import { startTemporal } from '../deploy/local/temporal/start-temporal';
import { migrate } from '../persistence/migrate';
import { seedTenant } from '../persistence/tenants/seed-tenant';
import { generateApiKey } from '../platform/api-key';
import { SEARCH_ATTRIBUTES } from '../workflows/contract';
import type { Measured } from './cpu';
import { startService } from './service-process';

/** `file`: SQLite on disk, as `npm start` runs it. `memory`: nothing is written, so more of the time is ours. */
export type TemporalDatabase = 'file' | 'memory';

export interface BenchStack {
  readonly temporalAddress: string;
  readonly grpcAddress: string;
  readonly userId: string;
  readonly apiKey: string;
  /** Books as an agent does. */
  readonly aiKey: string;
  /** Of the owner, who may make tenants. */
  readonly ownerUrl: string;
  /** By the part that each plays; a server that is not ours to start is missing. */
  readonly processes: Readonly<Record<string, Measured>>;
  /** Has `stop` leave the logs where they are, and says where. */
  keepLogs(): string;
  stop(): Promise<void>;
}

const USER_ID = 'bench-bakery';
/** To finish what they hold, and to write their profiles where they are asked for. */
const STOP_GRACE_MS = 20_000;

/** Everything that is measured, each part a process of its own: servers with their data in a folder that is deleted afterwards. */
export async function startStack(options: {
  readonly temporalDatabase: TemporalDatabase;
  /** Where to write CPU profiles of the services; absent: none. */
  readonly profileFolder?: string;
  /** What sync-worker needs to know of Google; absent: there is no sync-worker. */
  readonly syncWorker?: Readonly<Record<string, string>>;
  readonly onProgress: (line: string) => void;
}): Promise<BenchStack> {
  const folder = await mkdtemp(join(tmpdir(), 'order-booking-bench-'));
  let logsKept = false;
  const started: (() => Promise<void>)[] = [
    async () => {
      if (!logsKept) await rm(folder, { recursive: true, force: true });
    },
  ];
  const stop = async (): Promise<void> => {
    for (const stopOne of started.splice(0).reverse()) await stopOne();
  };
  try {
    return { ...(await startAll()), keepLogs, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  function keepLogs(): string {
    logsKept = true;
    return folder;
  }

  async function startAll(): Promise<Omit<BenchStack, 'stop' | 'keepLogs'>> {
    options.onProgress('Starting Postgres (fsync on) and Temporal …');
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: 0, persistent: false });
    started.push(() => postgres.stop());
    const temporal = await startTemporalHere();
    const { serviceUrl, apiKey, aiKey } = await prepareDatabase(postgres.url);

    options.onProgress('Starting order-worker, order-api and the worker of the bare workflow …');
    const env = {
      TEMPORAL_ADDRESS: temporal.address,
      DATABASE_URL: serviceUrl,
      PAYLOAD_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      CONFIRMATION_SIGNING_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      SECRETS_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      HEALTH_PORT: '0',
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      // As long as the caller waits: a slow answer is to be measured, not cut off.
      REQUEST_DEADLINE_MS: '60000',
    };
    const worker = await start('order-worker', 'services/order-worker/main.js', env);
    const api = await start('order-api', 'services/order-api/main.js', env);
    if (options.syncWorker !== undefined) {
      await start('sync-worker', 'services/sync-worker/main.js', { ...env, ...options.syncWorker });
    }
    const floor = await start('floor-worker', 'bench/floor/worker.js', { TEMPORAL_ADDRESS: temporal.address });
    return {
      temporalAddress: temporal.address,
      grpcAddress: `127.0.0.1:${api.ready.grpcPort}`,
      userId: USER_ID,
      apiKey,
      aiKey,
      ownerUrl: postgres.url,
      processes: {
        floorWorker: { pid: floor.process.pid },
        worker: { pid: worker.process.pid },
        api: { pid: api.process.pid },
        caller: { pid: process.pid },
        ...(temporal.pid === undefined ? {} : { temporal: { pid: temporal.pid } }),
        postgres: { pid: postgres.process.pid, withChildren: true },
      },
    };
  }

  async function startTemporalHere(): Promise<{ address: string; pid?: number }> {
    const found = await findTemporal({ env: process.env, onProgress: options.onProgress });
    const searchAttributes = Object.fromEntries(
      Object.values(SEARCH_ATTRIBUTES).map(({ name }) => [name, 'Keyword' as const]),
    );
    if (found.kind === 'external') {
      const { address } = found;
      await prepareTemporal({ address, namespace: 'default', searchAttributes, withinMs: 30_000 });
      return { address };
    }
    const temporal = await startTemporal({
      binary: found.path,
      ports: { grpc: 0 },
      logFile: join(folder, 'temporal.log'),
      searchAttributes,
      ...(options.temporalDatabase === 'file' ? { dbFile: join(folder, 'temporal.db') } : {}),
    });
    started.push(() => temporal.stop());
    return temporal;
  }

  async function start(name: string, entry: string, env: Readonly<Record<string, string>>) {
    const nodeOptions = ['--enable-source-maps'];
    if (options.profileFolder !== undefined) {
      nodeOptions.push('--cpu-prof', '--cpu-prof-dir', join(options.profileFolder, name));
    }
    const service = await startService({ name, entry, env, folder, nodeOptions });
    started.push(() => service.process.stop(STOP_GRACE_MS));
    return service;
  }
}

/** Migrates, lets the service role log in, and makes one tenant with a key for services and one for agents. */
async function prepareDatabase(ownerUrl: string): Promise<{ serviceUrl: string; apiKey: string; aiKey: string }> {
  await migrate({ url: ownerUrl });
  const password = randomBytes(16).toString('hex');
  const { key } = generateApiKey();
  const { key: aiKey } = generateApiKey();
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`ALTER ROLE orderbooking_service LOGIN PASSWORD '${password}'`);
    await seedTenant(client, {
      userId: USER_ID,
      name: 'Bench Bakery',
      keys: [
        { key, name: 'bench', scopes: ['orders:read', 'orders:write'] },
        { key: aiKey, name: 'bench agent', scopes: ['ai:book'] },
      ],
      orderBookingEnabled: true,
    });
  } finally {
    await client.end();
  }
  const serviceUrl = new URL(ownerUrl);
  serviceUrl.username = 'orderbooking_service';
  serviceUrl.password = password;
  return { serviceUrl: serviceUrl.href, apiKey: key, aiKey };
}
