import { createSecretKey, type KeyObject } from 'node:crypto';

/** The keys that payloads are encrypted with, each under an id that is stored beside what it encrypted. */
export interface Keyring {
  /** The key that encrypts from now on; it decrypts too. */
  readonly current: EncryptionKey;
  /** Every key that decrypts, by id. */
  readonly keys: ReadonlyMap<string, KeyObject>;
}

export interface EncryptionKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** A keyring could not be read. The message never holds a part of a key. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
}

const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;
/** 32 bytes in base64: 43 characters, with or without the one that pads. */
const KEY_256_BIT = /^[A-Za-z0-9+/]{43}=?$/;

/**
 * Reads `keyid:base64[,older:base64…]`, each key 32 bytes. The first one encrypts, all decrypt: to rotate, put the new one
 * in front on every process (first as a second one, so that all can read it) and keep the old one for as long as Temporal
 * keeps what it encrypted.
 * @throws KeyringError naming the entry that is wrong.
 */
export function parseKeyring(text: string): Keyring {
  const entries = text.split(',').map(parseKey);
  const [current] = entries;
  if (current === undefined) throw new KeyringError('has no key');
  const keys = new Map<string, KeyObject>();
  for (const { id, key } of entries) {
    // With two keys under one id, it would be chance which payloads can be read.
    if (keys.has(id)) throw new KeyringError(`has the key id ${id} twice`);
    keys.set(id, key);
  }
  return { current, keys };
}

function parseKey(entry: string, index: number): EncryptionKey {
  const [id = '', encoded, ...rest] = entry.trim().split(':');
  // The id is not quoted while it is wrong or stands alone: a keyring without ids has a key in its place.
  if (!KEY_ID.test(id) || encoded === undefined || rest.length > 0)
    throw new KeyringError(`must be keyid:base64 in its entry ${index + 1}`);
  if (!KEY_256_BIT.test(encoded)) throw new KeyringError(`must have 32 bytes in base64 as the key ${id}`);
  return { id, key: createSecretKey(Buffer.from(encoded, 'base64')) };
}
