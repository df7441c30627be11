import type { Pool } from 'pg';

/**
 * The tenants whose sheet should have been written to by now, the ones that wait longest first. Across tenants, and nothing but
 * their ids.
 *
 * @param seconds how old the change must be that the sheet lacks; younger ones have somebody at work on them
 */
export async function sheetsLeftBehind(pool: Pool, seconds: number, limit: number): Promise<readonly string[]> {
  const result = await pool.query<{ user_id: string }>(
    `SELECT user_id FROM sheets_left_behind($1::int * interval '1 s', $2::int) AS user_id`,
    [seconds, limit],
  );
  return result.rows.map(({ user_id }) => user_id);
}

export interface SheetBacklog {
  readonly unsynced: number;
  /** Null: none. */
  readonly oldestSeconds: number | null;
  readonly parked: number;
}

/** How far all sheets together are behind. */
export async function sheetBacklog(pool: Pool): Promise<SheetBacklog> {
  const result = await pool.query<{ unsynced: string; oldest_seconds: number | null; parked: string }>(
    'SELECT unsynced, oldest_seconds, parked FROM sheet_backlog()',
  );
  const row = result.rows[0];
  return { unsynced: Number(row?.unsynced), oldestSeconds: row?.oldest_seconds ?? null, parked: Number(row?.parked) };
}
