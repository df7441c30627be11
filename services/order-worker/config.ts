import { join } from 'node:path';
import * as z from 'zod';
import {
  encryptionKeys,
  hostAndPort,
  httpUrl,
  logLevel,
  port,
  postgresUrl,
  readConfig,
  seconds,
  signingKeys,
  wholeNumber,
} from '../../platform/config';
import { ORDERS_TASK_QUEUE } from '../../workflows/contract';
import { NOTIFICATIONS_TASK_QUEUE } from '../../workflows/notification-contract';
import { SHEETS_TASK_QUEUE } from '../../workflows/sheet-contract';

const schema = z.object({
  DATABASE_URL: postgresUrl(),
  DATABASE_POOL_SIZE: wholeNumber({ min: 1, max: 200 }).default(10),
  TEMPORAL_ADDRESS: hostAndPort().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  ORDERS_TASK_QUEUE: z.string().default(ORDERS_TASK_QUEUE),
  SHEETS_TASK_QUEUE: z.string().default(SHEETS_TASK_QUEUE),
  NOTIFICATIONS_TASK_QUEUE: z.string().default(NOTIFICATIONS_TASK_QUEUE),
  PAYLOAD_ENCRYPTION_KEYS: encryptionKeys(),
  CONFIRMATION_SIGNING_KEYS: signingKeys(),
  WORKFLOW_BUNDLE: z.string().default(join(__dirname, '..', '..', 'workflow-bundle.js')),
  /** Together they make the worker a version of a Worker Deployment; without a build id it takes any task of its queue. */
  WORKER_DEPLOYMENT_NAME: z.string().default('order-worker'),
  WORKER_BUILD_ID: z.string().optional(),
  BIND_ADDRESS: z.string().default('127.0.0.1'),
  HEALTH_PORT: port(8_090),
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
