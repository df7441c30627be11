import {
  ORDER_EVENT_TYPES,
  ORDER_SOURCES,
  ORDER_STATUSES,
  type Order,
  type OrderEvent,
  type OrderItem,
  type OrderStatus,
} from '../domain/order';
import {
  OrderEventType as EventTypeMessage,
  type OrderEvent as OrderEventMessage,
  type OrderItem as OrderItemMessage,
  type Order as OrderMessage,
  OrderSource as SourceMessage,
  OrderStatus as StatusMessage,
} from '../gen/orderbooking/v1/order_pb';
import { isoOf, required, requiredWordOf, wordOf } from './message-words';

/** What books an order answers: CreateOrder's and CreateOrderFromAi's messages are alike. */
export interface CreatedOrder {
  /** The order as it was created, also when this answer is a replay. */
  readonly order: Order;
  readonly idempotencyKey: string;
  /** Whether an earlier call with the same key made the order; true as well when that was an attempt of this very call. */
  readonly idempotentReplayed: boolean;
  /** The order's status now. */
  readonly currentStatus: OrderStatus;
}

export function createdOrderFrom(message: {
  readonly order?: OrderMessage | undefined;
  readonly idempotencyKey: string;
  readonly idempotentReplayed: boolean;
  readonly currentStatus: StatusMessage;
}): CreatedOrder {
  return {
    order: orderFrom(message.order),
    idempotencyKey: message.idempotencyKey,
    idempotentReplayed: message.idempotentReplayed,
    currentStatus: statusFrom(message.currentStatus),
  };
}

/** @throws SystemError INTERNAL when there is no order, or not all of one. */
export function orderFrom(message: OrderMessage | undefined): Order {
  const order = required(message, 'an order');
  return {
    id: order.id,
    userId: order.userId,
    customerName: order.customerName,
    customerPhone: order.customerPhone,
    items: itemsFrom(order.items),
    totalQuantity: order.totalQuantity,
    status: statusFrom(order.status),
    source: requiredWordOf(ORDER_SOURCES, SourceMessage, order.source),
    notes: order.notes ?? null,
    slotId: order.slotId ?? null,
    version: order.version,
    createdAt: isoOf(order.createdAt),
    updatedAt: isoOf(order.updatedAt),
  };
}

export function itemsFrom(items: readonly OrderItemMessage[]): readonly OrderItem[] {
  return items.map(({ name, quantity }) => ({ name, quantity }));
}

/** @throws SystemError INTERNAL when there is no event, or not all of one. */
export function orderEventFrom(message: OrderEventMessage | undefined): OrderEvent {
  const event = required(message, 'an event');
  return {
    orderId: event.orderId,
    sequence: event.sequence,
    type: requiredWordOf(ORDER_EVENT_TYPES, EventTypeMessage, event.type),
    fromStatus: wordOf(ORDER_STATUSES, StatusMessage, event.fromStatus) ?? null,
    toStatus: statusFrom(event.toStatus),
    actor: event.actor,
    reason: event.reason ?? null,
    correlationId: event.correlationId,
    occurredAt: isoOf(event.occurredAt),
  };
}

function statusFrom(message: StatusMessage): OrderStatus {
  return requiredWordOf(ORDER_STATUSES, StatusMessage, message);
}
