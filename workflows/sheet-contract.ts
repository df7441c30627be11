import { TypedSearchAttributes } from '@temporalio/common';
import { defineQuery, defineSignal } from '@temporalio/workflow';
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
}

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
  /** Sealed; null: the tenant's stored ones, or else the shared default. `default`: the shared default, whatever is stored. */
  readonly credentials: string | null;
  readonly useDefault?: boolean;
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

// ---------------------------------------------------------------------------------------------------------------
// Activities

/** What sync-worker does on the `sheets` queue. */
export interface SheetActivities {
  checkSheet(input: SheetCheckInput): Promise<SheetCheckResult>;
}
