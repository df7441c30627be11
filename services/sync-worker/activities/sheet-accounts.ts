import { createHash } from 'node:crypto';
import type { sheets_v4 } from '@googleapis/sheets';
import { LRUCache } from 'lru-cache';
import type { SheetCause } from '../../../domain/sheets/causes';
import { createSheetsClient } from '../../../platform/google-sheets-client';
import type { Keyring } from '../../../platform/keyring';
import { open } from '../../../platform/sealed-secret';
import { parseServiceAccount } from '../../../platform/service-account';

/** Signed in as a service account. */
export interface SheetAccount {
  /** Of these very credentials. */
  readonly id: string;
  /** Whom a spreadsheet has to be shared with. */
  readonly email: string;
  /** Stands for the account where its address is nobody's business. */
  readonly hash: string;
  readonly sheets: sheets_v4.Sheets;
}

export type FoundAccount =
  | { readonly ok: true; readonly account: SheetAccount }
  | { readonly ok: false; readonly cause: SheetCause };

export interface SheetAccounts {
  /** The account of a tenant's sealed credentials; null: the shared default. */
  of(userId: string, sealed: string | null): FoundAccount;
  /** Signs in anew next time: it may be the token that is refused, and not the key. */
  forget(userId: string, sealed: string | null): void;
}

/** Tokens are kept with their clients. More accounts than this sign in more often than once an hour, and nothing else. */
const CLIENTS_MAX = 500;

/** Knows the service accounts that sheets are written with, and keeps each one's client for as long as it is in use. */
export function createSheetAccounts(dependencies: {
  readonly secrets: Keyring;
  readonly sharedCredentials: string | undefined;
  readonly apiUrl: string | undefined;
  readonly timeoutMs: number;
}): SheetAccounts {
  const { secrets, sharedCredentials, apiUrl, timeoutMs } = dependencies;
  const clients = new LRUCache<string, SheetAccount>({ max: CLIENTS_MAX });

  function signedIn(json: string): SheetAccount {
    const id = sha256(json);
    const known = clients.get(id);
    if (known !== undefined) return known;
    const credentials = parseServiceAccount(json);
    const email = credentials.client_email;
    const account = { id, email, hash: sha256(email), sheets: createSheetsClient({ credentials, apiUrl, timeoutMs }) };
    clients.set(id, account);
    return account;
  }

  return {
    forget(userId, sealed) {
      const found = find(userId, sealed);
      if (found.ok) clients.delete(found.account.id);
    },
    of: find,
  };

  function find(userId: string, sealed: string | null): FoundAccount {
    if (sealed === null && sharedCredentials === undefined) return { ok: false, cause: 'credentials_missing' };
    try {
      const json = sealed === null ? (sharedCredentials ?? '') : open(secrets, sealed, `sheets_credentials:${userId}`);
      return { ok: true, account: signedIn(json) };
    } catch {
      // Sealed with a key that is gone, or no service account: for the owner both are a key that does not work.
      return { ok: false, cause: 'credentials_invalid' };
    }
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
