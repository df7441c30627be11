import type { BookingLocale } from './booking/booking';
import type { Capabilities } from './capabilities';
import type { ErrorCode, ErrorDetails, OrderError } from './errors';
import type { Order, OrderEvent, OrderEventType, OrderItem, OrderSource, OrderStatus } from './order';

/** An order as JSON callers see it. */
export interface OrderWire {
  readonly id: string;
  readonly user_id: string;
  readonly customer_name: string;
  readonly customer_phone: string;
  readonly items: readonly OrderItem[];
  readonly total_quantity: number;
  readonly status: OrderStatus;
  readonly source: OrderSource;
  readonly notes: string | null;
  /** Only there when the order has a slot. */
  readonly slot_id?: string | undefined;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface OrderEventWire {
  readonly sequence: number;
  readonly type: OrderEventType;
  readonly from_status: OrderStatus | null;
  readonly to_status: OrderStatus;
  readonly actor: string;
  readonly reason: string | null;
  readonly correlation_id: string;
  readonly occurred_at: string;
}

export interface CapabilitiesWire {
  readonly user_id: string;
  readonly order_booking_enabled: boolean;
  readonly sheets_sync_enabled: boolean;
  readonly sheets_spreadsheet_id: string | null;
  readonly sheets_sheet_name: string;
  readonly sheets_service_account: string | null;
  readonly pending_order_expiry_seconds: number | null;
  readonly booking_locale: BookingLocale;
  readonly booking_idle_expiry_seconds: number;
  readonly confirmation_expiry_seconds: number;
  readonly confirmation_phrases: readonly string[];
  readonly updated_at: string;
}

export interface CreatedOrderWire {
  readonly order: OrderWire;
  readonly idempotency_key: string;
  readonly idempotent_replayed: boolean;
  readonly current_status: OrderStatus;
}

export interface OrderPageWire {
  readonly orders: readonly OrderWire[];
  /** Empty on the last page (AIP-158). */
  readonly next_page_token: string;
}

export interface OrderEventPageWire {
  readonly events: readonly OrderEventWire[];
  readonly next_page_token: string;
}

export interface OrderChangeWire {
  readonly event: OrderEventWire;
  readonly order: OrderWire;
}

/** The envelope of every answer that is not an error. */
export interface SuccessWire<Data> {
  readonly success: true;
  readonly data: Data;
  readonly correlation_id: string;
}

export interface ErrorWire {
  readonly success: false;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };
  readonly correlation_id: string;
}

/** The order in wire form: named fields only, so nothing that is added to the domain leaks out by itself. */
export function orderToWire(order: Order): OrderWire {
  return {
    id: order.id,
    user_id: order.userId,
    customer_name: order.customerName,
    customer_phone: order.customerPhone,
    items: order.items.map(({ name, quantity }) => ({ name, quantity })),
    total_quantity: order.totalQuantity,
    status: order.status,
    source: order.source,
    notes: order.notes,
    ...(order.slotId === null ? {} : { slot_id: order.slotId }),
    version: order.version,
    created_at: order.createdAt,
    updated_at: order.updatedAt,
  };
}

export function orderEventToWire(event: OrderEvent): OrderEventWire {
  return {
    sequence: event.sequence,
    type: event.type,
    from_status: event.fromStatus,
    to_status: event.toStatus,
    actor: event.actor,
    reason: event.reason,
    correlation_id: event.correlationId,
    occurred_at: event.occurredAt,
  };
}

export function capabilitiesToWire(capabilities: Capabilities): CapabilitiesWire {
  return {
    user_id: capabilities.userId,
    order_booking_enabled: capabilities.orderBookingEnabled,
    sheets_sync_enabled: capabilities.sheetsSyncEnabled,
    sheets_spreadsheet_id: capabilities.sheetsSpreadsheetId,
    sheets_sheet_name: capabilities.sheetsSheetName,
    sheets_service_account: capabilities.sheetsServiceAccount,
    pending_order_expiry_seconds: capabilities.pendingOrderExpirySeconds,
    booking_locale: capabilities.bookingLocale,
    booking_idle_expiry_seconds: capabilities.bookingIdleExpirySeconds,
    confirmation_expiry_seconds: capabilities.confirmationExpirySeconds,
    confirmation_phrases: capabilities.confirmationPhrases,
    updated_at: capabilities.updatedAt,
  };
}

/** The answer to a create request: the order as created, and its status now, apart. */
export function createdOrderToWire(created: {
  readonly order: Order;
  readonly idempotencyKey: string;
  readonly idempotentReplayed: boolean;
  readonly currentStatus: OrderStatus;
}): CreatedOrderWire {
  return {
    order: orderToWire(created.order),
    idempotency_key: created.idempotencyKey,
    idempotent_replayed: created.idempotentReplayed,
    current_status: created.currentStatus,
  };
}

export function orderPageToWire(page: {
  readonly orders: readonly Order[];
  readonly nextPageToken: string | undefined;
}): OrderPageWire {
  return { orders: page.orders.map(orderToWire), next_page_token: page.nextPageToken ?? '' };
}

export function orderEventPageToWire(page: {
  readonly events: readonly OrderEvent[];
  readonly nextPageToken: string | undefined;
}): OrderEventPageWire {
  return { events: page.events.map(orderEventToWire), next_page_token: page.nextPageToken ?? '' };
}

export function orderChangeToWire(change: { readonly event: OrderEvent; readonly order: Order }): OrderChangeWire {
  return { event: orderEventToWire(change.event), order: orderToWire(change.order) };
}

export function successToWire<Data>(data: Data, correlationId: string): SuccessWire<Data> {
  return { success: true, data, correlation_id: correlationId };
}

/** The error envelope. Takes an `OrderError` only: what else was thrown must first become one, so that it leaks nothing. */
export function errorToWire(error: OrderError, correlationId: string): ErrorWire {
  return {
    success: false,
    error: { code: error.code, message: error.message, details: error.details },
    correlation_id: correlationId,
  };
}
