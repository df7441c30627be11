import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOffSampler, BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2';
import { tracingPlugin } from './tracing-plugin';

export interface Telemetry {
  /** For Temporal clients and workers. */
  readonly plugin: OpenTelemetryPlugin;
  /** Sends what is left. */
  shutdown(): Promise<void>;
}

/**
 * Starts tracing; call it before anything that is to be traced is loaded.
 *
 * With an endpoint, spans go there by OTLP over gRPC. Without one nothing is exported, listened to or printed: every
 * trace is begun as "not sampled", and that decision travels with the call, so the interceptors in the workflow
 * sandbox, which would otherwise record spans for nobody, skip the work as well.
 */
export function startTelemetry(options: { readonly service: string; readonly endpoint: string | undefined }): Telemetry {
  if (options.endpoint !== undefined) return exportTo(options.service, options.endpoint);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ sampler: new AlwaysOffSampler() }));
  return { plugin: tracingPlugin(), shutdown: async () => undefined };
}

function exportTo(service: string, endpoint: string): Telemetry {
  // Loaded only here: the exporter and the instrumentations cost some 200 ms of start that nobody without a collector pays.
  const { NodeSDK } = require('@opentelemetry/sdk-node') as typeof import('@opentelemetry/sdk-node');
  const { OTLPTraceExporter } =
    require('@opentelemetry/exporter-trace-otlp-grpc') as typeof import('@opentelemetry/exporter-trace-otlp-grpc');
  const { HttpInstrumentation } =
    require('@opentelemetry/instrumentation-http') as typeof import('@opentelemetry/instrumentation-http');
  const { GrpcInstrumentation } =
    require('@opentelemetry/instrumentation-grpc') as typeof import('@opentelemetry/instrumentation-grpc');
  const resource = resourceFromAttributes({ 'service.name': service });
  const spanProcessor = new BatchSpanProcessor(new OTLPTraceExporter({ url: endpoint }));
  const sdk = new NodeSDK({
    resource,
    spanProcessors: [spanProcessor],
    textMapPropagator: new W3CTraceContextPropagator(),
    instrumentations: [
      new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => url === '/healthz' || url === '/readyz' }),
      new GrpcInstrumentation({ ignoreGrpcMethods: [/^PollWorkflow/, /^PollActivity/, /^Check$/, /^Watch$/] }),
    ],
  });
  sdk.start();
  return { plugin: tracingPlugin(spanProcessor, resource), shutdown: () => sdk.shutdown() };
}
