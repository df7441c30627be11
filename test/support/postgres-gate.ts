import type { PoolClient } from 'pg';
import type { PlaceOrderInput } from '../../workflows/contract';
import type { TestDatabase } from './database';
import { eventually } from './eventually';

/** Something in Postgres that makes a service's statement wait until it is opened. */
export interface Gate {
  open(): Promise<void>;
}

/**
 * Waits until so many connections of the order worker wait for a lock that a test holds. One that waits for another of the
 * worker's own is not counted: it does the same once more, because the worker has given up on the first one.
 */
export async function waitingForLocks(database: TestDatabase, connections: number): Promise<void> {
  await eventually(`${connections} statements that wait for a lock`, async () => {
    const { rows } = await database.owner.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'order-worker' AND wait_event_type = 'Lock'
         AND NOT EXISTS (SELECT FROM pg_stat_activity own
           WHERE own.pid = ANY (pg_blocking_pids(pg_stat_activity.pid)) AND own.application_name = 'order-worker')`,
    );
    return rows[0]?.n === connections;
  });
}

/** Nothing of this order is written while the gate is closed: its row is locked. */
export function holdOrder(database: TestDatabase, attempt: PlaceOrderInput): Promise<Gate> {
  return hold(database, 'SELECT FROM orders WHERE user_id = $1 AND idempotency_key = $2 FOR UPDATE', attempt);
}

/** Nothing becomes of this key while the gate is closed: a write that never gets committed has it, whether or not it was there. */
export function holdKey(database: TestDatabase, attempt: PlaceOrderInput): Promise<Gate> {
  return hold(
    database,
    `INSERT INTO idempotency_keys (user_id, operation, key, status, request_hash)
     VALUES ($1, 'create_order', $2, 'failed', sha256(''))
     ON CONFLICT (user_id, operation, key) DO UPDATE SET status = idempotency_keys.status`,
    attempt,
  );
}

/** No step of this booking is recorded while the gate is closed: its row is locked. */
export function holdBooking(
  database: TestDatabase,
  { userId, bookingId }: { readonly userId: string; readonly bookingId: string },
): Promise<Gate> {
  return holdRow(database, 'SELECT FROM bookings WHERE user_id = $1 AND id = $2 FOR UPDATE', [userId, bookingId]);
}

function hold(database: TestDatabase, statement: string, attempt: PlaceOrderInput): Promise<Gate> {
  return holdRow(database, statement, [attempt.userId, attempt.idempotencyKey]);
}

async function holdRow(database: TestDatabase, statement: string, values: readonly string[]): Promise<Gate> {
  const client = await database.owner.connect();
  await client.query('BEGIN');
  await client.query(statement, [...values]);
  return gate(client, 'ROLLBACK');
}

const COMMIT_GATE = 77_002;

/**
 * Every COMMIT that has an event (or a decision) of this correlation id, or any (also a subscription, which has none), waits at its very end while the gate is
 * closed. It is a deferred trigger: the statement has been answered and the worker has asked for the commit. It waits for nothing
 * but the gate: the limits that the service has set for its statements are off, so that none of these is undone by the time a
 * test takes to kill who asked for it.
 */
export async function holdCommits(
  database: TestDatabase,
  correlationId: string | undefined,
  table: 'order_events' | 'ai_decisions' | 'notification_subscriptions' = 'order_events',
): Promise<Gate> {
  const isHeld = correlationId === undefined ? 'true' : `NEW.correlation_id = '${correlationId}'`;
  await database.owner.query(`
    CREATE OR REPLACE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock_shared(${COMMIT_GATE}); RETURN NULL; END $$;
    CREATE OR REPLACE FUNCTION wait_without_limit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true); RETURN NULL; END $$;
    DROP TRIGGER IF EXISTS gate ON ${table};
    DROP TRIGGER IF EXISTS gate_without_limit ON ${table};
    CREATE TRIGGER gate_without_limit AFTER INSERT ON ${table} FOR EACH ROW
    WHEN (${isHeld}) EXECUTE FUNCTION wait_without_limit();
    CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (${isHeld}) EXECUTE FUNCTION wait_at_gate()`);
  const client = await database.owner.connect();
  await client.query('SELECT pg_advisory_lock($1)', [COMMIT_GATE]);
  return gate(client, `SELECT pg_advisory_unlock(${COMMIT_GATE})`);
}

function gate(client: PoolClient, statement: string): Gate {
  return {
    async open() {
      await client.query(statement);
      client.release();
    },
  };
}
