import type { TenantClient } from '../with-tenant';

/**
 * Makes the caller the one who writes to the tenant's sheet, and says by which number he is known. Before he reads settings, open writes
 * or orders: whoever comes after him has newer ones, and his own are not to come over those. What the one before him has under way
 * neither counts nor parks the sheet from now on.
 */
export async function takeSheetTurn(client: TenantClient): Promise<number> {
  const result = await client.query<{ writer: number }>(
    'UPDATE ai_capabilities SET sheet_writer = sheet_writer + 1 WHERE user_id = $1::text RETURNING sheet_writer AS writer',
    [client.tenant],
  );
  return result.rows[0]?.writer ?? 0;
}
