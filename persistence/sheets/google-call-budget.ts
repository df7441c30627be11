import type { Pool } from 'pg';

export type GoogleCallKind = 'read' | 'write';

export interface GoogleBudget {
  /** Calls that may be made one right after the other, after a time without any. */
  readonly burst: number;
  /** And one more each so many milliseconds. In any minute there are at most `burst` + 60,000 / `everyMs` calls. */
  readonly everyMs: number;
}

/**
 * Books one call of a service account and says when it may be made, in milliseconds from now; 0: at once. The generic cell rate
 * algorithm (ITU-T I.371), with its one number per account and kind in Postgres, so that all processes share one budget. Bookings
 * come one after the other and each gets the next place: however many tenants are on an account, each waits its turn.
 *
 * A booking that is not used is lost, so whoever waits keeps it, and whoever would not wait for long says so: without `withinMs`
 * anybody could push the account's next place away by asking and going.
 *
 * @returns undefined, and nothing is booked, when the next place comes later than `withinMs`
 */
export async function bookGoogleCall(
  pool: Pool,
  call: {
    readonly account: string;
    readonly kind: GoogleCallKind;
    readonly budget: GoogleBudget;
    readonly withinMs?: number | undefined;
  },
): Promise<number | undefined> {
  const { burst, everyMs } = call.budget;
  const result = await pool.query<{ wait_ms: number }>(
    `INSERT INTO google_call_budgets AS b (account, kind, free_at)
     VALUES ($1::text, $2::text, clock_timestamp() + $3::int * interval '1 ms')
     ON CONFLICT (account, kind) DO UPDATE SET free_at = greatest(b.free_at, clock_timestamp()) + $3::int * interval '1 ms'
       WHERE $5::int IS NULL OR greatest(
         greatest(b.free_at, clock_timestamp()) - ($4::int - 1) * $3::int * interval '1 ms', b.blocked_until)
         <= clock_timestamp() + $5::int * interval '1 ms'
     RETURNING greatest(0, ceil(1000 * extract(epoch FROM
       greatest(free_at - $4::int * $3::int * interval '1 ms', blocked_until) - clock_timestamp())))::int AS wait_ms`,
    [call.account, call.kind, everyMs, burst, call.withinMs ?? null],
  );
  return result.rows[0]?.wait_ms;
}

/** How long an account is still to be left alone, in milliseconds: for a call that was booked before Google asked for it. */
export async function googleBlockedFor(pool: Pool, account: string): Promise<number> {
  const result = await pool.query<{ wait_ms: number | null }>(
    `SELECT ceil(1000 * extract(epoch FROM max(blocked_until) - clock_timestamp()))::int AS wait_ms
     FROM google_call_budgets WHERE account = $1::text AND blocked_until > clock_timestamp()`,
    [account],
  );
  return result.rows[0]?.wait_ms ?? 0;
}

/** Has every call of the account wait, of every tenant: Google asked for it. */
export async function blockGoogleCalls(pool: Pool, account: string, ms: number): Promise<void> {
  await pool.query(
    `UPDATE google_call_budgets SET blocked_until = greatest(blocked_until, clock_timestamp() + $2::int * interval '1 ms')
     WHERE account = $1::text`,
    [account, ms],
  );
}
