import type { BookingDecision } from '../../domain/booking/decision';
import type { TenantClient } from '../with-tenant';

interface BookingDecisionRow {
  readonly sequence: number;
  readonly step: BookingDecision['step'];
  readonly decision: BookingDecision['decision'];
  readonly guardrail: BookingDecision['guardrail'];
  readonly reason: string | null;
  readonly customer_words: string | null;
  readonly shown: string | null;
  readonly summary_digest: string | null;
  readonly confidence: number | null;
  readonly actor: string;
  readonly correlation_id: string;
  readonly occurred_at: Date;
}

/**
 * What was decided in one booking after a sequence number, oldest first. Empty for a booking the tenant does not have.
 *
 * The number is counted when read: all who write a decision of a booking hold the booking's row, so that ids grow in
 * the order of the commits, and a line keeps its number for ever.
 */
export async function listBookingDecisions(
  client: TenantClient,
  query: { readonly bookingId: string; readonly afterSequence: number; readonly limit: number },
): Promise<BookingDecision[]> {
  const result = await client.query<BookingDecisionRow>({
    name: 'list-booking-decisions',
    text: `SELECT sequence::int, step, decision, guardrail, reason, customer_words, shown, summary_digest, confidence,
        actor, correlation_id, occurred_at
      FROM (
        SELECT row_number() OVER (ORDER BY id) AS sequence, d.*
        FROM ai_decisions d
        WHERE d.user_id = $1::text AND d.booking_id = $2::uuid
      ) AS numbered
      WHERE sequence > $3::bigint
      ORDER BY sequence
      LIMIT $4::int`,
    values: [client.tenant, query.bookingId, query.afterSequence, query.limit],
  });
  return result.rows.map((row) => ({
    sequence: row.sequence,
    step: row.step,
    decision: row.decision,
    guardrail: row.guardrail,
    reason: row.reason,
    customerWords: row.customer_words,
    shown: row.shown,
    summaryDigest: row.summary_digest,
    confidence: row.confidence,
    actor: row.actor,
    correlationId: row.correlation_id,
    occurredAt: row.occurred_at.toISOString(),
  }));
}
