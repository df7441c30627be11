import { type Cell, isBlank } from './cell';

export type Dimension = 'ROWS' | 'COLUMNS';
export type Row = readonly (Cell | undefined)[];

/** One sheet of a spreadsheet, which people call a tab. */
export interface Tab {
  readonly sheetId: number;
  title: string;
  hidden: boolean;
  rowCount: number;
  columnCount: number;
  frozenRowCount: number;
  frozenColumnCount: number;
  /** From the top; rows and cells that nothing was ever written to may be missing. */
  rows: (Row | undefined)[];
}

export type MetadataLocation =
  | { readonly spreadsheet: true }
  | { readonly sheetId: number }
  | { readonly sheetId: number; readonly dimension: Dimension; readonly index: number };

export interface Metadata {
  readonly id: number;
  readonly key: string;
  readonly value: string | undefined;
  readonly visibility: 'DOCUMENT' | 'PROJECT';
  /** The project that made it: nobody else sees what has the visibility PROJECT. */
  readonly project: string;
  readonly location: MetadataLocation;
}

/** Not changed once it is stored: whoever changes one works on {@link draftOf} it and stores that whole, or drops it. */
export interface Spreadsheet {
  readonly id: string;
  title: string;
  readonly tabs: Tab[];
  metadata: readonly Metadata[];
  /** The accounts it is shared with as an editor. */
  sharedWith: readonly string[];
  /** Those that may look at it only. Missing in what was stored before there were any. */
  viewers?: readonly string[];
  /** Goes up with every change. */
  revision: number;
}

/** Google's limit for all tabs of a spreadsheet together, blank cells included. */
export const MAX_CELLS = 10_000_000;
const NEW_TAB = { rowCount: 1_000, columnCount: 26 };

export function newTab(tab: Pick<Tab, 'sheetId' | 'title'> & Partial<Tab>): Tab {
  return { ...NEW_TAB, hidden: false, frozenRowCount: 0, frozenColumnCount: 0, rows: [], ...tab };
}

/** As Google makes one: with one empty tab. */
export function newSpreadsheet(
  id: string,
  title: string,
  { sharedWith, viewers }: Pick<Spreadsheet, 'sharedWith'> & { readonly viewers: readonly string[] },
): Spreadsheet {
  return { id, title, tabs: [newTab({ sheetId: 0, title: 'Sheet1' })], metadata: [], sharedWith, viewers, revision: 1 };
}

/** Whether an account may do what a call of this kind does. Google tells those who may not the same, whatever they may otherwise. */
export function mayCall({ sharedWith, viewers }: Spreadsheet, email: string, kind: 'read' | 'write'): boolean {
  return sharedWith.includes(email) || (kind === 'read' && viewers?.includes(email) === true);
}

/** A copy that can be changed without the stored one noticing; only the lists are copied, so it costs a pointer a row. */
export function draftOf(spreadsheet: Spreadsheet): Spreadsheet {
  return {
    ...spreadsheet,
    tabs: spreadsheet.tabs.map((tab) => ({ ...tab, rows: [...tab.rows] })),
    revision: spreadsheet.revision + 1,
  };
}

export function findTab(spreadsheet: Spreadsheet, title: string): Tab | undefined {
  return spreadsheet.tabs.find((tab) => tab.title === title);
}

/** Two tabs whose names differ in case only cannot be told apart in a formula, so Google refuses the second one. */
export function isTitleTaken(spreadsheet: Spreadsheet, title: string, except?: Tab): boolean {
  return spreadsheet.tabs.some((tab) => tab !== except && tab.title.toLowerCase() === title.toLowerCase());
}

export function cellCount(spreadsheet: Spreadsheet): number {
  return spreadsheet.tabs.reduce((cells, tab) => cells + tab.rowCount * tab.columnCount, 0);
}

export function cellAt(tab: Tab, row: number, column: number): Cell | undefined {
  return tab.rows[row]?.[column];
}

export function setCell(tab: Tab, row: number, column: number, cell: Cell | undefined): void {
  const cells = [...(tab.rows[row] ?? [])];
  cells[column] = cell;
  tab.rows[row] = cells;
}

/** How many rows from the top it takes to hold every cell with something in it. */
export function usedRows(tab: Tab): number {
  return tab.rows.findLastIndex((row) => row?.some((cell) => !isBlank(cell))) + 1;
}

/** How many columns from the left it takes to hold every cell with something in it. */
export function usedColumns(tab: Tab): number {
  return tab.rows.reduce((most, row) => Math.max(most, (row ?? []).findLastIndex((cell) => !isBlank(cell)) + 1), 0);
}
