/**
 * An expression for the ids of the tenant's ($1) active subscriptions to an event, for a statement that writes what the event
 * tells of. Nobody subscribed: an empty array, and nothing is scheduled.
 *
 * @param event an SQL expression of the event's type
 */
export function subscriptionsTo(event: string): string {
  return `ARRAY(SELECT s.id::text FROM notification_subscriptions s
    WHERE s.user_id = $1::text AND s.status = 'active' AND ${event} = ANY (s.events) ORDER BY s.id)`;
}
