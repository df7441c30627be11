import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { Order, OrderContent, OrderStatus } from '../../domain/order';
import { SHEET_COLUMNS, type SheetColumn } from '../../domain/sheets/columns';
import { orderCells } from '../../domain/sheets/order-cells';
import { listOrders } from '../../persistence/orders/list-orders';
import { placeOrder } from '../../persistence/orders/place-order';
import { transitionOrder } from '../../persistence/orders/transition-order';
import { withTenant } from '../../persistence/with-tenant';
import { createLogger } from '../../platform/logger';
import { createNudgeSheet } from '../../services/order-worker/activities/nudge-sheet';
import { resumeSignal, SHEET_SYNC_WORKFLOW, sheetSyncStart, sheetSyncWorkflowId } from '../../workflows/sheet-contract';
import { eventually } from './eventually';
import { sampleContent } from './sample-order';
import type { Scene } from './scene';
import { newAttempt } from './shop';

/** Where a tenant's orders are to go, as a person sees it. */
export interface SheetView {
  readonly spreadsheetId: string;
  readonly tab: string;
  /** What it shows, every row equally long; undefined when there is no such tab. */
  rows(): Promise<string[][] | undefined>;
}

/** A tenant with a sheet: orders by the real statements, nudges by the order worker's own code. */
export interface SheetShop {
  readonly userId: string;
  place(content?: Partial<OrderContent>): Promise<Order>;
  /** So many orders, some at a time, in the order of their making. */
  placeMany(count: number, atOnce?: number): Promise<Order[]>;
  move(orderId: string, to: OrderStatus): Promise<Order>;
  nudge(): void;
  /** As the API does, which starts a run that has ended by now. */
  resume(): Promise<void>;
  sync(): WorkflowHandle;
  orders(): Promise<Order[]>;
  unsynced(): Promise<number>;
  attempts(): Promise<SheetAttemptRow[]>;
  parkedCause(): Promise<string | null>;
  change(columns: Readonly<Record<string, unknown>>): Promise<void>;
  /** Until Postgres says that nothing is behind. */
  untilSynced(withinMs?: number): Promise<void>;
  /** What the sheet must show of our columns: one row for each order, with all of its cells. */
  expectEqual(view: SheetView, names?: Renamed): Promise<void>;
}

export interface SheetAttemptRow {
  readonly result: string;
  readonly cause: string | null;
  readonly status_code: number | null;
  readonly attempt: number;
  readonly order_ids: string[];
  readonly correlation_ids: string[];
  readonly updated: number;
  readonly appended: number;
  readonly mended: number;
}

export async function openSheetShop(
  scene: Scene,
  view: Pick<SheetView, 'spreadsheetId' | 'tab'>,
  userId?: string,
): Promise<SheetShop> {
  const tenant = userId ?? (await scene.addTenant()).userId;
  const { owner, service } = scene.database;
  const nudgeSheet = createNudgeSheet({
    temporal: scene.temporal,
    sheetsTaskQueue: scene.sheetsTaskQueue,
    notificationsTaskQueue: scene.notificationsTaskQueue,
    logger: createLogger({ service: 'test', level: 'silent' }),
    // Nobody sweeps for most tests: a nudge that a busy Temporal had no time for would be made good by nothing.
    withinMs: 60_000,
  });
  await owner.query(
    `INSERT INTO ai_capabilities (user_id, sheets_sync_enabled, sheets_spreadsheet_id, sheets_sheet_name)
     VALUES ($1, true, $2, $3) ON CONFLICT (user_id) DO UPDATE
     SET sheets_sync_enabled = true, sheets_spreadsheet_id = $2, sheets_sheet_name = $3`,
    [tenant, view.spreadsheetId, view.tab],
  );

  async function place(content: Partial<OrderContent> = {}): Promise<Order> {
    const attempt = newAttempt({ content: sampleContent(content), correlationId: `req_${randomUUID()}` });
    const outcome = await withTenant(service, tenant, (client) => placeOrder(client, attempt));
    if (outcome.kind !== 'placed') throw new Error(`the order was not placed: ${outcome.kind}`);
    if (outcome.sheetFellBehind) nudgeSheet(tenant);
    return outcome.order;
  }

  async function orders(): Promise<Order[]> {
    const all: Order[] = [];
    for (;;) {
      const last = all.at(-1);
      const page = await withTenant(service, tenant, (client) =>
        listOrders(client, {
          ...NO_FILTER,
          after: last && { createdAt: last.createdAt, id: last.id },
          limit: 500,
        }),
      );
      all.push(...page);
      if (page.length < 500) return all;
    }
  }

  const one = async <T>(column: string): Promise<T | undefined> => {
    const { rows } = await owner.query(`SELECT ${column} AS value FROM ai_capabilities WHERE user_id = $1`, [tenant]);
    return rows[0]?.value as T | undefined;
  };

  async function unsynced(): Promise<number> {
    const { rows } = await owner.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM orders WHERE user_id = $1 AND sheet_synced_version <> version',
      [tenant],
    );
    return rows[0]?.n ?? 0;
  }

  const sync = () => scene.temporal.workflow.getHandle(sheetSyncWorkflowId(tenant));

  return {
    userId: tenant,
    place,
    async placeMany(count, atOnce = 10) {
      const placed: Order[] = [];
      for (let made = 0; made < count; made += atOnce) {
        placed.push(...(await Promise.all(Array.from({ length: Math.min(atOnce, count - made) }, () => place()))));
      }
      return placed;
    },
    async move(orderId, to) {
      const command = {
        commandId: randomUUID(),
        actor: 'shop',
        correlationId: `req_${randomUUID()}`,
        auditRefusal: false,
      };
      const outcome = await withTenant(service, tenant, (client) =>
        transitionOrder(client, { orderId, to, ...command }),
      );
      if (outcome?.kind !== 'moved') throw new Error(`the order was not moved: ${outcome?.kind}`);
      if (outcome.sheetFellBehind) nudgeSheet(tenant);
      return outcome.order;
    },
    nudge: () => nudgeSheet(tenant),
    async resume() {
      const { temporal, sheetsTaskQueue, notificationsTaskQueue } = scene;
      await temporal.workflow.signalWithStart(SHEET_SYNC_WORKFLOW, {
        ...sheetSyncStart({ userId: tenant, notificationsTaskQueue }, sheetsTaskQueue),
        signal: resumeSignal,
        signalArgs: [{ correlationId: 'req_resume' }],
      });
    },
    sync,
    orders,
    unsynced,
    async attempts() {
      const { rows } = await owner.query<SheetAttemptRow>(
        'SELECT * FROM sheet_sync_attempts WHERE user_id = $1 ORDER BY id',
        [tenant],
      );
      return rows;
    },
    parkedCause: async () => (await one<string | null>('sheet_parked_cause')) ?? null,
    async change(columns) {
      const names = Object.keys(columns);
      await owner.query(
        `UPDATE ai_capabilities SET ${names.map((name, index) => `${name} = $${index + 2}`).join(', ')} WHERE user_id = $1`,
        [tenant, ...Object.values(columns)],
      );
    },
    async untilSynced(withinMs = 60_000) {
      await eventually(
        'the sheet to be up with its orders',
        async () => (await unsynced()) === 0 && (await one('sheet_open_write')) === null,
        withinMs,
      );
    },
    async expectEqual(view, names) {
      const shown = ourRows((await view.rows()) ?? [], names);
      const expected = (await orders()).map((order) => orderCells(order));
      expect(shown.toSorted(byId)).toEqual(expected.toSorted(byId));
    },
  };
}

/** What people called our columns instead. */
export type Renamed = Partial<Readonly<Record<SheetColumn, string>>>;

/** The rows that have an order's id, by the names in the first row; columns of others are left out. */
export function ourRows(
  rows: readonly (readonly string[])[],
  names: Renamed = {},
): Partial<Record<SheetColumn, string>>[] {
  const header = rows[0] ?? [];
  const index = (column: SheetColumn) => header.indexOf(names[column] ?? column);
  return rows
    .slice(1)
    .filter((row) => /^[0-9a-f]{8}-/.test(row[index('Order ID')] ?? ''))
    .map((row) =>
      Object.fromEntries(
        SHEET_COLUMNS.filter((column) => index(column) >= 0).map((column) => [column, row[index(column)] ?? '']),
      ),
    );
}

function byId(a: Partial<Record<SheetColumn, string>>, b: Partial<Record<SheetColumn, string>>): number {
  return (a['Order ID'] ?? '') < (b['Order ID'] ?? '') ? -1 : 1;
}

const NO_FILTER = {
  status: undefined,
  source: undefined,
  customerPhone: undefined,
  createdAfter: undefined,
  createdBefore: undefined,
  search: undefined,
};
