import { judgeAnswer, judgeSilence, readRetryAfter, type Verdict } from '../../../domain/delivery';
import { pushAuthContext, webhookSecretContext } from '../../../domain/notification';
import { type PushMessage, pushTreatment } from '../../../domain/push-message';
import type { Delivery } from '../../../persistence/notifications/find-delivery';
import type { Subscriber } from '../../../persistence/notifications/find-subscriber';
import { encryptPush } from '../../../platform/encrypt-push';
import type { Keyring } from '../../../platform/keyring';
import type { GuardedPost, PostOutcome } from '../../../platform/post-guarded';
import { open } from '../../../platform/sealed-secret';
import { signWebhook } from '../../../platform/sign-webhook';
import type { VapidKeys } from '../../../platform/vapid-keys';

/** One exchange with a receiver. */
export interface Sent {
  readonly verdict: Verdict;
  /** Undefined where nothing was answered that HTTP knows. */
  readonly statusCode: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly startedAt: Date;
  readonly durationMs: number;
}

export type SendNotification = (
  subscriber: Subscriber,
  delivery: Pick<Delivery, 'eventId' | 'payload'>,
  signal: AbortSignal | undefined,
) => Promise<Sent | 'stopped'>;

export interface SendNotificationDependencies {
  readonly post: (post: GuardedPost) => Promise<PostOutcome>;
  /** Opens the subscribers' secrets. */
  readonly secrets: Keyring;
  readonly vapidKeys: () => Promise<VapidKeys>;
  readonly vapidSubject: string;
}

/**
 * Sends a delivery once and judges the answer. `stopped`: it was given up by the signal, and nobody knows whether it arrived.
 * @throws SealedSecretError when this process does not have the key that the subscriber's secrets were sealed with, and
 * whatever `vapidKeys` throws: neither is the receiver's failure.
 */
export function createSendNotification({
  post,
  secrets,
  vapidKeys,
  vapidSubject,
}: SendNotificationDependencies): SendNotification {
  return async (subscriber, delivery, signal) => {
    const startedAt = new Date();
    const begin = performance.now();
    const request = await requestFor(subscriber, delivery, startedAt);
    const outcome: PostOutcome | NoRequest =
      request.kind === 'request' ? await post({ url: subscriber.url, ...request, signal }) : request;
    if (outcome.kind === 'unanswered' && outcome.cause === 'stopped') return 'stopped';
    const answered = outcome.kind === 'answered' ? outcome : undefined;
    return {
      verdict:
        outcome.kind === 'answered' ? judgeAnswer(subscriber.keys.kind, outcome.status) : judgeSilence(outcome.cause),
      statusCode: answered && answered.status >= 100 && answered.status <= 599 ? answered.status : undefined,
      retryAfterMs: readRetryAfter(answered?.retryAfter, Date.now()),
      startedAt,
      durationMs: Math.round(performance.now() - begin),
    };
  };

  type NoRequest = { readonly kind: 'unanswered'; readonly cause: 'invalid_keys' };

  async function requestFor(
    { id, url, keys }: Subscriber,
    { eventId, payload }: Pick<Delivery, 'eventId' | 'payload'>,
    at: Date,
  ): Promise<({ readonly kind: 'request' } & Pick<GuardedPost, 'headers' | 'body'>) | NoRequest> {
    const text = JSON.stringify(payload);
    if (keys.kind === 'webhook') {
      const opened = keys.secrets.map((sealed) => open(secrets, sealed, webhookSecretContext(id)));
      const headers = signWebhook({ id: eventId, at, body: text }, opened);
      return { kind: 'request', headers, body: Buffer.from(text) };
    }
    const options = { vapid: await vapidKeys(), subject: vapidSubject, ...pushTreatment(payload as PushMessage) };
    const target = { endpoint: url, p256dh: keys.p256dh, auth: open(secrets, keys.auth, pushAuthContext(id)) };
    try {
      return { kind: 'request', ...encryptPush(target, text, options) };
    } catch {
      // Nobody can encrypt for keys that are none; what the browser gave was not checked, or not a browser's.
      return { kind: 'unanswered', cause: 'invalid_keys' };
    }
  }
}
