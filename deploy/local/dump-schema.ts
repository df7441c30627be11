import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { migrate } from '../../persistence/migrate';
import { startPostgres } from './postgres/start-postgres';
import { projectRoot } from './project-root';
import { describeSchema } from './schema/describe-schema';
import { firstDifference } from './schema/first-difference';
import { StackError } from './stack-error';

const SCHEMA_FILE = join(projectRoot(), 'persistence', 'schema.sql');

/** `npm run schema`: writes persistence/schema.sql from the migrations; with `--check` it only compares. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
  const schema = await migratedSchema();
  if (!values.check) {
    writeFileSync(SCHEMA_FILE, schema);
    return;
  }
  const difference = firstDifference(readSchemaFile(), schema);
  if (difference === undefined) return;
  throw new StackError(
    [
      `persistence/schema.sql is not what the migrations make, from line ${difference.line} on: run npm run schema`,
      `  file:       ${difference.before ?? '(ends)'}`,
      `  migrations: ${difference.after ?? '(ends)'}`,
    ].join('\n'),
  );
}

/** The schema of an empty database after all migrations, on a Postgres that is thrown away. */
async function migratedSchema(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'order-booking-schema-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: 0, persistent: false, fsync: false });
  const client = new Client({ connectionString: postgres.url });
  try {
    await migrate({ url: postgres.url });
    await client.connect();
    return await describeSchema(client);
  } finally {
    await client.end();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readSchemaFile(): string {
  try {
    return readFileSync(SCHEMA_FILE, 'utf8');
  } catch {
    return '';
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof StackError ? error.message : error);
    process.exit(1);
  },
);
