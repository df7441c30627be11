import { generateVAPIDKeys } from 'web-push';
import type { Keyring } from './keyring';
import { open, seal } from './sealed-secret';

/** By which push services know the sender (RFC 8292), base64url: an uncompressed P-256 point, and its scalar. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

const CONTEXT = 'vapid';

/** A new pair, with the private half sealed for keeping. Browsers subscribe to the public half: another pair ends them all. */
export function makeVapidKeys(keyring: Keyring): { readonly publicKey: string; readonly sealedPrivateKey: string } {
  const { publicKey, privateKey } = generateVAPIDKeys();
  return { publicKey, sealedPrivateKey: seal(keyring, privateKey, CONTEXT) };
}

/** @throws SealedSecretError when the private half was sealed under a key that the keyring does not have. */
export function openVapidKeys(
  keyring: Keyring,
  kept: { readonly publicKey: string; readonly sealedPrivateKey: string },
): VapidKeys {
  return { publicKey: kept.publicKey, privateKey: open(keyring, kept.sealedPrivateKey, CONTEXT) };
}
