import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

const claims = z.object({ email: z.string(), epoch: z.int(), expires: z.number() });

export interface TokenSigning {
  readonly secret: string;
  /** Goes up to make all tokens that were issued before invalid. */
  readonly epoch: number;
}

/** A bearer token that proves itself, so that a restart of the model does not sign everybody out. */
export function issueToken({ secret, epoch }: TokenSigning, email: string, expires: number): string {
  const content = Buffer.from(JSON.stringify({ email, epoch, expires })).toString('base64url');
  return `ya29.local.${content}.${sign(secret, content)}`;
}

/** Whose token it is; undefined for one that is forged, revoked or past its time. */
export function readToken({ secret, epoch }: TokenSigning, token: string, now: number): string | undefined {
  const [, content, signature] = /^ya29\.local\.([\w-]+)\.([\w-]+)$/.exec(token) ?? [];
  if (content === undefined || signature === undefined || !isEqual(signature, sign(secret, content))) return undefined;
  const told = claims.parse(JSON.parse(Buffer.from(content, 'base64url').toString('utf8')));
  return told.epoch === epoch && told.expires > now ? told.email : undefined;
}

function sign(secret: string, content: string): string {
  return createHmac('sha256', secret).update(content).digest('base64url');
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
