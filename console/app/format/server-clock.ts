/** A difference below this is how long an answer was on its way, and that its time is in whole seconds; it is no wrong clock. */
const TOLERATED_MS = 60_000;

let aheadMs = 0;

/** Takes note of an answer's `Date`: the clock of a till or a tablet may be hours off, and "3 h ago" would be said of a new order. */
export function noteServerTime(date: string | null, now = Date.now()): void {
  const told = Date.parse(date ?? '');
  if (Number.isNaN(told)) return;
  aheadMs = Math.abs(told - now) < TOLERATED_MS ? 0 : told - now;
}

/** The present, by the server's clock where this device's is wrong. */
export function serverNow(now = Date.now()): Date {
  return new Date(now + aheadMs);
}
