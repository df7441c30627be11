import type { Order } from '../../../../domain/order';
import { type Columns, SHEET_COLUMNS } from '../../../../domain/sheets/columns';
import { orderCells } from '../../../../domain/sheets/order-cells';
import type { SheetPlan } from '../../../../domain/sheets/plan-batch';
import type { SheetTab } from '../../../../domain/sheets/sheet-tab';

/** The n-th order, unlike all others. */
export function orderNumber(n: number, fields: Partial<Order> = {}): Order {
  return {
    id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    userId: 'shop',
    customerName: `Customer ${n}`,
    customerPhone: `4930${String(n).padStart(8, '0')}`,
    items: [{ name: `Pizza ${n}`, quantity: n + 1 }],
    totalQuantity: n + 1,
    status: 'pending',
    source: 'api',
    notes: null,
    slotId: null,
    version: 1,
    createdAt: '2026-11-28T10:15:30.123Z',
    updatedAt: '2026-11-28T10:15:30.123Z',
    ...fields,
  };
}

/** A tab that can be changed: by a plan as Google carries it out, and by people. Columns keep their tags as they move. */
export class Paper {
  rows: string[][];
  /** By place, the name of ours that the column is tagged with. */
  tags: (string | undefined)[];

  constructor(width = 9, tagged = true) {
    this.rows = [[...SHEET_COLUMNS, ...Array(Math.max(0, width - 9)).fill('')]];
    this.tags = Array.from({ length: width }, (_, index) => (tagged ? SHEET_COLUMNS[index] : undefined));
  }

  get columns(): Columns {
    return new Map(
      SHEET_COLUMNS.map((column) => [column, this.tags.indexOf(column)] as const).filter(([, at]) => at >= 0),
    );
  }

  /** As it is read: empty cells are missing. */
  tab(): SheetTab {
    const cells = this.rows.map((row) => row.map((cell) => (cell === '' ? undefined : cell)));
    return { sheetId: 1, columnCount: this.tags.length, tags: this.columns, cells };
  }

  set(row: number, column: number, text: string): void {
    while (this.rows.length <= row) this.rows.push([]);
    const cells = this.rows[row] as string[];
    while (cells.length <= column) cells.push('');
    cells[column] = text;
  }

  carryOut({ writes, blanks, appends }: SheetPlan): void {
    for (const { row, cells } of writes) for (const [column, text] of cells) this.set(row, column, text);
    for (const { row, columns } of blanks) for (const column of columns) this.set(row, column, '');
    for (const { cells } of appends) {
      const last = this.rows.findLastIndex((row) => row.some((cell) => cell !== ''));
      for (const [column, text] of cells) this.set(last + 1, column, text);
    }
  }

  insertColumn(at: number): void {
    this.tags.splice(at, 0, undefined);
    for (const row of this.rows) row.splice(Math.min(at, row.length), 0, '');
  }

  deleteColumn(at: number): void {
    this.tags.splice(at, 1);
    for (const row of this.rows) row.splice(at, 1);
  }

  moveColumn(from: number, to: number): void {
    const width = this.tags.length;
    for (const row of [this.tags, ...this.rows] as (string | undefined)[][]) {
      while (row.length < width) row.push('');
      row.splice(to, 0, ...row.splice(from, 1));
    }
  }

  insertRow(at: number): void {
    this.rows.splice(at, 0, []);
  }

  deleteRow(at: number): void {
    this.rows.splice(at, 1);
  }

  /** All rows but the first, by a key. */
  sort(key: (row: readonly string[]) => string): void {
    const [header = [], ...rest] = this.rows;
    this.rows = [header, ...rest.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))];
  }

  /** The rows that show each order, by its id. */
  shown(): Map<string, Record<string, string>[]> {
    const shown = new Map<string, Record<string, string>[]>();
    for (const row of this.rows) {
      const cells = Object.fromEntries([...this.columns].map(([column, at]) => [column, row[at] ?? '']));
      const id = cells['Order ID'] ?? '';
      if (!/^0{8}-/.test(id)) continue;
      shown.set(id, [...(shown.get(id) ?? []), cells]);
    }
    return shown;
  }
}

/** What the tab must show of an order, in the columns that it has. */
export function expectedCells(order: Order, columns: Columns): Record<string, string> {
  const cells = orderCells(order);
  return Object.fromEntries([...columns.keys()].map((column) => [column, cells[column]]));
}
