import type { NotificationEvent } from '../../domain/notification';
import type { Subscription } from '../../domain/subscription';
import type { TenantClient } from '../with-tenant';
import { SUBSCRIPTION_COLUMNS, type SubscriptionRow, toSubscription } from './subscription-row';

export interface NewSubscription {
  /** Made by the caller, because the secrets are sealed for it. */
  readonly id: string;
  readonly url: string;
  readonly events: readonly NotificationEvent[];
  readonly description: string | null;
  /** `secret` and `auth` are sealed. */
  readonly keys:
    | { readonly kind: 'webhook'; readonly secret: string }
    | { readonly kind: 'web_push'; readonly p256dh: string; readonly auth: string };
}

/** Adds a subscription, active from now on. */
export async function insertSubscription(client: TenantClient, added: NewSubscription): Promise<Subscription> {
  const { id, url, events, description, keys } = added;
  const result = await client.query<SubscriptionRow>({
    name: 'insert-subscription',
    text: `INSERT INTO notification_subscriptions (user_id, id, kind, url, events, description, secret, push_p256dh, push_auth)
      VALUES ($1::text, $2::uuid, $3::text, $4::text, $5::text[], $6::text, $7::text, $8::text, $9::text)
      RETURNING ${SUBSCRIPTION_COLUMNS}`,
    values: [
      client.tenant,
      id,
      keys.kind,
      url,
      events,
      description,
      ...(keys.kind === 'webhook' ? [keys.secret, null, null] : [null, keys.p256dh, keys.auth]),
    ],
  });
  const row = result.rows[0];
  if (row === undefined) throw new Error('insert-subscription answered without a row');
  return toSubscription(row);
}
