import type { NotificationEvent } from './notification';
import type { Order, OrderEvent, OrderEventType, OrderStatus } from './order';
import { type OrderWire, orderToWire } from './wire';

/** Something that subscribers are told of. `test.ping` is what a person sends to see whether it arrives. */
export type Happening =
  | {
      readonly type: 'order.created' | 'order.status_changed';
      /** As it was then. */
      readonly order: Order;
      readonly event: OrderEvent;
    }
  | {
      readonly type: Exclude<NotificationEvent, 'order.created' | 'order.status_changed'> | 'test.ping';
      readonly at: string;
      readonly data: Readonly<Record<string, unknown>>;
    };

/** The body of a webhook, as https://www.standardwebhooks.com has it: type, timestamp (of the event) and data. */
export interface WebhookBody {
  readonly type: Happening['type'];
  readonly timestamp: string;
  readonly data: OrderNews | Readonly<Record<string, unknown>>;
  readonly correlation_id: string;
}

export interface OrderNews {
  readonly order: OrderWire;
  readonly event: {
    readonly sequence: number;
    readonly type: OrderEventType;
    readonly from_status: OrderStatus | null;
    readonly to_status: OrderStatus;
    readonly occurred_at: string;
  };
}

export function webhookBody(happening: Happening, correlationId: string): WebhookBody {
  const { type } = happening;
  if (!('order' in happening)) {
    return { type, timestamp: happening.at, data: happening.data, correlation_id: correlationId };
  }
  const { order, event } = happening;
  const news: OrderNews = {
    order: orderToWire(order),
    // Who did it and why stays in the house.
    event: {
      sequence: event.sequence,
      type: event.type,
      from_status: event.fromStatus,
      to_status: event.toStatus,
      occurred_at: event.occurredAt,
    },
  };
  return { type, timestamp: event.occurredAt, data: news, correlation_id: correlationId };
}
