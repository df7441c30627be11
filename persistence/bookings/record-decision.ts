import type { BookingDecision } from '../../domain/booking/decision';
import type { TenantClient } from '../with-tenant';

/** A decision that was made outside of BookingWorkflow. */
export interface RecordDecision
  extends Pick<BookingDecision, 'step' | 'decision' | 'guardrail' | 'reason' | 'summaryDigest'> {
  /** A UUID. Stored as null when the tenant has no such booking. */
  readonly bookingId: string | null;
  /** Only where the tenant has the booking: words that belong to none are not kept. */
  readonly customerWords?: string | null;
  readonly actor: string;
  readonly correlationId: string;
  /** How sure the agent says it is, 0 to 1. */
  readonly confidence: number | undefined;
  /** The moment of the decision, in place of the database's clock. */
  readonly at?: Date;
}

/** Adds one line to the records. Called twice, it adds two: each call is a decision of its own. */
export async function recordDecision(client: TenantClient, decision: RecordDecision): Promise<void> {
  await client.query({
    name: 'record-decision',
    // The booking is held before the line gets its id: lines of one booking are numbered in the order they are committed.
    text: `WITH booking AS MATERIALIZED (
        SELECT id FROM bookings WHERE user_id = $1::text AND id = $2::uuid FOR NO KEY UPDATE
      )
      INSERT INTO ai_decisions (user_id, booking_id, step, decision, guardrail, reason, summary_digest, confidence, actor,
        correlation_id, occurred_at, customer_words)
      SELECT $1::text, booking.id, $3::text, $4::text, $5::text, $6::text, $7::text, $8::double precision, $9::text, $10::text,
        coalesce($11::timestamptz(3), clock_timestamp()), CASE WHEN booking.id IS NOT NULL THEN $12::text END
      FROM (VALUES (1)) AS one LEFT JOIN booking ON true`,
    values: [
      client.tenant,
      decision.bookingId,
      decision.step,
      decision.decision,
      decision.guardrail,
      decision.reason,
      decision.summaryDigest,
      decision.confidence ?? null,
      decision.actor,
      decision.correlationId,
      decision.at ?? null,
      decision.customerWords ?? null,
    ],
  });
}
