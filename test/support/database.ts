import { randomUUID } from 'node:crypto';
import { Client, Pool, type PoolConfig } from 'pg';
import { testStack } from './stack';

export interface TestDatabase {
  /** As the owner (superuser): for what a person at psql could do. */
  readonly owner: Pool;
  /** As the services see it, over connections like theirs. */
  readonly service: Pool;
  readonly ownerUrl: string;
  readonly serviceUrl: string;
  close(): Promise<void>;
}

/** A database of one's own, cloned from the migrated template in some 100 ms. */
export async function createDatabase(): Promise<TestDatabase> {
  const { postgresUrl, template, servicePassword } = testStack();
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await asOwner(postgresUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const ownerUrl = urlOf(postgresUrl, name);
  const serviceUrl = urlOf(postgresUrl, name, 'orderbooking_service', servicePassword);
  const owner = silentPool(ownerUrl, 10);
  const service = silentPool(serviceUrl, 60, { pipeline: true });
  return {
    owner,
    service,
    ownerUrl,
    serviceUrl,
    async close() {
      await Promise.all([owner.end(), service.end()]);
      await asOwner(postgresUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

function silentPool(connectionString: string, max: number, more: PoolConfig = {}): Pool {
  return new Pool({ connectionString, max, ...more }).on('error', () => undefined);
}

function urlOf(base: string, database: string, user?: string, password?: string): string {
  const url = new URL(base);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  if (password !== undefined) url.password = password;
  return url.href;
}

// `CREATE DATABASE … TEMPLATE` refuses while another clone of the template is being made.
async function asOwner(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(77001)');
    await client.query(statement);
  } finally {
    await client.end();
  }
}
