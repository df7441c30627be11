import type { Order } from '../order';
import type { SheetColumn } from './columns';

/** Google takes no more in one cell. https://support.google.com/drive/answer/37603 */
export const CELL_MAX_UNITS = 50_000;
const CUT_MARK = ' … [cut: a cell takes no more]';

export type OrderCells = Readonly<Record<SheetColumn, string>>;

/** An order as its row shows it. All of it is text, also what looks like a number or a formula. */
export function orderCells(order: Order): OrderCells {
  return {
    'Order ID': order.id,
    Date: `${order.createdAt.slice(0, 10)} ${order.createdAt.slice(11, 16)}`,
    Customer: fitted(order.customerName),
    Phone: phone(order.customerPhone),
    Items: fitted(order.items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ')),
    'Total Qty': String(order.totalQuantity),
    Status: order.status,
    Source: order.source,
    Notes: fitted(order.notes ?? ''),
  };
}

/**
 * The digits, with the plus that makes them a number to call where they must begin with a country code: none begins with 0, and
 * a number without one has at most 10 digits. Of 10 digits or fewer nobody can tell.
 */
function phone(digits: string): string {
  return digits.length > 10 && !digits.startsWith('0') ? `+${digits}` : digits;
}

/** The text as far as a cell takes it, and then a mark. Never half of a surrogate pair, which Google refuses. */
function fitted(text: string): string {
  if (text.length <= CELL_MAX_UNITS) return text;
  const kept = text.slice(0, CELL_MAX_UNITS - CUT_MARK.length);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}${CUT_MARK}`;
}
