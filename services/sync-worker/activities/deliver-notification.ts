import { randomUUID } from 'node:crypto';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Pool } from 'pg';
import { busyDelayMs, retryDelayMs, type Verdict } from '../../../domain/delivery';
import { mayBeForgotten, type RetentionDays } from '../../../domain/history';
import { dropDelivery } from '../../../persistence/notifications/drop-delivery';
import { type Delivery, findDelivery } from '../../../persistence/notifications/find-delivery';
import { findSubscriber, type Subscriber } from '../../../persistence/notifications/find-subscriber';
import { listSubscribers } from '../../../persistence/notifications/list-subscribers';
import { openDelivery } from '../../../persistence/notifications/open-delivery';
import type { RecordAttempt } from '../../../persistence/notifications/record-attempt';
import { type TenantClient, withTenant } from '../../../persistence/with-tenant';
import type { Logger } from '../../../platform/logger';
import {
  DELIVERY_ATTEMPTS,
  type DeliverNotificationInput,
  type DeliverNotificationResult,
} from '../../../workflows/notification-contract';
import { busyFailure, notificationFailure, stoppedFailure } from './notification-failure';
import { payloadFor, readHappening } from './notification-payload';
import { recordSent, type SentDelivery, tellSent } from './record-sent';
import type { SendNotification } from './send-notification';
import { Turns } from './turns';

export interface DeliveryDependencies {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly send: SendNotification;
  /** Before the second try; each later pause is four times as long. */
  readonly retryMs: number;
  readonly disableAfterSeconds: number;
  /** Most deliveries of one tenant that this process has on the way at once. */
  readonly turnsPerTenant: number;
  /** After so many days it may be forgotten what was told; 0: it never is. */
  readonly retentionDays: RetentionDays;
}

/**
 * Most tries at once of a subscriber that is failing. Each may hang until it is given up: with more, the backlog of one receiver
 * that is down would take all places of the worker, and with fewer it would be slow to notice that it is up again.
 */
const TURNS_WHILE_FAILING = 3;

/** When the activity was scheduled, and what tells it to stop. */
export interface DeliveryMoment {
  readonly at: Date;
  /** Temporal's own count of the runs of this activity, from 1. */
  readonly attempt?: number;
  readonly signal?: AbortSignal;
}

/**
 * Tells one subscriber of one event, as one try.
 *
 * What was delivered is never sent again, except after a crash (of this process, or of the connection to Postgres) between the
 * receiver's answer and its record: then the next try sends the same body under the same id, by which receivers tell
 * repeats. That is once for each such crash, because a try begins by reading from the same Postgres that it will write to.
 *
 * @throws ApplicationFailure as long as another try is to follow, with the time until then.
 */
export function createDeliverNotification(dependencies: DeliveryDependencies) {
  const { pool, logger, send, retryMs, disableAfterSeconds, turnsPerTenant, retentionDays } = dependencies;
  const turns = new Turns();

  return async (input: DeliverNotificationInput, moment: DeliveryMoment): Promise<DeliverNotificationResult> => {
    const release = turns.take(input.userId, turnsPerTenant);
    if (release === undefined) throw busyFailure();
    return deliver(input, moment).finally(release);
  };

  async function deliver(
    input: DeliverNotificationInput,
    { at, signal, attempt: run = 1 }: DeliveryMoment,
  ): Promise<DeliverNotificationResult> {
    const { userId, correlationId } = input;
    const claim = await withTenant(pool, userId, (client) => claimDelivery(client, input, at, retentionDays)).catch(
      fail,
    );
    if (claim.kind === 'over') return claim.result;
    const { subscriber, delivery } = claim;
    const release = turns.take(subscriber.id, subscriber.failingSince === null ? turnsPerTenant : TURNS_WHILE_FAILING);
    if (release === undefined) throw busyFailure(busyDelayMs(run, Math.random()));
    const sent = await send(subscriber, delivery, signal).catch(fail).finally(release);
    if (sent === 'stopped') throw stoppedFailure();
    const result = resultOf(sent.verdict, delivery.retries);
    const attempt: SentDelivery = { userId, subscriber, delivery, sent, result, byHand: false, disableAfterSeconds };
    const disabled = await withTenant(pool, userId, async (client) => {
      const recorded = await recordSent(client, attempt);
      return recorded.disabled ? disabledNotice(client, subscriber, recorded.failingSince) : undefined;
    }).catch(fail);
    tellSent(logger, attempt, correlationId);
    if (result === 'retried') {
      throw ApplicationFailure.create({
        type: 'DELIVERY_FAILED',
        message: 'The receiver did not take it; it is tried again',
        nextRetryDelay: retryDelayMs(delivery.retries + 1, retryMs, sent.retryAfterMs, Math.random()),
        // It has been recorded and logged, and is no defect of ours.
        category: ApplicationFailureCategory.BENIGN,
      });
    }
    return { outcome: result, ...(disabled && { disabled }) };
  }
}

/** @param before how many tries have failed that were to be followed by another */
function resultOf(verdict: Verdict, before: number): RecordAttempt['result'] {
  if (verdict.kind !== 'retry') return verdict.kind;
  return before + 1 < DELIVERY_ATTEMPTS ? 'retried' : 'failed';
}

type Claim =
  | { readonly kind: 'send'; readonly subscriber: Subscriber; readonly delivery: Delivery }
  | { readonly kind: 'over'; readonly result: DeliverNotificationResult };

const SKIPPED: Claim = { kind: 'over', result: { outcome: 'skipped' } };

/** Finds out whether there is anything to send, and what. */
async function claimDelivery(
  client: TenantClient,
  input: DeliverNotificationInput,
  at: Date,
  retentionDays: RetentionDays,
): Promise<Claim> {
  const { subscriptionId, event, eventId, order, correlationId } = input;
  const [subscriber, known] = await Promise.all([
    findSubscriber(client, subscriptionId, new Date()),
    findDelivery(client, subscriptionId, { eventId }),
  ]);
  if (subscriber === undefined || known?.status === 'delivered') return SKIPPED;
  if (known?.status === 'failed' || known?.status === 'ended') {
    // Written down by a try whose answer Temporal did not get; what followed from it has not been told yet.
    const disabled =
      subscriber.disabledReason === 'failing'
        ? await disabledNotice(client, subscriber, subscriber.failingSince)
        : undefined;
    return { kind: 'over', result: { outcome: known.status, ...(disabled && { disabled }) } };
  }
  if (subscriber.status !== 'active' || !(event === 'test.ping' || subscriber.events.includes(event))) {
    if (known !== undefined)
      await dropDelivery(client, known.id, subscriber.status === 'disabled' ? 'failed' : 'ended');
    return SKIPPED;
  }
  if (known !== undefined) return { kind: 'send', subscriber, delivery: known };
  const happening = await readHappening(client, input, at);
  // Only of a run that an operator has reset to long ago: whether this was told before is forgotten, and it is no news.
  if ('order' in happening && mayBeForgotten(happening.event.occurredAt, retentionDays, Date.now())) return SKIPPED;
  const delivery = await openDelivery(client, {
    id: randomUUID(),
    subscriptionId,
    eventId,
    eventType: event,
    orderId: order?.orderId ?? null,
    payload: payloadFor(subscriber.keys.kind, happening, correlationId),
    correlationId,
  });
  return { kind: 'send', subscriber, delivery };
}

/** The news that a webhook was given up, for those who want to hear of it. Of a browser that is given up there is none. */
async function disabledNotice(
  client: TenantClient,
  { id, url, keys }: Subscriber,
  failingSince: string | null,
): Promise<DeliverNotificationResult['disabled']> {
  if (keys.kind !== 'webhook' || failingSince === null) return undefined;
  return {
    tell: await listSubscribers(client, 'webhook.disabled'),
    // Of this time of failing: told again it is the same event.
    eventId: `evt_${id}_disabled_${Date.parse(failingSince)}`,
    data: { subscription_id: id, url, failing_since: failingSince },
  };
}

function fail(error: unknown): never {
  throw notificationFailure(error);
}
