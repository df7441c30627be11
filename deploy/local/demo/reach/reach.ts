import { setTimeout as delay } from 'node:timers/promises';
import type { DemoEnv } from '../demo-env';
import { padCells } from '../display-width';
import type { DemoTenant } from '../example';
import type { Call } from '../order-door';
import type { BookedOrder } from '../play';
import { readRows, untilSynced } from './read-sheet';
import { subscribe, unsubscribe } from './subscription';
import { listenForWebhooks } from './webhook-listener';

/** A delivery takes some ten milliseconds; this is for a machine that is busy with much else. */
const HEARD_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 100;
/** Rows and events that are shown; all are compared. */
const SHOWN = 5;

/** How orders reach a business: its webhook and its sheet. */
export interface Reach {
  /** Waits for the events of these orders, each of which is at the version it was last seen at, and tells of them. */
  tellWebhooks(orders: readonly BookedOrder[], print: (line: string) => void): Promise<readonly string[]>;
  /** Waits until the sheet lacks nothing, and compares its rows with these orders. */
  tellSheet(orders: readonly BookedOrder[], print: (line: string) => void): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Subscribes a receiver of our own, so that the webhook hears of everything that comes after. */
export async function openReach(
  env: DemoEnv,
  tenant: DemoTenant,
  callAs: (apiKey: string, what: string) => Call,
): Promise<Reach> {
  const { adminKey, apiKey } = env.tenants[tenant];
  const listener = await listenForWebhooks();
  const subscription = await subscribe(env.apiUrl, callAs(adminKey, 'subscribe'), listener.url).catch(
    async (error: unknown) => {
      await listener.close();
      throw error;
    },
  );
  listener.trust(subscription.secret);

  return {
    async tellWebhooks(orders, print) {
      const missing = () => orders.flatMap((order) => eventsOf(order).filter((id) => !heardIds().has(id)));
      const heardIds = () => new Set(listener.heard.map(({ id }) => id));
      for (const deadline = Date.now() + HEARD_WITHIN_MS; missing().length > 0 && Date.now() < deadline; ) {
        await delay(LOOK_AGAIN_MS);
      }
      const { heard } = listener;
      print(`  ${heard.length} events for ${orders.length} orders at ${listener.url}, every signature checked`);
      for (const { type, status, id } of heard.slice(0, SHOWN)) {
        print(`  ${type.padEnd(22)}${(status ?? '').padEnd(12)}${id}`);
      }
      if (heard.length > SHOWN) print(`  … and ${heard.length - SHOWN} more`);
      const problems = missing().map((id) => `the webhook was not told of ${id}`);
      return listener.refused === 0 ? problems : [...problems, `${listener.refused} webhooks had a bad signature`];
    },

    async tellSheet(orders, print) {
      const sheet = await untilSynced(env.apiUrl, callAs(apiKey, 'sheet'));
      if (!sheet.enabled || sheet.spreadsheet_id === null) {
        print('  The tenant has no sheet.');
        return [];
      }
      if (sheet.parked !== null) return [`the sheet is parked: ${sheet.parked.message}`];
      if (sheet.unsynced_orders > 0) return [`${sheet.unsynced_orders} orders did not reach the sheet`];
      if (env.sheets === undefined) {
        print("  The sheet is Google's own and lacks nothing.");
        return [];
      }
      const rows = await readRows({
        apiUrl: env.sheets.url,
        credentialsFile: env.sheets.credentialsFile,
        spreadsheetId: sheet.spreadsheet_id,
        sheetName: sheet.sheet_name,
      });
      const mine = new Set(orders.map(({ id }) => id));
      const shown = rows.filter((row) => mine.has(row['Order ID'] ?? ''));
      print(
        `  ${shown.length} rows of this run among ${rows.length} in ${env.sheets.url}/spreadsheets/${sheet.spreadsheet_id}`,
      );
      for (const row of shown.slice(0, SHOWN)) {
        const cells = [row.Date, row.Status, row['Total Qty'], row.Items].map((cell) => cell ?? '');
        print(
          `  ${padCells(cells[0] ?? '', 18)}${padCells(cells[1] ?? '', 12)}${padCells(cells[2] ?? '', 5)}${cells[3]}`,
        );
      }
      if (shown.length > SHOWN) print(`  … and ${shown.length - SHOWN} more`);
      return sheetDifferences(rows, orders);
    },

    async close() {
      await unsubscribe(env.apiUrl, callAs(adminKey, 'unsubscribe'), subscription.id).catch(() => undefined);
      await listener.close();
    },
  };
}

/** The ids of what happened to an order: its creation, and one for every version after it. */
function eventsOf({ id, version }: BookedOrder): readonly string[] {
  return Array.from({ length: version }, (_, index) => `evt_${id}_${index + 1}`);
}

/** Each order stands in one row, as it was last seen. */
export function sheetDifferences(
  rows: readonly Readonly<Record<string, string>>[],
  orders: readonly Pick<BookedOrder, 'id' | 'status'>[],
): readonly string[] {
  return orders.flatMap(({ id, status }) => {
    const found = rows.filter((row) => row['Order ID'] === id);
    if (found.length !== 1) return [`order ${id} stands in ${found.length} rows of the sheet instead of one`];
    const told = found[0]?.Status;
    return told === status ? [] : [`order ${id} is ${told} in the sheet, but was seen ${status}`];
  });
}
