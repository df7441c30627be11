import type { TenantClient } from '../with-tenant';

/**
 * Says that orders are synced to this sheet from now on, after all of them were taken for unsynced: should that have been cut
 * off, the sheet is still another one and it is begun again.
 *
 * @param target see `sheetTarget`
 * @param writer see take-sheet-turn.ts
 * @returns false, and nothing is changed, when another one writes by now: what he has opened is not to be forgotten
 */
export async function turnToSheet(
  client: TenantClient,
  { target, writer }: { readonly target: string; readonly writer: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE ai_capabilities SET sheet_synced_target = $2::text, sheet_open_write = NULL
     WHERE user_id = $1::text AND sheet_writer = $3::int`,
    [client.tenant, target, writer],
  );
  return rowCount === 1;
}
