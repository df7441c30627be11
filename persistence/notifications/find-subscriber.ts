import type { SubscriptionKind, SubscriptionStatus } from '../../domain/notification';
import type { TenantClient } from '../with-tenant';

/** A subscription with what it takes to send to it. Secrets are sealed. */
export interface Subscriber {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly status: SubscriptionStatus;
  readonly disabledReason: string | null;
  readonly failingSince: string | null;
  readonly keys: SubscriberKeys;
}

export type SubscriberKeys =
  | { readonly kind: Extract<SubscriptionKind, 'web_push'>; readonly p256dh: string; readonly auth: string }
  /** Newest first; the second one only for as long as it counts. */
  | { readonly kind: Extract<SubscriptionKind, 'webhook'>; readonly secrets: readonly string[] };

/** The tenant's subscription with this id, as it is at a moment, or undefined. */
export async function findSubscriber(
  client: TenantClient,
  subscriptionId: string,
  at: Date,
): Promise<Subscriber | undefined> {
  const result = await client.query<SubscriberRow>({
    name: 'find-subscriber',
    text: `SELECT s.id, s.kind, s.url, s.events, s.status, s.disabled_reason, s.failing_since, s.push_p256dh, s.push_auth, s.secret,
        CASE WHEN s.previous_secret_expires_at > $3::timestamptz THEN s.previous_secret END AS previous_secret
      FROM notification_subscriptions s
      WHERE s.user_id = $1::text AND s.id = $2::uuid`,
    values: [client.tenant, subscriptionId, at],
  });
  const row = result.rows[0];
  return (
    row && {
      id: row.id,
      url: row.url,
      events: row.events,
      status: row.status,
      disabledReason: row.disabled_reason,
      failingSince: row.failing_since?.toISOString() ?? null,
      keys: keysOf(row),
    }
  );
}

interface SubscriberRow {
  readonly id: string;
  readonly kind: SubscriptionKind;
  readonly url: string;
  readonly events: readonly string[];
  readonly status: SubscriptionStatus;
  readonly disabled_reason: string | null;
  readonly failing_since: Date | null;
  readonly push_p256dh: string | null;
  readonly push_auth: string | null;
  readonly secret: string | null;
  readonly previous_secret: string | null;
}

/** The table's own constraint says which of them there are. */
function keysOf({ kind, push_p256dh, push_auth, secret, previous_secret }: SubscriberRow): SubscriberKeys {
  if (kind === 'web_push') return { kind, p256dh: push_p256dh ?? '', auth: push_auth ?? '' };
  return { kind, secrets: [secret, previous_secret].filter((sealed) => sealed !== null) };
}
