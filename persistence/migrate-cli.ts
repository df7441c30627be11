import { migrate } from './migrate';

/** `npm run migrate`: needs DATABASE_URL, as the database's owner. Exits 1 with the reason when a migration fails. */
async function main(): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set: name the database to migrate, as its owner');
  const applied = await migrate({ url });
  console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
}

main().catch((error: unknown) => {
  console.error(`Migration failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
