import type { TenantClient } from '../with-tenant';

/** Where our columns are in the eyes of each write whose end nobody has seen. */
export type OpenWrites = readonly Readonly<Record<string, number>>[];

/**
 * Remembers that a write to the sheet begins. Whoever finds it still remembered does not know what became of that write.
 *
 * @param columns of this write, and of those before it whose end nobody saw; null: there is none
 * @param writer see take-sheet-turn.ts
 * @returns false, and nothing may be written, when another one writes by now
 */
export async function openSheetWrite(
  client: TenantClient,
  columns: OpenWrites | null,
  writer: number,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'UPDATE ai_capabilities SET sheet_open_write = $2::jsonb WHERE user_id = $1::text AND sheet_writer = $3::int',
    [client.tenant, columns && JSON.stringify(columns), writer],
  );
  return rowCount === 1;
}

/**
 * Has the sheet be looked at as a whole: something was written to these columns by one who is not the writer any more, perhaps over
 * what the writer wrote. Nothing is changed when he still is, or when orders go elsewhere by now.
 */
export async function suspectSheetWrite(
  client: TenantClient,
  { columns, writer, target }: { readonly columns: OpenWrites; readonly writer: number; readonly target: string },
): Promise<void> {
  await client.query(
    `UPDATE ai_capabilities SET sheet_open_write = coalesce(sheet_open_write, '[]') || $2::jsonb
     WHERE user_id = $1::text AND sheet_writer <> $3::int AND sheet_synced_target = $4::text`,
    [client.tenant, JSON.stringify(columns), writer, target],
  );
}
