import * as z from 'zod';
import { CALL_TIMEOUT_MS, type Call } from '../order-door';
import { checked, restHeaders } from '../rest-door';

const subscription = z.object({ id: z.string(), description: z.string().nullable(), status: z.string() });
const created = z.object({ data: z.object({ subscription, secret: z.string() }) });
const listed = z.object({ data: z.object({ subscriptions: z.array(subscription) }) });

/** By which a demo knows the subscription of an earlier one that was interrupted. */
const DESCRIPTION = 'npm run demo';

/** Subscribes a webhook to everything that happens to the tenant's orders. Needs a key with the scope `admin`. */
export async function subscribe(
  apiUrl: string,
  call: Call,
  url: string,
): Promise<{ readonly id: string; readonly secret: string }> {
  await forgetEarlier(apiUrl, call);
  const answer = await send(apiUrl, call, 'POST', '', {
    kind: 'webhook',
    url,
    events: ['order.created', 'order.status_changed'],
    description: DESCRIPTION,
  });
  const { data } = checked(created, answer);
  return { id: data.subscription.id, secret: data.secret };
}

export async function unsubscribe(apiUrl: string, call: Call, id: string): Promise<void> {
  await send(apiUrl, call, 'DELETE', `/${id}`);
}

async function forgetEarlier(apiUrl: string, call: Call): Promise<void> {
  const { data } = checked(listed, await send(apiUrl, call, 'GET', ''));
  for (const { id, description } of data.subscriptions) {
    if (description === DESCRIPTION) await unsubscribe(apiUrl, call, id);
  }
}

/** @throws Error when the API says no */
async function send(
  apiUrl: string,
  call: Call,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${apiUrl}/api/notifications/subscriptions${path}`, {
    method,
    headers: { ...restHeaders(call), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} subscriptions${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
