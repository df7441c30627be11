import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { testStack } from '../../support/stack';

/** As processes: node-pg-migrate is an ES module, which Jest does not load. */
const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..', '..');

let url: string;
let name: string;

beforeEach(async () => {
  name = `m_${randomUUID().replaceAll('-', '')}`;
  await asOwner(testStack().postgresUrl, `CREATE DATABASE ${name}`);
  const database = new URL(testStack().postgresUrl);
  database.pathname = `/${name}`;
  url = database.href;
});
afterEach(() => asOwner(testStack().postgresUrl, `DROP DATABASE ${name} WITH (FORCE)`));

async function asOwner(at: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: at });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

const env = () => ({ ...process.env, DATABASE_URL: url });
const migrateUp = async () =>
  (await run('node', [join(ROOT, 'dist/persistence/migrate-cli.js')], { env: env() })).stdout.trim();
/** One migration up or down, by the tool itself. */
const migrateOne = (direction: 'up' | 'down') =>
  run(
    'node',
    [
      join(ROOT, 'node_modules/node-pg-migrate/bin/node-pg-migrate.js'),
      ...[
        direction,
        '1',
        '--migrations-dir',
        join(ROOT, 'persistence/migrations'),
        '--migrations-table',
        'schema_migrations',
      ],
    ],
    { env: env() },
  );

/** Everything that a migration makes, as text that compares. */
const schema = () =>
  asOwner(
    url,
    `SELECT 'column' AS kind, table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS what
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
     UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid IS DISTINCT FROM to_regclass('schema_migrations')
     UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
     UNION ALL SELECT 'policy', tablename || ' ' || policyname || ' ' || qual || ' ' || with_check FROM pg_policies
     UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL SELECT 'function', p.oid::regprocedure || ' ' || p.prosrc FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
       WHERE p.pronamespace = 'public'::regnamespace AND l.lanname IN ('sql', 'plpgsql')
     UNION ALL SELECT 'grant', table_name || ' ' || privilege_type FROM information_schema.role_table_grants
       WHERE grantee = 'orderbooking_service'
     UNION ALL SELECT 'column grant', table_name || '.' || column_name || ' ' || privilege_type
       FROM information_schema.role_column_grants WHERE grantee = 'orderbooking_service'
     ORDER BY 1, 2`,
  );

describe('the migrations', () => {
  it('make the schema, do nothing the second time, and come back the same after a way down', async () => {
    expect(await migrateUp()).toContain('0001_orders');
    const first = await schema();
    expect(first.length).toBeGreaterThan(80);
    expect(await migrateUp()).toBe('The schema is up to date.');

    const applied = await asOwner(url, 'SELECT name FROM schema_migrations');
    for (const _ of applied) await migrateOne('down');
    expect(await schema()).toEqual([]);

    expect(await migrateUp()).toContain('0001_orders');
    expect(await schema()).toEqual(first);
  });

  it('each lead back to where they began', async () => {
    const files = readdirSync(join(ROOT, 'persistence/migrations')).filter((file) => file.endsWith('.sql'));
    const before: unknown[] = [];
    for (const _ of files) {
      before.push(await schema());
      await migrateOne('up');
    }
    expect(await migrateUp()).toBe('The schema is up to date.');
    for (const expected of before.reverse()) {
      await migrateOne('down');
      expect(await schema()).toEqual(expected);
    }
  });

  it('run by three processes at once are applied by one of them', async () => {
    const said = await Promise.all([migrateUp(), migrateUp(), migrateUp()]);

    expect(said.filter((line) => line.startsWith('Applied:'))).toHaveLength(1);
    expect(said.filter((line) => line === 'The schema is up to date.')).toHaveLength(2);
  });

  it('tell in one line what is wrong when the database is not named', async () => {
    const { DATABASE_URL: _, ...rest } = process.env;
    await expect(run('node', [join(ROOT, 'dist/persistence/migrate-cli.js')], { env: rest })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Migration failed: DATABASE_URL is not set[^\n]*\n$/),
    });
  });
});
