import { lengthOf } from '../model/dimensions';
import type { Spreadsheet, Tab } from '../model/spreadsheet';
import { badRequest } from './google-error';

/** A rectangle of a tab, zero-based, ends exclusive, all four sides given. */
export interface GridRange {
  readonly tab: Tab;
  readonly startRow: number;
  readonly endRow: number;
  readonly startColumn: number;
  readonly endColumn: number;
}

export function wholeTab(tab: Tab): GridRange {
  return { tab, startRow: 0, endRow: tab.rowCount, startColumn: 0, endColumn: tab.columnCount };
}

/** What stands before the exclamation mark: quoted (with doubled quotes within) or not. */
const WITH_TAB = /^(?:'((?:[^']|'')+)'|([^'!]+))!(.*)$/s;
const QUOTED_TAB = /^'((?:[^']|'')+)'$/s;
const CELLS = /^\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,7})?(?::\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,7})?)?$/;

/**
 * Reads A1 notation: `Orders`, `Orders!A1:I`, `'May''s orders'!2:5`, `A1` (on the first tab). Sides left open, and ends beyond the grid,
 * stop at the grid's edge.
 * @throws GoogleError 400 as Google's: "Unable to parse range" also when there is no such tab; "exceeds grid limits" when it begins outside.
 */
export function parseA1(spreadsheet: Spreadsheet, text: string): GridRange {
  const whole = tabTitled(spreadsheet, QUOTED_TAB.exec(text)?.[1]?.replaceAll("''", "'") ?? text);
  if (whole !== undefined) return wholeTab(whole);
  const [, quoted, plain, after] = WITH_TAB.exec(text) ?? [];
  const title = quoted?.replaceAll("''", "'") ?? plain;
  const tab = title === undefined ? spreadsheet.tabs[0] : tabTitled(spreadsheet, title);
  const span = readCells(after ?? text);
  if (tab === undefined || span === undefined) throw unparsable(text);
  return clip({ tab, ...span }, text);
}

/** Reads a `GridRange` of a request. @throws GoogleError 400 when there is no such sheet or it begins outside the grid. */
export function readGridRange(
  spreadsheet: Spreadsheet,
  range: {
    readonly sheetId?: number | undefined;
    readonly startRowIndex?: number | undefined;
    readonly endRowIndex?: number | undefined;
    readonly startColumnIndex?: number | undefined;
    readonly endColumnIndex?: number | undefined;
  },
): GridRange {
  const tab = tabWithId(spreadsheet, range.sheetId ?? 0);
  const { startRowIndex: startRow = 0, startColumnIndex: startColumn = 0 } = range;
  const { endRowIndex: endRow = tab.rowCount, endColumnIndex: endColumn = tab.columnCount } = range;
  return clip({ tab, startRow, endRow, startColumn, endColumn });
}

/** @throws GoogleError 400, in the words Google has for it. */
export function tabWithId(spreadsheet: Spreadsheet, sheetId: number): Tab {
  const tab = spreadsheet.tabs.find((candidate) => candidate.sheetId === sheetId);
  if (tab === undefined) throw badRequest(`No grid with id: ${sheetId}`);
  return tab;
}

export function exceedsGrid(tab: Tab, range: string): Error {
  return badRequest(`Range (${range}) exceeds grid limits. Max rows: ${tab.rowCount}, max columns: ${tab.columnCount}`);
}

/** A1 notation as Google answers it: with the tab, quoted where it has to be. */
export function formatA1({ tab, startRow, endRow, startColumn, endColumn }: GridRange): string {
  const from = `${columnLetters(startColumn)}${startRow + 1}`;
  const to = `${columnLetters(endColumn - 1)}${endRow}`;
  return `${quoteTitle(tab.title)}!${from === to ? from : `${from}:${to}`}`;
}

export function columnLetters(column: number): string {
  const rest = Math.floor(column / 26);
  return `${rest > 0 ? columnLetters(rest - 1) : ''}${String.fromCharCode(65 + (column % 26))}`;
}

function clip(range: GridRange, text?: string): GridRange {
  const { tab } = range;
  const [rowCount, columnCount] = [lengthOf(tab, 'ROWS'), lengthOf(tab, 'COLUMNS')];
  if (range.startRow >= rowCount || range.startColumn >= columnCount) throw exceedsGrid(tab, text ?? formatA1(range));
  return { ...range, endRow: Math.min(range.endRow, rowCount), endColumn: Math.min(range.endColumn, columnCount) };
}

/** `A1`, `A1:B2`, `A:B`, `1:2`, `A2:B`; not `A`, `1` or `A:2`, which say too little. */
function readCells(text: string): Omit<GridRange, 'tab'> | undefined {
  const match = CELLS.exec(text);
  if (match === null) return undefined;
  const [, fromColumn, fromRow, toColumn, toRow] = match;
  if (!text.includes(':')) {
    if (!fromColumn || !fromRow) return undefined;
    return readCells(`${text}:${text}`);
  }
  if (!(fromColumn && toColumn) && !(fromRow && toRow)) return undefined;
  const columns = side(fromColumn && columnNumber(fromColumn), toColumn && columnNumber(toColumn));
  const rows = side(fromRow && Number(fromRow), toRow && Number(toRow));
  return { startRow: rows.start, endRow: rows.end, startColumn: columns.start, endColumn: columns.end };
}

/** From 1-based and inclusive to 0-based and exclusive; reversed ends are put in order, as Google does. */
function side(from: number | '' | undefined, to: number | '' | undefined): { start: number; end: number } {
  if (!from) return { start: 0, end: to || Number.POSITIVE_INFINITY };
  if (!to) return { start: from - 1, end: Number.POSITIVE_INFINITY };
  return { start: Math.min(from, to) - 1, end: Math.max(from, to) };
}

function columnNumber(letters: string): number {
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function tabTitled(spreadsheet: Spreadsheet, title: string): Tab | undefined {
  return spreadsheet.tabs.find((tab) => tab.title.toLowerCase() === title.toLowerCase());
}

function quoteTitle(title: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(title) ? title : `'${title.replaceAll("'", "''")}'`;
}

function unparsable(text: string): Error {
  return badRequest(`Unable to parse range: ${text}`);
}
