import type { Order } from '../order';
import { type Columns, ORDER_ID } from './columns';
import { type OrderCells, orderCells } from './order-cells';
import { cellAt, orderIdAt, type SheetLayout, sameColumns } from './sheet-tab';

/** What to write into a row that is there: texts by column. */
export interface RowWrite {
  readonly orderId: string;
  readonly row: number;
  readonly cells: ReadonlyMap<number, string>;
}

/** Cells to empty. */
export interface RowBlank {
  readonly row: number;
  readonly columns: readonly number[];
}

/** A row for an order that has none: texts by column. */
export interface RowAppend {
  readonly orderId: string;
  readonly cells: ReadonlyMap<number, string>;
}

/** What one batch does to a tab. Whatever it does not name stays as it is: people's own columns, their rows, their order. */
export interface SheetPlan {
  readonly writes: readonly RowWrite[];
  readonly blanks: readonly RowBlank[];
  readonly appends: readonly RowAppend[];
}

/** What an audit goes by, beside the batch itself. */
export interface Audit {
  /** All orders whose ids stand in the tab, as Postgres has them. */
  readonly known: readonly Order[];
  /** Those of them that a write put right whose rows were moved meanwhile: they may show elsewhere, as orders of the batch may. */
  readonly mended?: readonly Order[];
  /** Where our columns were in the eyes of writes whose end nobody saw. */
  readonly landed: readonly Columns[];
  /** Orders that lost their row to it. */
  readonly lost: readonly Order[];
  /**
   * Those of the known ones that are not synced and have a batch of their own to come: mended here as well, all that a business
   * did while its sheet was parked would be one write, and larger than Google takes.
   */
  readonly behind: ReadonlySet<string>;
}

/**
 * How orders get into a tab: each into its own row, whose id is never touched, or into a new row where it has none. An id that
 * stands there twice (a write whose answer was lost came through late) keeps its first row; our cells of the others are emptied,
 * and the rows stay for the sake of what people wrote beside them. With an audit it keeps the row that shows the most of its order: a
 * person may have typed it over the id of another one. An id that is not known to be ours is left alone then: it may be another tenant's.
 *
 * With an audit, all of our cells were read: whatever is not as Postgres has it is written again, and what a write left where
 * it did not belong is emptied, as long as nobody has changed it.
 */
export function planBatch(layout: SheetLayout, orders: readonly Order[], audit?: Audit): SheetPlan {
  const blanks = new Map<number, Set<number>>();
  const blank = (row: number, columns: Iterable<number>): void => {
    const known = blanks.get(row) ?? new Set();
    for (const column of columns) known.add(column);
    blanks.set(row, known);
  };
  const writes: RowWrite[] = [];
  const appends: RowAppend[] = [];
  const batch = new Map([...orders, ...(audit?.lost ?? [])].map((order) => [order.id, order]));
  const known = new Map([...(audit?.known ?? []), ...batch.values()].map((order) => [order.id, order]));
  const rowOf = new Map<string, number>();
  for (const [orderId, [first = -1, ...more]] of layout.rows) {
    const order = known.get(orderId);
    const own = audit && order && more.length > 0 ? closestRow(layout, [first, ...more], orderCells(order)) : first;
    rowOf.set(orderId, own);
    if (audit !== undefined && order === undefined) continue;
    for (const row of [first, ...more]) if (row !== own) blank(row, layout.columns.values());
  }
  const ours = new Set(layout.columns.values());
  const restored = new Map<string, number>();
  const strays = audit === undefined ? [] : findStrays(layout, [...orders, ...(audit.mended ?? [])], audit);
  for (const { orderId, row, columns, hasId } of strays) {
    const order = batch.get(orderId);
    if (order !== undefined && !hasId && !layout.rows.has(orderId) && !restored.has(orderId)) {
      // Its own row, whose id was written over: beside it stands what people wrote about this very order.
      restored.set(orderId, row);
      writes.push({ orderId, row, cells: placed(orderCells(order), layout.columns, true) });
    }
    const wrong = restored.get(orderId) === row ? columns.filter((column) => !ours.has(column)) : columns;
    if (wrong.length > 0) blank(row, wrong);
  }
  for (const order of batch.values()) {
    if (restored.has(order.id)) continue;
    const cells = orderCells(order);
    const row = rowOf.get(order.id);
    if (row === undefined) appends.push({ orderId: order.id, cells: placed(cells, layout.columns, true) });
    else if (audit === undefined || differs(layout, row, cells)) writes.push(rowWrite(order.id, row, cells));
  }
  for (const order of audit?.known ?? []) {
    const row = rowOf.get(order.id);
    if (row === undefined || batch.has(order.id) || audit?.behind.has(order.id)) continue;
    const cells = orderCells(order);
    if (differs(layout, row, cells)) writes.push(rowWrite(order.id, row, cells));
  }
  return { writes, appends, blanks: [...blanks].map(([row, columns]) => ({ row, columns: [...columns] })) };

  function rowWrite(orderId: string, row: number, cells: OrderCells): RowWrite {
    return { orderId, row, cells: placed(cells, layout.columns, false) };
  }
}

const NOTHING: SheetPlan = { writes: [], blanks: [], appends: [] };

export function isNothing(plan: SheetPlan): boolean {
  return plan.writes.length === 0 && plan.appends.length === 0 && plan.blanks.length === 0;
}

/**
 * Whether a plan did what it was to do, by the tab as it was right after it: every order in one row, every row written to the
 * one that was meant. Anything else means that people moved rows or columns between the read and the write.
 *
 * @param rest what is still to be written by the same read: its rows must be where they were as well
 */
export function isDone(
  plan: SheetPlan,
  before: SheetLayout,
  after: SheetLayout | undefined,
  rest: SheetPlan = NOTHING,
): boolean {
  if (after === undefined) return false;
  if ([...before.columns].some(([column, index]) => after.columns.get(column) !== index)) return false;
  const waiting = new Set(rest.blanks.map(({ row }) => row));
  const emptied = new Set([...plan.blanks, ...rest.blanks].map(({ row }) => row));
  const wasLeft = (orderId: string): boolean => {
    const rows = before.rows.get(orderId) ?? [];
    return rows.length > 1 && !rows.some((row) => emptied.has(row));
  };
  for (const [orderId, rows] of after.rows) {
    if (rows.filter((row) => !waiting.has(row)).length > 1 && !wasLeft(orderId)) return false;
  }
  if ([...rest.blanks, ...rest.writes].some(({ row }) => orderIdAt(after, row) !== orderIdAt(before, row)))
    return false;
  const idColumn = before.columns.get(ORDER_ID) ?? -1;
  const touchesIds = plan.blanks.length > 0 || plan.writes.some(({ cells }) => cells.has(idColumn));
  return (
    plan.writes.every(({ orderId, row }) => orderIdAt(after, row) === orderId) &&
    plan.appends.every(({ orderId }) => after.rows.has(orderId)) &&
    // What was emptied had an id that stands elsewhere as well, and what got one had none; with a row that was not meant, an id
    // is gone.
    (!touchesIds || [...before.rows.keys()].every((orderId) => after.rows.has(orderId)))
  );
}

function placed(cells: OrderCells, columns: Columns, withId: boolean): ReadonlyMap<number, string> {
  return new Map(
    [...columns]
      .filter(([column]) => withId || column !== ORDER_ID)
      .map(([column, index]) => [index, cells[column]] as const),
  );
}

function closestRow(layout: SheetLayout, rows: readonly number[], cells: OrderCells): number {
  const ofOrder = [...placed(cells, layout.columns, false)];
  const shown = rows.map((row) => ofOrder.filter(([column, text]) => cellAt(layout.tab, row, column) === text).length);
  return rows[shown.indexOf(Math.max(...shown))] ?? -1;
}

function differs({ tab, columns }: SheetLayout, row: number, cells: OrderCells): boolean {
  return [...placed(cells, columns, false)].some(([column, text]) => cellAt(tab, row, column) !== text);
}

/** With fewer columns left by the owner, other rows may well show the same, and nothing is taken for a stray. */
const TELLING_COLUMNS = 4;

interface Stray {
  /** The order that the row shows. */
  readonly orderId: string;
  readonly row: number;
  /** Where it shows it and should not. */
  readonly columns: readonly number[];
  /** Whether the row is that of some order. */
  readonly hasId: boolean;
}

/**
 * Rows that show an order of the batch where its row is not: written to a row that had been moved away, or to columns that had.
 * Told by all of the order's cells being there, so that nothing that merely looks alike is taken for ours.
 */
function findStrays(layout: SheetLayout, orders: readonly Order[], { landed, known }: Audit): readonly Stray[] {
  const places = [layout.columns, ...landed];
  const distinct = places.filter((place, index) => places.findIndex((other) => sameColumns(place, other)) === index);
  const isKnown = new Set([...known, ...orders].map(({ id }) => id));
  return distinct.flatMap((where) => [...straysIn(where, layout, orders, isKnown)]);
}

function* straysIn(
  where: Columns,
  layout: SheetLayout,
  orders: readonly Order[],
  isKnown: ReadonlySet<string>,
): Generator<Stray> {
  const { tab, columns } = layout;
  const content = [...where].filter(([column]) => column !== ORDER_ID);
  if (content.length < TELLING_COLUMNS) return;
  const shown = new Map(
    orders.map((order) => {
      const cells = orderCells(order);
      return [JSON.stringify(content.map(([column]) => cells[column])), order.id] as const;
    }),
  );
  const ours = new Set(columns.values());
  const idColumn = where.get(ORDER_ID);
  for (const row of tab.cells.keys()) {
    const orderId = shown.get(JSON.stringify(content.map(([, index]) => cellAt(tab, row, index))));
    if (orderId === undefined) continue;
    const id = orderIdAt(layout, row);
    const hasId = id !== undefined && isKnown.has(id);
    const wrong = content.map(([, index]) => index);
    if (idColumn !== undefined && cellAt(tab, row, idColumn) === orderId) wrong.push(idColumn);
    // In the row of an order that is known, our own columns are compared and written anyway.
    const emptied = hasId ? wrong.filter((index) => !ours.has(index)) : wrong;
    if (emptied.length > 0) yield { orderId, row, columns: emptied, hasId };
  }
}
