import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Caller } from '../../../domain/access';
import { ValidationError } from '../../../domain/errors';
import { authenticateApiKey } from '../../../persistence/api-keys/authenticate-api-key';
import { hashApiKey, parseApiKey } from '../../../platform/api-key';
import type { UseCases } from './contract';
import { databaseError } from './database-error';

/** How long a revoked key still works at most. Shorter: more look-ups. Longer: a leaked key lives on after its revocation. */
const KNOWN_KEY_SECONDS = 30;
/** Keys looked up by hash, so the cache holds nothing that could be used as a key. */
const KNOWN_KEYS = 10_000;

/**
 * Finds out who holds an API key. A key that is not of our form costs no look-up; an unknown one is not remembered, so
 * that a key works from the moment it is made.
 */
export function createAuthenticate(pool: Pool): UseCases['authenticate'] {
  const known = new LRUCache<string, Caller>({ max: KNOWN_KEYS, ttl: KNOWN_KEY_SECONDS * 1000 });
  const lookUps = new Map<string, Promise<Caller | undefined>>();

  return async (apiKey) => {
    if (parseApiKey(apiKey) === undefined) throw unauthenticated();
    const hash = hashApiKey(apiKey);
    const name = hash.toString('base64');
    const caller = known.get(name) ?? (await lookUp(name, hash));
    if (caller === undefined) throw unauthenticated();
    return caller;
  };

  /** One look-up per key at a time: a burst with a cold cache asks the database once. */
  function lookUp(name: string, hash: Buffer): Promise<Caller | undefined> {
    const running = lookUps.get(name);
    if (running !== undefined) return running;
    const started = authenticateApiKey(pool, hash)
      .then((caller) => {
        if (caller !== undefined) known.set(name, caller);
        return caller;
      })
      .catch((error: unknown) => {
        throw databaseError(error);
      })
      .finally(() => lookUps.delete(name));
    lookUps.set(name, started);
    return started;
  }
}

function unauthenticated(): ValidationError {
  return new ValidationError('UNAUTHENTICATED', 'The API key is missing, unknown or no longer valid');
}
