import type { TenantClient } from '../with-tenant';

export interface RecordAttempt {
  readonly deliveryId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** `retried`: it failed and another try follows. */
  readonly result: 'delivered' | 'retried' | 'failed' | 'ended';
  readonly statusCode: number | null;
  /** Why, unless it was delivered. */
  readonly cause: string | null;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Asked for by a person, outside of the tries that are made anyhow: if it fails, nothing changes but the record. */
  readonly byHand: boolean;
  /** A subscription that has failed for this long, when a delivery is given up, is disabled. */
  readonly disableAfterSeconds: number;
}

/** Whether it was this try that disabled the subscription, and since when it has been failing. */
export interface RecordedAttempt {
  readonly disabled: boolean;
  readonly failingSince: string | null;
}

/**
 * Writes down one try and all that follows from it, in one statement: what became of the delivery, and how the subscription
 * is doing. A delivery that has arrived stays delivered, whatever another try of it says. Locks the delivery before the
 * subscription, as everybody does.
 *
 * @returns undefined when there is no such delivery.
 */
export async function recordAttempt(
  client: TenantClient,
  attempt: RecordAttempt,
): Promise<RecordedAttempt | undefined> {
  const { rows } = await client.query<{ readonly disabled: boolean; readonly failing_since: Date | null }>({
    name: 'record-attempt',
    text: RECORD_ATTEMPT,
    values: [
      client.tenant,
      attempt.deliveryId,
      attempt.attempt,
      attempt.result,
      attempt.statusCode,
      attempt.cause,
      attempt.startedAt,
      attempt.durationMs,
      attempt.byHand,
      attempt.disableAfterSeconds,
    ],
  });
  const row = rows[0];
  return row && { disabled: row.disabled, failingSince: row.failing_since?.toISOString() ?? null };
}

const RECORD_ATTEMPT = `
WITH delivery AS (
  UPDATE notification_deliveries d SET
    status = CASE
      WHEN $4::text = 'delivered' THEN 'delivered'
      WHEN d.status = 'delivered' OR $4::text = 'retried' THEN d.status
      -- The tries that are made anyhow go on; a ping has none.
      WHEN $4::text = 'failed' AND $9::boolean AND d.event_type <> 'test.ping' THEN d.status
      ELSE $4::text
    END,
    updated_at = now()
  WHERE d.user_id = $1::text AND d.id = $2::uuid
  RETURNING d.id, d.user_id, d.subscription_id
), attempt AS (
  INSERT INTO notification_attempts (user_id, delivery_id, attempt, result, status_code, cause, started_at, duration_ms)
  SELECT user_id, id, $3::int, $4::text, $5::int, $6::text, $7::timestamptz(3), $8::int FROM delivery
), judged AS MATERIALIZED (
  SELECT s.id, s.user_id, s.status, CASE
      WHEN $4::text = 'delivered' THEN NULL
      WHEN $9::boolean THEN s.failing_since
      -- A try that began before the last success says nothing of the time since.
      ELSE coalesce(s.failing_since, CASE WHEN s.last_delivered_at >= $7::timestamptz(3) THEN NULL ELSE $7::timestamptz(3) END)
    END AS failing_since
  FROM notification_subscriptions s JOIN delivery d ON s.user_id = d.user_id AND s.id = d.subscription_id
  FOR UPDATE OF s
), verdict AS (
  SELECT id, user_id, failing_since, status = 'active' AND $4::text = 'failed' AND NOT $9::boolean
      AND coalesce(failing_since + make_interval(secs => $10::int) <= $7::timestamptz(3), false) AS disable
  FROM judged
), told AS (
  UPDATE notification_subscriptions s SET
    failing_since = v.failing_since,
    last_delivered_at = CASE WHEN $4::text = 'delivered' THEN
      greatest(s.last_delivered_at, $7::timestamptz(3) + make_interval(secs => $8::int / 1000.0)) ELSE s.last_delivered_at END,
    status = CASE WHEN $4::text = 'ended' THEN 'ended' WHEN v.disable THEN 'disabled' ELSE s.status END,
    disabled_reason = CASE WHEN $4::text = 'ended' AND s.status <> 'ended' THEN 'gone' WHEN v.disable THEN 'failing' ELSE s.disabled_reason END,
    updated_at = now()
  FROM verdict v
  WHERE s.user_id = v.user_id AND s.id = v.id
  RETURNING v.disable AS disabled, s.failing_since
)
SELECT disabled, failing_since FROM told`;
