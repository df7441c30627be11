import { type Columns, isSheetColumn, ORDER_ID, SHEET_COLUMNS, type SheetColumn } from './columns';

/** A tab as it was at one moment, as far as it was read. */
export interface SheetTab {
  /** Google's number for it. */
  readonly sheetId: number;
  readonly columnCount: number;
  /** The columns that carry our tags, wherever people moved them and whatever they are called now. */
  readonly tags: Columns;
  /** By row and column, from 0. Cells that are empty or were not read are missing. */
  readonly cells: readonly (readonly (string | undefined)[] | undefined)[];
}

/** A tab in which it is known what is where. */
export interface SheetLayout {
  readonly tab: SheetTab;
  readonly columns: Columns;
  /** Columns that were found by their names and are to be tagged. */
  readonly untagged: readonly SheetColumn[];
  /** A tag of ours is where its column is no longer: all are to be put on anew. */
  readonly isMistagged: boolean;
  /** The rows of each order, from the top, by order id. More than one is one too many. */
  readonly rows: ReadonlyMap<string, readonly number[]>;
  /** Neither a name in the first row nor anything in the Order ID column: somebody emptied the tab. */
  readonly isEmptied: boolean;
}

/** Order ids as we make them; whatever else stands in the column is somebody's own. */
const ORDER_ID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function cellAt(tab: SheetTab, row: number, column: number): string {
  return tab.cells[row]?.[column] ?? '';
}

/**
 * What is where in a tab, by the tags that were put on our columns when it was made. In a tab without any, the first row's
 * names count instead. Undefined when no column is Order ID: then nobody can tell which row is which order.
 *
 * An Order ID column that lost its tag, or left it behind in an empty column (people cut and paste columns), is known by its name. Any
 * other column without a tag is one that the owner took out.
 */
export function readLayout(tab: SheetTab): SheetLayout | undefined {
  const columns = new Map<SheetColumn, number>(tab.tags);
  const wanted: readonly SheetColumn[] = tab.tags.size === 0 ? SHEET_COLUMNS : tab.tags.has(ORDER_ID) ? [] : [ORDER_ID];
  const untagged: SheetColumn[] = [];
  for (const column of wanted) {
    const index = findHeader(tab, column);
    if (index === undefined) continue;
    columns.set(column, index);
    untagged.push(column);
  }
  const orderId = columns.get(ORDER_ID);
  if (orderId === undefined) return undefined;
  const pasted = leftBehind(tab, orderId) ? findHeader(tab, ORDER_ID) : undefined;
  if (pasted !== undefined) {
    columns.set(ORDER_ID, pasted);
    // Whatever was cut with it left its tag behind as well.
    for (const [column, index] of tab.tags) {
      if (column === ORDER_ID || cellAt(tab, 0, index) !== '') continue;
      const moved = findHeader(tab, column);
      if (moved === undefined) columns.delete(column);
      else columns.set(column, moved);
    }
    return { ...shown(tab, columns, pasted), untagged: [...columns.keys()], isMistagged: true };
  }
  return { ...shown(tab, columns, orderId), untagged, isMistagged: false };
}

function shown(tab: SheetTab, columns: Columns, orderId: number) {
  return { tab, columns, rows: rowsOf(tab, orderId), isEmptied: isEmptied(tab, orderId) };
}

/** Whether the column tagged as Order ID is none: nothing in its first row, and no order in any other. */
function leftBehind(tab: SheetTab, orderId: number): boolean {
  return cellAt(tab, 0, orderId) === '' && rowsOf(tab, orderId).size === 0;
}

/** Whether nothing at all was read. */
export function isBlank(tab: SheetTab): boolean {
  return tab.cells.every((row) => row === undefined || row.every((cell) => (cell ?? '') === ''));
}

/** The order id in a row; undefined when there is none. */
export function orderIdAt({ tab, columns }: SheetLayout, row: number): string | undefined {
  return readOrderId(cellAt(tab, row, columns.get(ORDER_ID) ?? -1));
}

/** Whether both have all of our columns in the same places. */
export function sameColumns(a: Columns, b: Columns): boolean {
  return a.size === b.size && [...a].every(([column, index]) => b.get(column) === index);
}

/** Our columns' places as a plain record, and back. */
export function columnsToRecord(columns: Columns): Readonly<Record<string, number>> {
  return Object.fromEntries(columns);
}

export function columnsFromRecord(record: Readonly<Record<string, number>>): Columns {
  return new Map(Object.entries(record).filter((entry): entry is [SheetColumn, number] => isSheetColumn(entry[0])));
}

function readOrderId(text: string): string | undefined {
  const id = text.trim().toLowerCase();
  return ORDER_ID_PATTERN.test(id) ? id : undefined;
}

function findHeader(tab: SheetTab, column: SheetColumn): number | undefined {
  const index = (tab.cells[0] ?? []).findIndex(
    (cell) => (cell ?? '').normalize('NFKC').trim().toLowerCase() === column.toLowerCase(),
  );
  return index === -1 ? undefined : index;
}

function rowsOf(tab: SheetTab, orderId: number): ReadonlyMap<string, readonly number[]> {
  const rows = new Map<string, number[]>();
  for (const [row, cells] of tab.cells.entries()) {
    const id = readOrderId(cells?.[orderId] ?? '');
    if (id === undefined) continue;
    const known = rows.get(id);
    if (known === undefined) rows.set(id, [row]);
    else known.push(row);
  }
  return rows;
}

function isEmptied(tab: SheetTab, orderId: number): boolean {
  return (
    (tab.cells[0] ?? []).every((cell) => (cell ?? '') === '') && tab.cells.every((row) => (row?.[orderId] ?? '') === '')
  );
}
