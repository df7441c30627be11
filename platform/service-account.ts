import { createPrivateKey } from 'node:crypto';
import * as z from 'zod';

/** What signing in as a Google service account needs, named as in the JSON file that Google Cloud gives out. */
export interface ServiceAccount {
  /** The address the owner shares the spreadsheet with. */
  readonly client_email: string;
  /** PKCS #8, PEM. */
  readonly private_key: string;
}

/** A text is not a service account's JSON. The message never holds a part of it. */
export class ServiceAccountError extends Error {
  override readonly name = 'ServiceAccountError';
}

const FILE = z.object({
  type: z.literal('service_account', 'is not the key file of a service account ("type" must be "service_account")'),
  client_email: z.email('has no valid "client_email"'),
  private_key: z.string('has no "private_key"').refine(isRsaKey, 'has no readable RSA key as its "private_key"'),
});

/**
 * Reads the JSON file of a service account's key, as downloaded from Google Cloud.
 * @throws ServiceAccountError naming what is wrong with it, so that a bad key is told where it is set and not at the first call to Google.
 */
export function parseServiceAccount(text: string): ServiceAccount {
  const file = FILE.safeParse(parseJson(text));
  if (!file.success) throw new ServiceAccountError(file.error.issues[0]?.message ?? 'is not valid');
  const { client_email, private_key } = file.data;
  return { client_email, private_key };
}

function parseJson(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below: the parser's own message quotes the text.
  }
  throw new ServiceAccountError('is not a JSON object');
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
