import { randomBytes } from 'node:crypto';

/** What the server takes over; for anything else it would make an id that only it knows. */
const ACCEPTED = /^[A-Za-z0-9._:-]{1,128}$/;
const RANDOM_BYTES = 18;

/** The caller's id where it has the form that the server takes over, otherwise a new `req_…`. */
export function correlationIdOf(wanted: string | undefined): string {
  if (wanted !== undefined && ACCEPTED.test(wanted)) return wanted;
  return `req_${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}
