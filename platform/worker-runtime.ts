import type { LogMetadata } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import type { Logger } from './logger';
import { temporalLogger } from './temporal-logger';

/**
 * Prepares the process for Temporal's workers; call it before the first of them is made.
 *
 * @param options.metricsAddress where the SDK serves its own metrics (task latencies, slots, cache); undefined: nowhere
 * @param options.isExpected what the SDK warns of and the service means to happen
 */
export function installWorkerRuntime(options: {
  readonly logger: Logger;
  readonly metricsAddress: string | undefined;
  readonly isExpected?: (message: string, meta: LogMetadata) => boolean;
}): void {
  const { logger, metricsAddress, isExpected } = options;
  Runtime.install({
    logger: temporalLogger(logger, isExpected),
    // The process's signals are runUntilShutdown's alone: with the SDK's handlers as well, the worker would stop twice.
    shutdownSignals: [],
    telemetryOptions: metricsAddress === undefined ? {} : { metrics: { prometheus: { bindAddress: metricsAddress } } },
  });
}
