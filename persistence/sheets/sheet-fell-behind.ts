/**
 * The CTE `fell_behind` of a statement that writes an order: raises the tenant's flag that its sheet is behind, if the tenant
 * has a sheet and the flag is down. It has a row only for the statement that raised it, so that a burst of orders makes one
 * nudge and not one each. While the flag is up it locks nothing; when two raise it at once, the second one waits for the
 * first one's commit and then finds it up. It comes last in its statement, after every other lock, so nobody waits in a circle.
 *
 * A statement that saw the flag up may commit after the sync has lowered it and looked: that order was not nudged for. The
 * sync therefore looks once more a little later than any statement may take, and the sweep looks for whatever is left.
 *
 * @param written the relation, with a `user_id`, that has a row if an order was written
 */
export function sheetFellBehind(written: string): string {
  return `fell_behind AS (
  UPDATE ai_capabilities c SET sheet_sync_pending = true
  FROM ${written}
  WHERE c.user_id = ${written}.user_id AND c.sheets_sync_enabled AND NOT c.sheet_sync_pending
  RETURNING c.user_id
)`;
}
