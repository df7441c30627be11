import { join } from 'node:path';

/** Where the migrations lie: beside the sources, also when this file runs compiled from `dist/`. */
const MIGRATIONS = join(__dirname.replace(/([\\/])dist([\\/]persistence)$/, '$2'), 'migrations');

/**
 * Brings the database at `url` (its owner) to the newest schema; returns the names of what was applied, in order.
 * Two that run at once exclude each other by an advisory lock: the second one waits and then finds nothing to do.
 * Each migration is one transaction, so one that fails leaves nothing behind.
 */
export async function migrate(options: { readonly url: string }): Promise<readonly string[]> {
  const { runner } = await import('node-pg-migrate');
  const applied = await runner({
    databaseUrl: options.url,
    dir: MIGRATIONS,
    direction: 'up',
    migrationsTable: 'schema_migrations',
    checkOrder: true,
    advisoryLockMode: 'wait',
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  return applied.map((migration) => migration.name);
}
