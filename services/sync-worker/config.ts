import { join } from 'node:path';
import * as z from 'zod';
import { HISTORY_MIN_DAYS } from '../../domain/history';
import {
  encryptionKeys,
  hostAndPort,
  httpUrl,
  logLevel,
  milliseconds,
  port,
  postgresUrl,
  readConfig,
  seconds,
  serviceAccountJson,
  trueOrFalse,
  wholeNumber,
} from '../../platform/config';
import { NOTIFICATIONS_TASK_QUEUE } from '../../workflows/notification-contract';
import { SHEETS_TASK_QUEUE } from '../../workflows/sheet-contract';

const schema = z.object({
  DATABASE_URL: postgresUrl(),
  DATABASE_POOL_SIZE: wholeNumber({ min: 1, max: 200 }).default(10),
  TEMPORAL_ADDRESS: hostAndPort().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  SHEETS_TASK_QUEUE: z.string().default(SHEETS_TASK_QUEUE),
  NOTIFICATIONS_TASK_QUEUE: z.string().default(NOTIFICATIONS_TASK_QUEUE),
  PAYLOAD_ENCRYPTION_KEYS: encryptionKeys(),
  SECRETS_ENCRYPTION_KEYS: encryptionKeys(),
  /** A service account's JSON, for every tenant without one of its own; unset: such tenants have no sheet. */
  GOOGLE_SHEETS_CREDENTIALS: serviceAccountJson().optional(),
  /** Send Google's API and token calls to this base URL instead. */
  SHEETS_API_URL: httpUrl().optional(),
  /**
   * Reads, and writes, that one service account makes in any minute. Google allows 60 of each; above that its calls are
   * refused. Lower: all sheets of the account are further behind.
   */
  SHEETS_CALLS_PER_MINUTE: wholeNumber({ min: 1, max: 10_000 }).default(55),
  /**
   * How long one exchange with Google may take. Shorter than a large batch needs: calls that commit are given up, and each
   * costs an audit of the whole tab. Longer: a connection that is dead holds up the tenant's sheet for as long.
   */
  SHEETS_TIMEOUT_MS: milliseconds({ min: 100, max: 120_000 }).default(20_000),
  /** The first pause before a try that failed is repeated; each later one is four times as long. */
  SHEETS_RETRY_MS: milliseconds({ min: 10, max: 600_000 }).default(5_000),
  /**
   * How late Google may still carry out a call that was given up (it ends each after 180 s). Shorter: what such a call
   * leaves behind may stand in the sheet until the tenant's next order.
   */
  SHEETS_LATE_WRITE_SECONDS: seconds({ min: 1, max: 3_600 }).default(185),
  /** How often sheets are looked for that nobody was nudged for. */
  SHEET_SWEEP_SECONDS: seconds({ min: 1, max: 86_400 }).default(60),
  /** Lets webhooks and push messages go to this machine. For development only. */
  ALLOW_LOOPBACK_TARGETS: trueOrFalse().default(false),
  /** The first pause before a notification that was not taken is sent again; each later one is four times as long. */
  DELIVERY_RETRY_MS: milliseconds({ min: 1, max: 60_000 }).default(2_000),
  /** A webhook that failed for this long without a success in between is disabled. */
  WEBHOOK_DISABLE_AFTER_SECONDS: seconds({ min: 1, max: 31_536_000 }).default(432_000),
  /** Whom a browser's push service may turn to. */
  VAPID_SUBJECT: z
    .string()
    .regex(/^(mailto:.+@.+|https:\/\/.+)$/, 'must be a mailto: address or an https:// URL')
    .default('mailto:owner@example.com'),
  /**
   * How long is kept what subscribers were told, with every try, and every attempt to write a sheet; 0: for ever, and the tables grow
   * with every order. Shorter: a delivery can no longer be looked at or played again when somebody asks for it. Longer: the
   * database holds customers' data, which is what was told, for as long.
   */
  HISTORY_RETENTION_DAYS: wholeNumber({ min: 0, max: 36_500 })
    .refine((days) => days === 0 || days >= HISTORY_MIN_DAYS, `must be 0 (keep all) or at least ${HISTORY_MIN_DAYS}`)
    .default(90),
  SYNC_WORKFLOW_BUNDLE: z.string().default(join(__dirname, '..', '..', 'sync-workflow-bundle.js')),
  /** Together they make the worker a version of a Worker Deployment; without a build id it takes any task of its queues. */
  WORKER_DEPLOYMENT_NAME: z.string().default('sync-worker'),
  WORKER_BUILD_ID: z.string().optional(),
  BIND_ADDRESS: z.string().default('127.0.0.1'),
  HEALTH_PORT: port(8_091),
  /** Where the Temporal SDK serves its own metrics (task latencies, slots, cache); unset: nowhere. */
  TEMPORAL_METRICS_ADDRESS: hostAndPort().optional(),
  LOG_LEVEL: logLevel().default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl().optional(),
  SHUTDOWN_GRACE_SECONDS: seconds({ min: 1, max: 600 }).default(10),
});

export type Config = z.output<typeof schema>;

/** @throws ConfigError naming every variable that is missing or wrong. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}
