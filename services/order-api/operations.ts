import { type Caller, hasScope, type Scope } from '../../domain/access';
import { ValidationError } from '../../domain/errors';
import type { UseCases } from './use-cases/contract';

/** One thing that callers can do, the doors it stands behind, and the scopes of which a key must have one. */
export interface OperationAccess {
  readonly scopes: readonly [Scope, ...Scope[]];
  /** The gRPC method's path; absent when gRPC does not have it. */
  readonly grpc?: `/orderbooking.v1.${string}/${string}`;
  /** The REST route; absent when REST does not have it. */
  readonly rest?: readonly [method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: `/api/${string}`];
}

export type Operation = Exclude<keyof UseCases, 'authenticate'>;

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
  },
  isOrderBookingEnabled: {
    scopes: ['orders:read', 'ai:book'],
    grpc: '/orderbooking.v1.CapabilityService/IsOrderBookingEnabled',
  },
};

/** Lets the caller pass if its key carries one of the operation's scopes. @throws ValidationError PERMISSION_DENIED */
export function requireScope(caller: Caller, operation: Operation): void {
  const { scopes } = OPERATIONS[operation];
  if (scopes.some((scope) => hasScope(caller, scope))) return;
  throw new ValidationError('PERMISSION_DENIED', `The API key lacks the scope ${scopes.join(' or ')}`, {
    required_scopes: scopes,
  });
}
