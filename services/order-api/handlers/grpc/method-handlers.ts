import type { UntypedHandleCall } from '@grpc/grpc-js';
import type { Operation } from '../../operations';
import { abandonBooking, addItems, confirmItems, getBooking, removeItem, setCustomer, startBooking } from './bookings';
import { cancelOrder } from './cancel-order';
import { getCapabilities, isOrderBookingEnabled, updateCapabilities } from './capabilities';
import { getCatalogue, updateCatalogue } from './catalogue';
import { confirmBooking, getSummary } from './confirm-booking';
import { createOrder } from './create-order';
import { createOrderFromAi } from './create-order-from-ai';
import { listDeliveries, replayDelivery, testSubscription } from './deliveries';
import type { GrpcEdge } from './edge';
import { getOrder } from './get-order';
import { listBookingDecisions } from './list-booking-decisions';
import { listBookings } from './list-bookings';
import { listOrderEvents } from './list-order-events';
import { listOrders } from './list-orders';
import { serverStream } from './server-stream';
import { getSheetStatus, listSheetSyncAttempts, resyncSheet } from './sheets';
import {
  createSubscription,
  deleteSubscription,
  getVapidKey,
  listSubscriptions,
  rotateSubscriptionSecret,
  updateSubscription,
} from './subscriptions';
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
    ['startBooking', unary(edge, 'startBooking', startBooking(useCases))],
    ['addItems', unary(edge, 'addItems', addItems(useCases))],
    ['removeItem', unary(edge, 'removeItem', removeItem(useCases))],
    ['confirmItems', unary(edge, 'confirmItems', confirmItems(useCases))],
    ['setCustomer', unary(edge, 'setCustomer', setCustomer(useCases))],
    ['getSummary', unary(edge, 'getSummary', getSummary(useCases))],
    ['confirmBooking', unary(edge, 'confirmBooking', confirmBooking(useCases))],
    ['createOrderFromAi', unary(edge, 'createOrderFromAi', createOrderFromAi(useCases))],
    ['getBooking', unary(edge, 'getBooking', getBooking(useCases))],
    ['abandonBooking', unary(edge, 'abandonBooking', abandonBooking(useCases))],
    ['listBookings', unary(edge, 'listBookings', listBookings(useCases))],
    ['listBookingDecisions', unary(edge, 'listBookingDecisions', listBookingDecisions(useCases))],
    ['getCatalogue', unary(edge, 'getCatalogue', getCatalogue(useCases))],
    ['updateCatalogue', unary(edge, 'updateCatalogue', updateCatalogue(useCases))],
    ['getSheetStatus', unary(edge, 'getSheetStatus', getSheetStatus(useCases))],
    ['listSheetSyncAttempts', unary(edge, 'listSheetSyncAttempts', listSheetSyncAttempts(useCases))],
    ['resyncSheet', unary(edge, 'resyncSheet', resyncSheet(useCases))],
    ['createSubscription', unary(edge, 'createSubscription', createSubscription(useCases))],
    ['listSubscriptions', unary(edge, 'listSubscriptions', listSubscriptions(useCases))],
    ['updateSubscription', unary(edge, 'updateSubscription', updateSubscription(useCases))],
    ['deleteSubscription', unary(edge, 'deleteSubscription', deleteSubscription(useCases))],
    ['rotateSubscriptionSecret', unary(edge, 'rotateSubscriptionSecret', rotateSubscriptionSecret(useCases))],
    ['testSubscription', unary(edge, 'testSubscription', testSubscription(useCases))],
    ['listDeliveries', unary(edge, 'listDeliveries', listDeliveries(useCases))],
    ['replayDelivery', unary(edge, 'replayDelivery', replayDelivery(useCases))],
    ['getVapidKey', unary(edge, 'getVapidKey', getVapidKey(useCases))],
  ]);
}
