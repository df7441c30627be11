import { startTelemetry } from '../../platform/telemetry';
import { loadConfig } from './config';

/** Wires the sync worker: reads the environment, starts tracing before anything it traces is loaded, then runs. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const telemetry = startTelemetry({ service: 'sync-worker', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT });
  const { runSyncWorker } = await import('./run-sync-worker.js');
  await runSyncWorker(config, telemetry);
}

main().catch((error: unknown) => {
  // The configuration's own message names variables only; anything else is a defect of the start itself.
  console.error(error instanceof Error ? error.message : 'the sync worker could not start');
  process.exit(1);
});
