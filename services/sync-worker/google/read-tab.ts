import type { sheets_v4 } from '@googleapis/sheets';
import { ORDER_ID } from '../../../domain/sheets/columns';
import type { SheetTab } from '../../../domain/sheets/sheet-tab';
import { SheetFailure } from '../sheet-failure';
import type { GoogleCalls } from './google-calls';
import { inTab } from './tab-address';
import { COLUMN_TAG, isTitle, readTabAnswer, SHEETS_FIELDS } from './tab-answer';

export interface TabName {
  readonly spreadsheetId: string;
  readonly title: string;
}

/**
 * Reads a tab; undefined when there is none of that name. `narrow`: its first row and the column tagged as Order ID, in one
 * call however long the tab is. `whole`: all of it.
 */
export async function readTab(
  calls: GoogleCalls,
  { spreadsheetId, title }: TabName,
  extent: 'narrow' | 'whole',
): Promise<SheetTab | undefined> {
  try {
    const answer = await calls.read('spreadsheets.getByDataFilter', (sheets, options) =>
      sheets.spreadsheets.getByDataFilter(
        { spreadsheetId, fields: SHEETS_FIELDS, requestBody: { dataFilters: filters(title, extent) } },
        options,
      ),
    );
    return readTabAnswer(answer.sheets, title);
  } catch (error) {
    if (!(error instanceof SheetFailure && error.status === 400)) throw error;
    // A range in a tab that is not there is a bad request like any other.
    if (!(await isThere())) return undefined;
    // Nor does Google say whether a look-up that finds no tag is one. Without it, there is nothing left to be wrong.
    if (extent === 'narrow') return readTab(calls, { spreadsheetId, title }, 'whole');
    throw error;
  }

  async function isThere(): Promise<boolean> {
    const { sheets: tabs } = await calls.read('spreadsheets.get', (sheets, options) =>
      sheets.spreadsheets.get({ spreadsheetId, fields: 'sheets(properties(title))' }, options),
    );
    return (tabs ?? []).some(({ properties }) => isTitle(properties?.title, title));
  }
}

function filters(title: string, extent: 'narrow' | 'whole'): sheets_v4.Schema$DataFilter[] {
  if (extent === 'whole') return [{ a1Range: inTab(title) }];
  return [
    { a1Range: inTab(title, '1:1') },
    { developerMetadataLookup: { metadataKey: COLUMN_TAG, metadataValue: ORDER_ID, locationType: 'COLUMN' } },
  ];
}
