/** The columns of a tenant's sheet that are ours, as they are named and ordered when the tab is made. */
export const SHEET_COLUMNS = [
  'Order ID',
  'Date',
  'Customer',
  'Phone',
  'Items',
  'Total Qty',
  'Status',
  'Source',
  'Notes',
] as const;
export type SheetColumn = (typeof SHEET_COLUMNS)[number];

/** The key of every row. */
export const ORDER_ID = 'Order ID' satisfies SheetColumn;

export function isSheetColumn(value: unknown): value is SheetColumn {
  return (SHEET_COLUMNS as readonly unknown[]).includes(value);
}

/** Where each of our columns is, from 0. One that is not in it was taken out by the owner, and is not written. */
export type Columns = ReadonlyMap<SheetColumn, number>;

/** As a tab is made that has nothing in it. */
export const FIRST_COLUMNS: Columns = new Map(SHEET_COLUMNS.map((column, index) => [column, index]));
