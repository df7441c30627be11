import { noteServerTime } from '../format/server-clock';
import { ApiError, asApiError } from './api-error';
import type { Session } from './wire';

/** Longer than the server's own deadline (10 s), which answers with words of its own; shorter than an owner's patience. */
const TIMEOUT_MS = 15_000;
/** For calls that wait for Google or for a webhook's receiver. */
export const PATIENT_TIMEOUT_MS = 45_000;

const UNREACHABLE = 'The server cannot be reached. Look at your connection, then try again.';
const TIMED_OUT = 'The server took too long to answer. It may have done what you asked: look before you repeat it.';
const NO_ANSWER_OF_OURS = 'The server is not there for the moment. Try again soon.';

const SESSION_PATH = '/api/session';

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Api {
  /** @throws ApiError */
  get<Data>(path: string, query?: Query, signal?: AbortSignal): Promise<Data>;
  /** A call that changes something. @throws ApiError */
  send<Data>(method: Method, path: string, body?: unknown, timeoutMs?: number): Promise<Data>;
}

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ClientOptions {
  readonly fetch: typeof fetch;
  /** Called when the session has ended, before the call throws. */
  readonly onSessionEnded: () => void;
  /** Called with what `GET /api/session` answered, whenever the client had to ask. */
  readonly onSession: (session: Session) => void;
}

export interface Client extends Api {
  /** @throws ApiError */
  signIn(apiKey: string): Promise<Session>;
  /** Undefined: nobody is signed in. @throws ApiError when it cannot be known */
  resume(): Promise<Session | undefined>;
  signOut(): Promise<void>;
  /** Another tab has signed in or out: what is under way was asked with a cookie that is not there any more. */
  outdate(): void;
}

/**
 * The API as the signed-in owner uses it. The session is a cookie that no script can read; the CSRF token that goes with
 * it lives in this closure and nowhere else, so a reload asks for it again. The cookie is all tabs' own: where another tab signs
 * in for another business, what this one still shows must neither be mixed with the other's nor change anything of it, so each
 * call says whose page it comes from, and the server refuses it for anybody else.
 */
export function createClient({ fetch, onSessionEnded, onSession }: ClientOptions): Client {
  let csrfToken = '';
  let userId: string | undefined;
  /** Rises whenever somebody signs in or out: an answer to what was asked before says nothing of the session that is there now. */
  let epoch = 0;

  async function call<Data>(method: string, path: string, options: CallOptions = {}): Promise<Data> {
    const { body, query, signal, timeoutMs = TIMEOUT_MS } = options;
    const aborter = new AbortController();
    const giveUp = (): void => aborter.abort();
    const timer = setTimeout(giveUp, timeoutMs);
    signal?.addEventListener('abort', giveUp);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${path}${queryString(query)}`, {
        method,
        credentials: 'same-origin',
        // A redirect to a sign-in page of some proxy would be read as an answer.
        redirect: 'error',
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(method === 'GET' || csrfToken === '' ? {} : { 'x-csrf-token': csrfToken }),
        },
        signal: aborter.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (thrown) {
      if (signal?.aborted === true) throw thrown;
      throw aborter.signal.aborted ? new ApiError('TIMED_OUT', TIMED_OUT) : new ApiError('UNREACHABLE', UNREACHABLE);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
    noteServerTime(response.headers.get('date'));
    return answerOf<Data>(response, text);
  }

  function keep(session: Session): void {
    csrfToken = session.csrf_token;
    userId = session.user_id;
  }

  async function resume(): Promise<Session | undefined> {
    const asked = epoch;
    try {
      const { session } = await call<{ session: Session }>('GET', SESSION_PATH);
      if (asked === epoch) {
        keep(session);
        onSession(session);
        return session;
      }
    } catch (thrown) {
      if (asked === epoch) {
        if (asApiError(thrown).code !== 'UNAUTHENTICATED') throw thrown;
        csrfToken = '';
        return undefined;
      }
    }
    // Of a session before this one; whoever asks wants to know of this one.
    return resume();
  }

  /**
   * Makes the call; tells when the session has ended, and finds out what became of it when another tab has signed in: renews the
   * token of the same business, and tells of another one.
   */
  async function asOwner<Data>(method: string, path: string, options: CallOptions = {}): Promise<Data> {
    const before = { csrfToken, userId, epoch };
    // The session itself is of no business: it says of which one it is.
    const query = path === SESSION_PATH ? options.query : { ...options.query, user_id: userId };
    try {
      return await call<Data>(method, path, { ...options, query });
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.code === 'UNAUTHENTICATED' && epoch === before.epoch) {
        csrfToken = '';
        onSessionEnded();
      }
      if (!isSessionRefused(error)) throw thrown;
      if ((await resume()) === undefined) onSessionEnded();
      // Refused before anything was done, so it is safe to send again, to the same business; with the same token it would be
      // refused again.
      if (csrfToken === '' || csrfToken === before.csrfToken || userId !== before.userId) throw thrown;
      return call<Data>(method, path, { ...options, query });
    }
  }

  return {
    get: (path, query, signal) => asOwner('GET', path, { ...(query && { query }), ...(signal && { signal }) }),
    send: (method, path, body, timeoutMs = TIMEOUT_MS) => asOwner(method, path, { body, timeoutMs }),
    resume,
    async signIn(apiKey) {
      csrfToken = '';
      const { session } = await call<{ session: Session }>('POST', SESSION_PATH, { body: { api_key: apiKey } });
      epoch += 1;
      keep(session);
      return session;
    },
    async signOut() {
      await asOwner('DELETE', SESSION_PATH);
      epoch += 1;
      csrfToken = '';
    },
    outdate() {
      epoch += 1;
    },
  };
}

interface CallOptions {
  readonly body?: unknown;
  readonly query?: Query | undefined;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Another token or another business than the session's, as against a key that lacks a scope, which the API names. */
function isSessionRefused({ code, details }: ApiError): boolean {
  return code === 'PERMISSION_DENIED' && !('required_scopes' in details);
}

function queryString(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

function answerOf<Data>(response: Response, text: string): Data {
  const correlationId = response.headers.get('x-correlation-id') ?? '';
  const envelope = parsed(text);
  if (envelope?.success === true && response.ok) return envelope.data as Data;
  if (response.ok && text === '') return undefined as Data;
  const error = envelope?.error;
  if (error === undefined || typeof error.code !== 'string') {
    // Not from our server: something on the way, or nothing behind it.
    throw new ApiError('UNAVAILABLE', NO_ANSWER_OF_OURS, {}, correlationId);
  }
  throw new ApiError(
    error.code,
    typeof error.message === 'string' ? error.message : NO_ANSWER_OF_OURS,
    typeof error.details === 'object' && error.details !== null ? (error.details as Record<string, unknown>) : {},
    typeof envelope?.correlation_id === 'string' ? envelope.correlation_id : correlationId,
  );
}

interface Envelope {
  readonly success?: unknown;
  readonly data?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly details?: unknown };
  readonly correlation_id?: unknown;
}

function parsed(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Envelope) : undefined;
  } catch {
    return undefined;
  }
}
