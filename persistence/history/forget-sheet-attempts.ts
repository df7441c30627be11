import type { Pool } from 'pg';

/**
 * Forgets the oldest attempts to write a sheet that were made longer ago than so many days; at most `limit`. Across tenants. Says how
 * many: fewer than `limit`, and there are no more for now.
 * @throws the driver's 23514 for fewer days than `HISTORY_MIN_DAYS`
 */
export async function forgetSheetAttempts(pool: Pool, days: number, limit: number): Promise<number> {
  const result = await pool.query<{ count: number }>(
    `SELECT forget_sheet_attempts(make_interval(days => $1::int), $2::int) AS count`,
    [days, limit],
  );
  return result.rows[0]?.count ?? 0;
}
