import { TypedSearchAttributes } from '@temporalio/common';
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { SheetCause } from '../domain/sheets/causes';
import { SEARCH_ATTRIBUTES } from './contract';

/** What the two sides of Temporal agree on about the sheet. Add fields, never rename or retype them. */

export const SHEET_SYNC_WORKFLOW = 'SheetSyncWorkflow';
export const SHEETS_TASK_QUEUE = 'sheets';

/** One run a tenant: it writes whatever the sheet is behind with. */
export function sheetSyncWorkflowId(userId: string): string {
  return `sheet-sync:${userId}`;
}

export interface SheetSyncInput {
  readonly userId: string;
  /** Where the run's own notifications (a sheet that is parked) are sent from. */
  readonly notificationsTaskQueue: string;
  /** Set by continue-as-new. */
  readonly resumed?: SheetSyncProgress;
}

/** What a run hands on to the next one. */
export interface SheetSyncProgress {
  readonly attempt: number;
  /** Until when a write that was given up may come through, in milliseconds since 1970; 0: there is none. */
  readonly lateWriteUntil: number;
  /** The parked sheet that subscribers were told of. */
  readonly toldParkedAt: string | null;
  /** Somebody wants a parked sheet taken up again. */
  readonly resume: boolean;
  /** As the search attribute has it. */
  readonly state: SheetSyncState;
}

/** The first try and five more; then the sheet is parked. */
export const SHEET_ATTEMPTS = 6;

/** That something waits to be written. Sent again it changes nothing. */
export const nudgeSignal = defineSignal('nudge');

/** Goes on with a sheet that was parked: somebody repaired what was wrong. */
export const resumeSignal = defineSignal<[{ readonly correlationId: string }]>('resume');

/** How the run is doing, for operators: also its search attribute SheetSync. */
export type SheetSyncState = 'syncing' | 'waiting' | 'parked';
export const sheetSyncQuery = defineQuery<{ readonly state: SheetSyncState; readonly parkedCause: string | null }>(
  'sheetSync',
);

/** Start options of a tenant's sync, for a signal-with-start: whoever nudges starts it if it does not run. */
export function sheetSyncStart(input: SheetSyncInput, taskQueue: string) {
  return {
    workflowId: sheetSyncWorkflowId(input.userId),
    taskQueue,
    args: [input] as [SheetSyncInput],
    typedSearchAttributes: new TypedSearchAttributes([
      { key: SEARCH_ATTRIBUTES.tenantId, value: input.userId },
      { key: SEARCH_ATTRIBUTES.sheetSync, value: 'syncing' },
    ]),
  };
}

// ---------------------------------------------------------------------------------------------------------------
// Checking a sheet before it is saved

export const SHEET_CHECK_WORKFLOW = 'SheetCheckWorkflow';

export interface SheetCheckInput {
  readonly userId: string;
  readonly spreadsheetId: string;
  readonly sheetName: string;
  /** Sealed; null: the shared default. */
  readonly credentials: string | null;
}

export type SheetCheckResult =
  | { readonly ok: true; readonly serviceAccount: string; readonly title: string }
  | { readonly ok: false; readonly cause: string; readonly serviceAccount: string | null };

export function sheetCheckWorkflowId(userId: string, unique: string): string {
  return `sheet-check:${userId}:${unique}`;
}

// ---------------------------------------------------------------------------------------------------------------
// Finding what nobody was nudged for

export const SHEET_SWEEP_WORKFLOW = 'SheetSweepWorkflow';
export const SHEET_SWEEP_SCHEDULE = 'sheet-sweep';

/** One schedule for each queue: a namespace may hold several installations. */
export function sheetSweepScheduleId(taskQueue: string): string {
  return taskQueue === SHEETS_TASK_QUEUE ? SHEET_SWEEP_SCHEDULE : `${SHEET_SWEEP_SCHEDULE}:${taskQueue}`;
}

// ---------------------------------------------------------------------------------------------------------------
// Activities

export interface SyncSheetInput {
  readonly userId: string;
  /** 1 for the first try of a batch. */
  readonly attempt: number;
  /** Take up again a sheet that is parked. */
  readonly resume: boolean;
  /** Look at every cell of ours, also where nothing has to be written. */
  readonly audit: boolean;
  /**
   * Calls to Google that have their place in the account's budget, and how long it is until the last of these places. What the answer
   * `wait` says of them comes without that time, which is its own `ms`.
   */
  readonly booked: {
    readonly read: number;
    readonly write: number;
    readonly account?: string;
    readonly waitMs?: number;
  };
}

export type SyncSheetResult =
  /** The tenant has no sheet. */
  | { readonly kind: 'off' }
  /** Nothing is behind. `fellBehind`: the flag was up all the same. */
  | { readonly kind: 'idle'; readonly fellBehind: boolean }
  /** The account's turn to call Google comes later. */
  | { readonly kind: 'wait'; readonly ms: number; readonly booked: SyncSheetInput['booked'] }
  | {
      readonly kind: 'synced';
      /** Set when a write before it was given up without an answer: how long it may still come through. */
      readonly lateWriteMs?: number;
    }
  /** Another one writes, all is to be written again, or orders go elsewhere: what was done, or refused, counts for nothing. */
  | { readonly kind: 'overtaken'; readonly lateWriteMs?: number }
  | { readonly kind: 'retry'; readonly cause: SheetCause; readonly afterMs: number; readonly lateWriteMs?: number }
  | { readonly kind: 'parked'; readonly parked: ParkedReason };

/** Why a sheet is not written any more, and whom to tell. */
export interface ParkedReason {
  readonly cause: SheetCause;
  readonly message: string;
  readonly whatToDo: string;
  readonly at: string;
  readonly subscriptions: readonly string[];
}

/** What sync-worker does on the `sheets` queue. Each may run more than once. */
export interface SheetActivities {
  /** Writes one batch of what a tenant's sheet is behind with. Whatever goes wrong with Google is in its answer. */
  syncSheet(input: SyncSheetInput): Promise<SyncSheetResult>;
  /** Nudges the syncs of tenants that nobody nudged; says how many. */
  sweepSheets(): Promise<number>;
  checkSheet(input: SheetCheckInput): Promise<SheetCheckResult>;
}
