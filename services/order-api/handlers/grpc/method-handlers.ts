import type { UntypedHandleCall } from '@grpc/grpc-js';
import type { Operation } from '../../operations';
import { cancelOrder } from './cancel-order';
import { getCapabilities, isOrderBookingEnabled, updateCapabilities } from './capabilities';
import { createOrder } from './create-order';
import type { GrpcEdge } from './edge';
import { getOrder } from './get-order';
import { listOrderEvents } from './list-order-events';
import { listOrders } from './list-orders';
import { serverStream } from './server-stream';
import { unary } from './unary';
import { updateOrderStatus } from './update-order-status';
import { watchOrder } from './watch-order';

/** Every gRPC method by its operation. */
export function methodHandlers(edge: GrpcEdge): ReadonlyMap<Operation, UntypedHandleCall> {
  const { useCases } = edge;
  return new Map<Operation, UntypedHandleCall>([
    ['createOrder', unary(edge, 'createOrder', createOrder(useCases))],
    ['getOrder', unary(edge, 'getOrder', getOrder(useCases))],
    ['listOrders', unary(edge, 'listOrders', listOrders(useCases))],
    ['updateOrderStatus', unary(edge, 'updateOrderStatus', updateOrderStatus(useCases))],
    ['cancelOrder', unary(edge, 'cancelOrder', cancelOrder(useCases))],
    ['watchOrder', serverStream(edge, 'watchOrder', watchOrder(useCases))],
    ['listOrderEvents', unary(edge, 'listOrderEvents', listOrderEvents(useCases))],
    ['getCapabilities', unary(edge, 'getCapabilities', getCapabilities(useCases))],
    ['updateCapabilities', unary(edge, 'updateCapabilities', updateCapabilities(useCases))],
    ['isOrderBookingEnabled', unary(edge, 'isOrderBookingEnabled', isOrderBookingEnabled(useCases))],
  ]);
}
