import type { RowAppend, RowBlank, RowWrite, SheetPlan } from './plan-batch';

/** What one request may hold. */
export interface WriteLimit {
  readonly rows: number;
  readonly bytes: number;
}

/** How many bytes a row makes of a request. */
export interface RowBytes {
  readonly write: (row: RowWrite) => number;
  readonly blank: (row: RowBlank) => number;
  readonly append: (row: RowAppend) => number;
}

export interface CutPlan {
  readonly part: SheetPlan;
  readonly rest: SheetPlan;
}

/**
 * As much of a plan as one request may hold, one row at least, and what is left of it. What has to be emptied comes first: what was
 * written to a wrong row is taken away before its order appears in the right one. Rows that only have to be put right come last, after
 * the orders that the batch is about: there may be very many of them.
 */
export function cutPlan(
  { blanks, writes, appends }: SheetPlan,
  orderIds: ReadonlySet<string>,
  bytesOf: RowBytes,
  limit: WriteLimit,
): CutPlan {
  let [rows, bytes] = [0, 0];
  const isFull = (more: number): boolean => {
    rows += 1;
    bytes += more;
    return rows > 1 && (rows > limit.rows || bytes > limit.bytes);
  };
  const cut = <T>(list: readonly T[], size: (row: T) => number): readonly [readonly T[], readonly T[]] => {
    const end = list.findIndex((row) => isFull(size(row)));
    return end === -1 ? [list, []] : [list.slice(0, end), list.slice(end)];
  };
  const [blanksNow, blanksLater] = cut(blanks, bytesOf.blank);
  const [ownNow, ownLater] = cut(
    writes.filter(({ orderId }) => orderIds.has(orderId)),
    bytesOf.write,
  );
  const [appendsNow, appendsLater] = cut(appends, bytesOf.append);
  const [othersNow, othersLater] = cut(
    writes.filter(({ orderId }) => !orderIds.has(orderId)),
    bytesOf.write,
  );
  return {
    part: { blanks: blanksNow, writes: [...ownNow, ...othersNow], appends: appendsNow },
    rest: { blanks: blanksLater, writes: [...ownLater, ...othersLater], appends: appendsLater },
  };
}
