import * as z from 'zod';
import { NOTIFICATION_EVENTS, SUBSCRIPTION_KINDS, SUBSCRIPTION_STATUSES } from '../notification';
import type {
  CreatedSubscriptionWire,
  DeliveryAttemptWire,
  DeliveryPageWire,
  DeliveryWire,
  SubscriptionWire,
} from '../notification-wire';
import { ATTEMPT_RESULTS, DELIVERY_STATUSES } from '../subscription';
import { boundedArray } from './bounded-array';
import { checkedString } from './checked-string';
import { idempotencyKey, requiredLine } from './fields';
import { successEnvelope } from './wire';

/** What servers and browsers take; the table's check says the same. */
const URL_MAX_LENGTH = 2_048;
const OVERLAP_SECONDS = { default: 86_400, max: 604_800 } as const;

const EXAMPLE_ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';

function uuid(description: string) {
  return z
    .string()
    .regex(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, { error: 'must be a UUID' })
    .meta({ description, format: 'uuid', examples: [EXAMPLE_ID] })
    .transform((id) => id.toLowerCase());
}

export const subscriptionId = uuid("The subscription's id.");
export const deliveryId = uuid("The delivery's id.");

/** A URL that can be posted to. Where it may lead is for the use case to say, which knows what is allowed here. */
function target(description: string, example: string) {
  return checkedString({ maxLength: URL_MAX_LENGTH, format: 'uri', description, examples: [example] }, (raw) => {
    if (raw.length > URL_MAX_LENGTH) return { ok: false, problem: `must have at most ${URL_MAX_LENGTH} characters` };
    if (!/^https?:\/\//i.test(raw) || !URL.canParse(raw)) return { ok: false, problem: 'must be an https URL' };
    const url = new URL(raw);
    // They would be sent along, and stand in every list.
    if (url.username !== '' || url.password !== '') return { ok: false, problem: 'must not hold a user or a password' };
    url.hash = '';
    if (url.href.length > URL_MAX_LENGTH)
      return { ok: false, problem: `must have at most ${URL_MAX_LENGTH} characters` };
    return { ok: true, value: url.href };
  });
}

const events = boundedArray(z.enum(NOTIFICATION_EVENTS), NOTIFICATION_EVENTS.length, {
  description: 'What to tell of. All of it unless said otherwise.',
  examples: [['order.created']],
})
  .transform((list) => [...new Set(list)])
  .optional();

const description = requiredLine(
  { maxCodePoints: 200, multiline: false },
  { description: 'Whose it is, for people: 1 to 200 characters.', examples: ['Till in the shop'] },
)
  .nullable()
  .optional();

const webhook = z.strictObject({
  kind: z.literal('webhook'),
  url: target(
    'Where events are posted to, by https. Signed as Standard Webhooks 1.0 has it.',
    'https://shop.example.com/orders',
  ),
  events,
  description,
  idempotency_key: idempotencyKey.optional(),
});

const webPush = z.strictObject({
  kind: z.literal('web_push'),
  endpoint: target('The `endpoint` of the browser’s `PushSubscription`.', 'https://push.example.com/send/dGVzdA'),
  keys: z
    .strictObject({
      // An uncompressed point of P-256 begins with the byte 4.
      p256dh: z
        .string()
        .regex(/^B[A-Za-z0-9_-]{86}=?$/, { error: 'must be the key of a push subscription, as base64url' })
        .transform(withoutPadding)
        .meta({ description: 'Its public key, base64url.' }),
      auth: z
        .string()
        .regex(/^[A-Za-z0-9_-]{22}(?:==)?$/, { error: 'must be the secret of a push subscription, as base64url' })
        .transform(withoutPadding)
        .meta({ description: 'Its authentication secret, base64url.', writeOnly: true }),
    })
    .meta({ description: 'Its `keys`.' }),
  events,
  description,
  idempotency_key: idempotencyKey.optional(),
});

function withoutPadding(base64url: string): string {
  return base64url.replace(/=+$/, '');
}

/** The body of `POST /api/notifications/subscriptions`. */
export const createSubscriptionSchema = z
  .discriminatedUnion('kind', [webhook, webPush], { error: `must be one of ${SUBSCRIPTION_KINDS.join(', ')}` })
  .transform((wire) => ({
    idempotencyKey: wire.idempotency_key,
    address:
      wire.kind === 'webhook'
        ? ({ kind: wire.kind, url: wire.url } as const)
        : ({ kind: wire.kind, endpoint: wire.endpoint, p256dh: wire.keys.p256dh, auth: wire.keys.auth } as const),
    events: wire.events,
    description: wire.description,
  }));

/** The body of `PATCH /api/notifications/subscriptions/{id}`. */
export const updateSubscriptionSchema = z
  .strictObject({
    status: z
      .literal('active', { error: 'must be active' })
      .optional()
      .meta({ description: 'Takes a disabled subscription up again; what failed so far no longer counts.' }),
    events,
    description,
  })
  .transform((wire) => ({
    activate: wire.status === 'active',
    events: wire.events,
    description: wire.description,
  }));

/** The body of `POST /api/notifications/subscriptions/{id}/rotate-secret`. */
export const rotateSecretSchema = z
  .strictObject({
    overlap_seconds: z
      .int()
      .min(0)
      .max(OVERLAP_SECONDS.max)
      .optional()
      .meta({
        description: 'For how long the secret before signs as well, 0 to 604,800; a day unless said otherwise.',
        examples: [OVERLAP_SECONDS.default],
      }),
    idempotency_key: idempotencyKey.optional(),
  })
  .transform((wire) => ({
    overlapSeconds: wire.overlap_seconds ?? OVERLAP_SECONDS.default,
    idempotencyKey: wire.idempotency_key,
  }));

export const subscriptionIdParamsSchema = z.strictObject({ id: subscriptionId });
export const deliveryIdParamsSchema = z.strictObject({ id: subscriptionId, delivery_id: deliveryId });

// ---------------------------------------------------------------------------------------------------------------
// Answers

const timestamp = z.string().meta({ format: 'date-time', examples: ['2026-11-24T09:30:00.123Z'] });
const cause = z.string().meta({ description: 'A word for why.', examples: ['timeout'] });

const subscriptionWireSchema = z
  .strictObject({
    id: z.string().meta({ format: 'uuid', examples: [EXAMPLE_ID] }),
    kind: z.enum(SUBSCRIPTION_KINDS),
    url: z.string().meta({ description: 'Of a browser its push service only.' }),
    events: z.array(z.enum(NOTIFICATION_EVENTS)),
    description: z.string().nullable(),
    status: z.enum(SUBSCRIPTION_STATUSES).meta({
      description: '`disabled`: it failed for too long, and can be taken up again. `ended`: the receiver is gone.',
    }),
    disabled_reason: cause.nullable(),
    failing_since: timestamp.nullable(),
    last_delivered_at: timestamp.nullable(),
    created_at: timestamp,
  })
  .meta({ id: 'Subscription', description: 'Somebody who is told of events.' }) satisfies z.ZodType<SubscriptionWire>;

const attemptWireSchema = z.strictObject({
  attempt: z.int().min(1),
  result: z.enum(ATTEMPT_RESULTS),
  status_code: z.int().nullable().meta({ description: "The receiver's, where it answered." }),
  cause: cause.nullable(),
  started_at: timestamp,
  duration_ms: z.int(),
}) satisfies z.ZodType<DeliveryAttemptWire>;

const deliveryWireSchema = z
  .strictObject({
    id: z.string().meta({ format: 'uuid', examples: [EXAMPLE_ID] }),
    event_id: z.string().meta({ description: 'What the receiver gets as `webhook-id`: the same for every attempt.' }),
    event_type: z.enum([...NOTIFICATION_EVENTS, 'test.ping']),
    order_id: z.string().nullable(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.array(attemptWireSchema).meta({ description: 'Oldest first.' }),
    created_at: timestamp,
  })
  .meta({ id: 'Delivery', description: 'One event for one subscriber.' }) satisfies z.ZodType<DeliveryWire>;

const secret = z
  .string()
  .optional()
  .meta({
    description:
      'What the webhook is signed with. Told now and, under the idempotency key, for as long as it was not changed; nowhere else.',
    examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
  });

const createdSubscription = z.strictObject({
  subscription: subscriptionWireSchema,
  secret,
}) satisfies z.ZodType<CreatedSubscriptionWire>;

const deliveryPage = z.strictObject({
  deliveries: z.array(deliveryWireSchema),
  next_page_token: z.string().meta({ description: 'Asks for the next page; empty on the last one.' }),
}) satisfies z.ZodType<DeliveryPageWire>;

export const createdSubscriptionAnswerSchema = successEnvelope(createdSubscription);
export const rotatedSecretAnswerSchema = successEnvelope(
  z.strictObject({ subscription: subscriptionWireSchema, secret }),
);
export const subscriptionAnswerSchema = successEnvelope(z.strictObject({ subscription: subscriptionWireSchema }));
export const subscriptionsAnswerSchema = successEnvelope(
  z.strictObject({ subscriptions: z.array(subscriptionWireSchema) }),
);
export const deletedSubscriptionAnswerSchema = successEnvelope(z.strictObject({ subscription: z.null() }));
export const deliveryAnswerSchema = successEnvelope(z.strictObject({ delivery: deliveryWireSchema }));
export const deliveryPageAnswerSchema = successEnvelope(deliveryPage);
export const vapidKeyAnswerSchema = successEnvelope(
  z.strictObject({
    public_key: z.string().meta({ description: 'The `applicationServerKey` that browsers subscribe with, base64url.' }),
  }),
);
