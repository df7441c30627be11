import { fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { credentials, type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { isErrorCode } from '../../../domain/errors';
import { ORDER_STATUSES, type OrderSource, type OrderStatus } from '../../../domain/order';
import { BadRequestSchema, ErrorInfoSchema } from '../../../gen/google/rpc/error_details_pb';
import { StatusSchema } from '../../../gen/google/rpc/status_pb';
import {
  type Order,
  OrderSource as SourceMessage,
  OrderStatus as StatusMessage,
} from '../../../gen/orderbooking/v1/order_pb';
import { OrderService } from '../../../gen/orderbooking/v1/order_service_pb';
import { createGrpcClient } from '../../../platform/grpc-client';
import { type Answer, CALL_TIMEOUT_MS, type Call, type OrderDoor, type SeenOrder } from './order-door';
import type { Watch } from './watch-moment';

const SOURCES: Readonly<Record<OrderSource, SourceMessage>> = {
  ai: SourceMessage.AI,
  api: SourceMessage.API,
  web: SourceMessage.WEB,
  phone: SourceMessage.PHONE,
  walk_in: SourceMessage.WALK_IN,
};

const STATUSES: Readonly<Record<OrderStatus, StatusMessage>> = {
  pending: StatusMessage.PENDING,
  confirmed: StatusMessage.CONFIRMED,
  processing: StatusMessage.PROCESSING,
  completed: StatusMessage.COMPLETED,
  cancelled: StatusMessage.CANCELLED,
};

/** The API over gRPC, and the stream that only gRPC has. Close it, or its channel keeps the process alive. */
export function grpcDoor(address: string): OrderDoor & { readonly watch: Watch; close(): void } {
  const client = createGrpcClient(OrderService, address, credentials.createInsecure());

  return {
    close: () => client.close(),

    create: (call, key, body) =>
      answered(async () => {
        const { customer_name, customer_phone, items, source, notes, slot_id, allow_duplicate, user_id } = body;
        const response = await client.createOrder(
          {
            customerName: customer_name,
            customerPhone: customer_phone,
            items: items.map(({ name, quantity }) => ({ name, quantity })),
            source: source === undefined ? SourceMessage.UNSPECIFIED : SOURCES[source],
            allowDuplicate: allow_duplicate ?? false,
            ...(notes === undefined ? {} : { notes }),
            ...(slot_id === undefined ? {} : { slotId: slot_id }),
            ...(user_id === undefined ? {} : { userId: user_id }),
            ...(key === undefined ? {} : { idempotencyKey: key }),
          },
          optionsOf(call),
        );
        return {
          transport: 'OK',
          kind: 'created',
          order: seen(response.order),
          idempotencyKey: response.idempotencyKey,
          replayed: response.idempotentReplayed,
          currentStatus: statusOf(response.currentStatus),
        };
      }),

    move: (call, orderId, { status: to, expected_version: expectedVersion, reason }) =>
      answered(async () => {
        const request = {
          orderId,
          status: STATUSES[to],
          ...(expectedVersion === undefined ? {} : { expectedVersion }),
          ...(reason === undefined ? {} : { reason }),
        };
        const { order } = await client.updateOrderStatus(request, optionsOf(call));
        return { transport: 'OK', kind: 'order', order: seen(order) };
      }),

    cancel: (call, orderId, reason) =>
      answered(async () => {
        const request = { orderId, ...(reason === undefined ? {} : { reason }) };
        const { order } = await client.cancelOrder(request, optionsOf(call));
        return { transport: 'OK', kind: 'order', order: seen(order) };
      }),

    async *watch(call, orderId) {
      for await (const { event } of client.watchOrder({ orderId }, optionsOf(call))) {
        if (event === undefined) throw new Error('WatchOrder sent a message without an event');
        const { sequence, fromStatus, toStatus } = event;
        const from = fromStatus === StatusMessage.UNSPECIFIED ? undefined : statusOf(fromStatus);
        yield { sequence, from, to: statusOf(toStatus) };
      }
    },
  };
}

function optionsOf(call: Call) {
  return {
    metadata: { authorization: `Bearer ${call.apiKey}`, 'x-correlation-id': call.correlationId },
    deadline: Date.now() + CALL_TIMEOUT_MS,
  };
}

/** The answer, or the API's error as an answer. Failures that carry none of our codes (no connection) stay failures. */
async function answered(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const answer = isServiceError(error) ? errorAnswer(error) : undefined;
    if (answer === undefined) throw error;
    return answer;
  }
}

/** Reads `google.rpc.Status` from the trailers: the code is its ErrorInfo's reason. */
function errorAnswer({ code: grpcCode, details: message, metadata }: ServiceError): Answer | undefined {
  const [trailer] = metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(trailer)) return undefined;
  const { details } = fromBinary(StatusSchema, trailer);
  const info = details.map((detail) => anyUnpack(detail, ErrorInfoSchema)).find((found) => found !== undefined);
  const badRequest = details.map((detail) => anyUnpack(detail, BadRequestSchema)).find((found) => found !== undefined);
  const code = info?.reason;
  if (!isErrorCode(code)) return undefined;
  return {
    transport: status[grpcCode],
    kind: 'error',
    code,
    message,
    existingOrderId: info?.metadata.existing_order_id,
    fields: badRequest?.fieldViolations.map(({ field }) => field) ?? [],
  };
}

function isServiceError(error: unknown): error is ServiceError & { readonly metadata: Metadata } {
  return error instanceof Error && 'metadata' in error && 'code' in error;
}

function seen(order: Order | undefined): SeenOrder {
  if (order === undefined) throw new Error('the API answered without an order');
  return { id: order.id, status: statusOf(order.status), version: order.version };
}

function statusOf(message: StatusMessage): OrderStatus {
  const found = ORDER_STATUSES.find((name) => STATUSES[name] === message);
  if (found === undefined) throw new Error(`the API answered with the status ${StatusMessage[message] ?? message}`);
  return found;
}
