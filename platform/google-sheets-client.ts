import { auth, sheets, type sheets_v4 } from '@googleapis/sheets';
import type { ServiceAccount } from './service-account';

export interface SheetsClientOptions {
  readonly credentials: ServiceAccount;
  /** Send Google's API and token calls to this base URL instead. Nothing goes to Google then, and any other host is refused. */
  readonly apiUrl?: string | undefined;
  /** Most milliseconds for one HTTP exchange; default 20,000. */
  readonly timeoutMs?: number;
}

/**
 * Google answers a batch of some thousand rows in a few seconds. Shorter would give up on calls that commit and make each of them one
 * whose outcome nobody knows; longer would hold the tenant's sync on a connection that is dead.
 */
const TIMEOUT_MS = 20_000;
const HOSTS: readonly string[] = ['sheets.googleapis.com', 'oauth2.googleapis.com'];

/**
 * Google's own client for the Sheets API, signed in as one service account. It fetches its token with the first call and keeps it for
 * about an hour, so keep the client for as long as the credentials hold.
 *
 * One call is one exchange: nothing is retried (not even the token's), because whoever calls owns the retries and counts the quota. A
 * call takes an AbortSignal (`sheets.spreadsheets.get(params, { signal })`); the token's exchange, which several calls may wait for, is
 * not cut by it, so a first call lasts up to twice the timeout.
 *
 * Calls fail with a `GaxiosError`: `status` is the HTTP status if there was an answer (`response.data` has its body, `response.headers` a
 * `Headers`), otherwise `code` says what went wrong: the system's (`ECONNRESET`, `ECONNREFUSED`, `UND_ERR_SOCKET` for a connection that
 * ended within the answer), `TimeoutError` or `AbortError`. A refused token is a 400 with `response.data.error` `invalid_grant`. The
 * request's content and headers are taken out of it.
 */
export function createSheetsClient({
  credentials,
  apiUrl,
  timeoutMs = TIMEOUT_MS,
}: SheetsClientOptions): sheets_v4.Sheets {
  const { client_email: email, private_key: key } = credentials;
  const base = apiUrl?.replace(/\/+$/, '');
  const transport = {
    // Without it there is no limit at all.
    timeout: timeoutMs,
    fetchImplementation: (url: string | URL | Request, init?: RequestInit) =>
      fetchWhole(target(String(url), base), init),
    errorRedactor: withoutRequest,
  };
  const signedIn = new auth.JWT({
    email,
    key,
    scopes: ['https://www.googleapis.com/auth/spreadsheets'],
    // `retry: false` does not reach the token's exchange, which asks for three retries of its own.
    transporterOptions: { ...transport, retryConfig: { retry: 0 } },
    // Otherwise GOOGLE_SDK_NODE_LOGGING would have the library print tokens and customers' rows.
    useAuthRequestParameters: false,
  });
  return sheets({ version: 'v4', auth: signedIn, retry: false, timeout: timeoutMs });
}

function target(url: string, base: string | undefined): string {
  if (base === undefined) return url;
  const { host, pathname, search } = new URL(url);
  if (!HOSTS.includes(host)) throw new Error(`no call to ${host}: SHEETS_API_URL stands for Google's hosts only`);
  return `${base}${pathname}${search}`;
}

/**
 * `fetch`, with the answer read to its end: fetch's own errors say "fetch failed" or "terminated" with the reason below it, where the
 * library does not look, and a connection lost within the answer would come out as another kind of error than one lost before it.
 */
async function fetchWhole(url: string, init: RequestInit | undefined): Promise<Response> {
  try {
    const response = await fetch(url, init);
    const body = response.status === 204 ? null : await response.arrayBuffer();
    return new Response(body, response);
  } catch (error) {
    const { name, cause } = error as Error;
    throw name === 'TypeError' && cause ? cause : error;
  }
}

/** What is taken out of a failed call before it is thrown: the rows, the token, the signed assertion. */
function withoutRequest<E extends { config?: object; response?: { config?: object } | undefined }>(error: E): E {
  for (const config of [error.config, error.response?.config]) {
    if (config === undefined) continue;
    for (const part of ['data', 'body', 'headers', 'params']) Reflect.deleteProperty(config, part);
  }
  return error;
}
