import type { TenantClient } from '../with-tenant';

/** How many orders to forget at a time: some 0.4 s. More would hold up the orders that are moved meanwhile. */
export const FORGET_AT_ONCE = 2_000;

/**
 * Has some of the tenant's orders, at most `limit`, be written to the sheet once more, and says how many it were; 0: none was left.
 *
 * Some at a time, in a transaction each: an order takes 0.2 ms (every index of its row is written), so that all orders of a large
 * business at once would run into the statement's timeout, and hold each of them until then. In a transaction that also touches the
 * tenant's row this comes first: an order's own statement locks the two in that order.
 */
export async function forgetSynced(client: TenantClient, limit: number): Promise<number> {
  const result = await client.query({
    name: 'forget-synced',
    // Materialized: evaluated again for each row, as the planner likes to, the limit would be none.
    text: `WITH batch AS MATERIALIZED (
        SELECT id FROM orders
        WHERE user_id = $1::text AND sheet_synced_version <> 0
        ORDER BY created_at DESC, id DESC
        LIMIT $2::int
        FOR NO KEY UPDATE
      )
      UPDATE orders o SET sheet_synced_version = 0 FROM batch WHERE o.id = batch.id`,
    values: [client.tenant, limit],
  });
  return result.rowCount ?? 0;
}
