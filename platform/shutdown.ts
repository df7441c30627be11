import type { Logger } from './logger';

export type ShutdownStep = readonly [name: string, run: () => Promise<unknown>];

/**
 * Waits for SIGTERM or SIGINT, then runs the steps in order and ends the process: with 0 when all went well, with 1
 * after a second signal, a failed step, or `graceSeconds`, whichever comes first. Too short a grace cuts off work that
 * is then done again elsewhere (everything here is safe to repeat); too long a one delays a deployment.
 *
 * An error nobody caught stops the service the same way, with 1: its state is unknown, and whoever runs it starts another.
 */
export async function runUntilShutdown(options: {
  readonly logger: Logger;
  readonly graceSeconds: number;
  readonly steps: readonly ShutdownStep[];
  /** The service's own work; when it ends by itself, the service stops, with 1. */
  readonly until?: Promise<unknown>;
}): Promise<never> {
  const { logger } = options;
  const stop = await stopRequest(options.until, logger);
  logger.info({ event: 'stopping', reason: stop.reason }, 'stopping');
  process.once('SIGTERM', abandon).once('SIGINT', abandon);
  const grace = setTimeout(abandon, options.graceSeconds * 1000);
  let failed = stop.failed;
  for (const [step, run] of options.steps) {
    await run().catch((error: unknown) => {
      failed = true;
      logger.error({ event: 'stopFailed', step, error }, 'a step of the shutdown failed');
    });
  }
  clearTimeout(grace);
  logger.info({ event: 'stopped' }, 'stopped');
  logger.flush();
  process.exit(failed ? 1 : 0);

  function abandon(): void {
    logger.error({ event: 'stopAbandoned' }, 'stopping at once');
    logger.flush();
    process.exit(1);
  }
}

function stopRequest(
  until: Promise<unknown> | undefined,
  logger: Logger,
): Promise<{ readonly reason: string; readonly failed: boolean }> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve({ reason: signal, failed: false }));
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => {
        logger.error({ event, error }, 'an error nobody caught');
        resolve({ reason: event, failed: true });
      });
    }
    until?.then(
      () => resolve({ reason: 'ended', failed: true }),
      (error: unknown) => {
        logger.error({ event: 'failed', error }, 'the service cannot go on');
        resolve({ reason: 'failed', failed: true });
      },
    );
  });
}
