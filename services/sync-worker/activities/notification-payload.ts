import { ApplicationFailure } from '@temporalio/common';
import type { SubscriptionKind } from '../../../domain/notification';
import { pushMessage } from '../../../domain/push-message';
import { type Happening, webhookBody } from '../../../domain/webhook-body';
import { findOrderAtEvent } from '../../../persistence/orders/find-order-at-event';
import type { TenantClient } from '../../../persistence/with-tenant';
import type { DeliverNotificationInput } from '../../../workflows/notification-contract';

/** What a subscriber of this kind is sent. */
export function payloadFor(kind: SubscriptionKind, happening: Happening, correlationId: string): unknown {
  return kind === 'webhook' ? webhookBody(happening, correlationId) : pushMessage(happening);
}

/**
 * What an event is about. An order is read as it was then, not as it is by now: a receiver that gets `confirmed` after the order
 * was completed must not be told that it was confirmed as completed.
 *
 * @param at when it happened, where that is written down nowhere
 * @throws ApplicationFailure NOT_FOUND when the order's event is gone, which waiting does not bring back.
 */
export async function readHappening(
  client: TenantClient,
  { event, order, data }: Pick<DeliverNotificationInput, 'event' | 'order' | 'data'>,
  at: Date,
): Promise<Happening> {
  if (event !== 'order.created' && event !== 'order.status_changed') {
    return { type: event, at: at.toISOString(), data: data ?? {} };
  }
  const found = order && (await findOrderAtEvent(client, order.orderId, order.sequence));
  if (found !== undefined) return { type: event, ...found };
  throw ApplicationFailure.create({ type: 'NOT_FOUND', message: 'The event of the order is gone', nonRetryable: true });
}
