import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a request may come from a page of another site, or under a name that another site made point here (DNS rebinding). The pages show
 * customers' orders and their buttons change them, so a browser is let in from the model's own pages only; programs, which send neither
 * Origin nor Sec-Fetch-Site, are let in.
 */
export function isForeign({ headers, method }: IncomingMessage): boolean {
  if (!LOOPBACK.test(headers.host ?? '')) return true;
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host}`) return true;
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin') return false;
  // A link on another page may lead here; what it leads to is only shown.
  const isLink = (method === 'GET' || method === 'HEAD') && headers['sec-fetch-mode'] === 'navigate';
  return !isLink;
}

/** A form of another site cannot send this type, and a script of one must ask first, which is never granted. */
export function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/json(?:;|$)/i.test(headers['content-type'] ?? '');
}
