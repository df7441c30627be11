import { type Caller, hasScope, type Scope } from '../../domain/access';
import { ValidationError } from '../../domain/errors';
import { DELIVERY_WAIT_MS, GOOGLE_WAIT_MS, RESYNC_WAIT_MS } from '../../domain/waits';
import type { UseCases } from './use-cases/contract';

/** One thing that callers can do, the doors it stands behind, and the scopes of which a key must have one. */
export interface OperationAccess {
  readonly scopes: readonly [Scope, ...Scope[]];
  /** The gRPC method's path; absent when gRPC does not have it. */
  readonly grpc?: `/orderbooking.v1.${string}/${string}`;
  /** The REST route; absent when REST does not have it. */
  readonly rest?: readonly [method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: `/api/${string}`];
  /** Of an operation that waits for somebody outside: for how long at least a caller lets it. */
  readonly waitsMs?: number;
}

export type Operation = Exclude<keyof UseCases, 'authenticate' | 'tenantName'>;

/** The only route under `/api` without an operation: signing in and out takes no scope, it says who the caller is. */
export const SESSION_URL = '/api/session';

/**
 * Every operation of both doors. A handler is registered by its operation's name, so none can be reached without a
 * scope, and both doors ask for the same one.
 */
export const OPERATIONS: Readonly<Record<Operation, OperationAccess>> = {
  createOrder: {
    scopes: ['orders:write'],
    grpc: '/orderbooking.v1.OrderService/CreateOrder',
    rest: ['POST', '/api/orders'],
  },
  getOrder: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.OrderService/GetOrder',
    rest: ['GET', '/api/orders/:id'],
  },
  listOrders: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.OrderService/ListOrders',
    rest: ['GET', '/api/orders'],
  },
  updateOrderStatus: {
    scopes: ['orders:write'],
    grpc: '/orderbooking.v1.OrderService/UpdateOrderStatus',
    rest: ['PATCH', '/api/orders/:id/status'],
  },
  cancelOrder: {
    scopes: ['orders:write'],
    grpc: '/orderbooking.v1.OrderService/CancelOrder',
    rest: ['POST', '/api/orders/:id/cancel'],
  },
  listOrderEvents: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.OrderService/ListOrderEvents',
    rest: ['GET', '/api/orders/:id/events'],
  },
  watchOrder: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.OrderService/WatchOrder',
  },
  streamOrders: {
    scopes: ['orders:read'],
    rest: ['GET', '/api/orders/stream'],
  },
  getCapabilities: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.CapabilityService/GetCapabilities',
    rest: ['GET', '/api/capabilities'],
  },
  updateCapabilities: {
    scopes: ['admin'],
    grpc: '/orderbooking.v1.CapabilityService/UpdateCapabilities',
    rest: ['PUT', '/api/capabilities'],
    waitsMs: GOOGLE_WAIT_MS,
  },
  isOrderBookingEnabled: {
    scopes: ['orders:read', 'ai:book'],
    grpc: '/orderbooking.v1.CapabilityService/IsOrderBookingEnabled',
  },
  getSheetStatus: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.SheetService/GetSheetStatus',
    rest: ['GET', '/api/sheets/status'],
  },
  listSheetSyncAttempts: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.SheetService/ListSheetSyncAttempts',
    rest: ['GET', '/api/sheets/attempts'],
  },
  resyncSheet: {
    scopes: ['admin'],
    grpc: '/orderbooking.v1.SheetService/ResyncSheet',
    rest: ['POST', '/api/sheets/resync'],
    waitsMs: RESYNC_WAIT_MS,
  },
  createSubscription: notification('CreateSubscription', 'POST', ''),
  listSubscriptions: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.NotificationService/ListSubscriptions',
    rest: ['GET', '/api/notifications/subscriptions'],
  },
  updateSubscription: notification('UpdateSubscription', 'PATCH', '/:id'),
  deleteSubscription: notification('DeleteSubscription', 'DELETE', '/:id'),
  rotateSubscriptionSecret: notification('RotateSubscriptionSecret', 'POST', '/:id/rotate-secret'),
  testSubscription: {
    ...notification('TestSubscription', 'POST', '/:id/test'),
    waitsMs: DELIVERY_WAIT_MS,
  },
  listDeliveries: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.NotificationService/ListDeliveries',
    rest: ['GET', '/api/notifications/subscriptions/:id/deliveries'],
  },
  replayDelivery: {
    ...notification('ReplayDelivery', 'POST', '/:id/deliveries/:delivery_id/replay'),
    waitsMs: DELIVERY_WAIT_MS,
  },
  getVapidKey: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.NotificationService/GetVapidKey',
    rest: ['GET', '/api/notifications/vapid-key'],
  },
  getCatalogue: {
    scopes: ['orders:read', 'ai:book'],
    grpc: '/orderbooking.v1.CatalogueService/GetCatalogue',
    rest: ['GET', '/api/catalogue'],
  },
  updateCatalogue: {
    scopes: ['admin'],
    grpc: '/orderbooking.v1.CatalogueService/UpdateCatalogue',
    rest: ['PUT', '/api/catalogue'],
  },
  startBooking: booking('StartBooking', 'POST', '/api/bookings'),
  addItems: booking('AddItems', 'POST', '/api/bookings/:id/items'),
  removeItem: booking('RemoveItem', 'DELETE', '/api/bookings/:id/items/:item_id'),
  confirmItems: booking('ConfirmItems', 'POST', '/api/bookings/:id/confirm-items'),
  setCustomer: booking('SetCustomer', 'PUT', '/api/bookings/:id/customer'),
  getSummary: booking('GetSummary', 'GET', '/api/bookings/:id/summary'),
  confirmBooking: booking('ConfirmBooking', 'POST', '/api/bookings/:id/confirm'),
  abandonBooking: booking('AbandonBooking', 'POST', '/api/bookings/:id/abandon'),
  createOrderFromAi: booking('CreateOrderFromAi', 'POST', '/api/ai/orders'),
  getBooking: {
    scopes: ['ai:book', 'orders:read'],
    grpc: '/orderbooking.v1.BookingService/GetBooking',
    rest: ['GET', '/api/bookings/:id'],
  },
  listBookings: {
    scopes: ['orders:read'],
    grpc: '/orderbooking.v1.BookingService/ListBookings',
    rest: ['GET', '/api/bookings'],
  },
  listBookingDecisions: {
    scopes: ['ai:book', 'orders:read'],
    grpc: '/orderbooking.v1.BookingService/ListBookingDecisions',
    rest: ['GET', '/api/bookings/:id/decisions'],
  },
};

/** What changes who is told of the business's orders. */
function notification(
  method: string,
  verb: NonNullable<OperationAccess['rest']>[0],
  url: '' | `/${string}`,
): OperationAccess {
  const grpc = `/orderbooking.v1.NotificationService/${method}` as const;
  return { scopes: ['admin'], grpc, rest: [verb, `/api/notifications/subscriptions${url}`] };
}

/** What only an agent's key may do: not even `admin` says yes for a customer. */
function booking(
  method: string,
  verb: NonNullable<OperationAccess['rest']>[0],
  url: `/api/${string}`,
): OperationAccess {
  return { scopes: ['ai:book'], grpc: `/orderbooking.v1.BookingService/${method}`, rest: [verb, url] };
}

/** Lets the caller pass if its key carries one of the operation's scopes. @throws ValidationError PERMISSION_DENIED */
export function requireScope(caller: Caller, operation: Operation): void {
  const { scopes } = OPERATIONS[operation];
  if (scopes.some((scope) => hasScope(caller, scope))) return;
  throw new ValidationError('PERMISSION_DENIED', `The API key lacks the scope ${scopes.join(' or ')}`, {
    required_scopes: scopes,
  });
}

/** When a call of the operation is given up that no caller gave up before: after `deadlineMs`, or later if it waits for others. */
export function deadlineOf(operation: Operation | undefined, deadlineMs: number): Date {
  const waitsMs = operation === undefined ? 0 : (OPERATIONS[operation].waitsMs ?? 0);
  return new Date(Date.now() + Math.max(deadlineMs, waitsMs));
}
