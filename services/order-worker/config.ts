import { join } from 'node:path';
import * as z from 'zod';
import { readConfig } from '../../platform/config';
import { ORDERS_TASK_QUEUE } from '../../workflows/contract';

const schema = z.object({
  DATABASE_URL: z.string().min(1),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10),
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  ORDERS_TASK_QUEUE: z.string().min(1).default(ORDERS_TASK_QUEUE),
  PAYLOAD_ENCRYPTION_KEYS: z.string().min(1),
  WORKFLOW_BUNDLE: z
    .string()
    .min(1)
    .default(join(__dirname, '..', '..', 'workflow-bundle.js')),
  /** Together they make the worker a version of a Worker Deployment; without them it takes any task of its queue. */
  WORKER_DEPLOYMENT_NAME: z.string().min(1).default('order-worker'),
  WORKER_BUILD_ID: z.string().min(1).optional(),
  BIND_ADDRESS: z.string().min(1).default('127.0.0.1'),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(8090),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  SHUTDOWN_GRACE_SECONDS: z.coerce.number().int().min(1).max(600).default(10),
});

export type Config = z.output<typeof schema>;

/** @throws ConfigError naming every variable that is missing or wrong. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  return readConfig(schema, env);
}
