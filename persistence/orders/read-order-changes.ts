import type { Order, OrderEvent } from '../../domain/order';
import type { TenantClient } from '../with-tenant';
import {
  ORDER_EVENT_COLUMNS,
  type OrderEventRow,
  type OrderRow,
  orderColumns,
  toOrder,
  toOrderEvent,
} from './order-row';

/** A place in the sequence of all of a tenant's events. */
export interface ChangePosition {
  /** The writing transaction's 64-bit id, in decimal. */
  readonly xid: string;
  readonly orderId: string;
  readonly sequence: number;
}

export interface OrderChangeRow {
  readonly position: ChangePosition;
  readonly event: OrderEvent;
  readonly order: Order;
}

/**
 * The tenant's events after a position, in an order that never changes afterwards.
 *
 * Events are ordered by the transaction that wrote them, and only those below the oldest transaction still running are
 * given out: an event that commits late can therefore never appear before one that a reader has seen, which a sequence
 * number or a timestamp does not guarantee. The price: while an older transaction runs, newer events wait for it
 * (`heldBack` says so, and the reader looks again).
 */
export async function readOrderChanges(
  client: TenantClient,
  query: { readonly after: ChangePosition; readonly limit: number },
): Promise<{ readonly changes: readonly OrderChangeRow[]; readonly heldBack: boolean }> {
  const result = await client.query<
    { [K in keyof (OrderRow & OrderEventRow)]: (OrderRow & OrderEventRow)[K] | null } & {
      xid: string;
      settled: boolean;
    }
  >({
    name: 'read-order-changes',
    text: `SELECT ${ORDER_EVENT_COLUMNS}, e.xid::text AS xid, ${orderColumns('o')},
        e.xid < pg_snapshot_xmin(pg_current_snapshot()) AS settled
      FROM order_events e JOIN orders o ON o.id = e.order_id
      WHERE e.user_id = $1::text AND o.user_id = $1::text
        AND (e.xid, e.order_id, e.sequence) > ($2::xid8, $3::uuid, $4::int)
      ORDER BY e.xid, e.order_id, e.sequence
      LIMIT $5::int`,
    values: [client.tenant, query.after.xid, query.after.orderId, query.after.sequence, query.limit],
  });
  const settled = result.rows.filter((row) => row.settled);
  return {
    heldBack: settled.length < result.rows.length,
    changes: settled.map((row) => {
      const event = toOrderEvent(row as OrderEventRow);
      return {
        position: { xid: row.xid, orderId: event.orderId, sequence: event.sequence },
        event,
        order: toOrder(row as OrderRow),
      };
    }),
  };
}

/** Where the sequence ends for a reader that wants only what happens from now on. */
export async function currentChangePosition(client: TenantClient): Promise<ChangePosition> {
  const result = await client.query<{ xid: string }>(
    'SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text AS xid',
  );
  return {
    xid: result.rows[0]?.xid ?? '0',
    orderId: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
    sequence: 2_147_483_647,
  };
}
