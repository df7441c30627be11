/**
 * The idempotency key that a confirmation is good for. It proves by itself that this system issued it, to whom, for which
 * booking and content and until when, so that a made-up one is refused without asking anybody:
 *
 *     bk1.<booking id, 32 hex>.<version, base 36>.<expiry, Unix seconds in base 36>.<content tag, 43>.<signature, 43>.<signing key's id>
 *
 * The content stands in it as a keyed hash: the key becomes part of a workflow id, which is not encrypted, and a plain hash
 * of a name and a phone number can be guessed.
 */
const KEY =
  /^bk1\.([0-9a-f]{32})\.([0-9a-z]{1,9})\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{1,32})$/;

/** HMAC-SHA-256 (RFC 2104) of a text as unpadded base64url, 43 characters. Passed in: the domain knows no crypto. */
export type Mac = (text: string) => string;

export interface SigningKey {
  /** 1 to 32 of `[A-Za-z0-9_-]`. */
  readonly id: string;
  readonly mac: Mac;
}

/** What a key is bound to. */
export interface ConfirmationClaim {
  readonly userId: string;
  /** A UUID. */
  readonly bookingId: string;
  /**
   * Of the booking, when the yes was given. Without it, a yes that follows an edit and its undoing within a second would be
   * issued the key that the edit has made worthless.
   */
  readonly version: number;
  /** Of what was confirmed: `draftDigest`. */
  readonly digest: string;
  /** ISO 8601; cut to whole seconds. */
  readonly expiresAt: string;
}

/** Issues the key. The same claim under the same signing key gives the same key. */
export function issueConfirmationKey(claim: ConfirmationClaim, key: SigningKey): string {
  const booking = claim.bookingId.replaceAll('-', '').toLowerCase();
  const expiry = Math.floor(Date.parse(claim.expiresAt) / 1000).toString(36);
  const signed = `bk1.${booking}.${claim.version.toString(36)}.${expiry}.${contentTag(claim, key.mac)}`;
  return `${signed}.${signature(claim.userId, signed, key.mac)}.${key.id}`;
}

/** What a genuine key says. */
export interface ReadKey {
  readonly bookingId: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** Whether the key was issued for the content with this digest. */
  isFor(digest: string): boolean;
}

/**
 * Reads a key that this system issued to this tenant. Undefined for all else: another form, another tenant's, a forged
 * signature, a signing key that is not known (any more).
 */
export function readConfirmationKey(
  text: string,
  userId: string,
  macOf: (keyId: string) => Mac | undefined,
): ReadKey | undefined {
  const match = KEY.exec(text);
  if (match === null) return undefined;
  const [, booking = '', version = '', expiry = '', tag = '', signed = '', keyId = ''] = match;
  const mac = macOf(keyId);
  if (mac === undefined) return undefined;
  if (!sameText(signature(userId, `bk1.${booking}.${version}.${expiry}.${tag}`, mac), signed)) return undefined;
  const bookingId = booking.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const expiresAt = new Date(Number.parseInt(expiry, 36) * 1000).toISOString();
  return { bookingId, expiresAt, isFor: (digest) => sameText(contentTag({ digest }, mac), tag) };
}

function contentTag({ digest }: { readonly digest: string }, mac: Mac): string {
  return mac(`orderbooking.confirmed-content.v1:${digest}`);
}

function signature(userId: string, signed: string, mac: Mac): string {
  return mac(`orderbooking.confirmation.v1:${userId}:${signed}`);
}

/** Compares in the same time wherever the first difference is, so that a signature cannot be found letter by letter. */
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
