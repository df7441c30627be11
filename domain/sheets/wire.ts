import { explainSheetCause, isSheetCause } from './causes';
import { type SHEET_STATES, type SheetAttempt, type SheetState, sheetStateWord } from './sheet-status';

export interface SheetWire {
  readonly enabled: boolean;
  readonly spreadsheet_id: string | null;
  readonly spreadsheet_url: string | null;
  readonly sheet_name: string;
  readonly service_account: string | null;
  readonly state: (typeof SHEET_STATES)[number];
  readonly unsynced_orders: number;
  readonly last_synced_at: string | null;
  readonly parked: SheetParkedWire | null;
}

export interface SheetParkedWire {
  readonly cause: string;
  readonly message: string;
  readonly what_to_do: string;
  readonly parked_at: string;
}

export interface SheetAttemptWire {
  readonly id: string;
  readonly order_ids: readonly string[];
  readonly result: SheetAttempt['result'];
  readonly cause: string | null;
  readonly status_code: number | null;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly correlation_ids: readonly string[];
  readonly written: SheetAttempt['written'];
  readonly attempt: number;
}

export interface SheetAttemptPageWire {
  readonly attempts: readonly SheetAttemptWire[];
  /** Empty on the last page (AIP-158). */
  readonly next_page_token: string;
}

/** `serviceAccount`: the one in use, the tenant's own or the shared default. */
export function sheetToWire({
  state,
  serviceAccount,
  spreadsheetUrl,
}: {
  readonly state: SheetState;
  readonly serviceAccount: string | null;
  readonly spreadsheetUrl: string | null;
}): SheetWire {
  return {
    enabled: state.enabled,
    spreadsheet_id: state.spreadsheetId,
    spreadsheet_url: spreadsheetUrl,
    sheet_name: state.sheetName,
    service_account: serviceAccount,
    state: sheetStateWord(state, serviceAccount),
    unsynced_orders: state.unsyncedOrders,
    last_synced_at: state.lastSyncedAt,
    parked: parkedToWire(state, serviceAccount),
  };
}

function parkedToWire({ parked }: SheetState, serviceAccount: string | null): SheetParkedWire | null {
  if (parked === null) return null;
  const cause = isSheetCause(parked.cause) ? parked.cause : 'internal_error';
  const { message, whatToDo } = explainSheetCause(cause, serviceAccount);
  return { cause, message, what_to_do: whatToDo, parked_at: parked.parkedAt };
}

export function sheetAttemptPageToWire(page: {
  readonly attempts: readonly SheetAttempt[];
  readonly nextPageToken: string | undefined;
}): SheetAttemptPageWire {
  return { attempts: page.attempts.map(sheetAttemptToWire), next_page_token: page.nextPageToken ?? '' };
}

function sheetAttemptToWire(attempt: SheetAttempt): SheetAttemptWire {
  const { updated, appended, mended } = attempt.written;
  return {
    id: attempt.id,
    order_ids: attempt.orderIds,
    result: attempt.result,
    cause: attempt.cause,
    status_code: attempt.statusCode,
    started_at: attempt.startedAt,
    duration_ms: attempt.durationMs,
    correlation_ids: attempt.correlationIds,
    written: { updated, appended, mended },
    attempt: attempt.attempt,
  };
}
