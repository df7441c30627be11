import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { Pool } from 'pg';
import { canPass, explainSheetCause, isSheetCause } from '../../../domain/sheets/causes';
import { columnsFromRecord, columnsToRecord } from '../../../domain/sheets/sheet-tab';
import { type FoundOrder, findOrders } from '../../../persistence/sheets/find-orders';
import { forgetOrders } from '../../../persistence/sheets/forget-orders';
import { FORGET_AT_ONCE, forgetSynced, type OrderPosition } from '../../../persistence/sheets/forget-synced';
import { getSheetSettings, type SheetSettings, sheetTarget } from '../../../persistence/sheets/get-sheet-settings';
import type { GoogleBudget } from '../../../persistence/sheets/google-call-budget';
import { listUnsyncedOrders, type UnsyncedOrder } from '../../../persistence/sheets/list-unsynced-orders';
import { lowerSheetFlag } from '../../../persistence/sheets/lower-sheet-flag';
import { markOrdersSynced } from '../../../persistence/sheets/mark-orders-synced';
import { type OpenWrites, openSheetWrite, suspectSheetWrite } from '../../../persistence/sheets/open-sheet-write';
import { parkSheet } from '../../../persistence/sheets/park-sheet';
import { recordSheetAttempt, type SheetAttempt } from '../../../persistence/sheets/record-sheet-attempt';
import { takeSheetTurn } from '../../../persistence/sheets/take-sheet-turn';
import { turnToSheet } from '../../../persistence/sheets/turn-to-sheet';
import { type TenantClient, withTenant } from '../../../persistence/with-tenant';
import { databaseFailure } from '../../../platform/database-failure';
import { type Logger, logSheetSyncAttempted } from '../../../platform/logger';
import { countSheetAttempt } from '../../../platform/metrics';
import {
  SHEET_ATTEMPTS,
  type SheetActivities,
  type SyncSheetInput,
  type SyncSheetResult,
} from '../../../workflows/sheet-contract';
import { createGoogleCalls, NotYet } from '../google/google-calls';
import { SheetFailure } from '../sheet-failure';
import { retryDelayMs } from './retry-delay';
import type { SheetAccount, SheetAccounts } from './sheet-accounts';
import { takeBatch } from './take-batch';
import { type BatchRecords, type WrittenBatch, writeBatch } from './write-batch';

export interface SyncSheetDependencies {
  readonly pool: Pool;
  readonly accounts: SheetAccounts;
  readonly budget: GoogleBudget;
  /** The pause before the first try that is repeated. */
  readonly retryMs: number;
  /** How late Google may still carry out a call that was given up. */
  readonly lateWriteMs: number;
  readonly logger: Logger;
}

/** More wait for the next batch. One call takes Google about a second for so many rows. */
const BATCH_ORDERS = 500;
/** Whole orders: of all that a large tab holds, at once, they would not be read within the statement's time. */
const FIND_AT_ONCE = 2_000;
/** How long a place of this worker may be held for a call's turn; longer waits are the workflow's. */
const PATIENCE_MS = { first: 3_000, between: 20_000 };
/** Well below the heartbeat's timeout: a stall of the process must not look like its death, or two would write at once. */
const HEARTBEAT_MS = 2_000;

/** One look at what a tenant's sheet is behind with, and one batch of it written. */
export function createSyncSheet(dependencies: SyncSheetDependencies): SheetActivities['syncSheet'] {
  return async (input) => {
    const activity = Context.current();
    const signal = activity.cancellationSignal;
    const beat = setInterval(() => activity.heartbeat(), HEARTBEAT_MS);
    try {
      return await createSync(dependencies, input, signal)();
    } catch (error) {
      if (signal.aborted) throw new CancelledFailure('this worker is stopping, or another one took over');
      if (error instanceof Overtaken) return { kind: 'overtaken' };
      throw error;
    } finally {
      clearInterval(beat);
    }
  };
}

function createSync(
  dependencies: SyncSheetDependencies,
  input: SyncSheetInput,
  signal: AbortSignal,
): () => Promise<SyncSheetResult> {
  const { pool, accounts, budget, retryMs, lateWriteMs, logger } = dependencies;
  const { userId } = input;
  const startedAt = new Date();
  /** What is being tried, for the record of it. */
  let tried: readonly UnsyncedOrder[] = [];
  /** The number of this try among all to write to the sheet. */
  let writer = 0;
  /** The write of its own that is not recorded as over: where it goes, beside those that others left open, and to which sheet. */
  let ownWrite: { readonly columns: OpenWrites; readonly target: string } | undefined;

  return async () => {
    const { fellBehind, settings } = await asTenant(begin);
    if (settings === undefined || !settings.enabled) return { kind: 'off' };
    if (settings.parked !== null) return parked(settings, settings.parked);

    const target = settings.spreadsheetId === null ? null : sheetTarget(settings.spreadsheetId, settings.sheetName);
    const isOther = target !== settings.syncedTarget;
    if (target !== null && isOther) await forget(target);
    const leftOpen = isOther ? [] : (settings.openWrite ?? []).map(columnsFromRecord);
    const audit = input.audit || leftOpen.length > 0;
    await nextBatch();
    if (tried.length === 0 && !audit) return { kind: 'idle', fellBehind };

    const late = leftOpen.length > 0 ? { lateWriteMs } : {};
    try {
      if (settings.spreadsheetId === null || target === null) throw new SheetFailure('spreadsheet_missing');
      const account = accountOf(settings);
      const calls = createGoogleCalls({
        pool,
        account,
        budget,
        booked: input.booked,
        patienceMs: PATIENCE_MS,
        keepsPlace: true,
        signal,
      });
      await calls.book();
      const written = await writeBatch({
        calls,
        name: { spreadsheetId: settings.spreadsheetId, title: settings.sheetName },
        records: recordsOf(target),
        orders: ordersTried(),
        audit,
        landed: leftOpen,
      });
      await synced(written, target);
      return { kind: 'synced', ...late };
    } catch (error) {
      await suspectOwnWrite().catch(() => undefined);
      if (signal.aborted || error instanceof CancelledFailure || error instanceof Overtaken) throw error;
      if (error instanceof NotYet) return { kind: 'wait', ms: error.waitMs, booked: error.booked };
      // Postgres is away: Temporal repeats the whole look when it is back.
      if (error instanceof ApplicationFailure && !error.nonRetryable) throw error;
      return failed(error, settings, late);
    }
  };

  async function asTenant<T>(work: (client: TenantClient) => Promise<T>): Promise<T> {
    return withTenant(pool, userId, work).catch((error: unknown) => {
      throw error instanceof Overtaken ? error : databaseFailure(error);
    });
  }

  /**
   * Takes the turn, then reads how things stand: what another one opened, or somebody changed, is either seen here or refused its end.
   * Committed before orders are looked for: what commits after that look raises the flag again.
   */
  async function begin(client: TenantClient) {
    writer = await takeSheetTurn(client);
    const fellBehind = await lowerSheetFlag(client, input.resume);
    return { fellBehind, settings: await getSheetSettings(client) };
  }

  /** No order is synced any more: the sheet is another one, or it was emptied. */
  async function forget(target: string): Promise<void> {
    let behind: OrderPosition | undefined;
    do {
      // All orders of a large business take minutes: by then another one may have taken over.
      signal.throwIfAborted();
      const at = { limit: FORGET_AT_ONCE, behind };
      behind = (await asTenant((client) => forgetSynced(client, at)))?.last;
    } while (behind !== undefined);
    if (!(await asTenant((client) => turnToSheet(client, { target, writer })))) throw new Overtaken();
  }

  async function nextBatch(): Promise<void> {
    tried = takeBatch(await asTenant((client) => listUnsyncedOrders(client, BATCH_ORDERS)));
  }

  function ordersTried() {
    return tried.map(({ order }) => order);
  }

  function accountOf({ credentials }: SheetSettings): SheetAccount {
    const found = accounts.of(userId, credentials);
    if (!found.ok) throw new SheetFailure(found.cause);
    return found.account;
  }

  function recordsOf(target: string): BatchRecords {
    return {
      async forget() {
        await forget(target);
        await nextBatch();
        return ordersTried();
      },
      unsync: (orderIds) => asTenant((client) => forgetOrders(client, orderIds)),
      async find(orderIds) {
        const found: FoundOrder[] = [];
        for (let start = 0; start < orderIds.length; start += FIND_AT_ONCE) {
          const some = orderIds.slice(start, start + FIND_AT_ONCE);
          found.push(...(await asTenant((client) => findOrders(client, some))));
        }
        return found;
      },
      async open(places) {
        const columns = places.map(columnsToRecord);
        await setOpen(columns);
        ownWrite = { columns, target };
      },
      async close() {
        await setOpen(null);
        ownWrite = undefined;
      },
    };
  }

  /**
   * What was written may be older than what another one wrote meanwhile; and a call that ended badly may have been carried out all the
   * same.
   */
  async function suspectOwnWrite(): Promise<void> {
    if (ownWrite === undefined) return;
    const { columns, target } = ownWrite;
    await asTenant((client) => suspectSheetWrite(client, { columns, writer, target }));
  }

  async function setOpen(columns: OpenWrites | null): Promise<void> {
    const isOurs = await asTenant((client) => openSheetWrite(client, columns, writer));
    // A process that stood still for a while is taken for dead, and finds here that it is not needed any more.
    if (!isOurs) throw new Overtaken();
  }

  async function synced({ orders, counts }: WrittenBatch, target: string): Promise<void> {
    const attempt = attemptRow({ result: 'synced', cause: null, statusCode: null, written: counts });
    const isTold = orders.length > 0 || counts.mended > 0;
    try {
      await asTenant(async (client) => {
        const versions = orders.map(({ id, version }) => ({ orderId: id, version }));
        // Nothing is marked: the orders go to another sheet by now, or another one writes to this one, or all is to be written again.
        if (!(await markOrdersSynced(client, { orders: versions, target, writer }))) throw new Overtaken();
        if (isTold) await recordSheetAttempt(client, attempt);
      });
    } catch (error) {
      if (error instanceof Overtaken && isTold) await overtaken(attempt);
      throw error;
    }
    if (isTold) tell(attempt);
  }

  /** The rows are in a sheet all the same, and whoever looks at it wants to know who wrote them. */
  async function overtaken(attempt: SheetAttempt): Promise<void> {
    const row = { ...attempt, result: 'retried', cause: 'overtaken' } as const;
    await asTenant((client) => recordSheetAttempt(client, row));
    tell(row);
  }

  async function failed(
    error: unknown,
    settings: SheetSettings,
    late: { readonly lateWriteMs?: number },
  ): Promise<SyncSheetResult> {
    const failure = error instanceof SheetFailure ? error : new SheetFailure('internal_error');
    const cause = failure.reason;
    if (failure !== error) logger.error({ event: 'sheetSyncDefect', userId, error }, 'the sync has a defect');
    // It may be the token that is refused and not the key.
    if (cause === 'credentials_invalid') accounts.forget(userId, settings.credentials);
    const isOver = !canPass(cause) || input.attempt >= SHEET_ATTEMPTS;
    const { row, parking } = await asTenant(async (client) => {
      const parking = isOver ? await parkSheet(client, cause, { tried: settings, writer }) : undefined;
      const row = attemptRow({
        result: parking === undefined ? 'retried' : 'parked',
        cause,
        statusCode: failure.status ?? null,
        written: { updated: 0, appended: 0, mended: 0 },
      });
      await recordSheetAttempt(client, row);
      return { row, parking };
    });
    tell(row);
    if (parking !== undefined) return parked(settings, { cause, ...parking });
    // Somebody took the sheet up meanwhile, or orders go elsewhere by now: the next look begins with that, and with its own first try.
    if (isOver) return { kind: 'overtaken', ...late };
    const afterMs = Math.max(retryDelayMs(retryMs, input.attempt), failure.retryAfterMs ?? 0);
    return { kind: 'retry', cause, afterMs, ...late };
  }

  function attemptRow(of: Pick<SheetAttempt, 'result' | 'cause' | 'statusCode' | 'written'>): SheetAttempt {
    return {
      ...of,
      orderIds: tried.map(({ order }) => order.id),
      correlationIds: [...new Set(tried.map(({ correlationId }) => correlationId))],
      attempt: input.attempt,
      startedAt,
      durationMs: Date.now() - startedAt.getTime(),
    };
  }

  function tell({
    result,
    cause,
    statusCode,
    attempt,
    orderIds,
    correlationIds,
    written,
    durationMs,
  }: SheetAttempt): void {
    countSheetAttempt(result);
    logSheetSyncAttempted(logger, {
      userId,
      result,
      cause,
      httpStatus: statusCode,
      attempt,
      count: orderIds.length,
      ...written,
      durationMs,
      correlationIds,
    });
  }

  function parked(
    { credentials }: SheetSettings,
    { cause, at, subscriptions }: NonNullable<SheetSettings['parked']>,
  ): SyncSheetResult {
    const found = accounts.of(userId, credentials);
    const known = isSheetCause(cause) ? cause : 'internal_error';
    return {
      kind: 'parked',
      parked: { ...explainSheetCause(known, found.ok ? found.account.email : null), at, subscriptions },
    };
  }
}

/**
 * Something newer counts: another one writes to the sheet, all is to be written again, or orders go elsewhere. Thrown within a
 * transaction it takes that back. For the workflow it is an answer and no failure: Temporal would repeat the same look, with places for
 * calls that have been made by now.
 */
class Overtaken extends Error {}
