import { payloadOf } from './notification';

/**
 * The console's service worker. It tells of orders while no page is open, and nothing else: it answers no requests, so nothing
 * of the API is ever kept by it, and a page is always the server's own.
 */
declare const self: ServiceWorkerGlobalScope;

// A new version need not wait for old pages to go away: it shares nothing with them.
self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  const { title, body, url, tag, type } = payloadOf(event.data?.text());
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      tag,
      data: { url, type },
      icon: '/icon-192.png',
      badge: '/badge-96.png',
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const data = event.notification.data as { readonly url?: unknown } | null;
  const url = typeof data?.url === 'string' ? data.url : '/';
  event.waitUntil(open(url));
});

/** Takes a page that is open to the order, or opens one. */
async function open(url: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages.find(({ visibilityState }) => visibilityState === 'visible') ?? pages[0];
  if (page === undefined) {
    await self.clients.openWindow(url);
    return;
  }
  // Told, not navigated: what the owner was typing there is the page's to keep.
  page.postMessage({ type: 'open', url });
  await page.focus();
}

/** Not in TypeScript's library yet. */
interface SubscriptionChangeEvent extends ExtendableEvent {
  readonly oldSubscription?: PushSubscription | null;
  readonly newSubscription?: PushSubscription | null;
}

self.addEventListener('pushsubscriptionchange', (event) => {
  const change = event as SubscriptionChangeEvent;
  change.waitUntil(renew(change));
});

/**
 * The browser's push service gave it another address: tell the API, with the session's cookie if there still is one. If there
 * is none, the device shows as off the next time the console is opened, and can be switched on again.
 */
async function renew({ oldSubscription, newSubscription }: SubscriptionChangeEvent): Promise<void> {
  const applicationServerKey = oldSubscription?.options.applicationServerKey ?? null;
  const subscription =
    newSubscription ??
    (await self.registration.pushManager.subscribe({
      userVisibleOnly: true,
      ...(applicationServerKey && { applicationServerKey }),
    }));
  const { endpoint, keys } = subscription.toJSON();
  const answer = await fetch('/api/session', { credentials: 'same-origin' });
  if (!answer.ok) return;
  const { data } = (await answer.json()) as { readonly data: { readonly session: { readonly csrf_token: string } } };
  await fetch('/api/notifications/subscriptions', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', 'x-csrf-token': data.session.csrf_token },
    body: JSON.stringify({ kind: 'web_push', endpoint, keys }),
  });
}
