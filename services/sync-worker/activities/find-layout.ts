import { randomInt } from 'node:crypto';
import { FIRST_COLUMNS, ORDER_ID, SHEET_COLUMNS } from '../../../domain/sheets/columns';
import { isBlank, readLayout, type SheetLayout } from '../../../domain/sheets/sheet-tab';
import type { GoogleCalls } from '../google/google-calls';
import { readTab, type TabName } from '../google/read-tab';
import { SheetFailure } from '../sheet-failure';

export interface FoundLayout {
  readonly layout: SheetLayout;
  /** Nothing is there: the tab has to be made, or its first row. Then no order is in it any more. */
  readonly begin: 'tab' | 'header' | undefined;
  /** No tag of ours is in it: what was written before went to another tab of this name, which is gone. */
  readonly isNew: boolean;
  /** Tags of ours that are where no column of ours is any more. */
  readonly dropTags: boolean;
}

/**
 * Reads what is where in a tab. One that is missing, or empty, is laid out as it will be made.
 *
 * @param extent `whole`: every cell is read, for an audit
 * @throws SheetFailure `order_id_column_missing`
 */
export async function findLayout(calls: GoogleCalls, name: TabName, extent: 'narrow' | 'whole'): Promise<FoundLayout> {
  let tab = await readTab(calls, name, extent);
  if (tab === undefined) return begun('tab', { sheetId: randomInt(1, 2 ** 31 - 1), columnCount: NEW_TAB_COLUMNS });
  let layout = readLayout(tab);
  // A tab that is new to us: where its Order ID column is could not be known before, so it was not read.
  if (extent === 'narrow' && (layout === undefined || layout.untagged.includes(ORDER_ID))) {
    tab = await readTab(calls, name, 'whole');
    if (tab === undefined) throw new SheetFailure('google_unavailable');
    layout = readLayout(tab);
  }
  if (layout !== undefined) {
    return {
      layout,
      begin: layout.isEmptied ? 'header' : undefined,
      isNew: layout.tab.tags.size === 0,
      dropTags: layout.isMistagged,
    };
  }
  if (!isBlank(tab)) throw new SheetFailure('order_id_column_missing');
  return { ...begun('header', tab), dropTags: tab.tags.size > 0 };
}

/** Google makes tabs with so many. */
const NEW_TAB_COLUMNS = 26;

function begun(
  begin: 'tab' | 'header',
  { sheetId, columnCount }: { readonly sheetId: number; readonly columnCount: number },
): FoundLayout {
  const tab = { sheetId, columnCount, tags: new Map(), cells: [] };
  const layout = {
    tab,
    columns: FIRST_COLUMNS,
    untagged: SHEET_COLUMNS,
    isMistagged: false,
    rows: new Map(),
    isEmptied: true,
  };
  return { layout, begin, isNew: true, dropTags: false };
}
