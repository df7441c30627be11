import type { TenantClient } from '../with-tenant';

/** Where a tenant's orders go, and with what. */
export interface SheetSettings {
  readonly enabled: boolean;
  readonly spreadsheetId: string | null;
  readonly sheetName: string;
  /** Sealed; null: the shared default. */
  readonly credentials: string | null;
  /** Set while the sheet is parked. */
  readonly parkedCause: string | null;
  readonly parkedAt: string | null;
}

/** Undefined for a tenant that never set anything. */
export async function getSheetSettings(client: TenantClient): Promise<SheetSettings | undefined> {
  const result = await client.query<SettingsRow>(
    `SELECT sheets_sync_enabled, sheets_spreadsheet_id, sheets_sheet_name, sheets_credentials, sheet_parked_cause,
       sheet_parked_at
     FROM ai_capabilities WHERE user_id = $1::text`,
    [client.tenant],
  );
  const row = result.rows[0];
  return (
    row && {
      enabled: row.sheets_sync_enabled,
      spreadsheetId: row.sheets_spreadsheet_id,
      sheetName: row.sheets_sheet_name,
      credentials: row.sheets_credentials,
      parkedCause: row.sheet_parked_cause,
      parkedAt: row.sheet_parked_at?.toISOString() ?? null,
    }
  );
}

interface SettingsRow {
  readonly sheets_sync_enabled: boolean;
  readonly sheets_spreadsheet_id: string | null;
  readonly sheets_sheet_name: string;
  readonly sheets_credentials: string | null;
  readonly sheet_parked_cause: string | null;
  readonly sheet_parked_at: Date | null;
}
