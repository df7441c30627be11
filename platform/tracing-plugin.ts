import { resourceFromAttributes } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2';

/**
 * The interceptors that carry a trace through Temporal. They belong to every client, worker and bundle, tracing or not:
 * a history that was written without them does not replay with them.
 */
export function tracingPlugin(
  spanProcessor: SpanProcessor = NOWHERE,
  resource = resourceFromAttributes({}),
): OpenTelemetryPlugin {
  return new OpenTelemetryPlugin({ spanProcessor, resource });
}

const NOWHERE: SpanProcessor = {
  forceFlush: async () => undefined,
  onStart: () => undefined,
  onEnd: () => undefined,
  shutdown: async () => undefined,
};
