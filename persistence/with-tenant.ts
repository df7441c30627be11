import type { Pool, PoolClient } from 'pg';
import { DatabaseError, escapeLiteral } from 'pg';

/** What a statement function needs: a pooled client inside a transaction that has its tenant set. */
export type TenantClient = Pick<PoolClient, 'query'> & { readonly tenant: string };

/**
 * Runs `work` in one transaction in which row-level security lets exactly this tenant through.
 *
 * The tenant is set for the transaction only, so a connection goes back to the pool knowing nobody: the next user of it
 * that forgets to come through here sees no rows at all. On a connection with `pipeline`, `BEGIN` and the setting travel
 * with the first statement of `work`, which makes a single statement cost two round trips instead of four.
 *
 * @throws whatever `work` throws, after a rollback; the driver's error when the database cannot be reached.
 */
export async function withTenant<T>(
  pool: Pool,
  userId: string,
  work: (client: TenantClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // An error that is not the server's own (no answer in time, a lost connection) leaves the connection in an unknown
  // state. Nothing more is sent on it, not even a rollback, which would only wait once more for the same silence.
  const query = (async (...args: Parameters<PoolClient['query']>) => {
    try {
      return await client.query(...args);
    } catch (error) {
      if (!(error instanceof DatabaseError)) broken = error instanceof Error ? error : new Error('no database error');
      throw error;
    }
  }) as unknown as PoolClient['query'];
  let begun: Promise<unknown> | undefined;
  try {
    begun = query(`BEGIN; SELECT set_config('app.tenant', ${escapeLiteral(userId)}, true)`);
    // Awaited after `work`, which sends its first statement meanwhile. Should this fail alone, that statement runs without
    // a tenant and so finds and writes nothing, and what it says is not given out.
    begun.catch(() => undefined);
    const result = await work({ tenant: userId, query });
    await begun;
    // When `work` hides the failure of a statement, COMMIT rolls back without an error: the result would be of nothing.
    const { command } = await query('COMMIT');
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements failed');
    return result;
  } catch (error) {
    // Where the beginning failed, that is the reason: what the statement says without it is misleading.
    const reason = await (begun ?? Promise.resolve()).then(
      () => error,
      (beginning: unknown) => beginning,
    );
    if (broken === undefined) await query('ROLLBACK').catch(() => undefined);
    throw reason;
  } finally {
    // Given an error, the pool drops the connection.
    client.release(broken);
  }
}
