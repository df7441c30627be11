import * as z from 'zod';
import { type Cell, shownText } from '../model/cell';
import { formatA1, type GridRange } from './grid-range';

/** How values are told; given in the query of a GET, in the body of a POST. */
export const readOptions = z.object({
  majorDimension: z.enum(['DIMENSION_UNSPECIFIED', 'ROWS', 'COLUMNS']).nullish(),
  valueRenderOption: z.enum(['FORMATTED_VALUE', 'UNFORMATTED_VALUE', 'FORMULA']).nullish(),
  dateTimeRenderOption: z.enum(['SERIAL_NUMBER', 'FORMATTED_STRING']).nullish(),
});
export type ReadOptions = z.output<typeof readOptions>;
type Value = string | number | boolean;

/** A `ValueRange`: blank rows at the end, and blank cells at the end of a row, are left out. */
export function valueRange(range: GridRange, { majorDimension, valueRenderOption }: ReadOptions): object {
  const rows = Array.from({ length: Math.min(range.endRow, range.tab.rows.length) - range.startRow }, (_, offset) => {
    const row = range.tab.rows[range.startRow + offset] ?? [];
    return row.slice(range.startColumn, range.endColumn);
  });
  const byColumns = majorDimension === 'COLUMNS';
  const lists = byColumns ? transposed(rows) : rows;
  const values = lists.map((list) => {
    const used = list.findLastIndex((cell) => cell?.entered !== undefined) + 1;
    return Array.from({ length: used }, (_, index) => valueTold(list[index], valueRenderOption));
  });
  const used = values.findLastIndex((list) => list.length > 0) + 1;
  return {
    range: formatA1(range),
    majorDimension: byColumns ? 'COLUMNS' : 'ROWS',
    ...(used > 0 && { values: values.slice(0, used) }),
  };
}

/** How many rows a `ValueRange` of rows has: for the call log, which counts and quotes nothing. */
export function rowsIn(range: GridRange): number {
  return Math.max(0, Math.min(range.endRow, range.tab.rows.length) - range.startRow);
}

function valueTold(cell: Cell | undefined, option: ReadOptions['valueRenderOption']): Value {
  const entered = cell?.entered;
  if (entered === undefined) return '';
  if (option === 'FORMULA' && 'formulaValue' in entered) return entered.formulaValue;
  if (option === 'UNFORMATTED_VALUE' || option === 'FORMULA') {
    if ('numberValue' in entered) return entered.numberValue;
    if ('boolValue' in entered) return entered.boolValue;
  }
  return shownText(cell);
}

function transposed<T>(rows: readonly (readonly (T | undefined)[])[]): readonly (readonly (T | undefined)[])[] {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));
}
