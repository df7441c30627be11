import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { generateApiKey } from '../../../platform/api-key';
import { StackError } from '../stack-error';
import { writePrivateFile } from './write-private-file';

const keys = z.object({ api: z.string(), ai: z.string(), admin: z.string() });
const schema = z.object({
  /** Encrypts what Temporal stores. Lost, no workflow that exists could be read any more. */
  payloadEncryptionKeys: z.string(),
  /** Signs the keys that confirmed bookings are ordered with. Lost, such a key makes no order any more. */
  confirmationSigningKeys: z.string(),
  /** Seals the secrets that the database keeps, and the console's sessions. Lost, sheets' credentials and webhooks' secrets have to be set again. */
  secretsEncryptionKeys: z.string(),
  /** Of the database role that the services work as. */
  servicePassword: z.string(),
  demo: keys,
  demo2: keys,
});

/** As it was before there were bookings, or secrets to keep. */
const older = schema.partial({ confirmationSigningKeys: true, secretsEncryptionKeys: true });

export type Secrets = z.output<typeof schema>;
export type DemoKeys = z.output<typeof keys>;

/**
 * The random secrets of this data folder: made at the first start, the same ever after, readable by their owner only. A
 * folder of an older version gets those that it had no use for.
 *
 * @throws StackError when the file is there but damaged; new secrets would not fit the data beside them
 */
export function loadSecrets(path: string): Secrets {
  if (!existsSync(path)) write(path, newSecrets());
  try {
    const kept = older.parse(JSON.parse(readFileSync(path, 'utf8')));
    const { confirmationSigningKeys, secretsEncryptionKeys } = kept;
    if (confirmationSigningKeys === undefined || secretsEncryptionKeys === undefined) {
      write(path, {
        ...kept,
        confirmationSigningKeys: confirmationSigningKeys ?? newKeyring(),
        secretsEncryptionKeys: secretsEncryptionKeys ?? newKeyring(),
      });
    }
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new StackError(`${path} is damaged: restore it, or forget all data with npm start -- --reset`);
  }
}

function write(path: string, secrets: Secrets): void {
  writePrivateFile(path, `${JSON.stringify(secrets, null, 2)}\n`);
}

function newSecrets(): Secrets {
  return {
    payloadEncryptionKeys: newKeyring(),
    confirmationSigningKeys: newKeyring(),
    secretsEncryptionKeys: newKeyring(),
    servicePassword: randomBytes(24).toString('base64url'),
    demo: newKeys(),
    demo2: newKeys(),
  };
}

function newKeyring(): string {
  return `local:${randomBytes(32).toString('base64')}`;
}

function newKeys(): DemoKeys {
  return { api: generateApiKey().key, ai: generateApiKey().key, admin: generateApiKey().key };
}
