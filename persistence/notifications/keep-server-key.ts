import type { Pool } from 'pg';

/** A key pair of this installation. */
export interface ServerKey {
  readonly publicKey: string;
  readonly sealedPrivateKey: string;
}

/**
 * The installation's key pair of this name, made by whoever asks first and the same for everybody ever after: those who come at
 * the same moment get the one that was written. Keys of the installation, not of a tenant: no row-level security here.
 */
export async function keepServerKey(pool: Pool, name: 'vapid', make: () => ServerKey): Promise<ServerKey> {
  const known = await findServerKey(pool, name);
  if (known !== undefined) return known;
  const { publicKey, sealedPrivateKey } = make();
  await pool.query(
    `INSERT INTO server_keys (name, public_key, sealed_private_key) VALUES ($1::text, $2::text, $3::text)
     ON CONFLICT (name) DO NOTHING`,
    [name, publicKey, sealedPrivateKey],
  );
  const kept = await findServerKey(pool, name);
  if (kept === undefined) throw new Error('the key that was written is not there');
  return kept;
}

async function findServerKey(pool: Pool, name: string): Promise<ServerKey | undefined> {
  const { rows } = await pool.query<{ public_key: string; sealed_private_key: string }>(
    'SELECT public_key, sealed_private_key FROM server_keys WHERE name = $1::text',
    [name],
  );
  const row = rows[0];
  return row && { publicKey: row.public_key, sealedPrivateKey: row.sealed_private_key };
}
