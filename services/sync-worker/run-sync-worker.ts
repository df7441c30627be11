import { Client } from '@temporalio/client';
import { sheetBacklog } from '../../persistence/sheets/sheets-left-behind';
import { connectTemporal } from '../../platform/connect-temporal';
import { createDataConverter } from '../../platform/data-converter';
import { finishWorker } from '../../platform/finish-worker';
import { withForeignPayloads } from '../../platform/foreign-payloads';
import { startHealthServer } from '../../platform/health-server';
import { parseKeyring } from '../../platform/keyring';
import { createLogger } from '../../platform/logger';
import { showSheetBacklog } from '../../platform/metrics';
import { createPostGuarded } from '../../platform/post-guarded';
import { createPool } from '../../platform/postgres';
import { runUntilShutdown } from '../../platform/shutdown';
import type { Telemetry } from '../../platform/telemetry';
import { workerReadiness } from '../../platform/worker-readiness';
import { installWorkerRuntime } from '../../platform/worker-runtime';
import { FORGET_HISTORY_WORKFLOW, forgetHistoryScheduleId } from '../../workflows/history-contract';
import { SHEET_SWEEP_WORKFLOW, sheetSweepScheduleId } from '../../workflows/sheet-contract';
import { createHistoryActivities } from './activities/create-history-activities';
import { createNotificationActivities } from './activities/create-notification-activities';
import { createSheetActivities } from './activities/create-sheet-activities';
import { createSendNotification } from './activities/send-notification';
import { createVapidKeys } from './activities/vapid-keys';
import type { Config } from './config';
import { createWorkers, NOTIFICATION_SLOTS } from './create-workers';
import { ensureSchedule } from './ensure-schedule';
import { accountBudget } from './google/account-budget';

/** More often: as good as nothing to do each time. Less often: more at a time than fits into one. */
const FORGET_HISTORY_SECONDS = 3_600;

/** Runs the workers until SIGTERM or SIGINT; what they have begun by then, they finish. */
export async function runSyncWorker(config: Config, telemetry: Telemetry): Promise<void> {
  const logger = createLogger({ service: 'sync-worker', level: config.LOG_LEVEL });
  installWorkerRuntime({
    logger,
    metricsAddress: config.TEMPORAL_METRICS_ADDRESS,
    // The `notifications` queue has activities only.
    isExpected: (message) => message.startsWith('No workflows registered'),
  });
  const pool = createPool({
    url: config.DATABASE_URL,
    size: config.DATABASE_POOL_SIZE,
    applicationName: 'sync-worker',
    logger,
    traced: telemetry.enabled,
  });
  const secrets = parseKeyring(config.SECRETS_ENCRYPTION_KEYS);
  const connection = await connectTemporal(config.TEMPORAL_ADDRESS, logger);
  const dataConverter = createDataConverter(parseKeyring(config.PAYLOAD_ENCRYPTION_KEYS));
  const plugins = [telemetry.plugin];
  const temporal = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE, dataConverter, plugins });
  const workers = await createWorkers({
    config,
    connection,
    dataConverter: withForeignPayloads(dataConverter),
    plugins,
    sheets: createSheetActivities({
      pool,
      secrets,
      sharedCredentials: config.GOOGLE_SHEETS_CREDENTIALS,
      apiUrl: config.SHEETS_API_URL,
      timeoutMs: config.SHEETS_TIMEOUT_MS,
      budget: accountBudget(config.SHEETS_CALLS_PER_MINUTE),
      retryMs: config.SHEETS_RETRY_MS,
      lateWriteMs: config.SHEETS_LATE_WRITE_SECONDS * 1_000,
      temporal,
      sheetsTaskQueue: config.SHEETS_TASK_QUEUE,
      notificationsTaskQueue: config.NOTIFICATIONS_TASK_QUEUE,
      logger,
    }),
    history: createHistoryActivities({ pool, logger, retentionDays: config.HISTORY_RETENTION_DAYS }),
    notifications: createNotificationActivities({
      pool,
      logger,
      send: createSendNotification({
        post: createPostGuarded({ allowLoopback: config.ALLOW_LOOPBACK_TARGETS }),
        secrets,
        vapidKeys: createVapidKeys(pool, secrets),
        vapidSubject: config.VAPID_SUBJECT,
      }),
      retryMs: config.DELIVERY_RETRY_MS,
      disableAfterSeconds: config.WEBHOOK_DISABLE_AFTER_SECONDS,
      // Half of them: one tenant with slow receivers leaves the other half to the others.
      turnsPerTenant: NOTIFICATION_SLOTS / 2,
      retentionDays: config.HISTORY_RETENTION_DAYS,
    }),
  });
  showSheetBacklog(() => sheetBacklog(pool));
  const taskQueue = config.SHEETS_TASK_QUEUE;
  void ensureSchedule({
    temporal,
    taskQueue,
    scheduleId: sheetSweepScheduleId(taskQueue),
    workflow: SHEET_SWEEP_WORKFLOW,
    everySeconds: config.SHEET_SWEEP_SECONDS,
    logger,
  });
  void ensureSchedule({
    temporal,
    taskQueue,
    scheduleId: forgetHistoryScheduleId(taskQueue),
    workflow: FORGET_HISTORY_WORKFLOW,
    everySeconds: FORGET_HISTORY_SECONDS,
    logger,
  });
  const running = workers.map((worker) => worker.run());
  const starting = startHealthServer({
    host: config.BIND_ADDRESS,
    port: config.HEALTH_PORT,
    ready: workerReadiness({ workers, pool, connection }),
  });
  // From here on a signal drains: whoever hears that this is ready may send one in that very moment.
  const ended = runUntilShutdown({
    logger,
    graceSeconds: config.SHUTDOWN_GRACE_SECONDS,
    // A worker that ends by itself cannot go on; the process ends and whoever runs it starts another.
    work: Promise.race(running),
    steps: [
      {
        name: 'workers',
        run: () =>
          Promise.all(workers.map((worker, index) => finishWorker(worker, running[index] ?? Promise.resolve()))),
      },
      { name: 'health server', run: async () => (await starting).close() },
      { name: 'temporal connection', run: () => connection.close() },
      { name: 'postgres', run: () => pool.end() },
      { name: 'telemetry', run: () => telemetry.shutdown() },
    ],
  });
  const health = await starting;
  logger.info(
    { event: 'ready', healthPort: health.port, taskQueue: config.SHEETS_TASK_QUEUE },
    'sync worker is running',
  );
  await ended;
}
