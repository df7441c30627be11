import type * as z from 'zod';
import { orderEventPageAnswerSchema, orderPageAnswerSchema } from '../../../domain/schemas/wire';
import type { OrderEventWire, OrderWire } from '../../../domain/wire';
import { CALL_TIMEOUT_MS, type Call } from './order-door';
import type { BookedOrder } from './play';
import { checked, restHeaders } from './rest-door';

/** Small, so that the demo has pages to turn. */
const PAGE_SIZE = 10;

export interface ListedOrders {
  readonly orders: readonly OrderWire[];
  readonly pages: number;
}

/** All orders of the caller's tenant created after a moment, newest first, page by page. */
export async function listOrders(apiUrl: string, call: Call, createdAfter: Date): Promise<ListedOrders> {
  const orders: OrderWire[] = [];
  let pages = 0;
  let pageToken = '';
  do {
    const query = new URLSearchParams({ created_after: createdAfter.toISOString(), page_size: String(PAGE_SIZE) });
    if (pageToken !== '') query.set('page_token', pageToken);
    const { data } = await get(`${apiUrl}/api/orders?${query}`, call, orderPageAnswerSchema);
    orders.push(...data.orders);
    pages += 1;
    pageToken = data.next_page_token;
  } while (pageToken !== '');
  return { orders, pages };
}

/** An order's audit trail, oldest event first. */
export async function readAuditTrail(apiUrl: string, call: Call, orderId: string): Promise<readonly OrderEventWire[]> {
  return (await get(`${apiUrl}/api/orders/${orderId}/events`, call, orderEventPageAnswerSchema)).data.events;
}

/** What the list and the answers of this run disagree about. Orders that others placed meanwhile do not matter. */
export function listDifferences(listed: readonly OrderWire[], booked: readonly BookedOrder[]): string[] {
  return booked.flatMap((order) => {
    const found = listed.filter(({ id }) => id === order.id);
    if (found.length !== 1) return [`order ${order.id} is listed ${found.length} times instead of once`];
    const status = found[0]?.status;
    return status === order.status ? [] : [`order ${order.id} is listed as ${status}, but was seen ${order.status}`];
  });
}

/** What is wrong with the trail of an order at this version: one event for its creation and each move, without a gap. */
export function trailDifferences(trail: readonly OrderEventWire[], order: BookedOrder): string[] {
  const sequences = trail.map(({ sequence }) => sequence);
  const expected = Array.from({ length: order.version }, (_, index) => index + 1);
  if (sequences.join() === expected.join() && trail.at(-1)?.to_status === order.status) return [];
  return [`the audit trail of ${order.id} has the events ${sequences.join(', ')} instead of ${expected.join(', ')}`];
}

async function get<Schema extends z.ZodType>(url: string, call: Call, schema: Schema): Promise<z.output<Schema>> {
  const response = await fetch(url, { headers: restHeaders(call), signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
  return checked(schema, await response.json());
}
