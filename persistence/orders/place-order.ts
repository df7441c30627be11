import { DUPLICATE_WINDOW_SECONDS } from '../../domain/idempotency';
import type { Order, OrderContent } from '../../domain/order';
import { totalQuantity } from '../../domain/order';
import type { TenantClient } from '../with-tenant';
import { type OrderRow, orderColumns, toOrder } from './order-row';

export interface PlaceOrder {
  /** The id the order gets if this attempt is the one that makes it. */
  readonly orderId: string;
  readonly idempotencyKey: string;
  /** SHA-256 of the canonical request, in hex. */
  readonly requestHash: string;
  /** SHA-256 of what makes two orders the same order, in hex. */
  readonly fingerprint: string;
  readonly content: OrderContent;
  readonly allowDuplicate: boolean;
  readonly actor: string;
  readonly correlationId: string;
  /** The moment the order is placed, in place of the database's clock. */
  readonly at?: Date;
}

export type PlaceOrderOutcome =
  /** The order exists and this key holds it; `created` says whether this very attempt (by `orderId`) made it. */
  | {
      readonly kind: 'placed';
      readonly order: Order;
      readonly created: boolean;
      readonly pendingExpirySeconds: number | null;
    }
  | { readonly kind: 'duplicate'; readonly existingOrderId: string }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'slot_unavailable' }
  /**
   * Another transaction that this one waited for decided the matter, and this statement's snapshot is too old to say
   * how. Nothing was written but a failed key: run the statement again, in a new transaction.
   */
  | { readonly kind: 'undecided' };

/**
 * Places an order in one statement, which is all or nothing:
 *
 * 1. `known`: a completed key answers with its order, and nothing below writes anything.
 * 2. `equals`: a live order like this one within the window makes this one a duplicate, unless it is allowed to be.
 * 3. `free_slot`: the slot's row is locked; two orders for the last place meet here, and the second one looks again.
 * 4. `placed`: the order itself. The unique key and the exclusion constraint are both met by DO NOTHING, which waits
 *    for a competing insert and then steps back; that neither raises nor deadlocks (a caught 23P01 does both).
 * 5. `taken`, `claimed`, `written`: the slot's place, the key (completed, or failed when there is no order) and the
 *    first event of the audit trail.
 *
 * An order with `allowDuplicate` has an empty window and so never meets the constraint, not even in a crowd of its
 * equals. Later orders are duplicates of it all the same, by `equals`: no race can break that, because an order that
 * does not see it yet may as well have come before it, and then it was allowed to follow.
 */
export async function placeOrder(client: TenantClient, request: PlaceOrder): Promise<PlaceOrderOutcome> {
  const { content } = request;
  const result = await client.query<PlaceOrderRow>({
    name: 'place-order',
    text: PLACE_ORDER,
    values: [
      client.tenant,
      request.idempotencyKey,
      Buffer.from(request.requestHash, 'hex'),
      request.orderId,
      Buffer.from(request.fingerprint, 'hex'),
      content.customerName,
      content.customerPhone,
      JSON.stringify(content.items),
      totalQuantity(content.items),
      content.source,
      content.notes,
      content.slotId,
      request.allowDuplicate,
      request.actor,
      request.correlationId,
      request.at ?? null,
    ],
  });
  const row = result.rows[0];
  if (row === undefined) throw new Error('place-order answered without a row');
  if (row.id !== null) {
    return {
      kind: 'placed',
      order: toOrder(row as OrderRow),
      created: row.id === request.orderId,
      pendingExpirySeconds: row.pending_order_expiry_seconds,
    };
  }
  if (row.key_known) return { kind: 'key_reused' };
  if (row.existing_order_id !== null) return { kind: 'duplicate', existingOrderId: row.existing_order_id };
  return row.slot_free ? { kind: 'undecided' } : { kind: 'slot_unavailable' };
}

type PlaceOrderRow = { readonly [K in keyof OrderRow]: OrderRow[K] | null } & {
  readonly key_known: boolean;
  readonly slot_free: boolean;
  readonly existing_order_id: string | null;
  readonly pending_order_expiry_seconds: number | null;
};

const PLACE_ORDER = `
WITH moment AS (
  SELECT coalesce($16::timestamptz(3), now()::timestamptz(3)) AS at
), known AS MATERIALIZED (
  SELECT request_hash, order_id
  FROM idempotency_keys
  WHERE user_id = $1::text AND operation = 'create_order' AND key = $2::text AND status = 'completed'
), equals AS MATERIALIZED (
  SELECT o.id, o.created_at
  FROM orders o, moment
  WHERE o.user_id = $1::text AND o.fingerprint = $5::bytea AND o.status <> 'cancelled'
    AND o.created_at > moment.at - make_interval(secs => ${DUPLICATE_WINDOW_SECONDS})
    AND o.created_at < moment.at + make_interval(secs => ${DUPLICATE_WINDOW_SECONDS})
), free_slot AS MATERIALIZED (
  SELECT s.id
  FROM fulfilment_slots s, moment
  WHERE s.user_id = $1::text AND s.id = $12::text AND s.booked < s.capacity AND s.ends_at > moment.at
    AND NOT EXISTS (SELECT FROM known) AND ($13::boolean OR NOT EXISTS (SELECT FROM equals))
  FOR UPDATE OF s
), placed AS (
  INSERT INTO orders (
    id, user_id, idempotency_key, customer_name, customer_phone, items, total_quantity, source, notes, slot_id,
    allow_duplicate, fingerprint, duplicate_window, created_at, updated_at, event_hash)
  SELECT
    $4::uuid, $1::text, $2::text, $6::text, $7::text, $8::jsonb, $9::int, $10::text, $11::text, $12::text,
    $13::boolean, $5::bytea,
    CASE WHEN $13::boolean THEN 'empty'
      ELSE tstzrange(moment.at, moment.at + make_interval(secs => ${DUPLICATE_WINDOW_SECONDS})) END,
    moment.at, moment.at,
    order_event_hash(''::bytea, $4::uuid, 1, 'created', NULL, 'pending', $14::text,
      CASE WHEN $13::boolean THEN 'allow_duplicate' END, $15::text, moment.at)
  FROM moment
  WHERE NOT EXISTS (SELECT FROM known) AND ($13::boolean OR NOT EXISTS (SELECT FROM equals))
    AND ($12::text IS NULL OR EXISTS (SELECT FROM free_slot))
  ON CONFLICT DO NOTHING
  RETURNING *
), taken AS (
  UPDATE fulfilment_slots s SET booked = s.booked + 1
  FROM placed
  WHERE s.user_id = placed.user_id AND s.id = placed.slot_id
), claimed AS (
  INSERT INTO idempotency_keys (user_id, operation, key, status, request_hash, order_id)
  SELECT $1::text, 'create_order', $2::text, CASE WHEN placed.id IS NULL THEN 'failed' ELSE 'completed' END,
    $3::bytea, placed.id
  FROM moment LEFT JOIN placed ON true
  WHERE NOT EXISTS (SELECT FROM known)
  ON CONFLICT (user_id, operation, key) DO UPDATE
    SET status = excluded.status, request_hash = excluded.request_hash, order_id = excluded.order_id, updated_at = now()
    WHERE idempotency_keys.status = 'failed'
), written AS (
  INSERT INTO order_events (order_id, sequence, user_id, type, to_status, actor, reason, correlation_id, occurred_at, prev_hash)
  SELECT id, 1, user_id, 'created', 'pending', $14::text, CASE WHEN $13::boolean THEN 'allow_duplicate' END, $15::text, created_at, ''::bytea
  FROM placed
), answer AS (
  SELECT * FROM placed
  UNION ALL
  SELECT o.* FROM orders o JOIN known ON o.id = known.order_id WHERE known.request_hash = $3::bytea
)
SELECT ${orderColumns('answer')},
  EXISTS (SELECT FROM known) AS key_known,
  ($12::text IS NULL OR EXISTS (SELECT FROM free_slot)) AS slot_free,
  (SELECT id FROM equals WHERE NOT $13::boolean ORDER BY created_at DESC LIMIT 1) AS existing_order_id,
  (SELECT pending_order_expiry_seconds FROM ai_capabilities WHERE user_id = $1::text) AS pending_order_expiry_seconds
FROM moment LEFT JOIN answer ON true`;
