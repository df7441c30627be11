import type { NotificationEvent } from './notification';
import type { OrderContent } from './order';
import type { SubscriberAddress } from './subscription';

/** The hash of a text, UTF-8 encoded, as 64 lower-case hex digits. Passed in, because the domain does no I/O and knows no crypto. */
export type Sha256Hex = (text: string) => string;

/** Deep enough for every request; a value that is deeper (or contains itself) is a defect, not a reason to overflow the stack. */
const MAX_DEPTH = 64;

/**
 * The one JSON text of a value: keys sorted by UTF-16 units, no white space, in the spirit of RFC 8785 (JCS).
 * @throws TypeError for anything that JSON cannot hold as it is: undefined, NaN, infinities, lone surrogates, class
 *   instances, functions, cycles. Dropping them silently would let two different values share a hash.
 */
export function canonicalJson(value: unknown): string {
  return encode(value, 0);
}

/** What a create request asks for, without what only addresses it (tenant, key). */
export interface CanonicalCreateOrder {
  readonly content: OrderContent;
  readonly allowDuplicate: boolean;
}

/** Separates these hashes from all others, and its version from the next way of writing a request. */
const CREATE_ORDER_PREFIX = 'orderbooking.create-order.v1:';

/**
 * The hash that tells whether two create requests under one idempotency key are the same request.
 *
 * It is taken over the parsed request, so notation (key order, phone format, absent or empty notes) does not matter,
 * and over named fields only, so a caller that passes a whole `Order` as content gets the content's hash.
 */
export function createOrderRequestHash(request: CanonicalCreateOrder, sha256Hex: Sha256Hex): string {
  const { customerName, customerPhone, items, source, notes, slotId } = request.content;
  const canonical = canonicalJson({
    allow_duplicate: request.allowDuplicate,
    customer_name: customerName,
    customer_phone: customerPhone,
    items: items.map(({ name, quantity }) => ({ name, quantity })),
    notes,
    slot_id: slotId,
    source,
  });
  return sha256Hex(CREATE_ORDER_PREFIX + canonical);
}

/** What a request to be told asks for, without what only addresses it (tenant, key). What is undefined was not said. */
export interface CanonicalCreateSubscription {
  readonly address: SubscriberAddress;
  readonly events: readonly NotificationEvent[] | undefined;
  readonly description: string | null | undefined;
}

const CREATE_SUBSCRIPTION_PREFIX = 'orderbooking.create-subscription.v1:';

/**
 * The hash that tells whether two requests to subscribe under one idempotency key are the same request. In which order the events
 * were named does not matter. Not to name any is another request than to name all: one day there may be more.
 */
export function createSubscriptionRequestHash(request: CanonicalCreateSubscription, sha256Hex: Sha256Hex): string {
  const { address, events, description } = request;
  const canonical = canonicalJson({
    ...addressMembers(address),
    ...(events === undefined ? {} : { events: [...events].sort() }),
    ...(description === undefined ? {} : { description }),
  });
  return sha256Hex(CREATE_SUBSCRIPTION_PREFIX + canonical);
}

const ROTATE_SECRET_PREFIX = 'orderbooking.rotate-secret.v1:';

/** The hash that tells whether two requests to change a secret under one idempotency key are the same request. */
export function rotateSecretRequestHash(
  { subscriptionId, overlapSeconds }: { readonly subscriptionId: string; readonly overlapSeconds: number },
  sha256Hex: Sha256Hex,
): string {
  const canonical = canonicalJson({ overlap_seconds: overlapSeconds, subscription_id: subscriptionId });
  return sha256Hex(ROTATE_SECRET_PREFIX + canonical);
}

function addressMembers(address: SubscriberAddress): Readonly<Record<string, string>> {
  if (address.kind === 'webhook') return { kind: address.kind, url: address.url };
  const { kind, endpoint, p256dh, auth } = address;
  return { kind, endpoint, p256dh, auth };
}

function encode(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError('A value nested this deep (or in itself) has no canonical JSON');
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('A number that is not finite has no canonical JSON');
      return JSON.stringify(value);
    case 'string':
      return encodeString(value);
    case 'object':
      break;
    default:
      throw new TypeError(`A value of type ${typeof value} has no canonical JSON`);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${Array.from(value, (element) => encode(element, depth + 1)).join(',')}]`;
  if (!isPlainObject(value)) throw new TypeError('A class instance has no canonical JSON');
  const members = Object.keys(value)
    .sort()
    .map((key) => `${encodeString(key)}:${encode(value[key], depth + 1)}`);
  return `{${members.join(',')}}`;
}

function encodeString(text: string): string {
  if (/\p{Cs}/u.test(text)) throw new TypeError('A lone surrogate has no canonical JSON');
  return JSON.stringify(text);
}

function isPlainObject(value: object): value is Record<string, unknown> {
  // By the shape of the prototype rather than its identity: an object from another realm (a workflow's sandbox) is plain too.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
