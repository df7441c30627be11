import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { sheets_v4 } from '@googleapis/sheets';
import { readGoogleFailure } from '../../platform/google-failure';
import { createSheetsClient } from '../../platform/google-sheets-client';
import { parseServiceAccount } from '../../platform/service-account';
import { columnLetters, inTab } from '../../services/sync-worker/google/tab-address';
import type { Scene } from './scene';
import { openSheetShop, type SheetView } from './sheet-shop';
import type { PersonDoes, SheetDesk } from './sheet-suite';

export interface LiveSheets {
  /** A tab of its own in the spreadsheet that the tests may write to. */
  open(scene: Scene): Promise<SheetDesk>;
  /** Deletes every tab that was opened. */
  close(): Promise<void>;
}

/**
 * Desks at Google itself: a person's deeds are done through the API too, by the same account.
 *
 * @param apiUrl a server that stands for Google's: to try these tests out
 */
export function liveSheets(credentials: string, spreadsheetId: string, apiUrl?: string): LiveSheets {
  const { spreadsheets } = createSheetsClient({ credentials: parseServiceAccount(credentials), apiUrl });
  const opened: string[] = [];

  /** Google counts these calls among the account's: a "too many" is waited out. */
  async function call<T>(make: () => Promise<{ data: T }>): Promise<T> {
    for (;;) {
      try {
        return (await make()).data;
      } catch (error) {
        if (readGoogleFailure(error, Date.now()).status !== 429) throw error;
        await sleep(10_000);
      }
    }
  }

  const batch = (...requests: sheets_v4.Schema$Request[]) =>
    call(() => spreadsheets.batchUpdate({ spreadsheetId, requestBody: { requests } }));

  async function sheetIdOf(tab: string): Promise<number | undefined> {
    const { sheets } = await call(() =>
      spreadsheets.get({ spreadsheetId, fields: 'sheets(properties(sheetId,title))' }),
    );
    return sheets?.find(({ properties }) => properties?.title === tab)?.properties?.sheetId ?? undefined;
  }

  async function rows(tab: string): Promise<string[][] | undefined> {
    if ((await sheetIdOf(tab)) === undefined) return undefined;
    const { values } = await call(() => spreadsheets.values.get({ spreadsheetId, range: inTab(tab) }));
    const width = Math.max(0, ...(values ?? []).map(({ length }) => length));
    return (values ?? []).map((row) => Array.from({ length: width }, (_, index) => String(row[index] ?? '')));
  }

  async function act(action: PersonDoes): Promise<void> {
    if (action.do === 'add_tab') {
      opened.push(action.tab);
      await batch({ addSheet: { properties: { title: action.tab } } });
      return;
    }
    const sheetId = (await sheetIdOf(action.tab)) ?? -1;
    const span = (dimension: 'ROWS' | 'COLUMNS', at: number, count = 1) => ({
      sheetId,
      dimension,
      startIndex: at,
      endIndex: at + count,
    });
    switch (action.do) {
      case 'edit':
      case 'rename_header': {
        const range = `${columnLetters(action.column)}${('row' in action ? action.row : 0) + 1}`;
        const request = { spreadsheetId, range: inTab(action.tab, range), valueInputOption: 'USER_ENTERED' };
        await call(() => spreadsheets.values.update({ ...request, requestBody: { values: [[action.text]] } }));
        return;
      }
      case 'sort': {
        const sortOrder = action.ascending === false ? 'DESCENDING' : 'ASCENDING';
        const sortSpecs = [{ dimensionIndex: action.column, sortOrder }];
        await batch({ sortRange: { range: { sheetId, startRowIndex: 1 }, sortSpecs } });
        return;
      }
      case 'insert_rows':
      case 'insert_columns': {
        const range = span(action.do === 'insert_rows' ? 'ROWS' : 'COLUMNS', action.at, action.count);
        await batch({ insertDimension: { range } });
        return;
      }
      case 'delete_rows':
      case 'delete_columns': {
        const range = span(action.do === 'delete_rows' ? 'ROWS' : 'COLUMNS', action.at, action.count);
        await batch({ deleteDimension: { range } });
        return;
      }
      case 'move_column':
        await batch({ moveDimension: { source: span('COLUMNS', action.from), destinationIndex: action.to } });
        return;
      case 'delete_tab':
        await batch({ deleteSheet: { sheetId } });
    }
  }

  return {
    async open(scene) {
      const tab = `test ${randomUUID()}`;
      opened.push(tab);
      const view: SheetView = { spreadsheetId, tab, rows: () => rows(tab) };
      return { shop: await openSheetShop(scene, view), view, act };
    },
    async close() {
      for (const tab of opened) {
        const sheetId = await sheetIdOf(tab);
        if (sheetId !== undefined) await batch({ deleteSheet: { sheetId } });
      }
    },
  };
}
