import { Pool } from 'pg';
import type { Logger } from './logger';
import { TracedClient, TracedPool } from './traced-postgres';

export interface PoolOptions {
  readonly url: string;
  /** Most connections at once. */
  readonly size: number;
  /** Most milliseconds to wait for one of them, or for a new one. */
  readonly connectMs?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly logger: Logger;
  /** Whether every statement gets a span: pass `telemetry.enabled`. Without it nothing is wrapped and nothing costs. */
  readonly traced?: boolean;
}

/** Shorter: a restarting database fails requests that could wait for it. Longer: callers wait on one that is gone. */
const CONNECT_MS = 3_000;
/** Every statement takes a few milliseconds; one that takes this long waits for something that will not come. */
const STATEMENT_MS = 4_000;
/** Below the statement's, so that a jam reports itself as a lock (55P03) rather than as slowness. */
const LOCK_MS = 3_000;
/** A process that stopped in the middle of a transaction would hold its locks until TCP notices, up to hours later. */
const IDLE_IN_TRANSACTION_MS = 10_000;
/** Above the statement's: it only fires when the server cannot even say that it timed out, because the network is gone. */
const ANSWER_MS = STATEMENT_MS + 1_000;
const IDLE_MS = 60_000;
/** Connections are replaced now and then, so that after a failover the new server gets its share of them. */
const LIFETIME_SECONDS = 1_800;

/**
 * A connection pool in which nothing waits for ever. It survives the loss of the server: connections that break while
 * idle are dropped and logged (pg would otherwise end the process), the next query opens new ones.
 */
export function createPool({
  url,
  size,
  connectMs = CONNECT_MS,
  applicationName,
  logger,
  traced = false,
}: PoolOptions): Pool {
  const options = {
    connectionString: url,
    max: size,
    application_name: applicationName,
    connectionTimeoutMillis: connectMs,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    query_timeout: ANSWER_MS,
    idleTimeoutMillis: IDLE_MS,
    maxLifetimeSeconds: LIFETIME_SECONDS,
    keepAlive: true,
    // Statements of one connection that do not wait for each other are sent at once: 0.6 ms less for a transaction of one.
    pipeline: true,
  };
  const pool = traced ? new TracedPool({ ...options, Client: TracedClient }) : new Pool(options);
  pool.on('error', (err) => logger.warn({ event: 'databaseConnectionLost', err }, 'an idle database connection broke'));
  // A client that is checked out reports a lost connection both to its query and as an event; unheard, the event is fatal.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
