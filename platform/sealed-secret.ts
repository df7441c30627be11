import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keyring } from './keyring';

const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D: 96 random bits are safe for 2^32 secrets a key; rotate the key before that. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The id of a key may have dots in it; the version and the content have none. */
const SEALED = /^v1\.([A-Za-z0-9._-]{1,64})\.([A-Za-z0-9_-]+)$/;

/** A sealed secret cannot be opened. The message names the key id at most, nothing of the secret. */
export class SealedSecretError extends Error {
  override readonly name = 'SealedSecretError';

  constructor(
    readonly code: 'NOT_SEALED' | 'UNKNOWN_SECRETS_KEY' | 'SECRET_NOT_AUTHENTIC',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Encrypts a secret that has to be kept: AES-256-GCM under the keyring's current key, as
 * `v1.<key id>.<base64url(iv | ciphertext | tag)>`, which is safe in a column, a header and a cookie.
 *
 * `context` says what the secret is and whose (`sheets_credentials:<tenant>`). It is bound to it and not stored: opened under
 * another one, a sealed text that somebody moved to another row or another use is refused.
 */
export function seal(keyring: Keyring, plaintext: string, context: string): string {
  const { id, key } = keyring.current;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(id, context));
  const data = Buffer.concat([iv, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `v1.${id}.${data.toString('base64url')}`;
}

/**
 * The secret in a sealed text.
 * @throws SealedSecretError when it is none, its key is not in the keyring, or it was changed or sealed for another context.
 */
export function open(keyring: Keyring, sealed: string, context: string): string {
  const [, id = '', encoded = ''] = SEALED.exec(sealed) ?? [];
  const data = Buffer.from(encoded, 'base64url');
  // Base64url that decodes leniently would let one secret be written in several ways.
  if (data.length < IV_BYTES + TAG_BYTES || data.toString('base64url') !== encoded) {
    throw new SealedSecretError('NOT_SEALED', 'This is not a sealed secret');
  }
  const key = keyring.keys.get(id);
  if (key === undefined) throw new SealedSecretError('UNKNOWN_SECRETS_KEY', `No key with the id ${id} to open it with`);
  const decipher = createDecipheriv(CIPHER, key, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData(id, context));
  decipher.setAuthTag(data.subarray(data.length - TAG_BYTES));
  const plain = decipher.update(data.subarray(IV_BYTES, data.length - TAG_BYTES));
  try {
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  } catch {
    throw new SealedSecretError(
      'SECRET_NOT_AUTHENTIC',
      `A secret under the key id ${id} was changed, is another one's, or was sealed with another key of that id`,
    );
  }
}

/** Names the purpose as well: what the same key made for something else never passes for a secret. A key id has no colon. */
function additionalData(keyId: string, context: string): Buffer {
  return Buffer.from(`orderbooking.secret.v1:${keyId}:${context}`, 'utf8');
}
