import type { SheetState } from '../../domain/sheets/sheet-status';
import type { TenantClient } from '../with-tenant';

interface SheetStateRow {
  readonly sheets_sync_enabled: boolean;
  readonly sheets_spreadsheet_id: string | null;
  readonly sheets_sheet_name: string;
  readonly sheets_service_account: string | null;
  readonly unsynced: number;
  readonly sheet_synced_at: Date | null;
  readonly sheet_parked_cause: string | null;
  readonly sheet_parked_at: Date | null;
}

/** How the tenant's sheet stands; undefined for a tenant that never set anything. */
export async function getSheetState(client: TenantClient): Promise<SheetState | undefined> {
  const result = await client.query<SheetStateRow>({
    name: 'get-sheet-state',
    text: `SELECT c.sheets_sync_enabled, c.sheets_spreadsheet_id, c.sheets_sheet_name, c.sheets_service_account,
        c.sheet_synced_at, c.sheet_parked_cause, c.sheet_parked_at,
        -- What was written to another tab or spreadsheet does not count for this one.
        CASE WHEN c.sheet_synced_target = c.sheets_spreadsheet_id || '/' || c.sheets_sheet_name
          THEN (SELECT count(*)::int FROM orders o WHERE o.user_id = $1::text AND o.sheet_synced_version <> o.version)
          ELSE (SELECT count(*)::int FROM orders o WHERE o.user_id = $1::text)
        END AS unsynced
      FROM ai_capabilities c
      WHERE c.user_id = $1::text`,
    values: [client.tenant],
  });
  const row = result.rows[0];
  if (row === undefined) return undefined;
  const { sheet_parked_cause: cause, sheet_parked_at: parkedAt } = row;
  return {
    enabled: row.sheets_sync_enabled,
    spreadsheetId: row.sheets_spreadsheet_id,
    sheetName: row.sheets_sheet_name,
    serviceAccount: row.sheets_service_account,
    unsyncedOrders: row.unsynced,
    lastSyncedAt: row.sheet_synced_at?.toISOString() ?? null,
    parked: cause === null || parkedAt === null ? null : { cause, parkedAt: parkedAt.toISOString() },
  };
}
