import type { SheetAttempt } from '../domain/sheets/sheet-status';
import { RESYNC_WAIT_MS } from '../domain/waits';
import { SheetService } from '../gen/orderbooking/v1/sheet_service_pb';
import type { Answered, CallOptions } from './client-options';
import { type Sheet, sheetAttemptFrom, sheetFrom } from './sheet-from-message';
import type { UnaryCaller } from './unary-caller';

export interface ListSheetSyncAttempts {
  /** 1 to 100; 20 unless said otherwise. */
  readonly pageSize?: number | undefined;
  /** The `nextPageToken` of the page before. */
  readonly pageToken?: string | undefined;
}

export interface SheetSyncAttemptPage {
  /** Newest first. */
  readonly attempts: readonly SheetAttempt[];
  /** Undefined on the last page. */
  readonly nextPageToken: string | undefined;
}

/** SheetService. What the sheet is connected to is set by `updateCapabilities`. Every method throws a `FailedCall`. */
export interface SheetCalls {
  getSheetStatus(options?: CallOptions): Promise<Answered<{ readonly sheet: Sheet }>>;
  /** What was tried to write to the sheet. */
  listSheetSyncAttempts(query?: ListSheetSyncAttempts, options?: CallOptions): Promise<Answered<SheetSyncAttemptPage>>;
  /**
   * Has the sheet be written to now, also one that was parked; with `all`, every order there is, also those that it shows as they
   * are. With very many orders `all` takes its time, and UNAVAILABLE then means: call again, it goes on where it was.
   */
  resyncSheet(
    request?: { readonly all?: boolean | undefined },
    options?: CallOptions,
  ): Promise<Answered<{ readonly sheet: Sheet }>>;
}

const { method } = SheetService;

export function sheetCalls(call: UnaryCaller): SheetCalls {
  return {
    getSheetStatus: (options) =>
      call(method.getSheetStatus, {}, options, { repeatable: true }, ({ sheet }) => ({ sheet: sheetFrom(sheet) })),
    listSheetSyncAttempts: (query = {}, options) =>
      call(method.listSheetSyncAttempts, query, options, { repeatable: true }, ({ attempts, nextPageToken }) => ({
        attempts: attempts.map(sheetAttemptFrom),
        nextPageToken: nextPageToken || undefined,
      })),
    resyncSheet: ({ all = false } = {}, options) =>
      call(method.resyncSheet, { all }, options, { repeatable: true, waitsMs: RESYNC_WAIT_MS }, ({ sheet }) => ({
        sheet: sheetFrom(sheet),
      })),
  };
}
