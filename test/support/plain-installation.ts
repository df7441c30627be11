import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { PROJECT_ROOT } from './source-files';
import { testStack } from './stack';

const run = promisify(execFile);

type Work<T> = (client: Client) => Promise<T>;

/** A database whose owner is no superuser, as at many providers: row-level security binds it as well. */
export interface PlainInstallation {
  asOwner<T>(work: Work<T>): Promise<T>;
  asService<T>(work: Work<T>): Promise<T>;
  asSuperuser<T>(work: Work<T>): Promise<T>;
  /** One migration back, by the tool itself. */
  migrateDown(): Promise<void>;
  close(): Promise<void>;
}

/** Makes one and migrates it. */
export async function createPlainInstallation(): Promise<PlainInstallation> {
  const { postgresUrl, servicePassword } = testStack();
  const name = `m_${randomUUID().replaceAll('-', '')}`;
  const urlOf = (user?: string, password?: string) => {
    const url = new URL(postgresUrl);
    url.pathname = `/${name}`;
    if (user !== undefined) url.username = user;
    if (password !== undefined) url.password = password;
    return url.href;
  };
  const as = async <T>(url: string, work: Work<T>): Promise<T> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const asOwner = { ...process.env, DATABASE_URL: urlOf(name, 'plain') };

  await as(postgresUrl, async (client) => {
    await client.query(`CREATE ROLE ${name} LOGIN PASSWORD 'plain'`);
    await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
  });
  await run('node', [join(PROJECT_ROOT, 'dist/persistence/migrate-cli.js')], { env: asOwner });
  return {
    asOwner: (work) => as(urlOf(name, 'plain'), work),
    asService: (work) => as(urlOf('orderbooking_service', servicePassword), work),
    asSuperuser: (work) => as(urlOf(), work),
    async migrateDown() {
      const tool = join(PROJECT_ROOT, 'node_modules/node-pg-migrate/bin/node-pg-migrate.js');
      const folder = ['--migrations-dir', join(PROJECT_ROOT, 'persistence/migrations')];
      await run('node', [tool, 'down', '1', ...folder, '--migrations-table', 'schema_migrations'], { env: asOwner });
    },
    close: () =>
      as(postgresUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await client.query(`DROP ROLE IF EXISTS ${name}`);
      }),
  };
}
