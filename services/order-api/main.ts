import { startTelemetry } from '../../platform/telemetry';
import { loadConfig } from './config';

/** Wires the order API: reads the environment, starts tracing before anything it traces is loaded, then runs. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const telemetry = startTelemetry({ service: 'order-api', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT });
  const { runOrderApi } = await import('./run-order-api.js');
  await runOrderApi(config, telemetry);
}

main().catch((error: unknown) => {
  // The configuration's message names variables only, and nothing else is known of an error at this point.
  console.error(error instanceof Error ? error.message : 'the order API could not start');
  process.exit(1);
});
