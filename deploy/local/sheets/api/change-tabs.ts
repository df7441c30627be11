import * as z from 'zod';
import { deleteDimension } from '../model/dimensions';
import { freeSheetId } from '../model/person-action';
import { cellCount, isTitleTaken, MAX_CELLS, newTab, type Spreadsheet, type Tab } from '../model/spreadsheet';
import { asksFor, parseFields } from './fields-mask';
import { badRequest } from './google-error';
import { tabWithId } from './grid-range';
import { tabProperties } from './spreadsheet-answer';
import { tooManyCells } from './write-values';

const count = z.int().min(0).nullish();

const properties = z.strictObject({
  sheetId: z.int().min(0).nullish(),
  title: z.string().nullish(),
  index: z.int().min(0).nullish(),
  sheetType: z.literal('GRID').nullish(),
  hidden: z.boolean().nullish(),
  gridProperties: z
    .strictObject({
      rowCount: count,
      columnCount: count,
      frozenRowCount: count,
      frozenColumnCount: count,
      hideGridlines: z.boolean().nullish(),
    })
    .nullish(),
  tabColor: z.unknown().optional(),
  tabColorStyle: z.unknown().optional(),
  rightToLeft: z.unknown().optional(),
});

export const addSheetRequest = z.strictObject({ properties: properties.nullish() });
export const deleteSheetRequest = z.strictObject({ sheetId: z.int().nullish() });
export const updateSheetPropertiesRequest = z.strictObject({
  properties: properties.nullish(),
  fields: z.string().nullish(),
});

/** Adds a tab; of two that add the same one, the second is refused. */
export function addSheet(draft: Spreadsheet, { properties: given }: z.output<typeof addSheetRequest>): object {
  const sheetId = given?.sheetId ?? freeSheetId(draft);
  const title = given?.title || `Sheet${sheetId + 1}`;
  refuseTitle(draft, title);
  if (draft.tabs.some((tab) => tab.sheetId === sheetId))
    throw badRequest(`Sheet with id ${sheetId} already exists. Please use another id.`);
  const grid = given?.gridProperties;
  const tab = newTab({ sheetId, title, hidden: given?.hidden ?? false });
  tab.rowCount = grid?.rowCount || tab.rowCount;
  tab.columnCount = grid?.columnCount || tab.columnCount;
  freeze(tab, grid?.frozenRowCount, grid?.frozenColumnCount);
  const at = given?.index ?? draft.tabs.length;
  draft.tabs.splice(at, 0, tab);
  if (cellCount(draft) > MAX_CELLS) throw tooManyCells();
  return { properties: tabProperties(tab, draft.tabs.indexOf(tab)) };
}

export function deleteSheet(draft: Spreadsheet, { sheetId }: z.output<typeof deleteSheetRequest>): undefined {
  const tab = tabWithId(draft, sheetId ?? 0);
  if (draft.tabs.length === 1) throw badRequest("You can't remove all the sheets in a document.");
  draft.tabs.splice(draft.tabs.indexOf(tab), 1);
  draft.metadata = draft.metadata.filter(
    ({ location }) => !('sheetId' in location) || location.sheetId !== tab.sheetId,
  );
}

/** Changes what `fields` names; a smaller grid loses what stood beyond its new edge. */
export function updateSheetProperties(
  draft: Spreadsheet,
  { properties: given, fields }: z.output<typeof updateSheetPropertiesRequest>,
): undefined {
  if (!fields) throw badRequest("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)");
  const tab = tabWithId(draft, given?.sheetId ?? 0);
  const mask = parseFields(fields);
  const names = (...path: string[]): boolean => asksFor(mask, path);
  const grid = given?.gridProperties;
  if (names('title')) {
    refuseTitle(draft, given?.title ?? '', tab);
    tab.title = given?.title ?? '';
  }
  if (names('hidden')) tab.hidden = given?.hidden ?? false;
  if (names('gridProperties', 'rowCount')) resize(draft, tab, 'ROWS', tab.rowCount, grid?.rowCount ?? 0);
  if (names('gridProperties', 'columnCount')) resize(draft, tab, 'COLUMNS', tab.columnCount, grid?.columnCount ?? 0);
  freeze(
    tab,
    names('gridProperties', 'frozenRowCount') ? (grid?.frozenRowCount ?? 0) : tab.frozenRowCount,
    names('gridProperties', 'frozenColumnCount') ? (grid?.frozenColumnCount ?? 0) : tab.frozenColumnCount,
  );
  if (cellCount(draft) > MAX_CELLS) throw tooManyCells();
  if (!names('index') || given?.index == null) return;
  // Counted before the move, as Google counts.
  const from = draft.tabs.indexOf(tab);
  draft.tabs.splice(from, 1);
  draft.tabs.splice(given.index > from ? given.index - 1 : given.index, 0, tab);
}

function resize(draft: Spreadsheet, tab: Tab, dimension: 'ROWS' | 'COLUMNS', from: number, to: number): void {
  if (to < 1) throw badRequest('A sheet must have at least one row and one column.');
  if (to < from) deleteDimension(draft, tab, { dimension, start: to, end: from });
  else if (dimension === 'ROWS') tab.rowCount = to;
  else tab.columnCount = to;
}

function freeze(tab: Tab, rows: number | null | undefined, columns: number | null | undefined): void {
  if ((rows ?? 0) >= tab.rowCount || (columns ?? 0) >= tab.columnCount)
    throw badRequest("You can't freeze all visible rows or columns on the sheet.");
  tab.frozenRowCount = rows ?? 0;
  tab.frozenColumnCount = columns ?? 0;
}

function refuseTitle(draft: Spreadsheet, title: string, except?: Tab): void {
  if (title === '' || title.length > 100) throw badRequest('A sheet name must have from 1 to 100 characters.');
  if (isTitleTaken(draft, title, except))
    throw badRequest(`A sheet with the name "${title}" already exists. Please enter another name.`);
}
