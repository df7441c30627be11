import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import type { Scope } from '../../domain/access';
import { seedTenant } from '../../persistence/tenants/seed-tenant';
import { generateApiKey } from '../../platform/api-key';
import { createDataConverter } from '../../platform/data-converter';
import { parseKeyring } from '../../platform/payload-codec';
import { tracingPlugin } from '../../platform/tracing-plugin';
import { forgetHistoryScheduleId } from '../../workflows/history-contract';
import { sheetSweepScheduleId } from '../../workflows/sheet-contract';
import { createDatabase, type TestDatabase } from './database';
import { type ServiceName, type ServiceProcess, startService, TEST_ENCRYPTION_KEYS } from './services';
import { testStack } from './stack';

export interface TestTenant {
  readonly userId: string;
  /** Reads and writes orders. */
  readonly key: string;
  readonly adminKey: string;
  readonly aiKey: string;
  readonly readOnlyKey: string;
}

/** A test file's own world: its database, tenants, task queue, and real service processes on the shared Temporal. */
export interface Scene {
  readonly database: TestDatabase;
  readonly taskQueue: string;
  readonly sheetsTaskQueue: string;
  readonly notificationsTaskQueue: string;
  readonly temporal: Client;
  /** The two tenants every scene has. */
  readonly tenant: TestTenant;
  readonly other: TestTenant;
  addTenant(options?: { readonly slots?: readonly SlotSeed[] }): Promise<TestTenant>;
  startWorker(env?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  startSyncWorker(env?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  startApi(env?: Readonly<Record<string, string>>): Promise<ApiProcess>;
  close(): Promise<void>;
}

export interface SlotSeed {
  readonly id: string;
  readonly capacity: number;
}

export interface ApiProcess extends ServiceProcess {
  /** `http://127.0.0.1:<port>` */
  readonly restUrl: string;
  /** `127.0.0.1:<port>` */
  readonly grpcAddress: string;
}

/**
 * For an API that many call at once: what is tested is what comes of their calls, and a machine that is busy with other test
 * files must not have some of them told UNAVAILABLE at the deadline. Below the callers' own. `startApi` gives such an API the same
 * patience with Postgres, unless the test has a way there of its own.
 */
export const PATIENT = { REQUEST_DEADLINE_MS: '25000' } as const;

/** For a worker that is told to stop and may take its time: how busy the machine is is not what is tested. */
export const UNHURRIED = { SHUTDOWN_GRACE_SECONDS: '40' } as const;

/** For an API whose clock is so far ahead. Those of Postgres and Temporal are not. */
export function clockAhead(milliseconds: number) {
  return { CLOCK_AHEAD_MS: String(milliseconds), NODE_OPTIONS: `--require "${join(__dirname, 'later-clock.cjs')}"` };
}

/** Makes a scene; services are started by the test. Call `close()` in `afterAll`. */
export async function createScene(): Promise<Scene> {
  const database = await createDatabase();
  const id = randomUUID();
  const taskQueue = `orders-${id}`;
  const sheetsTaskQueue = `sheets-${id}`;
  const notificationsTaskQueue = `notifications-${id}`;
  const connection = await Connection.connect({ address: testStack().temporalAddress });
  const temporal = new Client({
    connection,
    dataConverter: createDataConverter(parseKeyring(TEST_ENCRYPTION_KEYS)),
    plugins: [tracingPlugin()],
  });
  const processes: ServiceProcess[] = [];
  const env = {
    DATABASE_URL: database.serviceUrl,
    ORDERS_TASK_QUEUE: taskQueue,
    SHEETS_TASK_QUEUE: sheetsTaskQueue,
    NOTIFICATIONS_TASK_QUEUE: notificationsTaskQueue,
  };

  async function start(name: ServiceName, more: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const service = await startService(name, { ...env, ...more });
    processes.push(service);
    return service;
  }

  return {
    database,
    taskQueue,
    sheetsTaskQueue,
    notificationsTaskQueue,
    temporal,
    tenant: await makeTenant(database.owner),
    other: await makeTenant(database.owner),
    addTenant: (options) => makeTenant(database.owner, options?.slots),
    startWorker: (more = {}) => start('order-worker', more),
    startSyncWorker: (more = {}) => start('sync-worker', more),
    async startApi(more = {}) {
      const isPatient = more.REQUEST_DEADLINE_MS === PATIENT.REQUEST_DEADLINE_MS && more.DATABASE_URL === undefined;
      const patience = { DATABASE_URL: patientUrl(database), DATABASE_CONNECT_MS: PATIENT.REQUEST_DEADLINE_MS };
      const api = await start('order-api', isPatient ? { ...more, ...patience } : more);
      return {
        ...api,
        lines: api.lines,
        restUrl: `http://127.0.0.1:${String(api.ready.httpPort)}`,
        grpcAddress: `127.0.0.1:${String(api.ready.grpcPort)}`,
      };
    },
    async close() {
      await Promise.all(processes.map((service) => service.kill()));
      // Made by a sync worker: they would go on for as long as the Temporal that all files share.
      for (const scheduleId of [sheetSweepScheduleId(sheetsTaskQueue), forgetHistoryScheduleId(sheetsTaskQueue)]) {
        await temporal.schedule
          .getHandle(scheduleId)
          .delete()
          .catch(() => undefined);
      }
      await connection.close();
      await database.close();
    },
  };
}

/** The services' own way to the database, with more time for each statement: what a URL says of timeouts overrides what they say. */
export function patientUrl({ serviceUrl }: TestDatabase): string {
  const url = new URL(serviceUrl);
  for (const name of ['statement_timeout', 'lock_timeout', 'query_timeout']) {
    url.searchParams.set(name, PATIENT.REQUEST_DEADLINE_MS);
  }
  return url.href;
}

async function makeTenant(owner: Pool, slots: readonly SlotSeed[] = []): Promise<TestTenant> {
  const userId = `t-${randomUUID().slice(0, 13)}`;
  const key = (name: string, scopes: readonly Scope[]) => ({ key: generateApiKey().key, name, scopes });
  const keys = {
    key: key('orders', ['orders:read', 'orders:write']),
    adminKey: key('admin', ['admin']),
    aiKey: key('ai', ['ai:book']),
    readOnlyKey: key('read only', ['orders:read']),
  };
  const client = await owner.connect();
  const hour = 3_600_000;
  try {
    await seedTenant(client, {
      userId,
      name: `Tenant ${userId}`,
      keys: Object.values(keys),
      slots: slots.map((slot) => ({
        ...slot,
        startsAt: new Date(Date.now() + hour),
        endsAt: new Date(Date.now() + 2 * hour),
      })),
    });
  } finally {
    client.release();
  }
  return {
    userId,
    key: keys.key.key,
    adminKey: keys.adminKey.key,
    aiKey: keys.aiKey.key,
    readOnlyKey: keys.readOnlyKey.key,
  };
}
