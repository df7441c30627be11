import type { sheets_v4 } from '@googleapis/sheets';
import { type Columns, ORDER_ID, type SheetColumn } from '../../../domain/sheets/columns';
import type { RowBytes, WriteLimit } from '../../../domain/sheets/cut-plan';
import type { SheetPlan } from '../../../domain/sheets/plan-batch';
import type { SheetTab } from '../../../domain/sheets/sheet-tab';
import type { GoogleCalls } from './google-calls';
import type { TabName } from './read-tab';
import { columnLetters, inTab } from './tab-address';
import { COLUMN_TAG, readTabAnswer, SHEETS_FIELDS } from './tab-answer';

export interface TabWrite {
  readonly plan: SheetPlan;
  readonly sheetId: number;
  readonly columns: Columns;
  /** Make the tab; or write the names of our columns into its first row; or neither. */
  readonly begin: 'tab' | 'header' | undefined;
  /** Columns that the tab has by now. */
  readonly columnCount: number;
  /** Take off the tags that the tab has: they are where our columns were before somebody emptied it. */
  readonly dropTags: boolean;
  /** Columns to be tagged as ours. */
  readonly untagged: readonly SheetColumn[];
}

/**
 * What one request may hold. Google advises at most 2 MB, and ends a call after 180 s; what surrounds the rows has the rest.
 * Larger: an audit of a sheet in which very much has to be put right is refused, each time. Smaller: it takes more calls.
 */
export const WRITE_LIMIT: WriteLimit = { rows: 2_000, bytes: 1_900_000 };

/** As they are sent. */
export const ROW_BYTES: RowBytes = {
  write: ({ row, cells }) => bytesOf(updateRow(LONGEST_SHEET_ID, row, cells)),
  blank: ({ row, columns }) => bytesOf(blankRow(LONGEST_SHEET_ID, row, columns)),
  append: ({ cells }) => bytesOf(wholeRow(cells)),
};
const LONGEST_SHEET_ID = 2 ** 31 - 1;

function bytesOf(request: object): number {
  return Buffer.byteLength(JSON.stringify(request));
}

type Request = sheets_v4.Schema$Request;
type Cells = ReadonlyMap<number, string>;

/**
 * Carries a plan out by one call, which Google does as a whole or not at all, and reads back in the same call what its first
 * row and its Order ID column are right after it.
 *
 * @returns the tab right after the write; undefined when its name is another one by then.
 */
export async function writePlan(
  calls: GoogleCalls,
  { spreadsheetId, title }: TabName,
  write: TabWrite,
): Promise<SheetTab | undefined> {
  const idColumn = columnLetters(write.columns.get(ORDER_ID) ?? 0);
  const answer = await calls.write('spreadsheets.batchUpdate', (sheets, options) =>
    sheets.spreadsheets.batchUpdate(
      {
        spreadsheetId,
        fields: `updatedSpreadsheet(${SHEETS_FIELDS})`,
        requestBody: {
          requests: toRequests(title, write),
          includeSpreadsheetInResponse: true,
          responseIncludeGridData: true,
          responseRanges: [inTab(title, '1:1'), inTab(title, `${idColumn}:${idColumn}`)],
        },
      },
      options,
    ),
  );
  return readTabAnswer(answer.updatedSpreadsheet?.sheets, title);
}

export function toRequests(title: string, write: TabWrite): Request[] {
  const { plan, sheetId, columns, begin, columnCount, dropTags, untagged } = write;
  const width = Math.max(...columns.values()) + 1;
  const header = new Map([...columns].map(([name, index]) => [index, name] as const));
  return [
    ...(begin === 'tab'
      ? [{ addSheet: { properties: { sheetId, title, gridProperties: { frozenRowCount: 1 } } } }]
      : width > columnCount
        ? [{ appendDimension: { sheetId, dimension: 'COLUMNS', length: width - columnCount } }]
        : []),
    ...(begin === undefined ? [] : updateRow(sheetId, 0, header)),
    ...(dropTags ? [untag(sheetId)] : []),
    ...untagged.map((column) => tag(sheetId, column, columns.get(column) ?? 0)),
    ...plan.writes.flatMap(({ row, cells }) => updateRow(sheetId, row, cells)),
    ...plan.blanks.flatMap(({ row, columns: emptied }) => blankRow(sheetId, row, emptied)),
    ...(plan.appends.length === 0
      ? []
      : [{ appendCells: { sheetId, fields: VALUE, rows: plan.appends.map(({ cells }) => wholeRow(cells)) } }]),
  ];
}

/** Of a cell, its content and nothing else: people's colours, notes and formats stay. */
const VALUE = 'userEnteredValue';

/** Text, whatever it looks like: no formula runs, no zero or plus is lost. */
function toCell(text: string | undefined): sheets_v4.Schema$CellData {
  return text === undefined || text === '' ? {} : { userEnteredValue: { stringValue: text } };
}

function updateRow(sheetId: number, rowIndex: number, cells: Cells): Request[] {
  return runs([...cells.keys()]).map(({ from, to }) => ({
    updateCells: {
      start: { sheetId, rowIndex, columnIndex: from },
      fields: VALUE,
      rows: [{ values: Array.from({ length: to - from }, (_, offset) => toCell(cells.get(from + offset))) }],
    },
  }));
}

function blankRow(sheetId: number, row: number, columns: readonly number[]): Request[] {
  return runs(columns).map(({ from, to }) => ({
    updateCells: {
      range: { sheetId, startRowIndex: row, endRowIndex: row + 1, startColumnIndex: from, endColumnIndex: to },
      fields: VALUE,
    },
  }));
}

/** From the first column on; between ours there may be other people's, which are empty in a new row. */
function wholeRow(cells: Cells): sheets_v4.Schema$RowData {
  return { values: Array.from({ length: Math.max(...cells.keys()) + 1 }, (_, index) => toCell(cells.get(index))) };
}

function tag(sheetId: number, column: SheetColumn, index: number): Request {
  return {
    createDeveloperMetadata: {
      developerMetadata: {
        metadataKey: COLUMN_TAG,
        metadataValue: column,
        visibility: 'DOCUMENT',
        location: { dimensionRange: { sheetId, dimension: 'COLUMNS', startIndex: index, endIndex: index + 1 } },
      },
    },
  };
}

function untag(sheetId: number): Request {
  const lookup = { metadataKey: COLUMN_TAG, metadataLocation: { sheetId } };
  return { deleteDeveloperMetadata: { dataFilter: { developerMetadataLookup: lookup } } };
}

/** Columns that lie side by side, together: `to` is the first one after them. */
function runs(columns: readonly number[]): readonly { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const column of columns.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last?.to === column) last.to += 1;
    else found.push({ from: column, to: column + 1 });
  }
  return found;
}
