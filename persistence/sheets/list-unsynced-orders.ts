import type { Order } from '../../domain/order';
import { type OrderRow, orderColumns, toOrder } from '../orders/order-row';
import type { TenantClient } from '../with-tenant';

export interface UnsyncedOrder {
  readonly order: Order;
  /** Of the newest event of its audit trail: who asked for what the sheet lacks. */
  readonly correlationId: string;
}

/** The tenant's orders that changed since the sheet was last written, oldest first. */
export async function listUnsyncedOrders(client: TenantClient, limit: number): Promise<UnsyncedOrder[]> {
  const result = await client.query<OrderRow & { readonly correlation_id: string }>(
    `SELECT ${orderColumns('o')}, e.correlation_id
     FROM orders o JOIN order_events e ON e.order_id = o.id AND e.sequence = o.event_sequence
     WHERE o.user_id = $1::text AND o.sheet_synced_version <> o.version
     ORDER BY o.created_at, o.id
     LIMIT $2::int`,
    [client.tenant, limit],
  );
  return result.rows.map((row) => ({ order: toOrder(row), correlationId: row.correlation_id }));
}
