import type { TestDatabase } from './database';
import { eventually } from './eventually';

/**
 * For what comes by a stream: a transaction that is open anywhere in the cluster (the other test files' too) holds it back, and some hold
 * a lock for as long as a task of Temporal's lasts.
 */
export const SETTLED_WITHIN_MS = 60_000;

/**
 * Waits until the order lies behind every stream that begins from now on: no transaction is left that is older than it. One anywhere
 * in the cluster (the other test files' too) makes a stream begin a moment earlier, since what it will write may belong before.
 */
export function untilSettled(database: TestDatabase, orderId: string): Promise<void> {
  return settled(database, 'order_id', orderId);
}

/** The same for all orders that a tenant has by now. */
export function untilAllSettled(database: TestDatabase, userId: string): Promise<void> {
  return settled(database, 'user_id', userId);
}

async function settled(database: TestDatabase, column: 'order_id' | 'user_id', of: string): Promise<void> {
  const isSettled = async () => {
    const { rows } = await database.owner.query<{ settled: boolean }>(
      `SELECT bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())) AS settled FROM order_events WHERE ${column}::text = $1`,
      [of],
    );
    return rows[0]?.settled;
  };
  await eventually('everything older to be over', isSettled, SETTLED_WITHIN_MS);
}
