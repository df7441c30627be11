import { generateRequestDetails } from 'web-push';
import type { VapidKeys } from './vapid-keys';

export interface PushTarget {
  readonly endpoint: string;
  /** Of the browser, base64url. */
  readonly p256dh: string;
  readonly auth: string;
}

export interface PushOptions {
  readonly vapid: VapidKeys;
  /** Whom the push service may turn to: `mailto:` or `https:`. */
  readonly subject: string;
  /** How long the push service keeps it for a device that is away. */
  readonly seconds: number;
  readonly urgency: 'normal' | 'high';
  readonly topic: string;
}

/**
 * A push message as its service takes it: encrypted for the one browser (RFC 8291, aes128gcm), signed by us (RFC 8292).
 * @throws Error when the browser's keys or the endpoint are none; of no use to anybody but a log.
 */
export function encryptPush(
  { endpoint, p256dh, auth }: PushTarget,
  payload: string,
  { vapid, subject, seconds, urgency, topic }: PushOptions,
): { readonly headers: Readonly<Record<string, string | number>>; readonly body: Buffer } {
  const { headers, body } = generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
    vapidDetails: { subject, ...vapid },
    TTL: seconds,
    urgency,
    topic,
    contentEncoding: 'aes128gcm',
  });
  const { 'Content-Length': _, ...rest } = headers;
  return { headers: rest as Record<string, string | number>, body };
}
