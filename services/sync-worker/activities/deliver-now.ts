import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { type Delivery, findDelivery } from '../../../persistence/notifications/find-delivery';
import { findSubscriber, type Subscriber } from '../../../persistence/notifications/find-subscriber';
import { openDelivery } from '../../../persistence/notifications/open-delivery';
import { touchDelivery } from '../../../persistence/notifications/touch-delivery';
import { type TenantClient, withTenant } from '../../../persistence/with-tenant';
import type { DeliverNowInput, DeliverNowResult } from '../../../workflows/notification-contract';
import type { DeliveryDependencies, DeliveryMoment } from './deliver-notification';
import { busyFailure, notificationFailure, stoppedFailure } from './notification-failure';
import { payloadFor, readHappening } from './notification-payload';
import { recordSent, type SentDelivery, tellSent } from './record-sent';
import { Turns } from './turns';

/**
 * Most of one tenant's at once. More: somebody who tests a receiver that hangs, again and again, takes the places of everybody's
 * news. Fewer: people who test at the same moment wait for each other.
 */
const TURNS_BY_HAND = 5;

/**
 * Tries one delivery on behalf of a person, once and at once, also to a subscription that is disabled: that is how its owner finds
 * out whether it works again. A success counts like any other; a failure is recorded and changes nothing else.
 *
 * @throws ApplicationFailure NOT_FOUND when there is no such subscription or delivery, or its receiver is gone.
 */
export function createDeliverNow({ pool, logger, send, disableAfterSeconds }: DeliveryDependencies) {
  const turns = new Turns();

  return async (input: DeliverNowInput, moment: DeliveryMoment): Promise<DeliverNowResult> => {
    const release = turns.take(input.userId, TURNS_BY_HAND);
    if (release === undefined) throw busyFailure();
    return deliver(input, moment).finally(release);
  };

  async function deliver(input: DeliverNowInput, { at, signal }: DeliveryMoment): Promise<DeliverNowResult> {
    const { userId, correlationId } = input;
    const { subscriber, delivery } = await withTenant(pool, userId, (client) => find(client, input, at)).catch(fail);
    const sent = await send(subscriber, delivery, signal).catch(fail);
    if (sent === 'stopped') throw stoppedFailure();
    const outcome = sent.verdict.kind === 'retry' ? 'failed' : sent.verdict.kind;
    const attempt: SentDelivery = {
      userId,
      subscriber,
      delivery,
      sent,
      result: outcome,
      byHand: true,
      disableAfterSeconds,
    };
    await withTenant(pool, userId, (client) => recordSent(client, attempt)).catch(fail);
    tellSent(logger, attempt, correlationId);
    return { deliveryId: delivery.id, outcome };
  }
}

async function find(
  client: TenantClient,
  { subscriptionId, deliveryId, eventId, correlationId }: DeliverNowInput,
  at: Date,
): Promise<{ readonly subscriber: Subscriber; readonly delivery: Delivery }> {
  const subscriber = await findSubscriber(client, subscriptionId, new Date());
  if (subscriber === undefined || subscriber.status === 'ended') throw notFound();
  if (deliveryId !== undefined) {
    await touchDelivery(client, deliveryId);
    const delivery = await findDelivery(client, subscriptionId, { deliveryId });
    if (delivery === undefined) throw notFound();
    return { subscriber, delivery };
  }
  const happening = await readHappening(client, { event: 'test.ping', data: { subscription_id: subscriptionId } }, at);
  const delivery = await openDelivery(client, {
    id: randomUUID(),
    subscriptionId,
    eventId: eventId ?? `evt_test_${randomUUID()}`,
    eventType: 'test.ping',
    orderId: null,
    payload: payloadFor(subscriber.keys.kind, happening, correlationId),
    correlationId,
  });
  return { subscriber, delivery };
}

function notFound(): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'NOT_FOUND',
    message: 'There is no such subscription or delivery',
    nonRetryable: true,
  });
}

function fail(error: unknown): never {
  throw notificationFailure(error);
}
