import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { DEFAULT_SHEET_NAME } from '../../../domain/capabilities';
import { SystemError } from '../../../domain/errors';
import { decodePageToken, encodePageToken, type PageTokenBinding } from '../../../domain/page-token';
import type { SheetAttempt, SheetState } from '../../../domain/sheets/sheet-status';
import { FORGET_AT_ONCE, forgetSynced, type OrderPosition } from '../../../persistence/sheets/forget-synced';
import { getSheetState } from '../../../persistence/sheets/get-sheet-state';
import { listSheetAttempts } from '../../../persistence/sheets/list-sheet-attempts';
import { takeSheetTurn } from '../../../persistence/sheets/take-sheet-turn';
import { takeUpSheet } from '../../../persistence/sheets/take-up-sheet';
import { sha256Hex } from '../../../platform/sha256';
import { resumeSignal, SHEET_SYNC_WORKFLOW, sheetSyncStart } from '../../../workflows/sheet-contract';
import type { CallContext, SheetStatus, UseCases } from './contract';
import { firstThatFit } from './first-that-fit';
import { inTenant } from './in-tenant';
import { isBigSequence } from './page-position';
import { temporalError } from './temporal-error';

export interface SheetDependencies {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly sheetsTaskQueue: string;
  readonly notificationsTaskQueue: string;
  /** The address of the shared default; undefined when there is none. */
  readonly sharedServiceAccount: string | undefined;
  /** Where people open spreadsheets, without the id at its end. */
  readonly spreadsheetsUrl: string;
}

/** How the tenant's sheet stands, and setting it going again. */
export function sheetUseCases(
  dependencies: SheetDependencies,
): Pick<UseCases, 'getSheetStatus' | 'listSheetSyncAttempts' | 'resyncSheet'> {
  const { pool, sharedServiceAccount, spreadsheetsUrl } = dependencies;

  function statusOf(state: SheetState | undefined): SheetStatus {
    const id = state?.spreadsheetId ?? null;
    return {
      state: state ?? NEVER_SET,
      serviceAccount: state?.serviceAccount ?? sharedServiceAccount ?? null,
      spreadsheetUrl: id === null ? null : `${spreadsheetsUrl}/${id}`,
    };
  }

  /**
   * Stops at the deadline: what was forgotten by then stays so, and the next call goes on from there. The turn is taken first, in a
   * transaction of its own (orders are locked before the tenant's row): a batch that was written before this would mark its orders after
   * they were forgotten, and they would not be written again.
   */
  async function forgetAll(ctx: CallContext): Promise<void> {
    await inTenant(pool, ctx, takeSheetTurn);
    let behind: OrderPosition | undefined;
    for (;;) {
      const at = { limit: FORGET_AT_ONCE, behind };
      behind = (await inTenant(pool, ctx, (client) => forgetSynced(client, at)))?.last;
      if (behind === undefined) return;
      if (ctx.deadline.getTime() <= Date.now()) {
        throw new SystemError('UNAVAILABLE', 'There are too many orders to mark in time; ask again to go on');
      }
    }
  }

  return {
    getSheetStatus: async (ctx) => statusOf(await inTenant(pool, ctx, getSheetState)),

    async listSheetSyncAttempts(ctx, { pageSize, pageToken }) {
      const binding: PageTokenBinding = { list: 'sheet-attempts', userId: ctx.caller.userId, filter: {} };
      const position =
        pageToken === undefined ? undefined : decodePageToken(pageToken, binding, sha256Hex, isBigSequence);
      // One row more than asked for tells whether there is another page.
      const rows = await inTenant(pool, ctx, (client) =>
        listSheetAttempts(client, { beforeId: position?.[0], limit: pageSize + 1 }),
      );
      const attempts = firstThatFit(rows.slice(0, pageSize), bytesOf);
      const last = attempts.at(-1);
      return {
        attempts,
        nextPageToken:
          last && rows.length > attempts.length ? encodePageToken([last.id], binding, sha256Hex) : undefined,
      };
    },

    async resyncSheet(ctx, { all }) {
      if (all) await forgetAll(ctx);
      const state = await inTenant(pool, ctx, async (client) => {
        await takeUpSheet(client);
        return getSheetState(client);
      });
      if (state?.enabled === true) await resumeSheet(dependencies, ctx);
      return statusOf(state);
    },
  };
}

/**
 * Has the tenant's sync look at once, parked or not, and starts it where it does not run. @throws UNAVAILABLE when it cannot be
 * told; the sweep then finds what there is to write, a minute later.
 */
export async function resumeSheet(
  {
    temporal,
    sheetsTaskQueue,
    notificationsTaskQueue,
  }: Pick<SheetDependencies, 'temporal' | 'sheetsTaskQueue' | 'notificationsTaskQueue'>,
  ctx: CallContext,
): Promise<void> {
  const { userId } = ctx.caller;
  await temporal
    .withDeadline(ctx.deadline, () =>
      temporal.workflow.signalWithStart(SHEET_SYNC_WORKFLOW, {
        ...sheetSyncStart({ userId, notificationsTaskQueue }, sheetsTaskQueue),
        signal: resumeSignal,
        signalArgs: [{ correlationId: ctx.correlationId }],
      }),
    )
    .catch((error: unknown) => {
      throw temporalError(error);
    });
}

/** Of an attempt with a full batch that is some tens of thousands. */
function bytesOf({ orderIds, correlationIds }: SheetAttempt): number {
  return [...orderIds, ...correlationIds].reduce((bytes, id) => bytes + id.length + ID_OVERHEAD_BYTES, 0);
}

/** What a message or JSON needs beside each id. */
const ID_OVERHEAD_BYTES = 3;

/** Of a tenant that never set anything. */
const NEVER_SET: SheetState = {
  enabled: false,
  spreadsheetId: null,
  sheetName: DEFAULT_SHEET_NAME,
  serviceAccount: null,
  unsyncedOrders: 0,
  lastSyncedAt: null,
  parked: null,
};
