import type { Pool } from 'pg';
import { keepServerKey } from '../../../persistence/notifications/keep-server-key';
import type { Keyring } from '../../../platform/keyring';
import { makeVapidKeys, openVapidKeys, type VapidKeys } from '../../../platform/vapid-keys';

/** The installation's VAPID keys, made if there are none, read once. What failed is asked for again. */
export function createVapidKeys(pool: Pool, secrets: Keyring): () => Promise<VapidKeys> {
  let known: Promise<VapidKeys> | undefined;
  return () => {
    known ??= keepServerKey(pool, 'vapid', () => makeVapidKeys(secrets)).then((kept) => openVapidKeys(secrets, kept));
    known.catch(() => {
      known = undefined;
    });
    return known;
  };
}
