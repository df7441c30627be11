import { randomUUID } from 'node:crypto';

/** What these helpers write with: a pool, or a client of the owner. */
interface Queries {
  query<Row extends object = object>(text: string, values?: unknown[]): Promise<{ readonly rows: Row[] }>;
}

export interface OldDelivery {
  readonly days: number;
  /** When it was last tried, if not then. */
  readonly triedDays?: number;
  readonly status?: 'pending' | 'delivered' | 'failed' | 'ended';
  readonly event?: string;
  readonly attempts?: number;
}

/** What happened long ago, written as it would have been then. */
export function historyIn(owner: Queries) {
  async function subscription(userId: string): Promise<string> {
    const id = randomUUID();
    await owner.query(
      `INSERT INTO notification_subscriptions (id, user_id, kind, url, secret, events)
       VALUES ($1, $2, 'webhook', 'https://example.com/hook', 'sealed', '{order.created}')`,
      [id, userId],
    );
    return id;
  }

  return {
    subscription,

    async delivery(userId: string, subscriptionId: string, old: OldDelivery): Promise<string> {
      const { days, triedDays = days, status = 'delivered', event = 'order.created', attempts = 2 } = old;
      const id = randomUUID();
      await owner.query(
        `INSERT INTO notification_deliveries (id, user_id, subscription_id, event_id, event_type, payload, status, correlation_id,
           created_at, updated_at)
         VALUES ($1::uuid, $2, $3::uuid, 'evt_' || $1, $4, '{}', $5, 'req_old', now() - make_interval(days => $6),
           now() - make_interval(days => $7))`,
        [id, userId, subscriptionId, event, status, days, triedDays],
      );
      await owner.query(
        `INSERT INTO notification_attempts (user_id, delivery_id, attempt, result, cause, started_at, duration_ms)
         SELECT $1, $2, n, 'retried', 'timeout', now() - make_interval(days => $3), 1 FROM generate_series(1, $4::int) n`,
        [userId, id, days, attempts],
      );
      return id;
    },

    async sheetAttempt(userId: string, days: number): Promise<string> {
      const { rows } = await owner.query<{ id: string }>(
        `INSERT INTO sheet_sync_attempts (user_id, order_ids, correlation_ids, result, attempt, started_at, duration_ms)
         VALUES ($1, '{}', '{}', 'synced', 1, now() - make_interval(days => $2), 1) RETURNING id`,
        [userId, days],
      );
      return rows[0]?.id ?? '';
    },

    /** So many deliveries with two attempts each, and as many attempts of a sheet, a second after each other. */
    async much(userId: string, count: number, days: number): Promise<void> {
      const subscriptionId = await subscription(userId);
      await owner.query(
        `WITH made AS (
           INSERT INTO notification_deliveries (id, user_id, subscription_id, event_id, event_type, payload, status, correlation_id,
             created_at, updated_at)
           SELECT gen_random_uuid(), $1, $2, 'evt_much_' || n, 'order.created', json_build_object('text', repeat('x', 600)),
             'delivered', 'req_old', at, at
           FROM generate_series(1, $3::int) n, LATERAL (SELECT now() - make_interval(days => $4, secs => n) AS at) AS t
           RETURNING user_id, id, created_at
         ), tried AS (
           INSERT INTO notification_attempts (user_id, delivery_id, attempt, result, started_at, duration_ms)
           SELECT user_id, id, n, 'delivered', created_at, 1 FROM made, generate_series(1, 2) n
         )
         INSERT INTO sheet_sync_attempts (user_id, order_ids, correlation_ids, result, attempt, started_at, duration_ms)
         SELECT user_id, '{}', '{}', 'synced', 1, created_at, 1 FROM made`,
        [userId, subscriptionId, count, days],
      );
    },
  };
}

export type History = ReturnType<typeof historyIn>;
