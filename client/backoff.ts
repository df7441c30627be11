/** How a call that found nobody, or got no answer, is tried again. */
export interface RetryPolicy {
  /** How often a call is made at most, the first time included; 1 switches retries off. */
  readonly maxAttempts: number;
  /** The longest wait before the first retry, in milliseconds; doubles with every retry. */
  readonly firstDelayMs: number;
  /** No wait is longer. */
  readonly maxDelayMs: number;
}

/** More make infinity, and nothing times infinity is no number of milliseconds. */
const DOUBLINGS = 50;

/**
 * Milliseconds to wait after a failed attempt (from 1): exponential, with full jitter, which is anything from nothing to the
 * bound. Without the jitter, callers that one outage stopped together would all come back together, and be the next one.
 * `random`: 0 to 1.
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: number): number {
  const bound = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.min(attempt - 1, DOUBLINGS));
  return Math.floor(bound * random);
}
