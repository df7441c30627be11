import { type Cell, isBlank, shownText } from './cell';
import type { Row, Tab } from './spreadsheet';

export interface RowSort {
  readonly column: number;
  readonly ascending: boolean;
  /** The rows from `start` to `end` (exclusive) are sorted, over all columns. */
  readonly start: number;
  readonly end: number;
}

/**
 * Sorts whole rows as Google does: numbers, then text without regard to case, then truth values; blank cells last in either direction;
 * equal ones keep their order. Only contents move: metadata of rows stays where it is.
 */
export function sortRows(tab: Tab, { column, ascending, start, end }: RowSort): void {
  const rows: Row[] = Array.from(
    { length: Math.min(end, tab.rows.length) - start },
    (_, index) => tab.rows[start + index] ?? [],
  );
  rows.sort((a, b) => {
    const [left, right] = [a[column], b[column]];
    if (isBlank(left) || isBlank(right)) return Number(isBlank(left)) - Number(isBlank(right));
    return ascending ? compare(left, right) : compare(right, left);
  });
  tab.rows.splice(start, rows.length, ...rows);
}

function compare(a: Cell | undefined, b: Cell | undefined): number {
  const byKind = kind(a) - kind(b);
  if (byKind !== 0) return byKind;
  if (a?.entered && b?.entered && 'numberValue' in a.entered && 'numberValue' in b.entered)
    return a.entered.numberValue - b.entered.numberValue;
  const [left, right] = [shownText(a).toLowerCase(), shownText(b).toLowerCase()];
  return left < right ? -1 : Number(left > right);
}

function kind(cell: Cell | undefined): number {
  if (cell?.entered === undefined) return 3;
  if ('numberValue' in cell.entered) return 0;
  return 'boolValue' in cell.entered ? 2 : 1;
}
