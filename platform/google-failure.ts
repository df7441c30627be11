/** What may be known, outside of this process too, of a call to Google that failed. None of it is a customer's. */
export interface GoogleFailure {
  /** Undefined: there was no answer. */
  readonly status: number | undefined;
  /** Of a call without an answer: the system's code, `TimeoutError` or `AbortError`. */
  readonly code: string | undefined;
  readonly reasons: readonly string[];
  /** Google's own words. They may quote the request: look for phrases in it, and give it to nobody. */
  readonly message: string;
  /** How long Google wants to be left alone. */
  readonly retryAfterMs: number | undefined;
}

/** Google asks for seconds, minutes at most; an hour would only come of a mistake, and keep a sheet behind for all of it. */
const RETRY_AFTER_MAX_MS = 600_000;

/** Reads an error that Google's client threw. @param now for a Retry-After that is a date */
export function readGoogleFailure(error: unknown, now: number): GoogleFailure {
  const { status, response, code, cause } = asRecord(error);
  const { data, headers } = asRecord(response);
  const answered = typeof status === 'number' && response !== undefined;
  return {
    status: answered ? status : undefined,
    code: answered ? undefined : codeOf(code, asRecord(cause)),
    reasons: answered ? reasonsIn(data) : [],
    message: answered ? String(asRecord(asRecord(data).error).message ?? '') : '',
    retryAfterMs: headers instanceof Headers ? retryAfter(headers.get('retry-after'), now) : undefined,
  };
}

function reasonsIn(data: unknown): readonly string[] {
  const { error } = asRecord(data);
  // The token endpoint's `error` is a word, the APIs' is an object.
  if (typeof error === 'string') return [error];
  const { details, errors } = asRecord(error);
  return [details, errors]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((detail) => asRecord(detail).reason)
    .filter((reason) => typeof reason === 'string');
}

function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, RETRY_AFTER_MAX_MS) : undefined;
}

/** An AbortSignal's errors are told apart by their names; their codes are numbers. */
function codeOf(code: unknown, cause: Readonly<Record<string, unknown>>): string | undefined {
  if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return cause.name;
  return [code, cause.code].find(
    (value): value is string => typeof value === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(value),
  );
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
