import type { Order, OrderStatus } from '../../domain/order';
import { subscriptionsTo } from '../notifications/subscriptions-to';
import { sheetFellBehind } from '../sheets/sheet-fell-behind';
import type { TenantClient } from '../with-tenant';
import { type OrderRow, orderColumns, toOrder } from './order-row';

export interface TransitionOrder {
  readonly orderId: string;
  readonly to: OrderStatus;
  /** Absent: whatever the version is. */
  readonly expectedVersion?: number;
  /** Names this command for ever: a second run of the same command changes nothing and gets the first one's answer. */
  readonly commandId: string;
  readonly actor: string;
  readonly reason?: string;
  readonly correlationId: string;
  /** Write an event for a move that is refused too. For senders who get no answer (signals). */
  readonly auditRefusal: boolean;
  /** The moment of the change, in place of the database's clock. */
  readonly at?: Date;
}

/** `unchanged`: the order was in that state already, which is no error. `order` is the order as it is now. */
export interface TransitionOutcome {
  readonly kind: 'moved' | 'unchanged' | 'illegal' | 'version_conflict';
  readonly order: Order;
  /** The state this command found, if it moved the order. */
  readonly from: OrderStatus;
  /** The number of the newest event of its audit trail: of this command's own, if it moved the order. */
  readonly sequence: number;
  /** Whether this statement raised the flag that the tenant's sheet is behind: then whoever ran it nudges the sync. */
  readonly sheetFellBehind: boolean;
  /** Who wants to hear of `order.status_changed`. */
  readonly subscriptions: readonly string[];
}

/**
 * Moves an order by one compare-and-set that writes its own audit event: the row is locked, judged as it is then, and
 * changed, all in one statement. A cancellation gives the slot's place back in the same statement; it locks the slot
 * before the order, as place-order does, so that the two cannot deadlock.
 *
 * @returns undefined when the tenant has no such order.
 */
export async function transitionOrder(
  client: TenantClient,
  request: TransitionOrder,
): Promise<TransitionOutcome | undefined> {
  const result = await client.query<TransitionRow>({
    name: 'transition-order',
    text: TRANSITION_ORDER,
    values: [
      client.tenant,
      request.orderId,
      request.to,
      request.expectedVersion ?? null,
      request.commandId,
      request.actor,
      request.reason ?? null,
      request.correlationId,
      request.auditRefusal,
      request.at ?? null,
    ],
  });
  const row = result.rows[0];
  return (
    row && {
      kind: row.verdict,
      order: toOrder(row),
      from: row.from_status,
      sequence: row.event_sequence,
      sheetFellBehind: row.sheet_fell_behind,
      subscriptions: row.subscriptions,
    }
  );
}

type TransitionRow = OrderRow & {
  readonly verdict: TransitionOutcome['kind'];
  readonly from_status: OrderStatus;
  readonly event_sequence: number;
  readonly sheet_fell_behind: boolean;
  readonly subscriptions: readonly string[];
};

const TRANSITION_ORDER = `
WITH slot_lock AS MATERIALIZED (
  SELECT s.id
  FROM fulfilment_slots s JOIN orders o ON o.user_id = s.user_id AND o.slot_id = s.id
  WHERE o.user_id = $1::text AND o.id = $2::uuid AND $3::text = 'cancelled'
  FOR UPDATE OF s
), earlier AS MATERIALIZED (
  -- A first run of this command that others came behind: the task that both were written in was lost, and both run again.
  SELECT e.sequence, e.from_status
  FROM order_events e
  WHERE e.user_id = $1::text AND e.order_id = $2::uuid AND e.command_id = $5::text AND e.type = 'status_changed'
), judged AS MATERIALIZED (
  SELECT o.*,
    CASE
      WHEN EXISTS (SELECT FROM earlier) THEN 'moved'
      -- A second run of this command: what the first one wrote is still the head of the trail. If that is a refusal, the
      -- order is as it was and is judged the same below. The event is not to be seen when both runs are at work at once.
      WHEN o.last_command_id = $5::text AND coalesce(
        (SELECT e.type = 'status_changed' FROM order_events e WHERE e.order_id = o.id AND e.sequence = o.event_sequence),
        o.status = $3::text) THEN 'moved'
      WHEN o.version <> $4::int THEN 'version_conflict'
      WHEN o.status = $3::text THEN 'unchanged'
      WHEN order_transition_allowed(o.status, $3::text) THEN 'moved'
      ELSE 'illegal'
    END AS verdict,
    o.last_command_id IS NOT DISTINCT FROM $5::text OR EXISTS (SELECT FROM earlier) AS repeated,
    coalesce($10::timestamptz(3), clock_timestamp()::timestamptz(3)) AS at
  FROM orders o
  WHERE o.user_id = $1::text AND o.id = $2::uuid AND (SELECT count(*) FROM slot_lock) >= 0
  FOR UPDATE
), changed AS (
  UPDATE orders o SET
    status = CASE j.verdict WHEN 'moved' THEN $3::text ELSE o.status END,
    version = o.version + CASE j.verdict WHEN 'moved' THEN 1 ELSE 0 END,
    updated_at = CASE j.verdict WHEN 'moved' THEN j.at ELSE o.updated_at END,
    last_command_id = $5::text,
    event_sequence = o.event_sequence + 1,
    event_hash = order_event_hash(j.event_hash, o.id, o.event_sequence + 1,
      CASE j.verdict WHEN 'moved' THEN 'status_changed' ELSE 'status_change_ignored' END,
      j.status, $3::text, $6::text, $7::text, $8::text, j.at)
  FROM judged j
  WHERE o.user_id = $1::text AND o.id = j.id AND NOT j.repeated
    AND (j.verdict = 'moved' OR ($9::boolean AND j.verdict IN ('illegal', 'version_conflict')))
  RETURNING o.*, j.verdict, j.status AS from_status, j.event_hash AS prev_hash, j.at
), written AS (
  INSERT INTO order_events (order_id, sequence, user_id, type, from_status, to_status, actor, reason, correlation_id, command_id, occurred_at, prev_hash)
  SELECT id, event_sequence, user_id, CASE verdict WHEN 'moved' THEN 'status_changed' ELSE 'status_change_ignored' END,
    from_status, $3::text, $6::text, $7::text, $8::text, $5::text, at, prev_hash
  FROM changed
), freed AS (
  UPDATE fulfilment_slots s SET booked = s.booked - 1
  FROM changed c
  WHERE c.verdict = 'moved' AND $3::text = 'cancelled' AND s.user_id = c.user_id AND s.id = c.slot_id
), moved AS (
  SELECT user_id FROM changed WHERE verdict = 'moved'
), ${sheetFellBehind('moved')}, answer AS (
  SELECT ${orderColumns('c')}, c.verdict, c.from_status, c.event_sequence FROM changed c
  UNION ALL
  SELECT ${orderColumns('j')}, j.verdict,
    coalesce((SELECT from_status FROM earlier), j.status), coalesce((SELECT sequence FROM earlier), j.event_sequence)
  FROM judged j WHERE NOT EXISTS (SELECT FROM changed)
)
SELECT answer.*, EXISTS (SELECT FROM fell_behind) AS sheet_fell_behind,
  ${subscriptionsTo("'order.status_changed'")} AS subscriptions
FROM answer`;
