import { SHEET_RESULTS, SHEET_STATES, type SheetAttempt } from '../domain/sheets/sheet-status';
import {
  type SheetSyncAttempt as AttemptMessage,
  SheetSyncResult as ResultMessage,
  type Sheet as SheetMessage,
  SheetState as StateMessage,
} from '../gen/orderbooking/v1/sheet_service_pb';
import { isoOf, isoOrNull, required, requiredWordOf } from './message-words';

/** How the tenant's Google Sheet stands. */
export interface Sheet {
  /** Whether orders are written to it. */
  readonly enabled: boolean;
  readonly spreadsheetId: string | null;
  /** Where the owner opens it. */
  readonly spreadsheetUrl: string | null;
  readonly sheetName: string;
  /** Who writes to it, and has to be made an editor of it; null: nobody can. */
  readonly serviceAccount: string | null;
  readonly state: (typeof SHEET_STATES)[number];
  /** Orders that it lacks, or shows in an older state. */
  readonly unsyncedOrders: number;
  readonly lastSyncedAt: string | null;
  /** Why nothing is written; null unless parked. */
  readonly parked: SheetParked | null;
}

export interface SheetParked {
  /** A word for it, as `not_shared`. */
  readonly cause: string;
  /** The same for the owner. */
  readonly message: string;
  /** How the owner mends it. */
  readonly whatToDo: string;
  readonly parkedAt: string;
}

/** @throws SystemError INTERNAL when there is no sheet, or not all of one. */
export function sheetFrom(message: SheetMessage | undefined): Sheet {
  const sheet = required(message, 'a sheet');
  const { parked } = sheet;
  return {
    enabled: sheet.enabled,
    spreadsheetId: sheet.spreadsheetId ?? null,
    spreadsheetUrl: sheet.spreadsheetUrl ?? null,
    sheetName: sheet.sheetName,
    serviceAccount: sheet.serviceAccount ?? null,
    state: requiredWordOf(SHEET_STATES, StateMessage, sheet.state),
    unsyncedOrders: sheet.unsyncedOrders,
    lastSyncedAt: isoOrNull(sheet.lastSyncedAt),
    parked:
      parked === undefined
        ? null
        : {
            cause: parked.cause,
            message: parked.message,
            whatToDo: parked.whatToDo,
            parkedAt: isoOf(parked.parkedAt),
          },
  };
}

export function sheetAttemptFrom(message: AttemptMessage): SheetAttempt {
  return {
    id: message.id,
    orderIds: [...message.orderIds],
    result: requiredWordOf(SHEET_RESULTS, ResultMessage, message.result),
    cause: message.cause ?? null,
    statusCode: message.statusCode ?? null,
    startedAt: isoOf(message.startedAt),
    durationMs: message.durationMs,
    correlationIds: [...message.correlationIds],
    written: { updated: message.updated, appended: message.appended, mended: message.mended },
    attempt: message.attempt,
  };
}
