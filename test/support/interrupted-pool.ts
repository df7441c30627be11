import type { Pool, PoolClient } from 'pg';

/**
 * A pool that lets something happen after every statement that is such a moment, before the one who sent it has its answer: what
 * others do between two reads of a use case, without luck. `statement` is the statement's name, or its text where it has none.
 */
export function interruptedPool(
  pool: Pool,
  isMoment: (statement: string) => boolean,
  meanwhile: () => Promise<unknown>,
): Pool {
  const connect = async () => {
    const client = await pool.connect();
    const query = async (...args: Parameters<PoolClient['query']>) => {
      const result: unknown = await client.query(...args);
      if (isMoment(nameOf(args[0]))) await meanwhile();
      return result;
    };
    return { query, release: client.release.bind(client) };
  };
  return { connect } as unknown as Pool;
}

/** Something that happens once, the first time it is asked for. */
export function once(work: () => Promise<unknown>): () => Promise<void> {
  let done = false;
  return async () => {
    if (done) return;
    done = true;
    await work();
  };
}

function nameOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  return String((statement as { readonly name?: string }).name);
}
