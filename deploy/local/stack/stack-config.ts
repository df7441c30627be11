import { join, resolve } from 'node:path';
import * as z from 'zod';
import {
  encryptionKeys,
  hostAndPort,
  logLevel,
  port,
  postgresUrl,
  readConfig,
  signingKeys,
} from '../../../platform/config';
import { projectRoot } from '../project-root';

const schema = z.object({
  ORDER_BOOKING_DATA_DIR: z.string().default(join(projectRoot(), '.data')),
  HTTP_PORT: port(8_080),
  GRPC_PORT: port(50_051),
  TEMPORAL_PORT: port(7_233),
  TEMPORAL_UI_PORT: port(8_233),
  POSTGRES_PORT: port(5_433),
  WORKER_HEALTH_PORT: port(8_090),
  SYNC_HEALTH_PORT: port(8_091),
  SHEETS_PORT: port(8_092),
  DATABASE_URL: postgresUrl().optional(),
  TEMPORAL_ADDRESS: hostAndPort().optional(),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  PAYLOAD_ENCRYPTION_KEYS: encryptionKeys().optional(),
  CONFIRMATION_SIGNING_KEYS: signingKeys().optional(),
  SECRETS_ENCRYPTION_KEYS: encryptionKeys().optional(),
  /** A Google service account's JSON. With it the sheets are Google's own, and no stand-in is started. */
  GOOGLE_SHEETS_CREDENTIALS: z.string().optional(),
  LOG_LEVEL: logLevel().default('info'),
});

export interface StackConfig extends Omit<z.output<typeof schema>, 'ORDER_BOOKING_DATA_DIR'> {
  /** Absolute. */
  readonly dataDir: string;
  /** The environment as it was given, for what is handed on to the services. */
  readonly env: NodeJS.ProcessEnv;
}

/** @throws ConfigError naming every bad variable. */
export function readStackConfig(env: NodeJS.ProcessEnv): StackConfig {
  const { ORDER_BOOKING_DATA_DIR, ...rest } = readConfig(schema, env);
  return { ...rest, dataDir: resolve(ORDER_BOOKING_DATA_DIR), env };
}
