import type { SubscriptionKind } from './notification';

/** What one try came to. `failed`: once more would bring the same. `ended`: the receiver says that it is gone for good. */
export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry' | 'failed' | 'ended'; readonly cause: string };

/**
 * Judges an answer by its status. Whatever a webhook answers but 2xx and 410 is tried again, as Standard Webhooks has it: in a
 * deployment, receivers answer all kinds of things. A push service means what it says (RFC 8030): 404 and 410 say that the
 * browser has unsubscribed, and other refusals are of the message itself.
 */
export function judgeAnswer(kind: SubscriptionKind, status: number): Verdict {
  if (status >= 200 && status <= 299) return { kind: 'delivered' };
  if (status === 410 || (status === 404 && kind === 'web_push')) return { kind: 'ended', cause: 'gone' };
  if (status >= 300 && status <= 399) return { kind: 'retry', cause: 'redirect' };
  if (status >= 500 && status <= 599) return { kind: 'retry', cause: 'server_error' };
  if (status < 400 || status > 599) return { kind: 'retry', cause: 'invalid_answer' };
  if (status === 429) return { kind: 'retry', cause: 'rate_limited' };
  if (status === 408) return { kind: 'retry', cause: 'timeout' };
  return { kind: kind === 'webhook' ? 'retry' : 'failed', cause: CLIENT_ERRORS[status] ?? 'refused' };
}

const CLIENT_ERRORS: Readonly<Record<number, string>> = {
  401: 'not_authorized',
  403: 'not_authorized',
  404: 'not_found',
  413: 'too_large',
};

/** Causes of silence that the next try would meet again: it would go to the same place with the same content. */
const HOPELESS = new Set(['invalid_url', 'insecure_url', 'forbidden_address', 'invalid_keys']);

/** Judges that no answer came. */
export function judgeSilence(cause: string): Verdict {
  return { kind: HOPELESS.has(cause) ? 'failed' : 'retry', cause };
}

/** The longest a receiver may put us off. An order stays open in Temporal until the last of its news is told or given up. */
export const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * How long to wait after a number of tries that failed (1: the first one): `baseMs`, then four times as long each time, give or
 * take a fifth, so that what failed together does not come back together. What the receiver asks for counts if it is longer.
 *
 * @param random from 0 to 1
 */
export function retryDelayMs(failed: number, baseMs: number, retryAfterMs: number | undefined, random: number): number {
  const own = baseMs * 4 ** (failed - 1) * (0.8 + 0.4 * random);
  return Math.round(Math.max(own, Math.min(retryAfterMs ?? 0, RETRY_AFTER_MAX_MS)));
}

/** More: when a receiver is up again after hours, its last news are that late. Less: see `busyDelayMs`. */
const BUSY_MAX_MS = 900_000;

/**
 * How long a delivery waits that found no place on the way to a receiver which is failing: 2 s, and twice as long after each time, up
 * to a quarter of an hour, give or take a fifth. Temporal's own pauses end at a minute: a receiver that hangs for a weekend has tens of
 * thousands of deliveries waiting, and all of them asking every minute would keep Temporal from everybody's orders.
 *
 * @param times how often it has been taken up, from 1
 * @param random from 0 to 1
 */
export function busyDelayMs(times: number, random: number): number {
  return Math.round(Math.min(2_000 * 2 ** (times - 1), BUSY_MAX_MS) * (0.8 + 0.4 * random));
}

/** The milliseconds that a `Retry-After` header asks for: a number of seconds or a date (RFC 9110, section 10.2.3). */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,10}$/.test(header)) return Number(header) * 1_000;
  const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
