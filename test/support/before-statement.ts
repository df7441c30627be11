import type { Pool, PoolClient, QueryConfig } from 'pg';

/**
 * The pool, but the first statement whose text has `part` in it is sent only after `work` is done: the moment between two statements of
 * a transaction, or between two transactions, however short it is. Nothing may be locked by then that `work` needs.
 */
export function beforeStatement(pool: Pool, part: string, work: () => Promise<unknown>): Pool {
  let isDone = false;

  function watched(client: PoolClient): PoolClient {
    const query = async (...args: [string | QueryConfig]) => {
      const text = typeof args[0] === 'string' ? args[0] : args[0].text;
      if (!isDone && text.includes(part)) {
        isDone = true;
        await work();
      }
      return client.query(...(args as [string]));
    };
    return { query, release: (broken?: Error) => client.release(broken) } as unknown as PoolClient;
  }

  return {
    connect: async () => watched(await pool.connect()),
    query: (...args: [string]) => pool.query(...args),
  } as unknown as Pool;
}
