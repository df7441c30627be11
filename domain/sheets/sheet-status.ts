/** How a tenant's sheet stands, as Postgres has it. */
export interface SheetState {
  readonly enabled: boolean;
  readonly spreadsheetId: string | null;
  readonly sheetName: string;
  /** The address of the tenant's own service account; null: the shared default is used. */
  readonly serviceAccount: string | null;
  /** Orders of which the sheet does not show the current version. */
  readonly unsyncedOrders: number;
  readonly lastSyncedAt: string | null;
  readonly parked: { readonly cause: string; readonly parkedAt: string } | null;
}

/** `not_connected`: switched on, but without a spreadsheet or without anybody to sign in as. */
export const SHEET_STATES = ['off', 'not_connected', 'synced', 'syncing', 'parked'] as const;

export const SHEET_RESULTS = ['synced', 'retried', 'parked'] as const;

/** One call of the sync to write to a sheet. */
export interface SheetAttempt {
  readonly id: string;
  readonly orderIds: readonly string[];
  readonly result: (typeof SHEET_RESULTS)[number];
  /** Why not; null when synced. */
  readonly cause: string | null;
  /** Google's, where it answered. */
  readonly statusCode: number | null;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly correlationIds: readonly string[];
  readonly written: { readonly updated: number; readonly appended: number; readonly mended: number };
  /** 1 for the first try. */
  readonly attempt: number;
}

/** The one word for how a sheet stands. `serviceAccount`: the one in use, the tenant's own or the shared default. */
export function sheetStateWord(state: SheetState, serviceAccount: string | null): (typeof SHEET_STATES)[number] {
  if (!state.enabled) return 'off';
  if (state.spreadsheetId === null || serviceAccount === null) return 'not_connected';
  if (state.parked !== null) return 'parked';
  return state.unsyncedOrders === 0 ? 'synced' : 'syncing';
}
