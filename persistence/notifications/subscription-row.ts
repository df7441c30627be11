import type { NotificationEvent, SubscriptionKind, SubscriptionStatus } from '../../domain/notification';
import type { Subscription } from '../../domain/subscription';

export interface SubscriptionRow {
  readonly id: string;
  readonly kind: SubscriptionKind;
  readonly url: string;
  readonly events: readonly NotificationEvent[];
  readonly description: string | null;
  readonly status: SubscriptionStatus;
  readonly disabled_reason: string | null;
  readonly failing_since: Date | null;
  readonly last_delivered_at: Date | null;
  readonly created_at: Date;
}

/** No secret is among them. */
export const SUBSCRIPTION_COLUMNS =
  'id, kind, url, events, description, status, disabled_reason, failing_since, last_delivered_at, created_at';

export function toSubscription(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    kind: row.kind,
    url: row.url,
    events: row.events,
    description: row.description,
    status: row.status,
    disabledReason: row.disabled_reason,
    failingSince: row.failing_since?.toISOString() ?? null,
    lastDeliveredAt: row.last_delivered_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
