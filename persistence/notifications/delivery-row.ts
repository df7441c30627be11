import type { DeliveryAttempt, DeliveryRecord } from '../../domain/subscription';

export interface DeliveryRow {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: DeliveryRecord['eventType'];
  readonly order_id: string | null;
  readonly status: DeliveryRecord['status'];
  readonly created_at: Date;
  /** Null: none yet. */
  readonly attempts: readonly AttemptJson[] | null;
}

interface AttemptJson {
  readonly attempt: number;
  readonly result: DeliveryAttempt['result'];
  readonly status_code: number | null;
  readonly cause: string | null;
  /** Microseconds since 1970: as JSON, a timestamp would have the session's own notation. */
  readonly started_us: number;
  readonly duration_ms: number;
}

/** Of a relation `d`: all but what was sent, which holds the customer's data and may be large. */
export const DELIVERY_COLUMNS = `d.id, d.event_id, d.event_type, d.order_id, d.status, d.created_at,
  (SELECT jsonb_agg(jsonb_build_object('attempt', a.attempt, 'result', a.result, 'status_code', a.status_code,
      'cause', a.cause, 'started_us', extract(epoch FROM a.started_at) * 1000000, 'duration_ms', a.duration_ms) ORDER BY a.id)
    FROM notification_attempts a WHERE a.user_id = d.user_id AND a.delivery_id = d.id) AS attempts`;

export function toDelivery(row: DeliveryRow): DeliveryRecord {
  return {
    id: row.id,
    eventId: row.event_id,
    eventType: row.event_type,
    orderId: row.order_id,
    status: row.status,
    attempts: (row.attempts ?? []).map((attempt) => ({
      attempt: attempt.attempt,
      result: attempt.result,
      statusCode: attempt.status_code,
      cause: attempt.cause,
      startedAt: new Date(attempt.started_us / 1_000).toISOString(),
      durationMs: attempt.duration_ms,
    })),
    createdAt: row.created_at.toISOString(),
  };
}
