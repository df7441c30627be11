import type { TenantClient } from '../with-tenant';

export interface SyncedOrder {
  readonly orderId: string;
  /** The version that was written. */
  readonly version: number;
}

/**
 * Records that the sheet shows these versions, and that its write is over. An order that has moved on meanwhile stays unsynced,
 * because its version is another one by now.
 *
 * Orders first and the tenant's row after them, as in every transaction that touches both. Whoever changes the tenant's target
 * locks the row too: either that change is seen here, or it finds what was marked here and takes it back.
 *
 * @param writer see take-sheet-turn.ts
 * @returns false, and nothing may be committed, when orders go to another sheet now than to `target`, or another one writes to it
 */
export async function markOrdersSynced(
  client: TenantClient,
  {
    orders,
    target,
    writer,
  }: { readonly orders: readonly SyncedOrder[]; readonly target: string; readonly writer: number },
): Promise<boolean> {
  await client.query(
    // Locked newest first, as forget-synced.ts does: the two may meet.
    `WITH locked AS MATERIALIZED (
       SELECT id FROM orders WHERE user_id = $1::text AND id = ANY ($2::uuid[])
       ORDER BY created_at DESC, id DESC FOR NO KEY UPDATE
     )
     UPDATE orders o SET sheet_synced_version = w.version
     FROM unnest($2::uuid[], $3::int[]) AS w (id, version) JOIN locked USING (id)
     WHERE o.user_id = $1::text AND o.id = w.id AND o.sheet_synced_version < w.version`,
    [client.tenant, orders.map(({ orderId }) => orderId), orders.map(({ version }) => version)],
  );
  const { rowCount } = await client.query(
    `UPDATE ai_capabilities SET sheet_synced_at = now(), sheet_open_write = NULL
     WHERE user_id = $1::text AND sheet_writer = $3::int AND sheet_synced_target = $2::text
       AND sheets_spreadsheet_id || '/' || sheets_sheet_name = $2::text`,
    [client.tenant, target, writer],
  );
  return rowCount === 1;
}
