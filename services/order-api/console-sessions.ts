import { randomBytes } from 'node:crypto';
import type { Keyring } from '../../platform/keyring';
import { open, SealedSecretError, seal } from '../../platform/sealed-secret';

/** What a session's cookie holds. */
export interface ConsoleSession {
  readonly apiKey: string;
  readonly csrfToken: string;
  readonly expiresAt: Date;
}

export interface ConsoleSessions {
  /** A new session for a key that is known to be good, and the text that its cookie keeps. */
  begin(apiKey: string): { readonly session: ConsoleSession; readonly sealed: string };
  /** The session of such a text; undefined for one that has ended, or is none of ours. */
  read(sealed: string): ConsoleSession | undefined;
}

/** As no sealed credentials or webhook secret is: those open as nothing here, and sessions as nothing there. */
const CONTEXT = 'console_session';
/** As the key's own 256 bits: it cannot be guessed. */
const CSRF_TOKEN_BYTES = 32;

/**
 * Sessions of the console, which no table keeps: the cookie itself is the session, sealed so that neither the browser nor
 * whoever finds the cookie in a backup can read the key in it. Each request's key is looked up as if it had been sent, so that a
 * revoked key ends its sessions; dropping the sealing key ends them all.
 */
export function createConsoleSessions({
  keyring,
  ttlSeconds,
}: {
  readonly keyring: Keyring;
  readonly ttlSeconds: number;
}): ConsoleSessions {
  return {
    begin(apiKey) {
      const session = {
        apiKey,
        csrfToken: randomBytes(CSRF_TOKEN_BYTES).toString('base64url'),
        expiresAt: new Date(Date.now() + ttlSeconds * 1_000),
      };
      const content = [session.apiKey, session.csrfToken, session.expiresAt.getTime()];
      return { session, sealed: seal(keyring, JSON.stringify(content), CONTEXT) };
    },

    read(sealed) {
      const content = contentOf(keyring, sealed);
      if (content === undefined) return undefined;
      const [apiKey, csrfToken, expiresAt] = JSON.parse(content) as [string, string, number];
      return expiresAt > Date.now() ? { apiKey, csrfToken, expiresAt: new Date(expiresAt) } : undefined;
    },
  };
}

function contentOf(keyring: Keyring, sealed: string): string | undefined {
  try {
    return open(keyring, sealed, CONTEXT);
  } catch (error) {
    if (error instanceof SealedSecretError) return undefined;
    throw error;
  }
}
