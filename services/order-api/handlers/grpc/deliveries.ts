import { create } from '@bufbuild/protobuf';
import { deliveryId, subscriptionId } from '../../../../domain/schemas/notifications';
import { pagingSchema } from '../../../../domain/schemas/paging';
import { parseInput } from '../../../../domain/schemas/parse';
import {
  ListDeliveriesResponseSchema,
  type NotificationService,
  ReplayDeliveryResponseSchema,
  TestSubscriptionResponseSchema,
} from '../../../../gen/orderbooking/v1/notification_service_pb';
import type { UseCases } from '../../use-cases/contract';
import { deliveryMessage } from './notification-message';
import type { UnaryHandler } from './unary';

type Methods = typeof NotificationService.method;

/** NotificationService.TestSubscription. */
export function testSubscription(useCases: UseCases): UnaryHandler<Methods['testSubscription']> {
  return async (request, call) => {
    const delivery = await useCases.testSubscription(call, idOf(request));
    return create(TestSubscriptionResponseSchema, { delivery: deliveryMessage(delivery) });
  };
}

/** NotificationService.ListDeliveries. */
export function listDeliveries(useCases: UseCases): UnaryHandler<Methods['listDeliveries']> {
  return async (request, call) => {
    const paging = parseInput(pagingSchema, { page_size: request.pageSize, page_token: request.pageToken });
    const page = await useCases.listDeliveries(call, { subscriptionId: idOf(request), ...paging });
    return create(ListDeliveriesResponseSchema, {
      deliveries: page.deliveries.map(deliveryMessage),
      nextPageToken: page.nextPageToken ?? '',
    });
  };
}

/** NotificationService.ReplayDelivery. */
export function replayDelivery(useCases: UseCases): UnaryHandler<Methods['replayDelivery']> {
  return async (request, call) => {
    const delivery = await useCases.replayDelivery(call, {
      subscriptionId: idOf(request),
      deliveryId: parseInput(deliveryId, request.deliveryId, 'delivery_id'),
    });
    return create(ReplayDeliveryResponseSchema, { delivery: deliveryMessage(delivery) });
  };
}

function idOf(request: { readonly subscriptionId: string }): string {
  return parseInput(subscriptionId, request.subscriptionId, 'subscription_id');
}
