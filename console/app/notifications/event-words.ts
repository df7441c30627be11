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
  network: 'not reachable',
  name_not_resolved: 'there is no such host',
  tls_failed: 'no secure connection',
  timeout: 'no answer in time',
  redirect: 'a redirect, which is not followed',
  server_error: 'an error of the receiver',
  rate_limited: 'asked to slow down',
  not_authorized: 'not allowed in',
  not_found: 'nothing there',
  too_large: 'too large for the receiver',
  gone: 'gone for good',
  refused: 'refused',
  invalid_answer: 'no answer that can be understood',
  invalid_url: 'no address',
  insecure_url: 'the address is not https',
  forbidden_address: 'this address may not be called',
  invalid_keys: 'the browser’s keys are not valid',
};

/** What came of one attempt: `200`, `500`, `no answer in time`. */
export function attemptText({ status_code: statusCode, cause, result }: DeliveryAttempt): string {
  const why = cause === null ? undefined : (CAUSES[cause] ?? cause.replaceAll('_', ' '));
  if (statusCode === null) return why ?? result;
  return why === undefined ? `HTTP ${statusCode}` : `HTTP ${statusCode}, ${why}`;
}

/** Why a webhook is off, as a sentence. */
export function disabledText(reason: string | null): string {
  if (reason === 'failing') return 'It did not answer as it should for days.';
  if (reason === 'gone') return 'The receiver said that it is gone for good (410).';
  return 'It is not told of anything any more.';
}
