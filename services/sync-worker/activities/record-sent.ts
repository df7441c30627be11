import type { Delivery } from '../../../persistence/notifications/find-delivery';
import type { Subscriber } from '../../../persistence/notifications/find-subscriber';
import {
  type RecordAttempt,
  type RecordedAttempt,
  recordAttempt,
} from '../../../persistence/notifications/record-attempt';
import type { TenantClient } from '../../../persistence/with-tenant';
import { type Logger, logNotificationAttempted } from '../../../platform/logger';
import { countNotificationAttempt } from '../../../platform/metrics';
import type { Sent } from './send-notification';

export interface SentDelivery {
  readonly userId: string;
  readonly subscriber: Subscriber;
  readonly delivery: Delivery;
  readonly sent: Sent;
  readonly result: RecordAttempt['result'];
  readonly byHand: boolean;
  readonly disableAfterSeconds: number;
}

/** Writes a try down, with all that follows from it. */
export async function recordSent(
  client: TenantClient,
  { delivery, sent, result, byHand, disableAfterSeconds }: SentDelivery,
): Promise<RecordedAttempt> {
  const recorded = await recordAttempt(client, {
    deliveryId: delivery.id,
    attempt: delivery.tries + 1,
    result,
    statusCode: sent.statusCode ?? null,
    cause: sent.verdict.kind === 'delivered' ? null : sent.verdict.cause,
    startedAt: sent.startedAt,
    durationMs: sent.durationMs,
    byHand,
    disableAfterSeconds,
  });
  // Neither a delivery that is on the way nor a subscription is ever taken away.
  if (recorded === undefined) throw new Error('the delivery that was sent is not there');
  return recorded;
}

/** Says what is written down by now. */
export function tellSent(
  logger: Logger,
  { userId, subscriber, delivery, sent, result }: SentDelivery,
  correlationId: string,
): void {
  const { kind } = subscriber.keys;
  countNotificationAttempt({ kind, result, seconds: sent.durationMs / 1_000 });
  logNotificationAttempted(logger, {
    userId,
    subscriptionId: subscriber.id,
    deliveryId: delivery.id,
    orderId: delivery.orderId ?? undefined,
    kind,
    notification: delivery.eventType,
    result,
    cause: sent.verdict.kind === 'delivered' ? undefined : sent.verdict.cause,
    httpStatus: sent.statusCode,
    attempt: delivery.tries + 1,
    durationMs: sent.durationMs,
    correlationId,
  });
}
