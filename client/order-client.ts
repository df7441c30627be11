import { type BookingCalls, bookingCalls } from './booking-calls';
import { type CapabilityCalls, capabilityCalls } from './capability-calls';
import { type CatalogueCalls, catalogueCalls } from './catalogue-calls';
import { type OrderClientOptions, resolveOptions } from './client-options';
import { connect } from './connection';
import { type NotificationCalls, notificationCalls } from './notification-calls';
import { type OrderCalls, orderCalls } from './order-calls';
import { type SheetCalls, sheetCalls } from './sheet-calls';
import { createUnaryCaller } from './unary-caller';
import { createWatchOrder, type WatchOrderCall } from './watch-order';

/**
 * The order booking service for other TypeScript services: every method of its gRPC services by its name, in the domain's
 * words (camelCase, `pending` and not `ORDER_STATUS_PENDING`, times as ISO 8601, null for what there is none of).
 *
 * A call keeps its deadline, retries included. It is tried again after UNAVAILABLE, DEADLINE_EXCEEDED and RESOURCE_EXHAUSTED,
 * with the same bytes, and so with the same idempotency key or step id; never after a refusal. It answers with its
 * `correlationId`, and throws a `FailedCall`, which has one too.
 */
export interface OrderClient
  extends OrderCalls,
    BookingCalls,
    CapabilityCalls,
    CatalogueCalls,
    SheetCalls,
    NotificationCalls {
  readonly watchOrder: WatchOrderCall;
  /** Closes the channel. Attempts that are under way may still be answered; any later one fails with UNAVAILABLE. */
  close(): void;
}

/** A client with one channel, which all its calls share. @throws TypeError naming every option that is wrong. */
export function createOrderClient(options: OrderClientOptions): OrderClient {
  const resolved = resolveOptions(options);
  const connection = connect(options);
  const call = createUnaryCaller(connection, resolved);
  return {
    ...orderCalls(call),
    ...bookingCalls(call),
    ...capabilityCalls(call),
    ...catalogueCalls(call),
    ...sheetCalls(call),
    ...notificationCalls(call),
    watchOrder: createWatchOrder(connection, resolved),
    close: () => connection.close(),
  };
}
