import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, type TelemetryOptions } from '@temporalio/worker';
import { parseSigningKeys } from '../../platform/confirmation-signing';
import { createDataConverter } from '../../platform/data-converter';
import { startHealthServer } from '../../platform/health-server';
import { createLogger, type Logger } from '../../platform/logger';
import { parseKeyring } from '../../platform/payload-codec';
import { createPool } from '../../platform/postgres';
import { runUntilShutdown } from '../../platform/shutdown';
import type { Telemetry } from '../../platform/telemetry';
import { temporalLogger } from '../../platform/temporal-logger';
import { createBookingActivities } from './activities/create-booking-activities';
import { createOrderActivities } from './activities/create-order-activities';
import { createNudgeSheet } from './activities/nudge-sheet';
import type { Config } from './config';
import { createWorker } from './create-worker';
import { withForeignPayloads } from './foreign-payloads';
import { isRefusedRun } from './refused-run';

/** How long to wait between two tries to reach Temporal at the start. */
const CONNECT_AGAIN_MS = 1_000;
/** How long readiness waits for a dependency. Below the health server's own limit, whose answer names no check. */
const CHECK_MS = 2_000;

/** Runs the worker until SIGTERM or SIGINT; what it has begun by then, it finishes. */
export async function runOrderWorker(config: Config, telemetry: Telemetry): Promise<void> {
  const logger = createLogger({ service: 'order-worker', level: config.LOG_LEVEL });
  // The process's signals are runUntilShutdown's alone: with the SDK's handlers as well, the worker would stop twice.
  Runtime.install({
    logger: temporalLogger(logger, isRefusedRun),
    shutdownSignals: [],
    telemetryOptions: sdkMetrics(config.TEMPORAL_METRICS_ADDRESS),
  });
  const pool = createPool({
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    applicationName: 'order-worker',
    logger,
    traced: telemetry.enabled,
  });
  const { current: signingKey, macOf } = parseSigningKeys(config.CONFIRMATION_SIGNING_KEYS);
  const connection = await connect(config, logger);
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
  const health = await startHealthServer({
    host: config.BIND_ADDRESS,
    port: config.HEALTH_PORT,
    ready: async () => {
      // Where Temporal is away the worker still says RUNNING: it polls on until it is back.
      const [postgres, temporal] = await Promise.all([
        answers(() => pool.query('SELECT 1')),
        answers(() =>
          connection.withDeadline(Date.now() + CHECK_MS, () => connection.workflowService.getSystemInfo({})),
        ),
      ]);
      const checks = { worker: worker.getState() === 'RUNNING', postgres, temporal };
      return { ready: Object.values(checks).every(Boolean), checks };
    },
  });
  logger.info(
    { event: 'ready', healthPort: health.port, taskQueue: config.ORDERS_TASK_QUEUE },
    'order worker is running',
  );
  await runUntilShutdown({
    logger,
    graceSeconds: config.SHUTDOWN_GRACE_SECONDS,
    // A worker that ends by itself cannot go on; the process ends and whoever runs it starts another.
    work: running,
    steps: [
      { name: 'worker', run: () => finish(worker, running) },
      { name: 'health server', run: () => health.close() },
      { name: 'temporal connection', run: () => connection.close() },
      { name: 'postgres', run: () => pool.end() },
      { name: 'telemetry', run: () => telemetry.shutdown() },
    ],
  });
}

function sdkMetrics(bindAddress: string | undefined): TelemetryOptions {
  return bindAddress === undefined ? {} : { metrics: { prometheus: { bindAddress } } };
}

async function connect(config: Config, logger: Logger): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
    } catch {
      logger.warn(
        { event: 'temporalUnreachable', retryMs: CONNECT_AGAIN_MS },
        'Temporal cannot be reached; trying again',
      );
      await new Promise((resolve) => setTimeout(resolve, CONNECT_AGAIN_MS));
    }
  }
}

async function finish(worker: Awaited<ReturnType<typeof createWorker>>, running: Promise<void>): Promise<void> {
  if (worker.getState() === 'RUNNING') worker.shutdown();
  await running;
}

/** Whether the check succeeds in time. One that hangs is given up, not waited for. */
async function answers(check: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_MS);
  });
  const answered = check().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
