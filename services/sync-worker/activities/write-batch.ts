import type { Order } from '../../../domain/order';
import type { Columns } from '../../../domain/sheets/columns';
import { cutPlan } from '../../../domain/sheets/cut-plan';
import { isDone, isNothing, planBatch, type SheetPlan } from '../../../domain/sheets/plan-batch';
import { readLayout, type SheetLayout } from '../../../domain/sheets/sheet-tab';
import type { FoundOrder } from '../../../persistence/sheets/find-orders';
import type { SheetAttempt } from '../../../persistence/sheets/record-sheet-attempt';
import type { GoogleCalls } from '../google/google-calls';
import type { TabName } from '../google/read-tab';
import { ROW_BYTES, type TabWrite, WRITE_LIMIT, writePlan } from '../google/write-plan';
import { SheetFailure } from '../sheet-failure';
import { findLayout } from './find-layout';

/** What Postgres does for the writing of one batch. */
export interface BatchRecords {
  /** Takes no order for synced any more, and gives the batch to begin again with. */
  forget(): Promise<readonly Order[]>;
  /** Takes these orders for unsynced, whatever may happen before they are written again. */
  unsync(orderIds: readonly string[]): Promise<void>;
  /** Those of the ids that are orders. */
  find(orderIds: readonly string[]): Promise<readonly FoundOrder[]>;
  /** Remembers that a write to these columns begins, beside those that are not over. */
  open(landed: readonly Columns[]): Promise<void>;
  /** Forgets them: nothing was written. */
  close(): Promise<void>;
}

export interface WriteBatch {
  readonly calls: GoogleCalls;
  readonly name: TabName;
  readonly records: BatchRecords;
  readonly orders: readonly Order[];
  /** Look at every cell of ours; `landed` is where writes went whose end nobody saw. */
  readonly audit: boolean;
  readonly landed: readonly Columns[];
}

export interface WrittenBatch {
  readonly orders: readonly Order[];
  readonly counts: SheetAttempt['written'];
}

/** Rounds of reading and writing. People who move things in each of them are left alone for a while: it counts as a try. */
const ROUNDS = 4;

/**
 * Gets a batch of orders into a tab: reads where everything is, writes all of it by one call, and sees in that call's answer
 * whether it was still there. If people moved rows or columns in between, everything of ours is compared with Postgres and put
 * right, until a write has met what it was meant for.
 *
 * What is more than a call may hold is written by several, one after the other, each only as long as nothing was moved. Should that
 * end in the middle, the next look finds the write open, and the rest by an audit.
 *
 * @throws SheetFailure; NotYet when a call's turn comes later
 */
export async function writeBatch({ calls, name, records, ...batch }: WriteBatch): Promise<WrittenBatch> {
  let { orders, audit } = batch;
  let landed = [...batch.landed];
  let before: SheetLayout | undefined;
  let wasRefused = false;
  /** Orders that were written, also those that are none of the batch. */
  const written = new Set<string>();
  const counts = { updated: 0, appended: 0, mended: 0 };

  for (let round = 1; round <= ROUNDS; round += 1) {
    let found = await findLayout(calls, name, audit ? 'whole' : 'narrow');
    // Which of the rows is the order's own, and whether it is ours at all, is told by what stands in them.
    if (!audit && [...found.layout.rows.values()].some((rows) => rows.length > 1)) {
      audit = true;
      found = await findLayout(calls, name, 'whole');
    }
    const { layout, begin, isNew, dropTags } = found;
    const { tab, columns, untagged } = layout;
    if (begin !== undefined || isNew) orders = await records.forget();
    const plan = planBatch(layout, orders, audit ? await auditOf(layout) : undefined);
    if (isNothing(plan) && begin === undefined && untagged.length === 0) return { orders, counts };

    const opened = landed;
    landed = [...landed, columns];
    await records.open(landed);
    const { sheetId, columnCount } = tab;
    const outcome = await writeParts(layout, plan, { sheetId, columns, columnCount, begin, dropTags, untagged });
    if (outcome === 'done') return { orders, counts };
    if (outcome instanceof SheetFailure) {
      landed = opened;
      if (opened.length === 0) await records.close();
      // A tab or a column that was there a moment ago may be gone: worth one more look.
      if (outcome.status !== 400 || wasRefused) throw outcome;
      wasRefused = true;
      continue;
    }
    audit = true;
    before = layout;
  }
  throw new SheetFailure('internal_error');

  /** Writes one part of a plan after the other. Gives a refusal back only where nothing has been written. */
  async function writeParts(
    layout: SheetLayout,
    plan: SheetPlan,
    whole: Omit<TabWrite, 'plan'>,
  ): Promise<'done' | 'disturbed' | SheetFailure> {
    const inBatch = new Set(orders.map(({ id }) => id));
    let left = plan;
    // The first one makes whatever is missing: tab, columns, header and tags.
    const columnCount = Math.max(whole.columnCount, ...[...whole.columns.values()].map((index) => index + 1));
    const later = { ...whole, columnCount, begin: undefined, dropTags: false, untagged: [] };
    for (let write = whole; ; write = later) {
      const { part, rest } = cutPlan(left, inBatch, ROW_BYTES, WRITE_LIMIT);
      const isFirst = write === whole;
      // Another one may have taken over since the part before.
      if (!isFirst) await records.open(landed);
      const tab = await writePlan(calls, name, { ...write, plan: part }).catch((error: unknown) => {
        if (error instanceof SheetFailure && error.isRefusal && (isFirst || error.status === 400)) return error;
        throw error;
      });
      if (tab instanceof SheetFailure) return isFirst ? tab : 'disturbed';
      count(part, inBatch);
      const after = tab && readLayout(tab);
      if (!isDone(part, layout, after, rest)) {
        // What lost its row by this is known here only: from now on it is written again, also when all is begun anew.
        const lost = [...layout.rows.keys()].filter((id) => after?.rows.has(id) === false);
        if (lost.length > 0) await records.unsync(lost);
        return 'disturbed';
      }
      if (isNothing(rest)) return 'done';
      left = rest;
    }
  }

  async function auditOf(layout: SheetLayout) {
    const inBatch = new Set(orders.map(({ id }) => id));
    const there = [...layout.rows.keys()].filter((id) => !inBatch.has(id));
    const gone = [...(before?.rows.keys() ?? [])].filter((id) => !layout.rows.has(id) && !inBatch.has(id));
    const known = await records.find(there);
    return {
      known: known.map(({ order }) => order),
      mended: known.flatMap(({ order }) => (written.has(order.id) ? [order] : [])),
      behind: new Set(known.flatMap(({ order, isSynced }) => (isSynced ? [] : [order.id]))),
      lost: (await records.find(gone)).map(({ order }) => order),
      landed,
    };
  }

  function count({ writes, appends, blanks }: SheetPlan, inBatch: ReadonlySet<string>): void {
    for (const { orderId } of writes) written.add(orderId);
    const updated = writes.filter(({ orderId }) => inBatch.has(orderId)).length;
    counts.updated += updated;
    counts.appended += appends.length;
    counts.mended += blanks.length + writes.length - updated;
  }
}
