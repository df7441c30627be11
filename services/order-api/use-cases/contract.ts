import type { Caller } from '../../../domain/access';
import type { BookingAction, BookingLocale, BookingState, BookingView } from '../../../domain/booking/booking';
import type { Catalogue, CatalogueItem } from '../../../domain/booking/catalogue';
import type { BookingDecision } from '../../../domain/booking/decision';
import type { DraftContent } from '../../../domain/booking/draft-digest';
import type { ListedBooking } from '../../../domain/booking/listed-booking';
import type { StepRequest } from '../../../domain/booking/step-request';
import type { StepResult } from '../../../domain/booking/take-step';
import type { Capabilities } from '../../../domain/capabilities';
import type { NotificationEvent } from '../../../domain/notification';
import type { Order, OrderContent, OrderEvent, OrderSource, OrderStatus } from '../../../domain/order';
import type { SheetAttempt, SheetState } from '../../../domain/sheets/sheet-status';
import type { DeliveryRecord, SubscriberAddress, Subscription } from '../../../domain/subscription';

/**
 * What the API can do, in the domain's words. gRPC and REST handlers translate to and from it and decide nothing, so
 * both doors behave the same. Every call may throw an `OrderError`; anything else it throws is a defect (INTERNAL).
 */
export interface UseCases {
  /** Who holds this API key. @throws UNAUTHENTICATED when nobody does, UNAVAILABLE when that cannot be looked up. */
  authenticate(apiKey: string): Promise<Caller>;
  /** What the caller's business is called, for people. */
  tenantName(ctx: Pick<CallContext, 'caller'>): Promise<string>;
  createOrder(ctx: CallContext, request: CreateOrder): Promise<CreatedOrder>;
  getOrder(ctx: CallContext, orderId: string): Promise<Order>;
  listOrders(ctx: CallContext, query: ListOrders): Promise<OrderPage>;
  updateOrderStatus(ctx: CallContext, request: UpdateOrderStatus): Promise<Order>;
  cancelOrder(ctx: CallContext, request: CancelOrder): Promise<Order>;
  listOrderEvents(ctx: CallContext, query: ListOrderEvents): Promise<OrderEventPage>;
  /** Every event of one order after `afterSequence`, then each new one as it happens; ends once the order is terminal. */
  watchOrder(ctx: StreamContext, request: WatchOrder): AsyncIterable<OrderChange>;
  /**
   * Every event of the tenant's orders after `afterCursor` (absent: from now on), as it happens; never ends by itself. Resolves once
   * it is known where it begins: what happens from then on is told. What it resolves to has to be iterated, or it is never over.
   */
  streamOrders(
    ctx: StreamContext,
    request: StreamOrders,
  ): Promise<AsyncIterable<OrderChange & { readonly cursor: string }>>;
  getCapabilities(ctx: CallContext): Promise<Capabilities>;
  updateCapabilities(ctx: CallContext, change: CapabilitiesChange): Promise<Capabilities>;
  isOrderBookingEnabled(ctx: CallContext): Promise<boolean>;
  getSheetStatus(ctx: CallContext): Promise<SheetStatus>;
  listSheetSyncAttempts(ctx: CallContext, query: Paging): Promise<SheetAttemptPage>;
  /** Has the sheet be written to at once, parked or not; `all`: with every order there is. */
  resyncSheet(ctx: CallContext, request: { readonly all: boolean }): Promise<SheetStatus>;
  /** Subscribes, once for each idempotency key; `secret` is told here and by a rotation, and nowhere else. */
  createSubscription(ctx: CallContext, request: NewSubscriber): Promise<CreatedSubscription>;
  listSubscriptions(ctx: CallContext): Promise<readonly Subscription[]>;
  updateSubscription(ctx: CallContext, request: UpdateSubscription): Promise<Subscription>;
  deleteSubscription(ctx: CallContext, subscriptionId: string): Promise<void>;
  rotateSubscriptionSecret(ctx: CallContext, request: RotateSecret): Promise<RotatedSecret>;
  /** Sends a `test.ping` and waits for what comes of it. */
  testSubscription(ctx: CallContext, subscriptionId: string): Promise<DeliveryRecord>;
  listDeliveries(ctx: CallContext, query: ListDeliveries): Promise<DeliveryPage>;
  /** Sends a delivery again, as it was, and waits for what comes of it. */
  replayDelivery(
    ctx: CallContext,
    request: { readonly subscriptionId: string; readonly deliveryId: string },
  ): Promise<DeliveryRecord>;
  /** What browsers subscribe with. */
  getVapidKey(ctx: CallContext): Promise<string>;
  getCatalogue(ctx: CallContext): Promise<Catalogue>;
  /** Replaces the whole catalogue. */
  updateCatalogue(ctx: CallContext, items: readonly CatalogueItem[]): Promise<Catalogue>;
  startBooking(ctx: CallContext, request: StartBooking): Promise<BookingAnswer>;
  addItems(ctx: CallContext, request: TakeStep<'add_items'>): Promise<BookingAnswer>;
  removeItem(ctx: CallContext, request: TakeStep<'remove_item'>): Promise<BookingAnswer>;
  confirmItems(ctx: CallContext, request: TakeStep<'confirm_items'>): Promise<BookingAnswer>;
  setCustomer(ctx: CallContext, request: TakeStep<'set_customer'>): Promise<BookingAnswer>;
  getSummary(ctx: CallContext, request: TakeStep<'get_summary'>): Promise<BookingAnswer>;
  confirmBooking(ctx: CallContext, request: TakeStep<'confirm_booking'>): Promise<BookingAnswer>;
  abandonBooking(ctx: CallContext, request: TakeStep<'abandon_booking'>): Promise<BookingAnswer>;
  getBooking(ctx: CallContext, bookingId: string): Promise<BookingView>;
  listBookings(ctx: CallContext, query: ListBookings): Promise<BookingPage>;
  listBookingDecisions(ctx: CallContext, query: ListBookingDecisions): Promise<BookingDecisionPage>;
  /** Makes the order that the customer confirmed, and no other. */
  createOrderFromAi(ctx: CallContext, request: CreateOrderFromAi): Promise<CreatedOrder>;
}

/** What every call carries. The caller is authenticated and its scope checked before a use case runs. */
export interface CallContext {
  readonly caller: Caller;
  readonly correlationId: string;
  /** When the caller stops waiting; a use case answers UNAVAILABLE rather than later. */
  readonly deadline: Date;
}

export interface StreamContext extends Omit<CallContext, 'deadline'> {
  /** Aborted when the caller goes away or the server drains; the stream then ends without an error. */
  readonly signal: AbortSignal;
}

export interface CreateOrder {
  /** Absent: the server makes a unique one. */
  readonly idempotencyKey: string | undefined;
  readonly content: OrderContent;
  readonly allowDuplicate: boolean;
}

export interface CreatedOrder {
  /** The order as it was created, also when this answer is a replay. */
  readonly order: Order;
  readonly idempotencyKey: string;
  readonly idempotentReplayed: boolean;
  readonly currentStatus: OrderStatus;
}

export interface OrderFilter {
  readonly status: OrderStatus | undefined;
  readonly source: OrderSource | undefined;
  /** Digits only. */
  readonly customerPhone: string | undefined;
  /** ISO 8601; exclusive. */
  readonly createdAfter: string | undefined;
  /** ISO 8601; exclusive. */
  readonly createdBefore: string | undefined;
  /** What somebody typed. */
  readonly search: string | undefined;
}

export interface ListOrders extends OrderFilter {
  /** 1 to 100; see AIP-158. */
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

export interface OrderPage {
  readonly orders: readonly Order[];
  /** Absent on the last page. */
  readonly nextPageToken: string | undefined;
}

export interface UpdateOrderStatus {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly expectedVersion: number | undefined;
  readonly reason: string | undefined;
}

export type CancelOrder = Omit<UpdateOrderStatus, 'status'>;

export interface ListOrderEvents {
  readonly orderId: string;
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

export interface OrderEventPage {
  readonly events: readonly OrderEvent[];
  readonly nextPageToken: string | undefined;
}

export interface WatchOrder {
  readonly orderId: string;
  /** 0: from the beginning. */
  readonly afterSequence: number;
}

export interface StreamOrders {
  /** The cursor of the last change the caller saw (SSE's Last-Event-ID). */
  readonly afterCursor: string | undefined;
}

/** One event and the order as it is now (which may be further on than the event). */
export interface OrderChange {
  readonly event: OrderEvent;
  readonly order: Order;
}

/** What every step of a booking may carry. */
export interface StepOptions {
  /** The agent's name for this step: sent again under it, the step is answered again and not taken again. */
  readonly stepId: string | undefined;
  /** How sure the agent says it is, 0 to 1; for the records. */
  readonly confidence: number | undefined;
}

export interface StartBooking extends StepOptions {
  /** Undefined: the tenant's. */
  readonly locale: BookingLocale | undefined;
}

export interface TakeStep<Action extends BookingAction> extends StepOptions {
  readonly bookingId: string;
  readonly request: Extract<StepRequest, { readonly action: Action }>;
}

/** The booking after a step that was accepted. A refused one throws, with the guardrail and what is missing in its details. */
export interface BookingAnswer {
  readonly booking: BookingView;
  readonly result: StepResult;
}

export interface ListBookings {
  readonly status: BookingState['status'] | undefined;
  /** The order that the booking has become. */
  readonly orderId: string | undefined;
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

export interface BookingPage {
  readonly bookings: readonly ListedBooking[];
  readonly nextPageToken: string | undefined;
}

export interface ListBookingDecisions {
  readonly bookingId: string;
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

export interface BookingDecisionPage {
  readonly decisions: readonly BookingDecision[];
  readonly nextPageToken: string | undefined;
}

export interface CreateOrderFromAi {
  /** As the caller sent it, whatever it is; undefined when it sent none. */
  readonly confirmationKey: string | undefined;
  readonly content: DraftContent;
}

/** Absent fields stay as they are. */
export interface CapabilitiesChange {
  readonly bookingLocale: BookingLocale | undefined;
  readonly bookingIdleExpirySeconds: number | undefined;
  readonly confirmationExpirySeconds: number | undefined;
  readonly confirmationPhrases: readonly string[] | undefined;
  readonly orderBookingEnabled: boolean | undefined;
  readonly sheetsSyncEnabled: boolean | undefined;
  readonly sheetsSpreadsheetId: string | null | undefined;
  readonly sheetsSheetName: string | undefined;
  /** A service account's JSON, as Google gives it out; null: the shared default from now on. */
  readonly sheetsCredentials: string | null | undefined;
  /** Null: never. */
  readonly pendingOrderExpirySeconds: number | null | undefined;
}

export interface Paging {
  readonly pageSize: number;
  readonly pageToken: string | undefined;
}

export interface SheetStatus {
  readonly state: SheetState;
  /** The one in use, the tenant's own or the shared default; null: none. */
  readonly serviceAccount: string | null;
  /** Where the owner opens it. */
  readonly spreadsheetUrl: string | null;
}

export interface SheetAttemptPage {
  /** Newest first. */
  readonly attempts: readonly SheetAttempt[];
  readonly nextPageToken: string | undefined;
}

export interface NewSubscriber {
  /** Absent: every request is one of its own. */
  readonly idempotencyKey: string | undefined;
  readonly address: SubscriberAddress;
  /** Undefined: all, or, of a browser that subscribes again, what it had. */
  readonly events: readonly NotificationEvent[] | undefined;
  readonly description: string | null | undefined;
}

export interface CreatedSubscription {
  readonly subscription: Subscription;
  /** A webhook's only; of one that is answered again the secret it was made with, as long as that is in use. */
  readonly secret: string | undefined;
  /** False: the key's request had made it before, or the browser was subscribed before. It is the same subscription still. */
  readonly created: boolean;
}

export interface UpdateSubscription {
  readonly subscriptionId: string;
  readonly activate: boolean;
  readonly events: readonly NotificationEvent[] | undefined;
  readonly description: string | null | undefined;
}

export interface RotateSecret {
  /** Absent: every request is one of its own. */
  readonly idempotencyKey: string | undefined;
  readonly subscriptionId: string;
  /** For how long both secrets sign. */
  readonly overlapSeconds: number;
}

export interface RotatedSecret {
  readonly subscription: Subscription;
  /** Undefined: the answer to a repeat, after yet another secret was made. */
  readonly secret: string | undefined;
}

export interface ListDeliveries extends Paging {
  readonly subscriptionId: string;
}

export interface DeliveryPage {
  /** Newest first. */
  readonly deliveries: readonly DeliveryRecord[];
  readonly nextPageToken: string | undefined;
}
