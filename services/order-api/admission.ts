import { OrderError } from '../../domain/errors';

/** How often the key of an open stream is looked at again. Longer: a revoked key reads on for longer. */
const CHECK_EVERY_MS = 15_000;

export interface Admission {
  /** Why the caller is no longer admitted. */
  readonly refusal: OrderError | undefined;
  stop(): void;
}

/**
 * Asks again and again whether a stream's caller may still read it, and calls `end` once it may not: a stream outlives the
 * check at its start, so a revoked key would read on for as long as it stays connected. That the question cannot be
 * answered just now ends nothing.
 */
export function keepChecking(admit: () => Promise<unknown>, end: () => void): Admission {
  let refusal: OrderError | undefined;
  const timer = setInterval(() => {
    admit().catch((error: unknown) => {
      if (!(error instanceof OrderError) || error.code === 'UNAVAILABLE') return;
      refusal = error;
      end();
    });
  }, CHECK_EVERY_MS);
  return {
    get refusal() {
      return refusal;
    },
    stop: () => clearInterval(timer),
  };
}
