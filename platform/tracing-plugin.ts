import { resourceFromAttributes } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2';

/** Takes the spans that workflows hand out, and forgets them. */
const DROP: SpanProcessor = {
  onStart() {},
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

/**
 * The Temporal interceptors without anything that is exported: for the workflow bundler, for replay and tests, and for
 * services without a collector. They must always be there, because a history written with them (they draw random
 * numbers, and wrap every call in promises of their own) does not replay without them, nor the other way round.
 */
export function tracingPlugin(): OpenTelemetryPlugin {
  return new OpenTelemetryPlugin({ resource: resourceFromAttributes({}), spanProcessor: DROP });
}

/**
 * For the bundler's `preloadModules`: all workflows then share what OpenTelemetry keeps in memory. With it, the
 * interceptors add some 2 ms of CPU to a workflow's 10; without it 8 ms, and on Node 20 and 22 more with every workflow in the
 * cache (18 ms at 640). It names our module and no package, because webpack drops a preloaded package that nothing uses.
 */
export const TRACING_PRELOADS: readonly string[] = [require.resolve('./sandbox-tracing')];
