import type { RetryPolicy } from './backoff';

/** Where the service is, and how it is called. */
export interface OrderClientOptions {
  /** `host:port` of the gRPC service. */
  readonly address: string;
  /** The tenant's API key; it decides for which tenant and with which scopes all calls are made. */
  readonly apiKey: string;
  /** Absent or false: plain text, for a server on the same machine. True: TLS with the system's trusted roots. */
  readonly tls?: boolean | TlsOptions | undefined;
  /**
   * How long a call may take in all, its retries and the waits between them included; 30,000 ms unless said otherwise, and 40,000
   * for `resyncSheet`.
   */
  readonly deadlineMs?: number | undefined;
  /**
   * How long a single attempt may take; 10,000 ms unless said otherwise. Methods that wait for somebody outside have as long as the
   * service waits, within the call's deadline: see `domain/waits.ts`.
   */
  readonly attemptMs?: number | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
}

/** Certificates and keys in PEM. */
export interface TlsOptions {
  /** Whom to trust instead of the system's roots. */
  readonly rootCertificates?: Buffer | undefined;
  /** The client's own key and certificates, for mutual TLS; both or none. */
  readonly privateKey?: Buffer | undefined;
  readonly certificateChain?: Buffer | undefined;
  /** The name in the server's certificate, where it is not the host of `address`. */
  readonly serverName?: string | undefined;
}

/** What any single call may be given. */
export interface CallOptions {
  /** Instead of the client's own. */
  readonly deadlineMs?: number | undefined;
  /** 1 to 128 of `[A-Za-z0-9._:-]`, the same for all attempts; made by the client where it is absent or not of this form. */
  readonly correlationId?: string | undefined;
  /** Aborting it ends the call, its retries and the wait between them; the call then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer, and the id under which everything that was done for it can be found. */
export type Answered<Answer> = Answer & { readonly correlationId: string };

/** Options with their defaults. */
export interface ResolvedOptions {
  /** Undefined where the caller did not say. */
  readonly deadlineMs: number | undefined;
  readonly attemptMs: number;
  readonly retry: RetryPolicy;
}

/** Shorter than the API's own deadline plus a retry: a server that is restarted is an error to the caller. */
export const DEFAULT_DEADLINE_MS = 30_000;
/** As long as the API itself gives a call. Longer, and an answer that was lost on the way costs the whole deadline. */
const ATTEMPT_MS = 10_000;
/** All waits together are at most 16 seconds: long enough for a restart, within the deadline. */
const RETRY: RetryPolicy = { maxAttempts: 9, firstDelayMs: 100, maxDelayMs: 5_000 };

/** @throws TypeError naming every option that is wrong: a client that cannot work must not wait for its first call to say so. */
export function resolveOptions(options: OrderClientOptions): ResolvedOptions {
  const retry = { ...RETRY, ...defined(options.retry ?? {}) };
  const resolved = { deadlineMs: options.deadlineMs, attemptMs: options.attemptMs ?? ATTEMPT_MS, retry };
  const wrong = [
    isAddress(options.address) ? [] : 'address must be host:port, without http://',
    /^[\x21-\x7e]+$/.test(options.apiKey) ? [] : 'apiKey must be an API key',
    isPositive(resolved.deadlineMs ?? DEFAULT_DEADLINE_MS) ? [] : 'deadlineMs must be more than 0',
    isPositive(resolved.attemptMs) ? [] : 'attemptMs must be more than 0',
    Number.isInteger(retry.maxAttempts) && retry.maxAttempts >= 1 ? [] : 'retry.maxAttempts must be 1 or more',
    retry.firstDelayMs >= 0 ? [] : 'retry.firstDelayMs must not be negative',
    retry.maxDelayMs >= 0 ? [] : 'retry.maxDelayMs must not be negative',
  ].flat();
  if (wrong.length > 0) throw new TypeError(`Wrong options of the order client: ${wrong.join('; ')}`);
  return resolved;
}

/** Any target that grpc-js resolves. An HTTP URL is none: it would be looked up as a name, in vain, until the deadline. */
function isAddress(address: string): boolean {
  return /^(?!https?:)\S+$/.test(address);
}

function isPositive(milliseconds: number): boolean {
  return Number.isFinite(milliseconds) && milliseconds > 0;
}

function defined(values: Partial<RetryPolicy>): Partial<RetryPolicy> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
