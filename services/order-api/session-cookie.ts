import type { IncomingHttpHeaders } from 'node:http';

/** Of RFC 6265. */
export const SESSION_COOKIE = 'order_booking_session';

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** The value of the session's cookie in a `Cookie` header; undefined when there is none, or an empty one. */
export function readSessionCookie(header: string | undefined): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === SESSION_COOKIE) return value || undefined;
  }
  return undefined;
}

/** The request that a cookie is set in answer to. */
export type Asking = Readonly<Pick<IncomingHttpHeaders, 'host' | 'origin'>>;

/**
 * The `Set-Cookie` that keeps a session in the browser. No script can read it, and no other site's page has it sent along.
 * Only where the page is this machine's own does it travel without TLS, because some browsers refuse a `Secure` cookie even from
 * http://localhost. `Host` alone does not tell: a proxy on this machine that ends TLS may put its own name there.
 */
export function sessionCookie(sealed: string, maxAgeSeconds: number, { host, origin }: Asking): string {
  const isPlain = LOOPBACK_HOST.test(host ?? '') && origin?.toLowerCase().startsWith('https:') !== true;
  const secure = isPlain ? '' : '; Secure';
  return `${SESSION_COOKIE}=${sealed}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** The `Set-Cookie` that has the browser forget its session. */
export function endedSessionCookie(asking: Asking): string {
  return sessionCookie('', 0, asking);
}
