import { ApiError } from '../api/api-error';
import type { Api } from '../api/client';
import type { Subscription } from '../api/wire';
import { deviceName } from './device-name';
import { addDevice, getVapidKey, removeSubscription } from './notification-calls';
import { type PushSupport, pushSupport } from './push-support';

const WORKER = '/sw.js';
/** Which subscription of the API this browser is; by tenant, since several owners may share one computer. Holds no secret. */
const KEY = 'order-booking.push-subscription.';

export function supportHere(): PushSupport {
  return pushSupport({
    isSecureContext,
    hasServiceWorker: 'serviceWorker' in navigator,
    hasPushManager: 'PushManager' in window,
    hasNotification: 'Notification' in window,
    userAgent: navigator.userAgent,
    isStandalone: matchMedia('(display-mode: standalone)').matches,
  });
}

/**
 * The API's subscription that is this browser, if it has one and is still subscribed itself. Where the browser was given another
 * address meanwhile, the API is told, if `canRegister`; what somebody removed stays removed.
 */
export async function subscriptionHere(
  api: Api,
  userId: string,
  known: readonly Subscription[],
  canRegister: boolean,
): Promise<Subscription | undefined> {
  const remembered = recall(userId);
  if (remembered === undefined || supportHere() !== 'yes') return undefined;
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription === null || subscription === undefined) return undefined;
  const here = known.find(({ id, status }) => id === remembered.id && status === 'active');
  if ((await digestOf(subscription.endpoint)) === remembered.endpointDigest) return here;
  return canRegister ? register(api, userId, subscription) : undefined;
}

/** Asks for permission, subscribes this browser and tells the API. @throws ApiError whose message says which of it failed. */
export async function switchOn(api: Api, userId: string): Promise<void> {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') {
    throw new ApiError(
      'NOT_PERMITTED',
      permission === 'denied'
        ? 'This browser blocks notifications of this page. Allow them in the page’s settings (beside the address), then try again.'
        : 'Notifications were not allowed. Try again and choose “Allow”.',
    );
  }
  const publicKey = await getVapidKey(api);
  await register(api, userId, await subscribe(publicKey));
}

async function register(api: Api, userId: string, subscription: PushSubscription): Promise<Subscription> {
  const { endpoint, keys } = subscription.toJSON();
  if (endpoint === undefined || keys?.p256dh === undefined || keys.auth === undefined) {
    throw new ApiError('PUSH_UNAVAILABLE', 'This browser gave no address to send notifications to.');
  }
  const description = deviceName(navigator.userAgent);
  const added = await addDevice(api, { endpoint, p256dh: keys.p256dh, auth: keys.auth, description });
  remember(userId, { id: added.id, endpointDigest: await digestOf(endpoint) });
  return added;
}

/** Ends it, here and at the API. */
export async function switchOff(api: Api, userId: string, id: string): Promise<void> {
  await removeSubscription(api, id);
  remember(userId, undefined);
  const registration = await navigator.serviceWorker.getRegistration('/');
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

async function subscribe(publicKey: string): Promise<PushSubscription> {
  try {
    await navigator.serviceWorker.register(WORKER);
    const registration = await navigator.serviceWorker.ready;
    const old = await registration.pushManager.getSubscription();
    // Made for another server's key, it would refuse ours.
    if (old !== null && !isFor(old, publicKey)) await old.unsubscribe();
    return await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.name : 'unknown';
    throw new ApiError(
      'PUSH_UNAVAILABLE',
      'This browser could not reach its push service, which delivers notifications. Look at the connection, or try another browser.',
      { why },
    );
  }
}

function isFor({ options }: PushSubscription, publicKey: string): boolean {
  const key = options.applicationServerKey;
  if (key === null) return false;
  const text = btoa(String.fromCharCode(...new Uint8Array(key)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') === publicKey.replace(/=+$/, '');
}

interface Remembered {
  readonly id: string;
  readonly endpointDigest: string;
}

function recall(userId: string): Remembered | undefined {
  try {
    const [id, endpointDigest] = (localStorage.getItem(KEY + userId) ?? '').split(' ');
    return id && endpointDigest ? { id, endpointDigest } : undefined;
  } catch {
    return undefined;
  }
}

function remember(userId: string, remembered: Remembered | undefined): void {
  try {
    if (remembered === undefined) localStorage.removeItem(KEY + userId);
    else localStorage.setItem(KEY + userId, `${remembered.id} ${remembered.endpointDigest}`);
  } catch {
    // Storage is switched off: the device then looks as if it were not subscribed, and can be again.
  }
}

/** A push address lets its holder send, so it is not kept itself. */
async function digestOf(endpoint: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
