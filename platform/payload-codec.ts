import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { Keyring } from './keyring';

export { type Keyring, KeyringError, parseKeyring } from './keyring';

/** Metadata of an encrypted payload: what it is, and the id of the key that opens it. */
const ENCODING = 'encoding';
const KEY_ID = 'encryption-key-id';
const ENCRYPTED = 'binary/encrypted';
const ENCRYPTED_BYTES = Buffer.from(ENCRYPTED);

const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D: 96 random bits are safe for 2^32 payloads a key; rotate the key before that. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** An encrypted payload cannot be read. The message names the key id at most, nothing of the content. */
export class PayloadDecryptionError extends Error {
  override readonly name = 'PayloadDecryptionError';

  constructor(
    readonly code: 'UNKNOWN_ENCRYPTION_KEY' | 'PAYLOAD_TRUNCATED' | 'PAYLOAD_NOT_AUTHENTIC',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Encrypts payloads on their way to Temporal with AES-256-GCM, and decrypts them on their way back.
 *
 * The whole payload is encrypted, its metadata included. Its data becomes `iv (12) | ciphertext | tag (16)`; the key's
 * id is bound to it as additional data, so that a payload relabelled to another key is refused rather than tried.
 * Payloads that are not encrypted pass `decode` as they are: histories written before encryption was switched on, and
 * what the Temporal CLI or UI sends, can still be read. So the codec keeps secrets; it does not prove who wrote what.
 */
export class EncryptionCodec implements PayloadCodec {
  constructor(private readonly keyring: Keyring) {}

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.encrypt(payload));
  }

  /** @throws PayloadDecryptionError when the key is not in the keyring or the payload is not as it was written. */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.decrypt(payload));
  }

  private encrypt(payload: Payload): Payload {
    const { id, key } = this.keyring.current;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(additionalData(id));
    const plain = temporal.api.common.v1.Payload.encode(payload).finish();
    const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { [ENCODING]: ENCRYPTED_BYTES, [KEY_ID]: Buffer.from(id) }, data };
  }

  private decrypt(payload: Payload): Payload {
    const { metadata, data } = payload;
    if (text(metadata?.[ENCODING]) !== ENCRYPTED) return payload;
    const id = text(metadata?.[KEY_ID]);
    const key = this.keyring.keys.get(id);
    if (key === undefined) {
      throw new PayloadDecryptionError('UNKNOWN_ENCRYPTION_KEY', `No key with the id ${printable(id)} to decrypt with`);
    }
    if (!data || data.length < IV_BYTES + TAG_BYTES) {
      throw new PayloadDecryptionError('PAYLOAD_TRUNCATED', 'An encrypted payload is shorter than its own frame');
    }
    const decipher = createDecipheriv(CIPHER, key, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(id));
    decipher.setAuthTag(data.subarray(data.length - TAG_BYTES));
    const plain = decipher.update(data.subarray(IV_BYTES, data.length - TAG_BYTES));
    try {
      decipher.final();
    } catch {
      throw new PayloadDecryptionError(
        'PAYLOAD_NOT_AUTHENTIC',
        `A payload under the key id ${printable(id)} was changed, or encrypted with another key of that id`,
      );
    }
    return temporal.api.common.v1.Payload.decode(plain);
  }
}

/** Names the purpose as well: a ciphertext made with the same key for something else never passes for a payload. */
function additionalData(keyId: string): Buffer {
  return Buffer.from(`orderbooking.payload.v1:${keyId}`);
}

function text(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : '';
}

/** A key id from a payload is whatever its writer put there. */
function printable(keyId: string): string {
  return /^[A-Za-z0-9._-]{1,64}$/.test(keyId) ? keyId : '(not a key id)';
}
