import { canonicalJson, type Sha256Hex } from './canonical-request';
import { ValidationError } from './errors';

/** What a page token belongs to: a token of one tenant, list and filter is refused by every other. */
export interface PageTokenBinding {
  /** The list's name, e.g. `orders`. */
  readonly list: string;
  readonly userId: string;
  /** The filter as parsed; undefined fields count as absent. The page size is not part of it (AIP-158 lets it change). */
  readonly filter: Readonly<Record<string, string | undefined>>;
}

/** Long enough for every token we make; a longer one is not ours. */
export const PAGE_TOKEN_PATTERN = /^[A-Za-z0-9_-]{1,1024}$/;

/**
 * An opaque token for the page after `position` (AIP-158). The filter goes in as a hash: it may hold a customer's phone
 * number, and tokens end up in URLs and access logs. It is not signed, so `decodePageToken` checks the position again.
 */
export function encodePageToken(position: readonly string[], binding: PageTokenBinding, sha256Hex: Sha256Hex): string {
  const json = canonicalJson({ b: bindingTag(binding, sha256Hex), p: position });
  return btoa(json).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/**
 * The position a token stands for. `isPosition` says whether it can be one of this list (a timestamp and a UUID, a number);
 * without it, a forged token would reach SQL and fail there as a defect of ours.
 * @throws ValidationError on field `page_token` when the token was not made for this tenant, list and filter.
 */
export function decodePageToken<P extends readonly string[]>(
  token: string,
  binding: PageTokenBinding,
  sha256Hex: Sha256Hex,
  isPosition: (position: readonly string[]) => position is P,
): P {
  const content = decodeJson(token);
  if (isTokenContent(content) && content.b === bindingTag(binding, sha256Hex) && isPosition(content.p))
    return content.p;
  throw ValidationError.ofFields([
    { field: 'page_token', description: 'is not a token of this list with this filter; start again without it' },
  ]);
}

function bindingTag({ list, userId, filter }: PageTokenBinding, sha256Hex: Sha256Hex): string {
  const set = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  return sha256Hex(`orderbooking.page-token.v1:${canonicalJson([list, userId, set])}`).slice(0, 32);
}

function decodeJson(token: string): unknown {
  if (!PAGE_TOKEN_PATTERN.test(token)) return undefined;
  try {
    return JSON.parse(atob(token.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    return undefined;
  }
}

function isTokenContent(value: unknown): value is { b: string; p: readonly string[] } {
  if (typeof value !== 'object' || value === null || !('b' in value) || !('p' in value)) return false;
  return typeof value.b === 'string' && Array.isArray(value.p) && value.p.every((part) => typeof part === 'string');
}
