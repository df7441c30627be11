import type { GoogleBudget } from '../../../persistence/sheets/google-call-budget';

/** Calls that may be made right after each other, of those in a minute: a tenant alone on its account does not wait. */
const BURST_SHARE = 0.2;

/** A budget of at most so many calls in any minute: some at once, the others evenly spread over it. */
export function accountBudget(callsPerMinute: number): GoogleBudget {
  const burst = Math.max(1, Math.floor(callsPerMinute * BURST_SHARE));
  return { burst, everyMs: Math.ceil(60_000 / Math.max(1, callsPerMinute - burst)) };
}
