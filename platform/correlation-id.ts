import { randomBytes } from 'node:crypto';

/** Bounded, and free of anything that could break a log line, a header or an SQL row. */
const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;

/** 144 bits: no two requests of any two processes ever share one. */
const RANDOM_BYTES = 18;

/**
 * The id under which everything done for one request can be found: the caller's own where it is 1 to 128 of
 * `[A-Za-z0-9._:-]`, otherwise a new `req_…`. Never throws: a bad id is no reason to refuse an order.
 */
export function correlationId(header: string | undefined): string {
  if (header !== undefined && ACCEPTED.test(header)) return header;
  return `req_${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}
