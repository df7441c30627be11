import type { sheets_v4 } from '@googleapis/sheets';
import {
  type SheetsServer,
  type SheetsServerOptions,
  startSheetsServer,
} from '../../../../deploy/local/sheets/start-sheets-server';
import { createSheetsClient } from '../../../../platform/google-sheets-client';
import { parseServiceAccount } from '../../../../platform/service-account';

/** A clock that a test moves. */
export interface TestClock {
  (): number;
  advance(ms: number): void;
}

export function testClock(): TestClock {
  let now = 1_000_000;
  return Object.assign(() => now, {
    advance(ms: number) {
      now += ms;
    },
  });
}

export interface OpenSheets {
  readonly server: SheetsServer;
  /** Google's own client, signed in as the account with this name. */
  client(name?: string, options?: { readonly timeoutMs?: number }): Promise<sheets_v4.Sheets>;
  /** A new spreadsheet that the account with this name may edit, with an empty tab "Orders" (id {@link ORDERS}) beside the first. */
  spreadsheet(name?: string): Promise<string>;
}

export async function openSheets(options: SheetsServerOptions = {}): Promise<OpenSheets> {
  const defects: unknown[] = [];
  const server = await startSheetsServer({ onDefect: (error) => defects.push(error), ...options });
  return {
    server: {
      ...server,
      async close() {
        await server.close();
        // A test that only looks at refusals would not notice that the model failed.
        expect(defects).toEqual([]);
      },
    },
    async client(name, { timeoutMs } = {}) {
      const credentials = parseServiceAccount(await server.serviceAccountJson(name));
      return createSheetsClient({ credentials, apiUrl: server.url, ...(timeoutMs && { timeoutMs }) });
    },
    async spreadsheet(name) {
      const { client_email } = await server.serviceAccount(name);
      const id = await server.createSpreadsheet({ title: 'Corner shop', shareWith: [client_email] });
      await server.act(id, { do: 'add_tab', tab: 'Orders' });
      return id;
    },
  };
}

/** The rows of an updateCells or appendCells request, as raw text. */
export function textRows(rows: readonly (readonly string[])[]): sheets_v4.Schema$RowData[] {
  return rows.map((row) => ({ values: row.map((stringValue) => ({ userEnteredValue: { stringValue } })) }));
}

/** Appends rows of raw text to the tab "Orders" of {@link OpenSheets.spreadsheet}. */
export function append(rows: readonly (readonly string[])[], sheetId = ORDERS): sheets_v4.Schema$Request {
  return { appendCells: { sheetId, rows: textRows(rows), fields: 'userEnteredValue' } };
}

/** The id that the model gives the second tab of a spreadsheet. */
export const ORDERS = 1;
