import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { createSheetsClient } from '../../../../platform/google-sheets-client';
import { parseServiceAccount } from '../../../../platform/service-account';
import { getJson } from '../agent/get-json';
import type { Call } from '../order-door';
import { checked } from '../rest-door';

const statusSchema = z.object({
  data: z.object({
    sheet: z.object({
      enabled: z.boolean(),
      state: z.string(),
      spreadsheet_id: z.string().nullable(),
      sheet_name: z.string(),
      unsynced_orders: z.int(),
      parked: z.object({ cause: z.string(), message: z.string() }).nullable(),
    }),
  }),
});

export type SheetStatus = z.output<typeof statusSchema>['data']['sheet'];

const LOOK_AGAIN_MS = 250;
/** Batches come some seconds apart, and Google's quota may make one wait for a minute. */
const WITHIN_MS = 90_000;

/** Waits until the tenant's sheet lacks nothing, or is parked, or the time is up, and answers how it stands then. */
export async function untilSynced(apiUrl: string, call: Call): Promise<SheetStatus> {
  for (const deadline = Date.now() + WITHIN_MS; ; await delay(LOOK_AGAIN_MS)) {
    const { data } = checked(statusSchema, await getJson(`${apiUrl}/api/sheets/status`, call));
    const { sheet } = data;
    if (!sheet.enabled || sheet.parked !== null || sheet.unsynced_orders === 0 || Date.now() > deadline) return sheet;
  }
}

/** Every row of the tab below its header, by the header's names. */
export async function readRows(options: {
  readonly apiUrl: string;
  readonly credentialsFile: string;
  readonly spreadsheetId: string;
  readonly sheetName: string;
}): Promise<readonly Readonly<Record<string, string>>[]> {
  const client = createSheetsClient({
    credentials: parseServiceAccount(readFileSync(options.credentialsFile, 'utf8')),
    apiUrl: options.apiUrl,
  });
  const { data } = await client.spreadsheets.values.get({
    spreadsheetId: options.spreadsheetId,
    range: `'${options.sheetName.replaceAll("'", "''")}'`,
  });
  const rows = (data.values ?? []).map((row) => row.map((cell: unknown) => String(cell)));
  const at = rows.findIndex((row) => row.includes('Order ID'));
  const header = rows[at] ?? [];
  return rows
    .slice(at + 1)
    .map((row) => Object.fromEntries(header.map((name, column) => [name, row[column] ?? ''] as const)));
}
