import type { Order } from '../../../domain/order';
import type { Columns } from '../../../domain/sheets/columns';
import { isDone, isNothing, planBatch, type SheetPlan } from '../../../domain/sheets/plan-batch';
import { readLayout, type SheetLayout } from '../../../domain/sheets/sheet-tab';
import type { FoundOrder } from '../../../persistence/sheets/find-orders';
import type { SheetAttempt } from '../../../persistence/sheets/record-sheet-attempt';
import type { GoogleCalls } from '../google/google-calls';
import type { TabName } from '../google/read-tab';
import { writePlan } from '../google/write-plan';
import { SheetFailure } from '../sheet-failure';
import { findLayout } from './find-layout';

/** What Postgres does for the writing of one batch. */
export interface BatchRecords {
  /** Takes no order for synced any more, and gives the batch to begin again with. */
  forget(): Promise<readonly Order[]>;
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
 * @throws SheetFailure; NotYet when a call's turn comes later
 */
export async function writeBatch({ calls, name, records, ...batch }: WriteBatch): Promise<WrittenBatch> {
  let { orders, audit } = batch;
  let landed = [...batch.landed];
  let before: { readonly layout: SheetLayout; readonly plan: SheetPlan } | undefined;
  const counts = { updated: 0, appended: 0, mended: 0 };

  for (let round = 1; round <= ROUNDS; round += 1) {
    const { layout, begin, dropTags } = await findLayout(calls, name, audit ? 'whole' : 'narrow');
    const { tab, columns, untagged } = layout;
    if (begin !== undefined) orders = await records.forget();
    const plan = planBatch(layout, orders, audit ? await auditOf(layout) : undefined);
    if (isNothing(plan) && begin === undefined && untagged.length === 0) return { orders, counts };

    const isFirst = landed.length === 0;
    landed = [...landed, columns];
    await records.open(landed);
    const { sheetId, columnCount } = tab;
    const write = { plan, sheetId, columns, begin, columnCount, dropTags, untagged };
    const after = await writePlan(calls, name, write).catch(async (error: unknown) => {
      if (!(error instanceof SheetFailure && error.isRefusal)) throw error;
      landed = landed.slice(0, -1);
      if (isFirst) await records.close();
      // A tab or a column that was there a moment ago may be gone: worth one more look.
      if (error.status === 400 && round === 1) return 'refused' as const;
      throw error;
    });
    if (after === 'refused') continue;
    count(plan);
    if (isDone(plan, layout, after && readLayout(after))) return { orders, counts };
    audit = true;
    before = { layout, plan };
  }
  throw new SheetFailure('internal_error');

  async function auditOf(layout: SheetLayout) {
    const inBatch = new Set(orders.map(({ id }) => id));
    const there = [...layout.rows.keys()].filter((id) => !inBatch.has(id));
    const gone = [...(before?.layout.rows.keys() ?? [])].filter((id) => !layout.rows.has(id) && !inBatch.has(id));
    const known = await records.find(there);
    return {
      known: known.map(({ order }) => order),
      behind: new Set(known.flatMap(({ order, isSynced }) => (isSynced ? [] : [order.id]))),
      lost: (await records.find(gone)).map(({ order }) => order),
      landed,
    };
  }

  function count({ writes, appends, blanks }: SheetPlan): void {
    const inBatch = new Set(orders.map(({ id }) => id));
    const updated = writes.filter(({ orderId }) => inBatch.has(orderId)).length;
    counts.updated += updated;
    counts.appended += appends.length;
    counts.mended += blanks.length + writes.length - updated;
  }
}
