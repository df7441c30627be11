import { createHmac, type KeyObject } from 'node:crypto';
import { KeyringError, parseKeyring } from './keyring';

/** What signs and verifies the keys of confirmed bookings. */
export interface ConfirmationSigning {
  /** Signs from now on. */
  readonly current: {
    readonly id: string;
    /** HMAC-SHA-256 (RFC 2104) of a text, UTF-8 encoded, as 43 characters of unpadded base64url. */
    readonly mac: (text: string) => string;
  };
  /** The same of any key that is known, by its id. */
  macOf(keyId: string): ((text: string) => string) | undefined;
}

/** Narrower than a keyring's: the id stands in every idempotency key between dots, and that has to stay short. */
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

/**
 * Reads `keyid:base64[,older:base64…]` as `parseKeyring` does, with key ids of at most 32 of `[A-Za-z0-9_-]`. The first key
 * signs, all verify.
 * @throws KeyringError naming the entry that is wrong; never a part of a key.
 */
export function parseSigningKeys(text: string): ConfirmationSigning {
  const { current, keys } = parseKeyring(text);
  for (const id of keys.keys()) {
    if (!KEY_ID.test(id)) throw new KeyringError('must have key ids of 1 to 32 of A-Z a-z 0-9 _ -');
  }
  const macs = new Map([...keys].map(([id, key]) => [id, macWith(key)] as const));
  return { current: { id: current.id, mac: macWith(current.key) }, macOf: (keyId) => macs.get(keyId) };
}

function macWith(key: KeyObject): (text: string) => string {
  return (text) => createHmac('sha256', key).update(text, 'utf8').digest('base64url');
}
