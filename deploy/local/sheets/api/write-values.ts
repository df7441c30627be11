import * as z from 'zod';
import { type Entered, enteredOrBlank, isBlank } from '../model/cell';
import { appendDimension } from '../model/dimensions';
import { cellAt, cellCount, MAX_CELLS, type Spreadsheet, setCell, type Tab, usedRows } from '../model/spreadsheet';
import { typeIn } from '../model/type-in';
import { refuseLong } from './cell-data';
import { badRequest } from './google-error';
import { columnLetters, exceedsGrid, formatA1, type GridRange, parseA1 } from './grid-range';
import { type ReadOptions, valueRange } from './read-values';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** The body of values.update and values.append. */
export const valuesBody = z.strictObject({
  range: z.string().nullish(),
  majorDimension: z.enum(['DIMENSION_UNSPECIFIED', 'ROWS', 'COLUMNS']).nullish(),
  values: z.array(z.array(value)).nullish(),
});
export type ValuesBody = z.output<typeof valuesBody>;

export const valueInput = z.enum(['INPUT_VALUE_OPTION_UNSPECIFIED', 'RAW', 'USER_ENTERED']);
export type ValueInput = z.output<typeof valueInput>;

export interface WriteOptions {
  readonly input: ValueInput | undefined;
  readonly includeValues: boolean;
  readonly read: ReadOptions;
}

/**
 * Writes values into a range of a draft; null leaves a cell as it is, an empty text makes it blank.
 * @throws GoogleError 400 when they do not fit into the range or the grid.
 */
export function updateValues(draft: Spreadsheet, a1: string, body: ValuesBody, options: WriteOptions): object {
  const range = parseA1(draft, a1);
  const rows = asRows(body);
  const { height, width } = sizeOf(rows);
  // A single cell stands for where to begin, a larger range for what may be written at most.
  const open = range.endRow - range.startRow === 1 && range.endColumn - range.startColumn === 1;
  if (!open) refuseOutside(range, height, width);
  else if (range.startRow + height > range.tab.rowCount || range.startColumn + width > range.tab.columnCount)
    throw exceedsGrid(range.tab, formatA1(written(range, height, width)));
  return put(draft, range, rows, options);
}

/**
 * Writes rows below the table that the range touches, over what stands there (OVERWRITE) or in rows made for them (INSERT_ROWS); the grid
 * grows as it has to.
 */
export function appendValues(
  draft: Spreadsheet,
  a1: string,
  body: ValuesBody,
  options: WriteOptions & { readonly insertRows: boolean },
): object {
  const range = parseA1(draft, a1);
  const { tab } = range;
  const table = tableAt(range);
  const rows = asRows(body);
  const { height, width } = sizeOf(rows);
  const startRow = table === undefined ? range.startRow : table.endRow;
  const startColumn = table?.startColumn ?? range.startColumn;
  if (options.insertRows && startRow < tab.rows.length) {
    tab.rows.splice(startRow, 0, ...Array<undefined>(height).fill(undefined));
    tab.rowCount += height;
  }
  appendDimension(tab, 'ROWS', Math.max(0, startRow + height - tab.rowCount));
  appendDimension(tab, 'COLUMNS', Math.max(0, startColumn + width - tab.columnCount));
  if (cellCount(draft) > MAX_CELLS) throw tooManyCells();
  const at = { tab, startRow, endRow: startRow + 1, startColumn, endColumn: startColumn + 1 };
  return {
    spreadsheetId: draft.id,
    ...(table !== undefined && { tableRange: formatA1(table) }),
    updates: put(draft, at, rows, options),
  };
}

/** Makes the cells of a range blank. */
export function clearValues(draft: Spreadsheet, a1: string): object {
  const range = parseA1(draft, a1);
  const { tab, startRow, endRow, startColumn, endColumn } = range;
  for (let row = startRow; row < Math.min(endRow, tab.rows.length); row++)
    tab.rows[row] = tab.rows[row]?.map((cell, column) =>
      column >= startColumn && column < endColumn ? { ...cell, entered: undefined } : cell,
    );
  return { spreadsheetId: draft.id, clearedRange: formatA1(range) };
}

export function tooManyCells(): Error {
  return badRequest(
    `This action would increase the number of cells in the workbook above the limit of ${MAX_CELLS} cells.`,
  );
}

type Values = readonly (readonly (string | number | boolean | null)[])[];

function put(draft: Spreadsheet, range: GridRange, rows: Values, { input, includeValues, read }: WriteOptions): object {
  if (input === undefined || input === 'INPUT_VALUE_OPTION_UNSPECIFIED')
    throw badRequest("'valueInputOption' is required but not specified");
  const { tab, startRow, startColumn } = range;
  const columns = new Set<number>();
  let cells = 0;
  rows.forEach((list, down) => {
    list.forEach((entry, across) => {
      if (entry === null) return;
      const entered = enteredOrBlank(enteredValue(entry, input));
      refuseLong(entered);
      setCell(tab, startRow + down, startColumn + across, {
        ...cellAt(tab, startRow + down, startColumn + across),
        entered,
      });
      columns.add(across);
      cells += 1;
    });
  });
  const { height, width } = sizeOf(rows);
  const changed = height > 0 && width > 0 ? written(range, height, width) : range;
  return {
    spreadsheetId: draft.id,
    updatedRange: formatA1(changed),
    ...(cells > 0 && {
      updatedRows: rows.filter((list) => list.some((entry) => entry !== null)).length,
      updatedColumns: columns.size,
      updatedCells: cells,
    }),
    ...(includeValues && { updatedData: valueRange(changed, read) }),
  };
}

function enteredValue(entry: string | number | boolean, input: ValueInput): Entered | undefined {
  if (typeof entry === 'number') return { numberValue: entry };
  if (typeof entry === 'boolean') return { boolValue: entry };
  return input === 'RAW' ? { stringValue: entry } : typeIn(entry);
}

function asRows({ values, majorDimension }: ValuesBody): Values {
  const lists = values ?? [];
  if (majorDimension !== 'COLUMNS') return lists;
  return Array.from({ length: sizeOf(lists).width }, (_, index) => lists.map((list) => list[index] ?? null));
}

function sizeOf(rows: Values): { height: number; width: number } {
  return { height: rows.length, width: rows.reduce((most, row) => Math.max(most, row.length), 0) };
}

function written({ tab, startRow, startColumn }: GridRange, height: number, width: number): GridRange {
  return { tab, startRow, endRow: startRow + height, startColumn, endColumn: startColumn + width };
}

function refuseOutside(range: GridRange, height: number, width: number): void {
  const { startRow, endRow, startColumn, endColumn } = range;
  const tried =
    height > endRow - startRow
      ? `row [${endRow + 1}]`
      : width > endColumn - startColumn
        ? `column [${columnLetters(endColumn)}]`
        : undefined;
  if (tried !== undefined)
    throw badRequest(`Requested writing within range [${formatA1(range)}], but tried writing to ${tried}`);
}

/** The block of cells without a blank row that the range touches; for a range in the blank, none. */
function tableAt({ tab, startRow, endRow, startColumn }: GridRange): GridRange | undefined {
  const isUsed = (row: number): boolean => tab.rows[row]?.some((cell) => !isBlank(cell)) ?? false;
  const last = Math.min(endRow, usedRows(tab));
  let first = startRow;
  while (first < last && !isUsed(first)) first += 1;
  if (first >= last) return undefined;
  while (first > 0 && isUsed(first - 1)) first -= 1;
  let end = last;
  while (!isUsed(end - 1)) end -= 1;
  while (isUsed(end)) end += 1;
  return { tab, startRow: first, endRow: end, ...columnsOf(tab, first, end, startColumn) };
}

function columnsOf(tab: Tab, first: number, end: number, column: number): { startColumn: number; endColumn: number } {
  const isUsed = (at: number): boolean => tab.rows.slice(first, end).some((row) => at >= 0 && !isBlank(row?.[at]));
  let startColumn = column;
  while (isUsed(startColumn - 1)) startColumn -= 1;
  let endColumn = startColumn + 1;
  while (isUsed(endColumn)) endColumn += 1;
  return { startColumn, endColumn };
}
