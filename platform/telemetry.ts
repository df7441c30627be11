import { propagation } from '@opentelemetry/api';
import type { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2';
import { tracingPlugin } from './tracing-plugin';
import { UnsampledPropagator } from './unsampled-propagator';

export interface TelemetryOptions {
  /** The service's name on its spans. */
  readonly service: string;
  /** The collector's OTLP gRPC address (`http://host:4317`); undefined: nothing is traced. */
  readonly endpoint?: string | undefined;
}

export interface Telemetry {
  /** Whether spans are recorded and sent. */
  readonly enabled: boolean;
  /** For Temporal's clients, workers and bundlers: one plugin serves all of a process. */
  readonly plugin: OpenTelemetryPlugin;
  /** Sends what is waiting. Never throws: spans that are lost are no reason for a service to fail. */
  shutdown(): Promise<void>;
}

/**
 * Starts tracing, once in a process and before the first server or client is made.
 *
 * Without an endpoint, the OpenTelemetry SDK is not even loaded: outside of workflows spans are the API's no-ops, and
 * workflows are told not to record any. With one, gRPC and HTTP are instrumented in place, so it does not matter which
 * modules were loaded before, only that `startTelemetry` is called before servers register their methods.
 */
export function startTelemetry({ service, endpoint }: TelemetryOptions): Telemetry {
  if (endpoint === undefined) {
    propagation.setGlobalPropagator(new UnsampledPropagator());
    return { enabled: false, plugin: tracingPlugin(), shutdown: async () => {} };
  }
  // Required here, not imported above: the SDK takes longer to load than everything else a service needs.
  const { startExporting } = require('./export-spans') as typeof import('./export-spans');
  return startExporting(service, endpoint);
}
