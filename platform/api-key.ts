import { createHash, randomBytes, randomInt } from 'node:crypto';

const PREFIX_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const PREFIX_LENGTH = 8;
const SECRET_BYTES = 32;

/** `obk_`, so that secret scanners and people know one at sight; the prefix; 256 bits as 43 characters of base64url. */
const API_KEY = /^(obk_[a-z0-9]{8})_[A-Za-z0-9_-]{43}$/;

/** A new API key, and its `prefix` (`obk_…` with 8 characters), which may be shown and logged; the key itself never. */
export function generateApiKey(): { key: string; prefix: string } {
  let id = '';
  while (id.length < PREFIX_LENGTH) id += PREFIX_ALPHABET.charAt(randomInt(PREFIX_ALPHABET.length));
  const prefix = `obk_${id}`;
  return { key: `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`, prefix };
}

/** The prefix of a text that has the form of an API key; undefined for every other text. Says nothing of validity. */
export function parseApiKey(text: string): { prefix: string } | undefined {
  const prefix = API_KEY.exec(text)?.[1];
  return prefix === undefined ? undefined : { prefix };
}

/**
 * What is stored of an API key: its SHA-256. A slow password hash would only slow down every request; 256 random bits
 * cannot be guessed from a fast one either.
 */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
