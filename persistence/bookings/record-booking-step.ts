import type { BookingState } from '../../domain/booking/booking';
import type { BookingDecision } from '../../domain/booking/decision';
import type { DraftContent } from '../../domain/booking/draft-digest';
import { expiresAt } from '../../domain/booking/view';
import type { TenantClient } from '../with-tenant';

/** A line of the records, as far as the judge of the step wrote it. */
export type StepRecord = Pick<
  BookingDecision,
  'step' | 'decision' | 'guardrail' | 'reason' | 'customerWords' | 'shown' | 'summaryDigest'
>;

export interface RecordBookingStep {
  /** The booking after the step, refused or not. */
  readonly state: BookingState;
  readonly decision: StepRecord;
  /** Names the message that asked for the step, however often it is carried out; 1 to 255 characters. */
  readonly commandId: string;
  readonly actor: string;
  readonly correlationId: string;
  /** How sure the agent says it is, 0 to 1. */
  readonly confidence: number | undefined;
  /** What the customer said yes to: with every accepted or repeated `confirm_booking`. */
  readonly confirmation?: {
    readonly content: DraftContent;
    /** `createOrderRequestHash` of the content with source `ai`, in hex. */
    readonly requestHash: string;
    /** The customer's yes, word for word. */
    readonly reply: string;
  };
  /** The moment of the decision, in place of the database's clock. */
  readonly at?: Date;
}

export type RecordBookingStepOutcome =
  | { readonly kind: 'recorded' }
  /** The booking has become this order meanwhile. Nothing was written, and nothing of the step holds. */
  | { readonly kind: 'ordered'; readonly orderId: string };

/**
 * Records a step of a booking: the booking as it is now, the line of what was decided, the confirmation that was given;
 * and revokes every other one that is still good. Run again for the same step, it changes nothing.
 *
 * Two statements, sent together; the caller's transaction makes them one:
 *
 * 1. `HOLD` writes the booking, and holds its row from then on, also where it has nothing to write: over the row of an
 *    order it writes nothing, nor does a run that was left behind, whose state has neither the higher version nor the
 *    later moment. (The moment counts as well: a workflow task that was lost with its answers is done again with the same
 *    versions, maybe fewer of them.)
 * 2. `RECORD` reads what HOLD left. In one statement the two would share a snapshot from before the wait for the row,
 *    and a confirmation that was committed during the wait would stay good: nobody could see it to revoke it.
 *
 * place-order takes the same locks in the same order, the booking's and then the confirmation's: of an edit and an order
 * that meet, the second one sees what the first one did.
 */
export async function recordBookingStep(
  client: TenantClient,
  record: RecordBookingStep,
): Promise<RecordBookingStepOutcome> {
  const { state } = record;
  if (state.userId !== client.tenant) throw new Error('a booking is recorded under its own tenant only');
  const [, recorded] = await Promise.all([
    state.status === 'ordered'
      ? client.query({ name: 'hold-ordered-booking', text: HOLD_ORDERED, values: [client.tenant, state.id] })
      : client.query({ name: 'hold-booking', text: HOLD, values: holdValues(state) }),
    client.query<{ order_id: string | null }>({
      name: 'record-booking-step',
      text: RECORD,
      values: recordValues(record),
    }),
  ]);
  const row = recorded.rows[0];
  if (row === undefined) throw new Error('record-booking-step found no booking');
  if (row.order_id === null || state.status === 'ordered') return { kind: 'recorded' };
  return { kind: 'ordered', orderId: row.order_id };
}

function holdValues(state: BookingState): unknown[] {
  return [
    state.userId,
    state.id,
    state.locale,
    state.status,
    state.version,
    JSON.stringify(state),
    state.createdAt,
    state.lastStepAt,
    expiresAt(state),
  ];
}

function recordValues(record: RecordBookingStep): unknown[] {
  const { state, decision } = record;
  return [
    state.userId,
    state.id,
    state.version,
    state.lastStepAt,
    state.status === 'ordered',
    record.commandId,
    decision.step,
    decision.decision,
    decision.guardrail,
    decision.reason,
    decision.customerWords,
    decision.shown,
    decision.summaryDigest,
    record.confidence ?? null,
    record.actor,
    record.correlationId,
    record.at ?? null,
    state.status === 'open' ? (state.confirmation?.idempotencyKey ?? null) : null,
    ...confirmationValues(record),
  ];
}

function confirmationValues({ state, confirmation }: RecordBookingStep): unknown[] {
  if (confirmation === undefined) return [false, ...Array.from({ length: 11 }, () => null)];
  const { summary, confirmation: given } = state;
  if (summary === null || given === null)
    throw new Error('a confirmation is recorded with the summary that it answers');
  const { content, requestHash, reply } = confirmation;
  return [
    true,
    given.summaryDigest,
    Buffer.from(requestHash, 'hex'),
    content.customerName,
    content.customerPhone,
    JSON.stringify(content.items.map(({ name, quantity }) => ({ name, quantity }))),
    content.notes,
    summary.text,
    summary.shownAt,
    reply,
    given.confirmedAt,
    given.expiresAt,
  ];
}

const HOLD = `
INSERT INTO bookings AS b (user_id, id, locale, status, version, state, created_at, last_step_at, expires_at)
VALUES ($1::text, $2::uuid, $3::text, $4::text, $5::int, $6::jsonb, $7::timestamptz, $8::timestamptz, $9::timestamptz)
ON CONFLICT (user_id, id) DO UPDATE
  SET locale = excluded.locale, status = excluded.status, version = excluded.version, state = excluded.state,
    last_step_at = excluded.last_step_at, updated_at = excluded.updated_at, expires_at = excluded.expires_at
  WHERE b.order_id IS NULL
    AND (excluded.version > b.version OR excluded.last_step_at > b.last_step_at
      OR (excluded.version = b.version AND excluded.last_step_at = b.last_step_at))`;

/** That a booking is ordered is written by place-order; a step that comes after it is a line of the records only. */
const HOLD_ORDERED = 'SELECT FROM bookings WHERE user_id = $1::text AND id = $2::uuid FOR NO KEY UPDATE';

const RECORD = `
WITH moment AS (
  SELECT coalesce($17::timestamptz(3), clock_timestamp()::timestamptz(3)) AS at
), booking AS MATERIALIZED (
  SELECT order_id,
    order_id IS NULL AND version = $3::int AND last_step_at = $4::timestamptz(3) AS newest
  FROM bookings
  WHERE user_id = $1::text AND id = $2::uuid
), decided AS (
  INSERT INTO ai_decisions (user_id, booking_id, version, command_id, step, decision, guardrail, reason, customer_words,
    shown, summary_digest, confidence, actor, correlation_id, occurred_at)
  SELECT $1::text, $2::uuid, $3::int, $6::text, $7::text, $8::text, $9::text, $10::text, $11::text, $12::text, $13::text,
    $14::double precision, $15::text, $16::text, moment.at
  FROM booking, moment
  WHERE booking.order_id IS NULL OR $5::boolean
  ON CONFLICT (user_id, booking_id, command_id, version, decision) DO NOTHING
), revoked AS (
  UPDATE booking_confirmations c SET revoked_at = moment.at
  FROM booking, moment
  WHERE booking.newest AND c.user_id = $1::text AND c.booking_id = $2::uuid
    AND c.revoked_at IS NULL AND c.order_id IS NULL AND c.idempotency_key IS DISTINCT FROM $18::text
  RETURNING c.idempotency_key
), confirmed AS (
  INSERT INTO booking_confirmations (user_id, idempotency_key, booking_id, summary_digest, request_hash, customer_name,
    customer_phone, items, notes, summary_text, shown_at, customer_reply, confirmed_at, expires_at)
  SELECT $1::text, $18::text, $2::uuid, $20::text, $21::bytea, $22::text, $23::text, $24::jsonb, $25::text, $26::text,
    $27::timestamptz, $28::text, $29::timestamptz, $30::timestamptz
  FROM booking
  -- Counted, so that all are revoked before this one comes: only one of a booking can be live.
  WHERE booking.newest AND $19::boolean AND (SELECT count(*) FROM revoked) >= 0
  ON CONFLICT (user_id, idempotency_key) DO NOTHING
)
SELECT order_id FROM booking`;
