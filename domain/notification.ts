/** What a business can be told of, by web push or by a webhook. */
export const NOTIFICATION_EVENTS = [
  'order.created',
  'order.status_changed',
  'sheet.parked',
  'webhook.disabled',
] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

export const SUBSCRIPTION_KINDS = ['web_push', 'webhook'] as const;
export type SubscriptionKind = (typeof SUBSCRIPTION_KINDS)[number];

/** `disabled`: it failed for too long and can be taken up again. `ended`: the receiver is gone. */
export const SUBSCRIPTION_STATUSES = ['active', 'disabled', 'ended'] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** More would let one order start that many activities. */
export const SUBSCRIPTIONS_MAX = 20;

/** The id of what happened to an order: the same for every subscriber and for every try, so that receivers can tell repeats. */
export function orderEventId(orderId: string, sequence: number): string {
  return `evt_${orderId}_${sequence}`;
}

/** What a webhook's secrets, the one in use and the one before it, are sealed for. */
export function webhookSecretContext(subscriptionId: string): string {
  return `webhook_secret:${subscriptionId}`;
}

/** What the authentication secret of a browser that subscribed is sealed for. */
export function pushAuthContext(subscriptionId: string): string {
  return `push_auth:${subscriptionId}`;
}
