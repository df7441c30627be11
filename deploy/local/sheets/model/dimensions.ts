import type { Dimension, Metadata, Spreadsheet, Tab } from './spreadsheet';

export interface Span {
  readonly dimension: Dimension;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export function lengthOf(tab: Tab, dimension: Dimension): number {
  return dimension === 'ROWS' ? tab.rowCount : tab.columnCount;
}

/** Makes room for blank rows or columns at the span; metadata stays with the row or column it was put on. */
export function insertDimension(spreadsheet: Spreadsheet, tab: Tab, { dimension, start, end }: Span): void {
  const count = end - start;
  rearrange(tab, dimension, (cells) => {
    if (cells.length > start) cells.splice(start, 0, ...Array<undefined>(count).fill(undefined));
    return cells;
  });
  resize(tab, dimension, count);
  moveMetadata(spreadsheet, tab, dimension, (index) => (index >= start ? index + count : index));
}

/** Takes the span's rows or columns away, and the metadata on them with them. */
export function deleteDimension(spreadsheet: Spreadsheet, tab: Tab, { dimension, start, end }: Span): void {
  const count = end - start;
  rearrange(tab, dimension, (cells) => {
    cells.splice(start, count);
    return cells;
  });
  resize(tab, dimension, -count);
  moveMetadata(spreadsheet, tab, dimension, (index) => {
    if (index >= end) return index - count;
    return index >= start ? undefined : index;
  });
}

/** Moves the span in front of what stands at `destination` (counted before the move), metadata with it. */
export function moveDimension(spreadsheet: Spreadsheet, tab: Tab, span: Span, destination: number): void {
  const { dimension, start, end } = span;
  if (destination >= start && destination <= end) return;
  const count = end - start;
  rearrange(tab, dimension, (cells) => {
    while (cells.length < Math.max(end, destination)) cells.push(undefined);
    const moved = cells.splice(start, count);
    cells.splice(destination > start ? destination - count : destination, 0, ...moved);
    return cells;
  });
  const shift = destination > start ? destination - end : destination - start;
  moveMetadata(spreadsheet, tab, dimension, (index) => {
    if (index >= start && index < end) return index + shift;
    if (index >= end && index < destination) return index - count;
    return index < start && index >= destination ? index + count : index;
  });
}

/** Adds blank rows or columns at the end. */
export function appendDimension(tab: Tab, dimension: Dimension, count: number): void {
  resize(tab, dimension, count);
}

/** Applies one rearrangement to the rows, or to the cells of every row. */
function rearrange(tab: Tab, dimension: Dimension, change: <T>(list: (T | undefined)[]) => (T | undefined)[]): void {
  tab.rows = dimension === 'ROWS' ? change(tab.rows) : tab.rows.map((row) => row && change([...row]));
}

function resize(tab: Tab, dimension: Dimension, by: number): void {
  if (dimension === 'ROWS') tab.rowCount += by;
  else tab.columnCount += by;
}

/** `to` gives the new place of each row or column; undefined: it is gone. */
function moveMetadata(
  spreadsheet: Spreadsheet,
  { sheetId }: Tab,
  dimension: Dimension,
  to: (index: number) => number | undefined,
): void {
  spreadsheet.metadata = spreadsheet.metadata.flatMap((entry): Metadata[] => {
    const { location } = entry;
    if (!('dimension' in location) || location.sheetId !== sheetId || location.dimension !== dimension) return [entry];
    const index = to(location.index);
    return index === undefined ? [] : [{ ...entry, location: { ...location, index } }];
  });
}
