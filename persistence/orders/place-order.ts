import { DUPLICATE_WINDOW_SECONDS } from '../../domain/idempotency';
import type { Order, OrderContent } from '../../domain/order';
import { totalQuantity } from '../../domain/order';
import { subscriptionsTo } from '../notifications/subscriptions-to';
import { sheetFellBehind } from '../sheets/sheet-fell-behind';
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
      /** Whether this statement raised the flag that the tenant's sheet is behind: then whoever ran it nudges the sync. */
      readonly sheetFellBehind: boolean;
      /** Who wants to hear of `order.created`. */
      readonly subscriptions: readonly string[];
    }
  | { readonly kind: 'duplicate'; readonly existingOrderId: string }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'slot_unavailable' }
  /** Source `ai`: the key is no confirmation of this tenant, or one of something else than this request. */
  | { readonly kind: 'confirmation_required' }
  /** Source `ai`: the confirmation has expired, or something was changed after it. */
  | { readonly kind: 'confirmation_stale' }
  /** Source `ai`: the tenant lets no agent book. */
  | { readonly kind: 'booking_disabled' }
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
 * 6. `fell_behind`: the flag of the tenant's sheet, see sheet-fell-behind.ts.
 *
 * An order with `allowDuplicate` has an empty window and so never meets the constraint, not even in a crowd of its
 * equals. Later orders are duplicates of it all the same, by `equals`: no race can break that, because an order that
 * does not see it yet may as well have come before it, and then it was allowed to follow.
 *
 * An order of source `ai` has a statement of its own, which asks for the customer's yes as well (see CONFIRMED). What is
 * wrong is told in this order: another request under a used key, the confirmation, the tenant's switch, duplicate, slot.
 */
export async function placeOrder(client: TenantClient, request: PlaceOrder): Promise<PlaceOrderOutcome> {
  const { content } = request;
  const result = await client.query<PlaceOrderRow>({
    ...(content.source === 'ai' ? PLACE_AI_ORDER : PLACE_ORDER),
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
      sheetFellBehind: row.sheet_fell_behind,
      subscriptions: row.subscriptions,
    };
  }
  if (row.key_known) return { kind: 'key_reused' };
  const unconfirmed = content.source === 'ai' ? judgeConfirmation(row) : undefined;
  if (unconfirmed !== undefined) return unconfirmed;
  if (row.existing_order_id !== null) return { kind: 'duplicate', existingOrderId: row.existing_order_id };
  return row.slot_free ? { kind: 'undecided' } : { kind: 'slot_unavailable' };
}

/** Why the customer's yes does not carry the order; undefined when it does. */
function judgeConfirmation(row: PlaceOrderRow): PlaceOrderOutcome | undefined {
  switch (row.confirmation) {
    // By an order that was committed while this statement waited for the booking, and is known to the next one.
    case 'used':
      return { kind: 'undecided' };
    case 'stale':
      return { kind: 'confirmation_stale' };
    case 'live':
      return row.booking_enabled ? undefined : { kind: 'booking_disabled' };
    default:
      return { kind: 'confirmation_required' };
  }
}

type PlaceOrderRow = { readonly [K in keyof OrderRow]: OrderRow[K] | null } & {
  readonly key_known: boolean;
  readonly slot_free: boolean;
  readonly existing_order_id: string | null;
  readonly pending_order_expiry_seconds: number | null;
  readonly sheet_fell_behind: boolean;
  readonly subscriptions: readonly string[];
  /** Source `ai` only: what became of the confirmation (null: there is none), and the tenant's switch. */
  readonly confirmation?: 'live' | 'stale' | 'other' | 'used' | null;
  readonly booking_enabled?: boolean;
};

/** What an order of source `ai` adds to the statement. Other orders do not pay for it. */
interface Extra {
  /** CTEs before the order. */
  readonly before: string;
  /** Conditions of placing it. */
  readonly condition: string;
  /** CTEs after it. */
  readonly after: string;
  /** Columns of the answer. */
  readonly columns: string;
}

/**
 * The customer's yes:
 *
 * 1. `booking`: the row of the booking that the key was confirmed in, locked. An edit of it (record-booking-step) locks it
 *    too, so the two come one after the other: the order is placed and the edit finds it, or the edit is done and its
 *    revocation is found here.
 * 2. `confirmation`: locked next, always in this order, and judged as it is then, not as it was when the statement began.
 * 3. `used`, `ordered`, `decided`: the confirmation is used up, the booking has become the order, and the records say so.
 */
const CONFIRMED: Extra = {
  before: `, booking AS MATERIALIZED (
  SELECT b.id, b.status
  FROM booking_confirmations c JOIN bookings b ON b.user_id = c.user_id AND b.id = c.booking_id
  WHERE c.user_id = $1::text AND c.idempotency_key = $2::text AND b.user_id = $1::text AND NOT EXISTS (SELECT FROM known)
  FOR NO KEY UPDATE OF b
), confirmation AS MATERIALIZED (
  SELECT c.booking_id, c.summary_digest,
    CASE
      WHEN c.order_id IS NOT NULL THEN 'used'
      WHEN c.request_hash <> $3::bytea THEN 'other'
      WHEN c.revoked_at IS NOT NULL OR c.expires_at <= (SELECT at FROM moment) OR (SELECT status FROM booking) <> 'open'
        THEN 'stale'
      ELSE 'live'
    END AS verdict
  FROM booking_confirmations c
  WHERE c.user_id = $1::text AND c.idempotency_key = $2::text AND (SELECT count(*) FROM booking) = 1
  FOR UPDATE
), enabled AS MATERIALIZED (
  SELECT FROM ai_capabilities WHERE user_id = $1::text AND order_booking_enabled
)`,
  condition: `
    AND EXISTS (SELECT FROM confirmation WHERE verdict = 'live') AND EXISTS (SELECT FROM enabled)`,
  after: `, used AS (
  UPDATE booking_confirmations c SET order_id = placed.id
  FROM placed
  WHERE c.user_id = placed.user_id AND c.idempotency_key = placed.idempotency_key
), ordered AS (
  UPDATE bookings b SET status = 'ordered', order_id = placed.id, updated_at = now(),
    state = b.state || jsonb_build_object('status', 'ordered', 'orderId', placed.id)
  FROM placed, confirmation
  WHERE b.user_id = placed.user_id AND b.id = confirmation.booking_id
), decided AS (
  INSERT INTO ai_decisions (user_id, booking_id, step, decision, summary_digest, actor, correlation_id, occurred_at)
  SELECT placed.user_id, confirmation.booking_id, 'create_order', 'accepted', confirmation.summary_digest, $14::text,
    $15::text, placed.created_at
  FROM placed, confirmation
)`,
  columns: `,
  (SELECT verdict FROM confirmation) AS confirmation,
  EXISTS (SELECT FROM enabled) AS booking_enabled`,
};

const NOTHING_MORE: Extra = { before: '', condition: '', after: '', columns: '' };

const placeOrderText = (extra: Extra) => `
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
)${extra.before}, free_slot AS MATERIALIZED (
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
    AND ($12::text IS NULL OR EXISTS (SELECT FROM free_slot))${extra.condition}
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
)${extra.after}, ${sheetFellBehind('placed')}, answer AS (
  SELECT * FROM placed
  UNION ALL
  SELECT o.* FROM orders o JOIN known ON o.id = known.order_id WHERE known.request_hash = $3::bytea
)
SELECT ${orderColumns('answer')},
  EXISTS (SELECT FROM known) AS key_known,
  ($12::text IS NULL OR EXISTS (SELECT FROM free_slot)) AS slot_free,
  (SELECT id FROM equals WHERE NOT $13::boolean ORDER BY created_at DESC LIMIT 1) AS existing_order_id,
  (SELECT pending_order_expiry_seconds FROM ai_capabilities WHERE user_id = $1::text) AS pending_order_expiry_seconds,
  EXISTS (SELECT FROM fell_behind) AS sheet_fell_behind,
  ${subscriptionsTo("'order.created'")} AS subscriptions${extra.columns}
FROM moment LEFT JOIN answer ON true`;

const PLACE_ORDER = { name: 'place-order', text: placeOrderText(NOTHING_MORE) };
const PLACE_AI_ORDER = { name: 'place-ai-order', text: placeOrderText(CONFIRMED) };
