import type { Order, OrderSource, OrderStatus } from '../../domain/order';
import type { TenantClient } from '../with-tenant';
import { type OrderRow, orderColumns, toOrder } from './order-row';

export interface ListOrdersQuery {
  readonly status: OrderStatus | undefined;
  readonly source: OrderSource | undefined;
  readonly customerPhone: string | undefined;
  readonly createdAfter: string | undefined;
  /** Where the page before ended. */
  readonly after: OrderPosition | undefined;
  /** Rows at most. */
  readonly limit: number;
}

/** An order's place in the list, newest first. */
export interface OrderPosition {
  readonly createdAt: string;
  readonly id: string;
}

/** The tenant's orders, newest first, by keyset: a page costs the same however deep it lies, and none is skipped. */
export async function listOrders(client: TenantClient, query: ListOrdersQuery): Promise<Order[]> {
  const result = await client.query<OrderRow>(
    `SELECT ${orderColumns('o')}
     FROM orders o
     WHERE o.user_id = $1::text
       AND ($2::text IS NULL OR o.status = $2::text)
       AND ($3::text IS NULL OR o.source = $3::text)
       AND ($4::text IS NULL OR o.customer_phone = $4::text)
       AND ($5::timestamptz IS NULL OR o.created_at > $5::timestamptz)
       AND ($6::timestamptz IS NULL OR (o.created_at, o.id) < ($6::timestamptz, $7::uuid))
     ORDER BY o.created_at DESC, o.id DESC
     LIMIT $8::int`,
    [
      client.tenant,
      query.status ?? null,
      query.source ?? null,
      query.customerPhone ?? null,
      query.createdAfter ?? null,
      query.after?.createdAt ?? null,
      query.after?.id ?? null,
      query.limit,
    ],
  );
  return result.rows.map(toOrder);
}
