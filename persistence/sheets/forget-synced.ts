import type { TenantClient } from '../with-tenant';

/** How many orders to forget at a time: some 0.4 s. More would hold up the orders that are moved meanwhile. */
export const FORGET_AT_ONCE = 2_000;

/** Of an order, in the order of their making. */
export interface OrderPosition {
  readonly createdAt: string;
  readonly id: string;
}

/** Newer than any. */
const FROM_THE_NEWEST = { createdAt: 'infinity', id: '00000000-0000-0000-0000-000000000000' };

/** Parameters: the tenant, how many at most, and behind which position. */
export const FORGET_SYNCED = `WITH batch AS MATERIALIZED (
    SELECT id, created_at FROM orders
    WHERE user_id = $1::text AND sheet_synced_version <> 0 AND (created_at, id) < ($3::timestamptz, $4::uuid)
    ORDER BY created_at DESC, id DESC
    LIMIT $2::int
    FOR NO KEY UPDATE
  ), forgotten AS (
    UPDATE orders o SET sheet_synced_version = 0 FROM batch WHERE o.id = batch.id RETURNING o.id
  )
  SELECT (SELECT count(*)::int FROM forgotten) AS count, created_at, id FROM batch ORDER BY created_at, id LIMIT 1`;

/**
 * Has some of the tenant's orders, at most `limit`, be written to the sheet once more, the newest first. Says how many it were, and the
 * oldest of them, to go on `behind`: without it each batch would walk past all that the ones before have forgotten. Undefined: none was
 * left.
 *
 * Some at a time, in a transaction each: an order takes 0.2 ms (every index of its row is written), so that all orders of a large
 * business at once would run into the statement's timeout, and hold each of them until then. In a transaction that also touches the
 * tenant's row this comes first: an order's own statement locks the two in that order.
 */
export async function forgetSynced(
  client: TenantClient,
  { limit, behind = FROM_THE_NEWEST }: { readonly limit: number; readonly behind?: OrderPosition | undefined },
): Promise<{ readonly count: number; readonly last: OrderPosition } | undefined> {
  const result = await client.query<{ count: number; created_at: Date; id: string }>({
    name: 'forget-synced',
    // Materialized: evaluated again for each row, as the planner likes to, the limit would be none.
    text: FORGET_SYNCED,
    values: [client.tenant, limit, behind.createdAt, behind.id],
  });
  const row = result.rows[0];
  return row && { count: row.count, last: { createdAt: row.created_at.toISOString(), id: row.id } };
}
