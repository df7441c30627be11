import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type SheetsServer, startSheetsServer } from '../deploy/local/sheets/start-sheets-server';
import { seedTenant } from '../persistence/tenants/seed-tenant';
import { generateApiKey } from '../platform/api-key';
import { aboutRun, type RunDescription } from './about-run';
import { type Measurement, measureInTurn, type Side } from './measure';
import { createOrderCaller, type OrderCaller } from './order-caller';
import { startStack, type TemporalDatabase } from './stack';

export interface SheetBenchmarkOptions {
  readonly temporalDatabase: TemporalDatabase;
  readonly profileFolder?: string;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** What is written to `bench/results/latest-sheets.json`. */
export interface SheetBenchmark extends RunDescription {
  readonly levels: readonly SheetLevel[];
  /** Of the business whose sheet works, over the whole run. */
  readonly sheet: {
    readonly orders: number;
    readonly rows: number;
    readonly writes: number;
    readonly reads: number;
    /** From the end of the last round to the last row. */
    readonly lagMs: number;
  };
}

export interface SheetLevel {
  readonly concurrency: number;
  readonly without: Measurement;
  readonly up: Measurement;
  readonly down: Measurement;
}

const WARM_UP = { concurrency: 10, atMost: { seconds: 6, calls: 150 }, rounds: 1 };
const LEVELS = [
  { concurrency: 1, atMost: { seconds: 3, calls: 60 }, rounds: 4 },
  { concurrency: 10, atMost: { seconds: 5, calls: 300 }, rounds: 4 },
];
/** Six looks at the sheet, at most: a batch takes Google a second. */
const SYNCED_WITHIN_MS = 60_000;

/**
 * Whether an order waits for its sheet: CreateOrder over gRPC of a business without one, of one whose sheet is written as it
 * goes, and of one whose spreadsheet Google refuses with 503 all the time, in turn on the same servers in the same minutes.
 */
export async function runSheetBenchmark(options: SheetBenchmarkOptions): Promise<SheetBenchmark> {
  const { onProgress, signal } = options;
  const google = await startSheetsServer();
  const { client_email: account } = await google.serviceAccount();
  const stack = await startStack({
    ...options,
    syncWorker: { GOOGLE_SHEETS_CREDENTIALS: await google.serviceAccountJson(), SHEETS_API_URL: google.url },
  }).catch(async (error: unknown) => {
    await google.close();
    throw error;
  });
  try {
    const spreadsheetOf = () => google.createSpreadsheet({ shareWith: [account] });
    const [upId, downId] = [await spreadsheetOf(), await spreadsheetOf()];
    google.fail({ fault: { do: 'refuse', status: 503 }, match: { spreadsheet_id: downId }, times: null });
    const callers = {
      without: createOrderCaller({ address: stack.grpcAddress, apiKey: stack.apiKey, userId: stack.userId }),
      up: await tenantWithSheet('bench-sheet-up', upId),
      down: await tenantWithSheet('bench-sheet-down', downId),
    };
    const sides = Object.entries(callers).map(([name, caller]): Side => ({ name, call: caller.call, processes: {} }));

    onProgress('Warming up …');
    await measureInTurn(sides, { ...WARM_UP, signal });
    const levels: SheetLevel[] = [];
    for (const load of LEVELS) {
      onProgress(`Measuring at concurrency ${load.concurrency} …`);
      const [without, up, down] = await measureInTurn(sides, { ...load, signal });
      if (without === undefined || up === undefined || down === undefined) throw new Error('a side was not measured');
      levels.push({ concurrency: load.concurrency, without, up, down });
    }
    const sheet = await untilWritten(google, upId, callers.up.placed);
    await Promise.all(Object.values(callers).map((caller) => caller.close()));
    return { ...aboutRun(options), levels, sheet };
  } catch (error) {
    if (!signal.aborted) onProgress(`The logs are kept in ${stack.keepLogs()}`);
    throw error;
  } finally {
    onProgress('Stopping …');
    await stack.stop();
    await google.close();
  }

  async function tenantWithSheet(userId: string, spreadsheetId: string): Promise<OrderCaller & { placed(): number }> {
    const { key } = generateApiKey();
    const client = new pg.Client({ connectionString: stack.ownerUrl });
    await client.connect();
    try {
      const keys = [{ key, name: 'bench', scopes: ['orders:read', 'orders:write'] as const }];
      await seedTenant(client, { userId, name: userId, keys, sheet: { spreadsheetId } });
    } finally {
      await client.end();
    }
    let placed = 0;
    const caller = createOrderCaller({ address: stack.grpcAddress, apiKey: key, userId });
    return {
      ...caller,
      async call() {
        await caller.call();
        placed += 1;
      },
      placed: () => placed,
    };
  }
}

/** Waits until the sheet has a row for every order, and says what that took. */
async function untilWritten(google: SheetsServer, id: string, placed: () => number): Promise<SheetBenchmark['sheet']> {
  const since = performance.now();
  const rows = () => Math.max(0, (google.rows(id, 'Orders') ?? []).length - 1);
  while (rows() < placed() && performance.now() - since < SYNCED_WITHIN_MS) await sleep(50);
  const calls = (kind: 'read' | 'write') => google.calls({ kind, spreadsheet_id: id }).length;
  return {
    orders: placed(),
    rows: rows(),
    writes: calls('write'),
    reads: calls('read'),
    lagMs: performance.now() - since,
  };
}
