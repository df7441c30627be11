import * as z from 'zod';
import {
  encryptionKeys,
  hostAndPort,
  hostNames,
  httpUrl,
  logLevel,
  milliseconds,
  port,
  postgresUrl,
  readConfig,
  seconds,
  serviceAccountJson,
  signingKeys,
  trueOrFalse,
  wholeNumber,
} from '../../platform/config';
import { ORDERS_TASK_QUEUE } from '../../workflows/contract';
import { NOTIFICATIONS_TASK_QUEUE } from '../../workflows/notification-contract';
import { SHEETS_TASK_QUEUE } from '../../workflows/sheet-contract';

const schema = z.object({
  DATABASE_URL: postgresUrl(),
  DATABASE_POOL_SIZE: wholeNumber({ min: 1, max: 200 }).default(10),
  // How long a call may wait for one of these connections. Shorter than a failover of PostgreSQL takes: callers are told
  // UNAVAILABLE who could have waited for it. Longer: they wait in vain for one that is gone,
  // and, beyond REQUEST_DEADLINE_MS, hold a place in the queue for an answer that nobody waits for.
  DATABASE_CONNECT_MS: milliseconds({ min: 100, max: 300_000 }).default(3_000),
  TEMPORAL_ADDRESS: hostAndPort().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  ORDERS_TASK_QUEUE: z.string().default(ORDERS_TASK_QUEUE),
  PAYLOAD_ENCRYPTION_KEYS: encryptionKeys(),
  CONFIRMATION_SIGNING_KEYS: signingKeys(),
  SECRETS_ENCRYPTION_KEYS: encryptionKeys(),
  BIND_ADDRESS: z.string().default('127.0.0.1'),
  GRPC_PORT: port(50_051),
  HTTP_PORT: port(8_080),
  // By which /mcp may be called, besides this machine's own names and BIND_ADDRESS.
  MCP_ALLOWED_HOSTS: hostNames().default([]),
  // The longest a call may take. Shorter than a create under load: callers are told UNAVAILABLE of orders that are made all
  // the same. Longer: they wait as long for an answer that a dead dependency will not give.
  REQUEST_DEADLINE_MS: milliseconds({ min: 100, max: 300_000 }).default(10_000),
  SHEETS_TASK_QUEUE: z.string().default(SHEETS_TASK_QUEUE),
  NOTIFICATIONS_TASK_QUEUE: z.string().default(NOTIFICATIONS_TASK_QUEUE),
  // The service account that tenants without one of their own share. Only its address is used here, to say with whom to share.
  GOOGLE_SHEETS_CREDENTIALS: serviceAccountJson().optional(),
  // Of the model that stands in for Google, as for sync-worker: where owners open their sheets.
  SHEETS_API_URL: httpUrl().optional(),
  // Whether webhooks may be sent to this machine, by plain HTTP too. For development: in production every tenant could then
  // have our own services called.
  ALLOW_LOOPBACK_TARGETS: trueOrFalse().default(false),
  // Where the console is reached, when that is not the address that browsers send as Host (behind a proxy that rewrites it).
  CONSOLE_URL: httpUrl().optional(),
  // How long a sign-in to the console holds. Shorter: the owner types the key again in the midst of a day. Longer: so long
  // may a device that was left open go on.
  SESSION_TTL_SECONDS: seconds({ min: 60, max: 2_592_000 }).default(43_200),
  LOG_LEVEL: logLevel().default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl().optional(),
  SHUTDOWN_GRACE_SECONDS: seconds({ min: 1, max: 600 }).default(10),
});

export type Config = z.output<typeof schema>;

/** @throws ConfigError naming every variable that is missing or wrong. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}
