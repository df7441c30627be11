import { randomUUID } from 'node:crypto';
import type { Order, OrderEvent, OrderItem, OrderSource, OrderStatus } from '../domain/order';
import { OrderSource as SourceMessage, OrderStatus as StatusMessage } from '../gen/orderbooking/v1/order_pb';
import { OrderService } from '../gen/orderbooking/v1/order_service_pb';
import type { Answered, CallOptions } from './client-options';
import { numberOf, timestampOf } from './message-words';
import { type CreatedOrder, createdOrderFrom, orderEventFrom, orderFrom } from './order-from-message';
import type { UnaryCaller } from './unary-caller';

/** What to book. */
export interface CreateOrder {
  readonly customerName: string;
  /** In any usual notation, 10 to 15 digits. */
  readonly customerPhone: string;
  readonly items: readonly OrderItem[];
  /** `api` unless said otherwise. An order from `ai` is made by `createOrderFromAi` only. */
  readonly source?: Exclude<OrderSource, 'ai'> | undefined;
  readonly notes?: string | null | undefined;
  readonly slotId?: string | null | undefined;
  /** Books the order even if the same one was placed less than five minutes ago. */
  readonly allowDuplicate?: boolean | undefined;
  /** Names this order for ever. Made by the client where it is absent, so that its own retries book once. */
  readonly idempotencyKey?: string | undefined;
}

export interface ListOrders {
  readonly status?: OrderStatus | undefined;
  readonly source?: OrderSource | undefined;
  readonly customerPhone?: string | undefined;
  readonly createdAfter?: Date | undefined;
  readonly createdBefore?: Date | undefined;
  /** A part of the customer's name, of an item's name or of the phone number, or the beginning of the id. */
  readonly search?: string | undefined;
  /** 1 to 100; 20 unless said otherwise. */
  readonly pageSize?: number | undefined;
  /** The `nextPageToken` of the page before, with the same filter. */
  readonly pageToken?: string | undefined;
}

export interface OrderPage {
  /** Newest first. */
  readonly orders: readonly Order[];
  /** Undefined on the last page. */
  readonly nextPageToken: string | undefined;
}

export interface ChangeOrder {
  readonly orderId: string;
  /** Only change the order if it still is at this version. */
  readonly expectedVersion?: number | undefined;
  /** Why, for the audit trail. */
  readonly reason?: string | undefined;
}

export interface ListOrderEvents {
  readonly orderId: string;
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

export interface OrderEventPage {
  /** Oldest first. */
  readonly events: readonly OrderEvent[];
  readonly nextPageToken: string | undefined;
}

/** OrderService, but for WatchOrder. Every method throws a `FailedCall`. */
export interface OrderCalls {
  /**
   * Books an order: once, however often it is called with the same key.
   * @throws DuplicateOrderError, SlotUnavailableError, BusinessRuleError IDEMPOTENCY_KEY_REUSED, SystemError UNAVAILABLE (then
   * the error's `idempotencyKey` says under which key to call again)
   */
  createOrder(request: CreateOrder, options?: CallOptions): Promise<Answered<CreatedOrder>>;
  getOrder(orderId: string, options?: CallOptions): Promise<Answered<{ readonly order: Order }>>;
  listOrders(query?: ListOrders, options?: CallOptions): Promise<Answered<OrderPage>>;
  /**
   * Moves an order. With `expectedVersion` it is not tried again by itself: what came of a lost attempt could not be told
   * from what somebody else did.
   * @throws InvalidOrderStateError, BusinessRuleError VERSION_CONFLICT
   */
  updateOrderStatus(
    request: ChangeOrder & { readonly status: OrderStatus },
    options?: CallOptions,
  ): Promise<Answered<{ readonly order: Order }>>;
  /** Cancels an order; as `updateOrderStatus`. */
  cancelOrder(request: ChangeOrder, options?: CallOptions): Promise<Answered<{ readonly order: Order }>>;
  /** Reads an order's audit trail. */
  listOrderEvents(query: ListOrderEvents, options?: CallOptions): Promise<Answered<OrderEventPage>>;
}

const { method } = OrderService;

export function orderCalls(call: UnaryCaller): OrderCalls {
  return {
    createOrder(request, options) {
      const idempotencyKey = request.idempotencyKey ?? randomUUID();
      const { notes, slotId } = request;
      const message = {
        customerName: request.customerName,
        customerPhone: request.customerPhone,
        items: [...request.items],
        source: numberOf<SourceMessage>(SourceMessage, request.source),
        ...(notes === undefined || notes === null ? {} : { notes }),
        ...(slotId === undefined || slotId === null ? {} : { slotId }),
        allowDuplicate: request.allowDuplicate ?? false,
        idempotencyKey,
      };
      return call(method.createOrder, message, options, { repeatable: true, idempotencyKey }, createdOrderFrom);
    },
    getOrder: (orderId, options) =>
      call(method.getOrder, { orderId }, options, { repeatable: true }, ({ order }) => ({ order: orderFrom(order) })),
    listOrders({ status, source, createdAfter, createdBefore, ...query } = {}, options) {
      const message = {
        ...query,
        status: numberOf<StatusMessage>(StatusMessage, status),
        source: numberOf<SourceMessage>(SourceMessage, source),
        ...(createdAfter === undefined ? {} : { createdAfter: timestampOf(createdAfter) }),
        ...(createdBefore === undefined ? {} : { createdBefore: timestampOf(createdBefore) }),
      };
      return call(method.listOrders, message, options, { repeatable: true }, ({ orders, nextPageToken }) => ({
        orders: orders.map(orderFrom),
        nextPageToken: nextPageToken || undefined,
      }));
    },
    updateOrderStatus({ status, ...request }, options) {
      const message = { ...request, status: numberOf<StatusMessage>(StatusMessage, status) };
      return call(method.updateOrderStatus, message, options, changing(request), ({ order }) => ({
        order: orderFrom(order),
      }));
    },
    cancelOrder: (request, options) =>
      call(method.cancelOrder, request, options, changing(request), ({ order }) => ({ order: orderFrom(order) })),
    listOrderEvents: (query, options) =>
      call(method.listOrderEvents, query, options, { repeatable: true }, ({ events, nextPageToken }) => ({
        events: events.map(orderEventFrom),
        nextPageToken: nextPageToken || undefined,
      })),
  };
}

/** A repeat of a move that did arrive finds the order at another version: with an expected one it looks like a conflict. */
function changing({ expectedVersion }: ChangeOrder) {
  return { repeatable: expectedVersion === undefined };
}
