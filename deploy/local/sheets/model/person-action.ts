import * as z from 'zod';
import { isTooLong } from './cell';
import { deleteDimension, insertDimension, lengthOf, moveDimension, type Span } from './dimensions';
import { sortRows } from './sort-rows';
import {
  cellAt,
  cellCount,
  type Dimension,
  findTab,
  isTitleTaken,
  MAX_CELLS,
  newTab,
  type Spreadsheet,
  setCell,
  type Tab,
  usedRows,
} from './spreadsheet';
import { typeIn } from './type-in';

const index = z.int().min(0).max(MAX_CELLS);
const title = z.string().min(1).max(100);
const email = z.email();
const tab = title.describe('the title of the tab');
const span = { at: index, count: z.int().min(1).max(1_000_000).default(1) };

/** What people do to a spreadsheet while a program writes to it. Rows and columns count from 0; row 0 is the header. */
export const personAction = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('edit'), tab, row: index, column: index, text: z.string() }),
  z.strictObject({ do: z.literal('rename_header'), tab, column: index, text: z.string() }),
  z.strictObject({
    do: z.literal('sort'),
    tab,
    column: index,
    ascending: z.boolean().default(true),
    header_rows: index.default(1),
  }),
  /** Shows some rows to one person and changes nothing for anybody else. */
  z.strictObject({ do: z.literal('filter_view'), tab, column: index, text: z.string() }),
  z.strictObject({ do: z.literal('insert_rows'), tab, ...span }),
  z.strictObject({ do: z.literal('insert_columns'), tab, ...span }),
  z.strictObject({ do: z.literal('delete_rows'), tab, ...span }),
  z.strictObject({ do: z.literal('delete_columns'), tab, ...span }),
  /** `to`: in front of which column, counted before the move. */
  z.strictObject({ do: z.literal('move_column'), tab, from: index, to: index }),
  z.strictObject({ do: z.literal('add_tab'), tab }),
  z.strictObject({ do: z.literal('rename_tab'), tab, title }),
  z.strictObject({ do: z.literal('delete_tab'), tab }),
  z.strictObject({ do: z.literal('share'), email, role: z.enum(['editor', 'viewer']).default('editor') }),
  z.strictObject({ do: z.literal('unshare'), email }),
]);

export type PersonAction = z.input<typeof personAction>;
type Parsed = z.output<typeof personAction>;
type OnTab = Exclude<Parsed, { do: 'add_tab' | 'share' | 'unshare' }>;

/** An action that this spreadsheet does not allow. The message is for the person. */
export class PersonActionError extends Error {
  override readonly name = 'PersonActionError';
}

/** Does to a draft what the action says. @throws PersonActionError when that cannot be done; the draft is then to be dropped. */
export function actAsPerson(draft: Spreadsheet, action: Parsed): void {
  switch (action.do) {
    case 'share':
      unshare(draft, action.email);
      if (action.role === 'viewer') draft.viewers = [...(draft.viewers ?? []), action.email];
      else draft.sharedWith = [...draft.sharedWith, action.email];
      return;
    case 'unshare':
      unshare(draft, action.email);
      return;
    case 'add_tab':
      refuseIf(isTitleTaken(draft, action.tab), `There is a tab named "${action.tab}" already.`);
      draft.tabs.push(newTab({ sheetId: freeSheetId(draft), title: action.tab }));
      break;
    default:
      actOnTab(draft, tabNamed(draft, action.tab), action);
  }
  refuseIf(cellCount(draft) > MAX_CELLS, 'A spreadsheet has at most 10 million cells.');
}

function actOnTab(draft: Spreadsheet, on: Tab, action: OnTab): void {
  switch (action.do) {
    case 'edit':
      edit(on, action.row, action.column, action.text);
      break;
    case 'rename_header':
      edit(on, 0, action.column, action.text);
      break;
    case 'sort': {
      inGrid(on, 'COLUMNS', action.column);
      const { column, ascending, header_rows: start } = action;
      sortRows(on, { column, ascending, start, end: Math.max(start, usedRows(on)) });
      break;
    }
    case 'filter_view':
      inGrid(on, 'COLUMNS', action.column);
      break;
    case 'insert_rows':
      insert(draft, on, spanOf('ROWS', action));
      break;
    case 'insert_columns':
      insert(draft, on, spanOf('COLUMNS', action));
      break;
    case 'delete_rows':
      remove(draft, on, spanOf('ROWS', action));
      break;
    case 'delete_columns':
      remove(draft, on, spanOf('COLUMNS', action));
      break;
    case 'move_column':
      inGrid(on, 'COLUMNS', action.from);
      refuseIf(action.to > on.columnCount, 'There is no such column.');
      moveDimension(draft, on, spanOf('COLUMNS', { at: action.from, count: 1 }), action.to);
      break;
    case 'rename_tab':
      refuseIf(isTitleTaken(draft, action.title, on), `There is a tab named "${action.title}" already.`);
      on.title = action.title;
      break;
    case 'delete_tab':
      refuseIf(draft.tabs.length === 1, 'The last tab cannot be deleted.');
      draft.tabs.splice(draft.tabs.indexOf(on), 1);
      draft.metadata = draft.metadata.filter(
        ({ location }) => !('sheetId' in location) || location.sheetId !== on.sheetId,
      );
  }
}

function unshare(draft: Spreadsheet, email: string): void {
  draft.sharedWith = draft.sharedWith.filter((other) => other !== email);
  draft.viewers = draft.viewers?.filter((other) => other !== email) ?? [];
}

function edit(tab: Tab, row: number, column: number, text: string): void {
  inGrid(tab, 'ROWS', row);
  inGrid(tab, 'COLUMNS', column);
  const entered = typeIn(text);
  refuseIf(isTooLong(entered), 'A cell holds at most 50,000 characters.');
  setCell(tab, row, column, { ...cellAt(tab, row, column), entered });
}

function insert(draft: Spreadsheet, tab: Tab, span: Span): void {
  refuseIf(span.start > lengthOf(tab, span.dimension), 'There is no such place.');
  insertDimension(draft, tab, span);
}

function remove(draft: Spreadsheet, tab: Tab, span: Span): void {
  inGrid(tab, span.dimension, span.end - 1);
  refuseIf(span.end - span.start === lengthOf(tab, span.dimension), 'They cannot all be deleted.');
  deleteDimension(draft, tab, span);
}

function spanOf(dimension: Dimension, { at, count }: { readonly at: number; readonly count: number }): Span {
  return { dimension, start: at, end: at + count };
}

function inGrid(tab: Tab, dimension: Dimension, at: number): void {
  refuseIf(at >= lengthOf(tab, dimension), dimension === 'ROWS' ? 'There is no such row.' : 'There is no such column.');
}

function tabNamed(draft: Spreadsheet, title: string): Tab {
  const found = findTab(draft, title);
  if (found === undefined) throw new PersonActionError(`There is no tab named "${title}" (any more).`);
  return found;
}

export function freeSheetId(spreadsheet: Spreadsheet): number {
  return spreadsheet.tabs.reduce((highest, { sheetId }) => Math.max(highest, sheetId), 0) + 1;
}

function refuseIf(wrong: boolean, message: string): void {
  if (wrong) throw new PersonActionError(message);
}
