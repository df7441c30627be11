import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Timestamp, timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Order, OrderEvent, OrderEventType, OrderSource, OrderStatus } from '../../../../domain/order';
import {
  OrderEventType as EventTypeMessage,
  type OrderEventSchema,
  type OrderSchema,
  OrderSource as SourceMessage,
  OrderStatus as StatusMessage,
} from '../../../../gen/orderbooking/v1/order_pb';

const STATUS: Readonly<Record<OrderStatus, StatusMessage>> = {
  pending: StatusMessage.PENDING,
  confirmed: StatusMessage.CONFIRMED,
  processing: StatusMessage.PROCESSING,
  completed: StatusMessage.COMPLETED,
  cancelled: StatusMessage.CANCELLED,
};

const SOURCE: Readonly<Record<OrderSource, SourceMessage>> = {
  ai: SourceMessage.AI,
  api: SourceMessage.API,
  web: SourceMessage.WEB,
  phone: SourceMessage.PHONE,
  walk_in: SourceMessage.WALK_IN,
};

const EVENT_TYPE: Readonly<Record<OrderEventType, EventTypeMessage>> = {
  created: EventTypeMessage.CREATED,
  status_changed: EventTypeMessage.STATUS_CHANGED,
  status_change_ignored: EventTypeMessage.STATUS_CHANGE_IGNORED,
};

export function statusMessage(status: OrderStatus): StatusMessage {
  return STATUS[status];
}

/** The wire's word for a status; undefined when unspecified, and for a number we do not know a word that no schema accepts. */
export function statusWord(message: StatusMessage): string | undefined {
  return wordOf(STATUS, message);
}

/** The wire's word for a source, on the same terms. */
export function sourceWord(message: SourceMessage): string | undefined {
  return wordOf(SOURCE, message);
}

/** The word for a number that an enum message may hold: undefined for "not set", and no word at all for an unknown one. */
export function wordOf(words: Readonly<Record<string, number>>, message: number): string | undefined {
  if (message === 0) return undefined;
  return Object.entries(words).find(([, value]) => value === message)?.[0] ?? `enum value ${message}`;
}

export function orderMessage(order: Order): MessageInitShape<typeof OrderSchema> {
  return {
    id: order.id,
    userId: order.userId,
    customerName: order.customerName,
    customerPhone: order.customerPhone,
    items: order.items.map(({ name, quantity }) => ({ name, quantity })),
    totalQuantity: order.totalQuantity,
    status: STATUS[order.status],
    source: SOURCE[order.source],
    ...(order.notes === null ? {} : { notes: order.notes }),
    version: order.version,
    createdAt: timestampMessage(order.createdAt),
    updatedAt: timestampMessage(order.updatedAt),
    ...(order.slotId === null ? {} : { slotId: order.slotId }),
  };
}

export function orderEventMessage(event: OrderEvent): MessageInitShape<typeof OrderEventSchema> {
  return {
    orderId: event.orderId,
    sequence: event.sequence,
    type: EVENT_TYPE[event.type],
    fromStatus: event.fromStatus === null ? StatusMessage.UNSPECIFIED : STATUS[event.fromStatus],
    toStatus: STATUS[event.toStatus],
    actor: event.actor,
    ...(event.reason === null ? {} : { reason: event.reason }),
    correlationId: event.correlationId,
    occurredAt: timestampMessage(event.occurredAt),
  };
}

/** ISO 8601 to a Timestamp. */
export function timestampMessage(iso: string): Timestamp {
  return timestampFromDate(new Date(iso));
}
