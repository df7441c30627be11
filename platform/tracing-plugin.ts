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
 * For the bundler's `preloadModules`, in this order: OpenTelemetry's modules hold no state of a workflow, and without this
 * each workflow evaluates half a megabyte of them again (some 3 ms of CPU, and the garbage of it). `sandbox-tracing` comes
 * before all that is frozen.
 */
export const TRACING_PRELOADS: readonly string[] = [
  require.resolve('@temporalio/interceptors-opentelemetry-v2/lib/workflow/performance-polyfill'),
  require.resolve('./sandbox-tracing'),
  require.resolve('@opentelemetry/core'),
  require.resolve('@opentelemetry/sdk-trace-base'),
];
