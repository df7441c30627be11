import type { Pool, PoolClient } from 'pg';
import { escapeLiteral } from 'pg';

/** What a statement function needs: a pooled client inside a transaction that has its tenant set. */
export type TenantClient = Pick<PoolClient, 'query'> & { readonly tenant: string };

/**
 * Runs `work` in one transaction in which row-level security lets exactly this tenant through.
 *
 * The tenant is set for the transaction only, so a connection goes back to the pool knowing nobody: the next user of it
 * that forgets to come through here sees no rows at all. `BEGIN` and the setting travel together, which makes a single
 * statement cost three round trips instead of four.
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
  try {
    await client.query(`BEGIN; SELECT set_config('app.tenant', ${escapeLiteral(userId)}, true)`);
    const result = await work({ tenant: userId, query: client.query.bind(client) as PoolClient['query'] });
    // When `work` hides the failure of a statement, COMMIT rolls back without an error: the result would be of nothing.
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements failed');
    return result;
  } catch (error) {
    // A connection whose rollback fails is in an unknown state: handing its error to release() makes the pool drop it.
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
