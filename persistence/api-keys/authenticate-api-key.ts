import type { Pool } from 'pg';
import type { Caller, Scope } from '../../domain/access';

/**
 * Whose API key this is, by the key's SHA-256; undefined when nobody's, revoked or expired.
 * Runs without a tenant: the tenant is what it finds out.
 */
export async function authenticateApiKey(pool: Pool, keyHash: Buffer): Promise<Caller | undefined> {
  const result = await pool.query<{ id: string; user_id: string; prefix: string; scopes: Scope[] }>({
    name: 'authenticate-api-key',
    text: 'SELECT id, user_id, prefix, scopes FROM authenticate_api_key($1::bytea)',
    values: [keyHash],
  });
  const row = result.rows[0];
  return row && { userId: row.user_id, keyId: row.id, keyPrefix: row.prefix, scopes: row.scopes };
}
