import { Client } from '@temporalio/client';
import { parseSigningKeys } from '../../platform/confirmation-signing';
import { connectTemporal } from '../../platform/connect-temporal';
import { createDataConverter } from '../../platform/data-converter';
import { finishWorker } from '../../platform/finish-worker';
import { withForeignPayloads } from '../../platform/foreign-payloads';
import { startHealthServer } from '../../platform/health-server';
import { createLogger } from '../../platform/logger';
import { parseKeyring } from '../../platform/payload-codec';
import { createPool } from '../../platform/postgres';
import { runUntilShutdown } from '../../platform/shutdown';
import type { Telemetry } from '../../platform/telemetry';
import { workerReadiness } from '../../platform/worker-readiness';
import { installWorkerRuntime } from '../../platform/worker-runtime';
import { createBookingActivities } from './activities/create-booking-activities';
import { createOrderActivities } from './activities/create-order-activities';
import { createNudgeSheet } from './activities/nudge-sheet';
import type { Config } from './config';
import { createWorker } from './create-worker';
import { isRefusedRun } from './refused-run';

/** Runs the worker until SIGTERM or SIGINT; what it has begun by then, it finishes. */
export async function runOrderWorker(config: Config, telemetry: Telemetry): Promise<void> {
  const logger = createLogger({ service: 'order-worker', level: config.LOG_LEVEL });
  installWorkerRuntime({ logger, metricsAddress: config.TEMPORAL_METRICS_ADDRESS, isExpected: isRefusedRun });
  const pool = createPool({
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    applicationName: 'order-worker',
    logger,
    traced: telemetry.enabled,
  });
  const { current: signingKey, macOf } = parseSigningKeys(config.CONFIRMATION_SIGNING_KEYS);
  const connection = await connectTemporal(config.TEMPORAL_ADDRESS, logger);
  const dataConverter = createDataConverter(parseKeyring(config.PAYLOAD_ENCRYPTION_KEYS));
  const worker = await createWorker({
    config,
    connection,
    dataConverter: withForeignPayloads(dataConverter),
    plugins: [telemetry.plugin],
    activities: {
      ...createOrderActivities({
        pool,
        logger,
        macOf,
        nudgeSheet: createNudgeSheet({
          temporal: new Client({
            connection,
            namespace: config.TEMPORAL_NAMESPACE,
            dataConverter,
            plugins: [telemetry.plugin],
          }),
          sheetsTaskQueue: config.SHEETS_TASK_QUEUE,
          notificationsTaskQueue: config.NOTIFICATIONS_TASK_QUEUE,
          logger,
        }),
        notificationsTaskQueue: config.NOTIFICATIONS_TASK_QUEUE,
      }),
      ...createBookingActivities({ pool, logger, signingKey }),
    },
  });
  const running = worker.run();
  const starting = startHealthServer({
    host: config.BIND_ADDRESS,
    port: config.HEALTH_PORT,
    ready: workerReadiness({ workers: [worker], pool, connection }),
  });
  // From here on a signal drains: whoever hears that this is ready may send one in that very moment.
  const ended = runUntilShutdown({
    logger,
    graceSeconds: config.SHUTDOWN_GRACE_SECONDS,
    // A worker that ends by itself cannot go on; the process ends and whoever runs it starts another.
    work: running,
    steps: [
      { name: 'worker', run: () => finishWorker(worker, running) },
      { name: 'health server', run: async () => (await starting).close() },
      { name: 'temporal connection', run: () => connection.close() },
      { name: 'postgres', run: () => pool.end() },
      { name: 'telemetry', run: () => telemetry.shutdown() },
    ],
  });
  const health = await starting;
  logger.info(
    { event: 'ready', healthPort: health.port, taskQueue: config.ORDERS_TASK_QUEUE },
    'order worker is running',
  );
  await ended;
}
