import type { TenantClient } from '../with-tenant';

/**
 * Remembers that a write to the sheet begins. Whoever finds it still remembered does not know what became of that write.
 *
 * @param columns where our columns are in the eyes of this write, and of those before it whose end nobody saw; null: there is none
 */
export async function openSheetWrite(
  client: TenantClient,
  columns: readonly Readonly<Record<string, number>>[] | null,
): Promise<void> {
  await client.query('UPDATE ai_capabilities SET sheet_open_write = $2::jsonb WHERE user_id = $1::text', [
    client.tenant,
    columns && JSON.stringify(columns),
  ]);
}
