import { type Api, PATIENT_TIMEOUT_MS } from '../api/client';
import type { Delivery, NotificationEvent, Page, Subscription } from '../api/wire';
import type { Listing } from '../parts/listing';
import type { PageAsked } from '../parts/use-pages';

const BASE = '/api/notifications/subscriptions';

export async function listSubscriptions(api: Api, signal?: AbortSignal): Promise<readonly Subscription[]> {
  return (await api.get<{ subscriptions: readonly Subscription[] }>(BASE, undefined, signal)).subscriptions;
}

export interface NewWebhook {
  readonly url: string;
  readonly events: readonly NotificationEvent[];
  readonly description?: string | undefined;
}

/** What can be shown once and never again. */
export interface WithSecret {
  readonly subscription: Subscription;
  readonly secret: string;
}

/** Adds it once for each key: with the same one again, it answers again. */
export function addWebhook(api: Api, webhook: NewWebhook, idempotencyKey: string): Promise<WithSecret> {
  return api.send('POST', BASE, { kind: 'webhook', ...webhook, idempotency_key: idempotencyKey });
}

/** Registers a browser; the same one again is the same subscription. */
export async function addDevice(
  api: Api,
  device: { readonly endpoint: string; readonly p256dh: string; readonly auth: string; readonly description: string },
): Promise<Subscription> {
  const { endpoint, p256dh, auth, description } = device;
  const body = { kind: 'web_push', endpoint, keys: { p256dh, auth }, description };
  return (await api.send<{ subscription: Subscription }>('POST', BASE, body)).subscription;
}

export async function removeSubscription(api: Api, id: string): Promise<void> {
  await api.send('DELETE', `${BASE}/${id}`);
}

export async function enableAgain(api: Api, id: string): Promise<Subscription> {
  return (await api.send<{ subscription: Subscription }>('PATCH', `${BASE}/${id}`, { status: 'active' })).subscription;
}

export interface Rotation {
  /** For so long deliveries are signed with the old one too. */
  readonly overlapSeconds: number;
  readonly idempotencyKey: string;
}

/** A new secret, one for each key. */
export function rotateSecret(api: Api, id: string, { overlapSeconds, idempotencyKey }: Rotation): Promise<WithSecret> {
  const body = { overlap_seconds: overlapSeconds, idempotency_key: idempotencyKey };
  return api.send('POST', `${BASE}/${id}/rotate-secret`, body);
}

/** Sends a test event and waits for what comes of it. */
export async function sendTest(api: Api, id: string): Promise<Delivery> {
  return (await api.send<{ delivery: Delivery }>('POST', `${BASE}/${id}/test`, {}, PATIENT_TIMEOUT_MS)).delivery;
}

export async function listDeliveries(
  api: Api,
  id: string,
  { pageToken, signal }: PageAsked,
): Promise<Listing<Delivery>> {
  const query = { page_size: 10, page_token: pageToken };
  const page = await api.get<Page<'deliveries', Delivery>>(`${BASE}/${id}/deliveries`, query, signal);
  return { rows: page.deliveries, nextPageToken: page.next_page_token ?? '' };
}

export async function replayDelivery(api: Api, id: string, deliveryId: string): Promise<Delivery> {
  const path = `${BASE}/${id}/deliveries/${deliveryId}/replay`;
  return (await api.send<{ delivery: Delivery }>('POST', path, {}, PATIENT_TIMEOUT_MS)).delivery;
}

export async function getVapidKey(api: Api): Promise<string> {
  return (await api.get<{ public_key: string }>('/api/notifications/vapid-key')).public_key;
}
