import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { NOTIFICATION_EVENTS, pushAuthContext, webhookSecretContext } from '../../domain/notification';
import { parseKeyring } from '../../platform/keyring';
import { seal } from '../../platform/sealed-secret';
import type { PushBrowser } from './push-browser';
import { TEST_SECRETS_KEYS } from './services';

const KEYRING = parseKeyring(TEST_SECRETS_KEYS);

export interface SubscribeOptions {
  readonly url: string;
  readonly events?: readonly string[];
  readonly failingSince?: Date;
}

export interface SubscriptionState {
  readonly status: string;
  readonly disabled_reason: string | null;
  readonly failing_since: Date | null;
  readonly last_delivered_at: Date | null;
}

/** One delivery and its tries, as tests compare them. */
export interface DeliveryState {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly status: string;
  readonly tries: readonly {
    readonly attempt: number;
    readonly result: string;
    readonly cause: string | null;
    readonly status_code: number | null;
  }[];
}

/** Subscriptions at the level of the database: for tests of what is sent to them, not of how they are made. */
export function subscriptionsIn(owner: Pool) {
  return {
    async webhook(userId: string, { url, events = NOTIFICATION_EVENTS, failingSince }: SubscribeOptions) {
      const id = randomUUID();
      const secret = `whsec_${randomBytes(32).toString('base64')}`;
      await owner.query(
        `INSERT INTO notification_subscriptions (id, user_id, kind, url, secret, events, failing_since)
         VALUES ($1, $2, 'webhook', $3, $4, $5, $6)`,
        [id, userId, url, seal(KEYRING, secret, webhookSecretContext(id)), events, failingSince ?? null],
      );
      return { id, secret };
    },

    async push(
      userId: string,
      browser: Pick<PushBrowser, 'keys'>,
      { url, events = NOTIFICATION_EVENTS }: SubscribeOptions,
    ) {
      const id = randomUUID();
      const { p256dh, auth } = browser.keys;
      await owner.query(
        `INSERT INTO notification_subscriptions (id, user_id, kind, url, push_p256dh, push_auth, events)
         VALUES ($1, $2, 'web_push', $3, $4, $5, $6)`,
        [id, userId, url, p256dh, seal(KEYRING, auth, pushAuthContext(id)), events],
      );
      return { id };
    },

    /** A new secret, while the old one is still good until then. */
    async rotate(id: string, until: Date): Promise<string> {
      const secret = `whsec_${randomBytes(32).toString('base64')}`;
      await owner.query(
        `UPDATE notification_subscriptions SET previous_secret = secret, previous_secret_expires_at = $2, secret = $3 WHERE id = $1`,
        [id, until, seal(KEYRING, secret, webhookSecretContext(id))],
      );
      return secret;
    },

    async set(id: string, status: 'active' | 'disabled' | 'ended'): Promise<void> {
      await owner.query('UPDATE notification_subscriptions SET status = $2 WHERE id = $1', [id, status]);
    },

    async state(id: string): Promise<SubscriptionState> {
      const { rows } = await owner.query<SubscriptionState>(
        'SELECT status, disabled_reason, failing_since, last_delivered_at FROM notification_subscriptions WHERE id = $1',
        [id],
      );
      if (rows[0] === undefined) throw new Error('there is no such subscription');
      return rows[0];
    },

    /** Oldest first. */
    async deliveries(id: string): Promise<readonly DeliveryState[]> {
      const { rows } = await owner.query<DeliveryState>(
        `SELECT d.id, d.event_id, d.event_type, d.status, coalesce((
           SELECT json_agg(json_build_object('attempt', a.attempt, 'result', a.result, 'cause', a.cause, 'status_code', a.status_code) ORDER BY a.id)
           FROM notification_attempts a WHERE a.delivery_id = d.id), '[]') AS tries
         FROM notification_deliveries d WHERE d.subscription_id = $1 ORDER BY d.created_at, d.event_id`,
        [id],
      );
      return rows;
    },
  };
}

export type Subscriptions = ReturnType<typeof subscriptionsIn>;
