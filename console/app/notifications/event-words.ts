import type { DeliveryAttempt, NotificationEvent } from '../api/wire';

export const EVENT_LABELS: Readonly<Record<NotificationEvent, string>> = {
  'order.created': 'A new order',
  'order.status_changed': 'An order moves on',
  'sheet.parked': 'The sheet sync stops',
  'webhook.disabled': 'A webhook is switched off',
};

export function eventText(type: string): string {
  if (type === 'test.ping') return 'Test';
  return type in EVENT_LABELS ? EVENT_LABELS[type as NotificationEvent] : type;
}

const CAUSES: Readonly<Record<string, string>> = {
  timeout: 'no answer in time',
  network: 'not reachable',
  refused_address: 'this address may not be called',
  redirect: 'answered with a redirect, which is not followed',
};

/** What came of one attempt: `200`, `500`, `no answer in time`. */
export function attemptText({ status_code: statusCode, cause, result }: DeliveryAttempt): string {
  const why = cause === null ? undefined : (CAUSES[cause] ?? cause.replaceAll('_', ' '));
  if (statusCode === null) return why ?? result;
  return why === undefined ? `HTTP ${statusCode}` : `HTTP ${statusCode}, ${why}`;
}
