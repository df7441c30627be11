import { randomBytes } from 'node:crypto';

/** Of the 24 to 64 that Standard Webhooks allows; as many as the hash of the signature has. */
const SECRET_BYTES = 32;

/** A new secret that webhooks are signed with, in the notation of Standard Webhooks 1.0: `whsec_` and base64. */
export function makeWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
