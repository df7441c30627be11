import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2';
import { SafeSpanExporter } from './safe-span-exporter';
import type { Telemetry } from './telemetry';

/** Probes come every few seconds from each of several probers; their traces would outnumber those of orders. */
const UNTRACED_PATHS = new Set(['/healthz', '/readyz', '/metrics']);
const UNTRACED_GRPC = [/^Check$/, /^Watch$/, /^ServerReflectionInfo$/];

/** A collector that is down must not hold up the end of the process for longer than this. */
const EXPORT_MS = 5_000;

/**
 * Records spans of gRPC, HTTP and Temporal and sends them in batches over OTLP gRPC; call it through `startTelemetry`.
 *
 * Context travels as W3C Trace Context alone. Baggage stays out: Temporal's interceptors would copy whatever a caller
 * put there into the history, where nothing encrypts it.
 */
export function startExporting(service: string, endpoint: string): Telemetry {
  const exporter = new SafeSpanExporter(new OTLPTraceExporter({ url: endpoint, timeoutMillis: EXPORT_MS }));
  const spanProcessor = new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_MS });
  const sdk = new NodeSDK({
    serviceName: service,
    spanProcessors: [spanProcessor],
    textMapPropagator: new W3CTraceContextPropagator(),
    resourceDetectors: [envDetector],
    // Left out, the SDK would start exporters of its own for metrics and logs.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url = '' }) => UNTRACED_PATHS.has(url.split('?', 1)[0] ?? ''),
      }),
      new GrpcInstrumentation({ ignoreGrpcMethods: UNTRACED_GRPC }),
    ],
  });
  sdk.start();
  // The instrumentations act when their module is next required, and patch it in place even if it was loaded long ago.
  require('@grpc/grpc-js');
  require('node:http');
  require('node:https');
  return {
    enabled: true,
    plugin: new OpenTelemetryPlugin({
      resource: resourceFromAttributes({ 'service.name': service }),
      spanProcessor,
    }),
    shutdown: () => sdk.shutdown().catch(() => {}),
  };
}
