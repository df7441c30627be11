import { subscriptionsTo } from '../notifications/subscriptions-to';
import type { TenantClient } from '../with-tenant';

/** Where a tenant's orders go, with what, and how that stands. */
export interface SheetSettings {
  readonly enabled: boolean;
  readonly spreadsheetId: string | null;
  readonly sheetName: string;
  /** Sealed; null: the shared default. */
  readonly credentials: string | null;
  /** The target that `sheet_synced_version` speaks of, see `sheetTarget`. */
  readonly syncedTarget: string | null;
  /** Of writes whose end nobody has seen: the columns they went to. Null: there is none. */
  readonly openWrite: readonly Readonly<Record<string, number>>[] | null;
  /** How often somebody has taken the sheet up, see take-up-sheet.ts. */
  readonly takenUp: number;
  /** Null while the sheet is not parked. */
  readonly parked: {
    readonly cause: string;
    readonly at: string;
    /** Who wants to hear of `sheet.parked`. */
    readonly subscriptions: readonly string[];
  } | null;
}

/** Names a tab of a spreadsheet: as long as it is the same, what was synced to it is synced. */
export function sheetTarget(spreadsheetId: string, sheetName: string): string {
  return `${spreadsheetId}/${sheetName}`;
}

/** Undefined for a tenant that never set anything. */
export async function getSheetSettings(client: TenantClient): Promise<SheetSettings | undefined> {
  const result = await client.query<SettingsRow>(
    `SELECT sheets_sync_enabled, sheets_spreadsheet_id, sheets_sheet_name, sheets_credentials, sheet_synced_target,
       sheet_open_write, sheet_taken_up, sheet_parked_cause, sheet_parked_at, ${subscriptionsTo("'sheet.parked'")} AS subscriptions
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
      syncedTarget: row.sheet_synced_target,
      openWrite: row.sheet_open_write,
      takenUp: row.sheet_taken_up,
      parked:
        row.sheet_parked_cause === null || row.sheet_parked_at === null
          ? null
          : { cause: row.sheet_parked_cause, at: row.sheet_parked_at.toISOString(), subscriptions: row.subscriptions },
    }
  );
}

interface SettingsRow {
  readonly sheets_sync_enabled: boolean;
  readonly sheets_spreadsheet_id: string | null;
  readonly sheets_sheet_name: string;
  readonly sheets_credentials: string | null;
  readonly sheet_synced_target: string | null;
  readonly sheet_open_write: readonly Readonly<Record<string, number>>[] | null;
  readonly sheet_taken_up: number;
  readonly sheet_parked_cause: string | null;
  readonly sheet_parked_at: Date | null;
  readonly subscriptions: readonly string[];
}
