import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { addressKind } from './address-kind';
import { type AddressRule, ForbiddenAddressError, guardedLookup, isAllowedAddress } from './guarded-lookup';
import { createResolveHost, type ResolveHost } from './resolve-host';

export interface GuardedPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
  /** Gives it up, for reasons of the caller's own. */
  readonly signal?: AbortSignal | undefined;
}

/** Why there was no answer. */
export type Unanswered =
  | 'invalid_url'
  /** Plain HTTP to anything but this machine. */
  | 'insecure_url'
  | 'forbidden_address'
  | 'name_not_resolved'
  | 'tls_failed'
  | 'timeout'
  | 'network'
  /** By the caller's own signal: it says nothing of the receiver. */
  | 'stopped';

export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | undefined }
  | { readonly kind: 'unanswered'; readonly cause: Unanswered };

export interface GuardedPostOptions extends AddressRule {
  /** Most milliseconds from the look-up of the name to the answer's last byte. */
  readonly timeoutMs?: number;
  readonly resolve?: ResolveHost;
}

/**
 * Shorter would count receivers as down that do their work before they answer; longer would let one that hangs hold a place of the
 * worker for that long with every event.
 */
const TIMEOUT_MS = 10_000;
/**
 * For a connection to one of several addresses, before the next one is tried in its place. Node's own 250 ms are too short for
 * the far side of the world, and for a first packet that got lost (it is sent again after a second): a receiver there whose name also
 * leads to an IPv6 address, as most do, would never be reached from where there is no IPv6. Longer: of the ten seconds nothing is left
 * for the third address when the first two are dead.
 */
const CONNECT_MS = 2_500;
/** Interim answers (1xx) to one request. An honest server sends one or two; one that goes on keeps this process reading for all of its time. */
const INTERIM_MAX = 20;
/** Of an answer's body. Nobody reads it; what it says may be an error page, or a trap that never ends. */
const BODY_BYTES = 64 * 1024;
const USER_AGENT = 'order-booking';

const tracer = trace.getTracer('order-booking/receivers');

/**
 * Sends to URLs that strangers gave. Reaches public addresses only, judged when the connection is made; certificates are verified;
 * a redirect is an answer like any other and never followed; nothing but the status and `Retry-After` comes back.
 *
 * Every call has a connection of its own: one that is kept alive would be used again without being judged, and for another's
 * URL. Its span says how it went and not where to: the URL may be as good as a password. Our trace's id is not sent along.
 * Never throws.
 */
export function createPostGuarded({
  allowLoopback,
  timeoutMs = TIMEOUT_MS,
  resolve = createResolveHost(),
}: GuardedPostOptions): (post: GuardedPost) => Promise<PostOutcome> {
  const rule: AddressRule = { allowLoopback };
  const lookup = guardedLookup(resolve, rule);
  return async (target) => {
    const attributes = { 'http.request.method': 'POST' };
    const span = tracer.startSpan('POST to a receiver', { kind: SpanKind.CLIENT, attributes });
    const outcome = await post(target);
    if (outcome.kind === 'answered') span.setAttribute('http.response.status_code', outcome.status);
    else span.setAttribute('error.type', outcome.cause).setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    return outcome;
  };

  async function post({ url: text, headers, body, signal: stop }: GuardedPost): Promise<PostOutcome> {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) return { kind: 'unanswered', cause: 'invalid_url' };
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isAllowedAddress(literal, rule)) {
      return { kind: 'unanswered', cause: 'forbidden_address' };
    }
    const secure = url.protocol === 'https:';
    if (!secure && !(allowLoopback && isThisMachine(literal))) return { kind: 'unanswered', cause: 'insecure_url' };
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = stop === undefined ? timeout : AbortSignal.any([timeout, stop]);
    const options = {
      method: 'POST',
      headers: { 'user-agent': USER_AGENT, ...headers, 'content-length': body.length },
      lookup,
      signal,
      agent: false,
      autoSelectFamilyAttemptTimeout: CONNECT_MS,
      // Said outright: NODE_TLS_REJECT_UNAUTHORIZED=0 in somebody's environment would switch it off.
      rejectUnauthorized: true,
    };
    const outcome = new Promise<PostOutcome>((answer) => {
      context.with(suppressTracing(context.active()), () => {
        let interim = 0;
        const request = (secure ? httpsRequest : httpRequest)(url, options)
          .on('information', () => {
            interim += 1;
            if (interim > INTERIM_MAX) request.destroy();
          })
          .on('response', (response) => {
            answer({
              kind: 'answered',
              status: response.statusCode ?? 0,
              retryAfter: response.headers['retry-after'],
            });
            discard(response);
          })
          // 101: Node hands the connection over, and without this says nothing at all.
          .on('upgrade', (response, socket) => {
            socket.destroy();
            answer({ kind: 'answered', status: response.statusCode ?? 0, retryAfter: undefined });
          })
          .on('error', (error) =>
            answer({ kind: 'unanswered', cause: stop?.aborted ? 'stopped' : causeOf(error, timeout.aborted) }),
          )
          // Whatever else ends a request without a word: a call that never settles would hold its place for ever.
          .on('close', () => answer({ kind: 'unanswered', cause: 'network' }))
          .end(body);
      });
    });
    // Node's own no to a request that it cannot put together.
    return outcome.catch(() => ({ kind: 'unanswered', cause: 'invalid_url' }));
  }
}

/** Whether a host can only be this machine, without asking anybody. */
function isThisMachine(host: string): boolean {
  return /(^|\.)localhost\.?$/i.test(host) || addressKind(host) === 'loopback';
}

/** Lets the sender finish, up to a bound; the request's own time limit ends what drips. */
function discard(response: IncomingMessage): void {
  let bytes = 0;
  response
    .on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES) response.destroy();
    })
    // The status has been told; how the rest of the answer ends is nobody's concern.
    .on('error', () => undefined);
}

function causeOf(error: NodeJS.ErrnoException, timedOut: boolean): Unanswered {
  const { code = '', syscall = '' } = error;
  if (error instanceof ForbiddenAddressError) return 'forbidden_address';
  if (timedOut) return 'timeout';
  // The resolver's own errors name its query: there, a refused connection is the name server's.
  if (code === 'ENOTFOUND' || syscall.startsWith('query')) return 'name_not_resolved';
  if (/CERT|SIGNATURE|^ERR_(SSL|TLS)_|^EPROTO$/.test(code)) return 'tls_failed';
  return 'network';
}
