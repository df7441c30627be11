import type { Logger } from './logger';

/** One thing to do before the process may end. */
export interface ShutdownStep {
  /** For the log. */
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

export interface ShutdownOptions {
  readonly logger: Logger;
  /**
   * Most seconds for all steps together. Too short cuts off work that is then done again elsewhere (everything here is
   * safe to repeat); too long delays a deployment.
   */
  readonly graceSeconds: number;
  /** In the order in which they run: stop taking work first, finish what is held, close what that needed last. */
  readonly steps: readonly ShutdownStep[];
  /** The service's own work, where it can end by itself (`worker.run()`): when it does, unasked, the process stops with 1. */
  readonly work?: Promise<unknown>;
}

/** What a step that hangs must leave to each of the later ones, such as sending the last spans. */
const LATER_STEP_MS = 500;

/**
 * Keeps the process until SIGTERM or SIGINT, then runs the steps one after the other and ends the process.
 *
 * Exit code 0 when a signal asked for it and every step succeeded in time. 1 when a step failed or was late (the
 * later ones still run), when the grace was used up or a second signal came (at once, nothing else runs), and when the
 * reason was no signal: an uncaught exception, an unhandled rejection or the end of `work`. After those the state of
 * the process is unknown, so it stops as well as it can and leaves the restart to whoever runs it.
 */
export function runUntilShutdown({ logger, graceSeconds, steps, work }: ShutdownOptions): Promise<never> {
  let stopping = false;

  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) {
      logger.warn({ event: 'shutdownForced', signal }, 'second signal: stopping at once');
      process.exit(1);
    }
    void stop(0, () => logger.info({ event: 'shutdown', signal, graceSeconds }, 'stopping'));
  };
  const onCrash = (event: string) => (err: unknown) => {
    logger.error({ event, err: asObject(err) }, 'stopping because of a defect');
    void stop(1, () => {});
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('uncaughtException', onCrash('uncaughtException'));
  process.on('unhandledRejection', onCrash('unhandledRejection'));
  work?.then(
    () => stop(1, () => logger.error({ event: 'workEnded' }, 'stopping because the work ended by itself')),
    onCrash('workFailed'),
  );
  return new Promise<never>(() => {});

  async function stop(wantedCode: 0 | 1, announce: () => void): Promise<void> {
    // Signals after the first and defects during the shutdown have been logged; the steps run once.
    if (stopping) return;
    stopping = true;
    announce();
    const end = performance.now() + graceSeconds * 1000;
    setTimeout(() => {
      logger.error({ event: 'shutdownLate', graceSeconds }, 'the grace is used up: stopping at once');
      process.exit(1);
    }, graceSeconds * 1000);
    let exitCode = wantedCode;
    for (const [index, step] of steps.entries()) {
      const left = end - performance.now();
      const reserved = Math.min((steps.length - 1 - index) * LATER_STEP_MS, left / 2);
      if (!(await runStep(step, left - reserved))) exitCode = 1;
    }
    logger.info({ event: 'stopped', exitCode }, 'stopped');
    process.exit(exitCode);
  }

  async function runStep({ name, run }: ShutdownStep, atMostMs: number): Promise<boolean> {
    const startedAt = performance.now();
    try {
      const inTime = await within(run, atMostMs);
      const durationMs = Math.round(performance.now() - startedAt);
      if (inTime) logger.debug({ event: 'shutdownStep', step: name, durationMs }, 'shutdown step done');
      else logger.error({ event: 'shutdownStepLate', step: name, durationMs }, 'shutdown step not done in its time');
      return inTime;
    } catch (err) {
      logger.error({ event: 'shutdownStepFailed', step: name, err: asObject(err) }, 'shutdown step failed');
      return false;
    }
  }
}

/** Whether `run` was done in time. What becomes of it later is nobody's business any more. */
async function within(run: () => Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([run().then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** `throw undefined` is legal, and the line that reports it must not look as if there had been nothing. */
function asObject(thrown: unknown): unknown {
  return thrown ?? new Error('nothing was thrown along');
}
