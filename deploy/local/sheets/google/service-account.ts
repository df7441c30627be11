import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** A service account's key file, with the fields of those that Google Cloud gives out. */
export interface ServiceAccountFile {
  readonly type: 'service_account';
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly client_id: string;
  readonly auth_uri: string;
  readonly token_uri: string;
  readonly universe_domain: string;
  /** Not in Google's files: whoever opens this one shall know what it is. */
  readonly comment: string;
}

/** Accounts of one project share its quota. */
export const LOCAL_PROJECT = 'sheets-model';

export function addressOf(name: string, project = LOCAL_PROJECT): string {
  return `${name}@${project}.iam.gserviceaccount.com`;
}

/** Makes an account with a key of its own, which only the local model knows. Its key takes some tenths of a second. */
export async function makeServiceAccount(email: string, project = LOCAL_PROJECT): Promise<ServiceAccountFile> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const digest = createHash('sha256').update(privateKey).digest();
  return {
    type: 'service_account',
    project_id: project,
    private_key_id: digest.toString('hex').slice(0, 40),
    private_key: privateKey,
    client_email: email,
    client_id: digest.readBigUInt64BE().toString().padStart(21, '1'),
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    universe_domain: 'googleapis.com',
    comment: 'A key for the local model of Google Sheets. Google does not know it.',
  };
}
