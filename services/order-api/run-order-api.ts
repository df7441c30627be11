import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { ERRORS } from '../../domain/errors';
import { parseSigningKeys } from '../../platform/confirmation-signing';
import { createDataConverter } from '../../platform/data-converter';
import { createLogger } from '../../platform/logger';
import { parseKeyring } from '../../platform/payload-codec';
import { createPool } from '../../platform/postgres';
import { parseServiceAccount } from '../../platform/service-account';
import { runUntilShutdown } from '../../platform/shutdown';
import type { Telemetry } from '../../platform/telemetry';
import type { Config } from './config';
import { createConsoleSessions } from './console-sessions';
import { drainDoors } from './drain-doors';
import { startGrpcServer } from './grpc-server';
import { allowedHosts } from './handlers/mcp/allowed-hosts';
import { startHttpServer } from './http-server';
import { createOpenStreams } from './open-streams';
import { createReadiness } from './readiness';
import { createUseCases } from './use-cases/create-use-cases';

/** gRPC's own longest pause between two tries to reconnect is two minutes: so long would we be down after Temporal is back. */
const RECONNECT_MS = { initial: 100, longest: 1_000 };
const READINESS_TIMEOUT_MS = 2_000;
/** Of the grace at shutdown; the rest is for closing what the calls need. */
const DRAIN_SHARE = 0.7;
/** Beside `services` in the build. */
const CONSOLE_FOLDER = join(__dirname, '..', '..', 'console');

/** Serves both doors until SIGTERM or SIGINT. Starts, not ready, while Postgres or Temporal are away. */
export async function runOrderApi(config: Config, telemetry: Telemetry): Promise<void> {
  const logger = createLogger({ service: 'order-api', level: config.LOG_LEVEL, messageCodes: Object.keys(ERRORS) });
  const pool = createPool({
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    connectMs: config.DATABASE_CONNECT_MS,
    applicationName: 'order-api',
    logger,
    traced: telemetry.enabled,
  });
  const connection = Connection.lazy({
    address: config.TEMPORAL_ADDRESS,
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': RECONNECT_MS.initial,
      'grpc.max_reconnect_backoff_ms': RECONNECT_MS.longest,
    },
  });
  const temporal = new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: createDataConverter(parseKeyring(config.PAYLOAD_ENCRYPTION_KEYS)),
    plugins: [telemetry.plugin],
  });
  const secrets = parseKeyring(config.SECRETS_ENCRYPTION_KEYS);
  const { GOOGLE_SHEETS_CREDENTIALS: sharedServiceAccount } = config;
  const signing = parseSigningKeys(config.CONFIRMATION_SIGNING_KEYS);
  const useCases = createUseCases({
    pool,
    databaseUrl: config.DATABASE_URL,
    temporal,
    taskQueue: config.ORDERS_TASK_QUEUE,
    signing,
    sheetsTaskQueue: config.SHEETS_TASK_QUEUE,
    notificationsTaskQueue: config.NOTIFICATIONS_TASK_QUEUE,
    secrets,
    sharedServiceAccount: sharedServiceAccount && parseServiceAccount(sharedServiceAccount).client_email,
    spreadsheetsUrl: spreadsheetsUrl(config.SHEETS_API_URL),
    allowLoopbackTargets: config.ALLOW_LOOPBACK_TARGETS,
    logger,
  });
  const streams = createOpenStreams();
  const readiness = createReadiness({
    timeoutMs: READINESS_TIMEOUT_MS,
    checks: {
      postgres: () => pool.query('SELECT 1'),
      temporal: () =>
        connection.withDeadline(Date.now() + READINESS_TIMEOUT_MS, () => connection.workflowService.getSystemInfo({})),
    },
  });
  const door = {
    useCases,
    logger,
    streams,
    readiness,
    host: config.BIND_ADDRESS,
    requestDeadlineMs: config.REQUEST_DEADLINE_MS,
  };
  const mcp = {
    allowedHosts: allowedHosts(config),
    // Of a purpose of its own, so that no signature made for one can stand for the other.
    questionKey: signing.current.mac('orderbooking.mcp-question.v1'),
  };
  const sessions = createConsoleSessions({
    keyring: secrets,
    ttlSeconds: config.SESSION_TTL_SECONDS,
  });
  const startServers = async () => ({
    grpc: await startGrpcServer({ ...door, port: config.GRPC_PORT }),
    http: await startHttpServer({
      ...door,
      mcp,
      sessions,
      consoleUrl: config.CONSOLE_URL,
      consoleFolder: CONSOLE_FOLDER,
      port: config.HTTP_PORT,
    }),
  });
  const starting = startServers();
  const drain = async () =>
    drainDoors({ streams, ...(await starting) }, config.SHUTDOWN_GRACE_SECONDS * 1_000 * DRAIN_SHARE);
  // From here on a signal drains: whoever hears that this is ready may send one in that very moment.
  const ended = runUntilShutdown({
    logger,
    graceSeconds: config.SHUTDOWN_GRACE_SECONDS,
    steps: [
      { name: 'readiness', run: async () => readiness.drain() },
      { name: 'doors', run: drain },
      { name: 'use cases', run: () => useCases.close() },
      { name: 'temporal connection', run: () => connection.close() },
      { name: 'postgres', run: () => pool.end() },
      { name: 'telemetry', run: () => telemetry.shutdown() },
    ],
  });
  const { grpc, http } = await starting;
  logger.info({ event: 'ready', grpcPort: grpc.port, httpPort: http.port }, 'order API is serving');
  await ended;
}

/** The model that stands in for Google shows its sheets itself. */
function spreadsheetsUrl(modelUrl: string | undefined): string {
  return modelUrl === undefined ? 'https://docs.google.com/spreadsheets/d' : new URL('/spreadsheets', modelUrl).href;
}
