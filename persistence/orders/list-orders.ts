import type { Order, OrderSource, OrderStatus } from '../../domain/order';
import type { TenantClient } from '../with-tenant';
import { type OrderRow, orderColumns, toOrder } from './order-row';

export interface ListOrdersQuery {
  readonly status: OrderStatus | undefined;
  readonly source: OrderSource | undefined;
  readonly customerPhone: string | undefined;
  readonly createdAfter: string | undefined;
  readonly createdBefore: string | undefined;
  readonly search: OrderSearch | undefined;
  /** Where the page before ended. */
  readonly after: OrderPosition | undefined;
  /** Rows at most. */
  readonly limit: number;
}

/** What somebody typed who looks for an order: it is found by any one of these. */
export interface OrderSearch {
  /** A part of the customer's or an item's name, in any case. */
  readonly text: string;
  /** A part of the phone number; undefined for what is none. */
  readonly digits: string | undefined;
  /** The beginning of the order's id, in lower case; undefined for what is none. */
  readonly idPrefix: string | undefined;
}

/** An order's place in the list, newest first. */
export interface OrderPosition {
  readonly createdAt: string;
  readonly id: string;
}

/**
 * The tenant's orders, newest first, by keyset: a page costs the same however deep it lies, and none is skipped. A search reads
 * on until it has found a page, in the worst case all of the tenant's orders.
 */
export async function listOrders(client: TenantClient, query: ListOrdersQuery): Promise<Order[]> {
  const result = await client.query<OrderRow>(
    `SELECT ${orderColumns('o')}
     FROM orders o
     WHERE o.user_id = $1::text
       AND ($2::text IS NULL OR o.status = $2::text)
       AND ($3::text IS NULL OR o.source = $3::text)
       AND ($4::text IS NULL OR o.customer_phone = $4::text)
       AND ($5::timestamptz IS NULL OR o.created_at > $5::timestamptz)
       AND ($6::timestamptz IS NULL OR o.created_at < $6::timestamptz)
       AND ($7::text IS NULL
         OR o.customer_name ILIKE $7::text
         OR EXISTS (SELECT FROM jsonb_array_elements(o.items) AS item WHERE item ->> 'name' ILIKE $7::text)
         OR o.customer_phone LIKE $8::text
         OR o.id::text LIKE $9::text)
       AND ($10::timestamptz IS NULL OR (o.created_at, o.id) < ($10::timestamptz, $11::uuid))
     ORDER BY o.created_at DESC, o.id DESC
     LIMIT $12::int`,
    [
      client.tenant,
      query.status ?? null,
      query.source ?? null,
      query.customerPhone ?? null,
      query.createdAfter ?? null,
      query.createdBefore ?? null,
      ...searchValues(query.search),
      query.after?.createdAt ?? null,
      query.after?.id ?? null,
      query.limit,
    ],
  );
  return result.rows.map(toOrder);
}

/** The patterns of a search; a pattern that is null finds nothing by itself. */
function searchValues(search: OrderSearch | undefined): readonly (string | null)[] {
  if (search === undefined) return [null, null, null];
  const { text, digits, idPrefix } = search;
  return [
    `%${literally(text)}%`,
    digits === undefined ? null : `%${literally(digits)}%`,
    idPrefix === undefined ? null : `${literally(idPrefix)}%`,
  ];
}

/** For LIKE, the text itself: a customer's `100%` is no pattern. */
function literally(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
