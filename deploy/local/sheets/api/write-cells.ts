import * as z from 'zod';
import { appendDimension } from '../model/dimensions';
import { cellAt, cellCount, MAX_CELLS, type Spreadsheet, setCell, usedRows } from '../model/spreadsheet';
import { type CellData, cellData, readCellFields, rowData, writeCell } from './cell-data';
import { gridRange } from './data-filter';
import { badRequest } from './google-error';
import { type GridRange, readGridRange, tabWithId } from './grid-range';
import { tooManyCells } from './write-values';

const rows = z.array(rowData).nullish();
const fields = z.string().nullish();
const index = z.int().min(0).nullish();

export const updateCellsRequest = z.strictObject({
  rows,
  fields,
  start: z.strictObject({ sheetId: index, rowIndex: index, columnIndex: index }).nullish(),
  range: gridRange.nullish(),
});
export const appendCellsRequest = z.strictObject({ sheetId: index, rows, fields });
export const repeatCellRequest = z.strictObject({ range: gridRange.nullish(), cell: cellData.nullish(), fields });

type Rows = readonly (readonly (CellData | null)[])[];

/** Writes rows from a coordinate on, or into a range, what of it they do not cover being cleared. */
export function updateCells(draft: Spreadsheet, request: z.output<typeof updateCellsRequest>): undefined {
  const mask = readCellFields(request.fields);
  const given = listed(request.rows);
  if (!request.start && !request.range) throw badRequest('Must specify either a start coordinate or a range.');
  const range = request.range ? readGridRange(draft, request.range) : fromStart(draft, request.start ?? {});
  refuseOutside(range, given);
  const { tab, startRow, startColumn } = range;
  given.forEach((row, down) => {
    row.forEach((data, across) => {
      const [at, to] = [startRow + down, startColumn + across];
      setCell(tab, at, to, writeCell(cellAt(tab, at, to), data, mask));
    });
  });
  if (!request.range) return;
  forEachCell(range, (row, column) => {
    if (given[row - startRow]?.[column - startColumn] !== undefined) return;
    setCell(tab, row, column, writeCell(cellAt(tab, row, column), null, mask));
  });
}

/** Writes rows below the last one with anything in it, over all columns, making rows (and columns) where the grid ends. */
export function appendCells(draft: Spreadsheet, request: z.output<typeof appendCellsRequest>): undefined {
  const mask = readCellFields(request.fields);
  const tab = tabWithId(draft, request.sheetId ?? 0);
  const given = listed(request.rows);
  const startRow = usedRows(tab);
  const width = given.reduce((most, row) => Math.max(most, row.length), 0);
  appendDimension(tab, 'ROWS', Math.max(0, startRow + given.length - tab.rowCount));
  appendDimension(tab, 'COLUMNS', Math.max(0, width - tab.columnCount));
  if (cellCount(draft) > MAX_CELLS) throw tooManyCells();
  given.forEach((row, down) => {
    row.forEach((data, column) => {
      setCell(tab, startRow + down, column, writeCell(cellAt(tab, startRow + down, column), data, mask));
    });
  });
}

/** Writes one cell into every cell of a range. */
export function repeatCell(draft: Spreadsheet, request: z.output<typeof repeatCellRequest>): undefined {
  const mask = readCellFields(request.fields);
  if (!request.range) throw badRequest('Must specify a range.');
  const range = readGridRange(draft, request.range);
  forEachCell(range, (row, column) => {
    setCell(range.tab, row, column, writeCell(cellAt(range.tab, row, column), request.cell, mask));
  });
}

function listed(given: z.output<typeof rows>): Rows {
  return (given ?? []).map(({ values }) => values ?? []);
}

function fromStart(
  draft: Spreadsheet,
  start: {
    sheetId?: number | null | undefined;
    rowIndex?: number | null | undefined;
    columnIndex?: number | null | undefined;
  },
): GridRange {
  const tab = tabWithId(draft, start.sheetId ?? 0);
  const [startRow, startColumn] = [start.rowIndex ?? 0, start.columnIndex ?? 0];
  if (startRow >= tab.rowCount)
    throw badRequest(`GridCoordinate.rowIndex[${startRow}] is after last row in grid[${tab.rowCount - 1}]`);
  if (startColumn >= tab.columnCount)
    throw badRequest(`GridCoordinate.columnIndex[${startColumn}] is after last column in grid[${tab.columnCount - 1}]`);
  return { tab, startRow, endRow: tab.rowCount, startColumn, endColumn: tab.columnCount };
}

function refuseOutside({ startRow, endRow, startColumn, endColumn }: GridRange, given: Rows): void {
  if (startRow + given.length > endRow)
    throw badRequest(`Attempting to write row: ${endRow}, beyond the last requested row of: ${endRow - 1}`);
  const width = given.reduce((most, row) => Math.max(most, row.length), 0);
  if (startColumn + width > endColumn)
    throw badRequest(`Attempting to write column: ${endColumn}, beyond the last requested column of: ${endColumn - 1}`);
}

function forEachCell(
  { startRow, endRow, startColumn, endColumn }: GridRange,
  visit: (row: number, column: number) => void,
): void {
  for (let row = startRow; row < endRow; row++)
    for (let column = startColumn; column < endColumn; column++) visit(row, column);
}
