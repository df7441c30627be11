import type { TestDatabase } from './database';

/**
 * How the planner would read by an index. With a handful of rows, sorting them all is cheap, and whether the planner knows that
 * there are only a handful depends on when statistics were made; so that way is closed to it. A plan that sorts all the same has no
 * index in that order.
 */
export async function indexPlan(database: TestDatabase, query: string): Promise<string> {
  const client = await database.owner.connect();
  try {
    await client.query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${query}`);
    await client.query('ROLLBACK');
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    client.release();
  }
}
