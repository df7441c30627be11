import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../../../domain/access';
import { ValidationError } from '../../../../domain/errors';
import { admitKey, parseBearer } from '../../authentication';
import type { ConsoleSession, ConsoleSessions } from '../../console-sessions';
import type { Operation } from '../../operations';
import { readSessionCookie } from '../../session-cookie';
import type { UseCases } from '../../use-cases/contract';

/** What of a request says who sends it. */
export type Presented = Pick<FastifyRequest, 'method' | 'headers'>;

export interface RestAdmission {
  /** Who calls, if that caller may do this. @throws ValidationError UNAUTHENTICATED or PERMISSION_DENIED */
  admit(request: Presented, operation: Operation): Promise<Caller>;
  /** The console's session of a request. @throws ValidationError UNAUTHENTICATED without one, PERMISSION_DENIED for a forged request */
  session(request: Presented): ConsoleSession;
  /** @throws ValidationError PERMISSION_DENIED for a request that a page of another origin has a browser send */
  requireSameOrigin(request: Presented): void;
}

/** They change nothing, so that it does no harm to be made to send one whose answer nobody else can read. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const CSRF_HEADER = 'x-csrf-token';

/**
 * Admits REST callers: by the API key they send, or by the session that their browser sends along with every request,
 * whoever's page asked it to. So what comes by session and is not only a look must prove that our own page sent it: by the
 * session's CSRF token, which other pages cannot read, and by the origin that the browser names.
 */
export function createRestAdmission({
  useCases,
  sessions,
  consoleOrigin,
}: {
  readonly useCases: Pick<UseCases, 'authenticate'>;
  readonly sessions: ConsoleSessions;
  /** Of the console, where a proxy has it sent under another Host than browsers do. */
  readonly consoleOrigin: string | undefined;
}): RestAdmission {
  return { admit, session, requireSameOrigin };

  async function admit(request: Presented, operation: Operation): Promise<Caller> {
    const { authorization, cookie } = request.headers;
    // A header that is there is what the caller means, also a wrong one: no page of another origin can send one.
    const bySession = authorization === undefined && readSessionCookie(cookie) !== undefined;
    return admitKey(useCases, bySession ? session(request).apiKey : parseBearer(authorization), operation);
  }

  function session(request: Presented): ConsoleSession {
    const sealed = readSessionCookie(request.headers.cookie);
    const found = sealed === undefined ? undefined : sessions.read(sealed);
    if (found === undefined) throw new ValidationError('UNAUTHENTICATED', 'You are not signed in');
    if (!SAFE_METHODS.has(request.method)) {
      requireSameOrigin(request);
      requireCsrfToken(request.headers[CSRF_HEADER], found);
    }
    return found;
  }

  function requireSameOrigin({ headers }: Presented): void {
    const site = headers['sec-fetch-site'];
    // `none`: the person did it, not a page.
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign();
    if (headers.origin === undefined || headers.origin === consoleOrigin) return;
    // The scheme is not compared: behind a proxy that ends TLS it is not what the browser used.
    if (!URL.canParse(headers.origin) || new URL(headers.origin).host !== headers.host?.toLowerCase()) throw foreign();
  }
}

function requireCsrfToken(sent: string | string[] | undefined, { csrfToken }: ConsoleSession): void {
  const given = Buffer.from(typeof sent === 'string' ? sent : '');
  const expected = Buffer.from(csrfToken);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new ValidationError('PERMISSION_DENIED', "Send the session's csrf_token as X-CSRF-Token");
}

function foreign(): ValidationError {
  return new ValidationError('PERMISSION_DENIED', 'The request comes from another origin');
}
