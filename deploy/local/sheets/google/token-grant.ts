import { createPublicKey, verify } from 'node:crypto';
import * as z from 'zod';
import type { ServiceAccountFile } from './service-account';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const AUDIENCE = 'https://oauth2.googleapis.com/token';
/** Google takes assertions of up to an hour, and clocks that differ a little. */
const LONGEST_S = 3_600;
const SKEW_S = 300;
const SCOPES: readonly string[] = [
  'https://www.googleapis.com/auth/spreadsheets',
  'https://www.googleapis.com/auth/drive',
  'https://www.googleapis.com/auth/drive.file',
];

const header = z.object({ alg: z.literal('RS256') });
const claims = z.object({
  iss: z.string(),
  aud: z.string(),
  scope: z.string().default(''),
  iat: z.number(),
  exp: z.number(),
});

/** A refusal of the token endpoint (RFC 6749, section 5.2). */
export interface GrantRefusal {
  readonly error: 'invalid_grant' | 'invalid_scope' | 'unsupported_grant_type' | 'invalid_request';
  readonly error_description: string;
}

/**
 * Judges a service account's request for a token (RFC 7523), in Google's words where it refuses.
 * @param nowMs wall-clock time: the caller signs with its own, and only a real clock can be compared with that.
 */
export function judgeGrant(
  form: URLSearchParams,
  accounts: ReadonlyMap<string, ServiceAccountFile>,
  nowMs: number,
): ServiceAccountFile | GrantRefusal {
  if (form.get('grant_type') !== GRANT)
    return {
      error: 'unsupported_grant_type',
      error_description: `Invalid grant_type: ${form.get('grant_type') ?? ''}`,
    };
  const [head, body, signature, ...more] = (form.get('assertion') ?? '').split('.');
  const told = claims.safeParse(decoded(body));
  if (!header.safeParse(decoded(head)).success || !told.success || !signature || more.length > 0)
    return { error: 'invalid_grant', error_description: 'Invalid JWT: Failed audience check or malformed token.' };
  const { iss, aud, scope, iat, exp } = told.data;
  const account = accounts.get(iss);
  if (account === undefined) return { error: 'invalid_grant', error_description: 'Invalid grant: account not found' };
  const key = createPublicKey(account.private_key);
  if (!verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url')))
    return { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' };
  const now = nowMs / 1_000;
  if (exp <= now - SKEW_S || iat > now + SKEW_S || exp - iat > LONGEST_S)
    return {
      error: 'invalid_grant',
      error_description:
        'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    };
  if (aud !== AUDIENCE) return { error: 'invalid_grant', error_description: 'Invalid JWT: Failed audience check.' };
  if (!scope.split(' ').some((one) => SCOPES.includes(one)))
    return { error: 'invalid_scope', error_description: 'Invalid OAuth scope or ID token audience provided.' };
  return account;
}

function decoded(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
