import { fromBinary, fromJson, type JsonObject } from '@bufbuild/protobuf';
import { anyUnpack, type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import { credentials, type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { ERRORS, isErrorCode } from '../../domain/errors';
import type { OrderEventType, OrderSource, OrderStatus } from '../../domain/order';
import type { CreatedOrderWire, OrderEventWire, OrderWire } from '../../domain/wire';
import { BadRequestSchema, ErrorInfoSchema, RequestInfoSchema } from '../../gen/google/rpc/error_details_pb';
import { StatusSchema } from '../../gen/google/rpc/status_pb';
import type { CreateOrderFromAiResponse } from '../../gen/orderbooking/v1/booking_service_pb';
import {
  OrderEventType as EventTypeMessage,
  type OrderEvent as OrderEventMessage,
  type Order as OrderMessage,
  OrderSource as SourceMessage,
  OrderStatus as StatusMessage,
} from '../../gen/orderbooking/v1/order_pb';
import {
  CreateOrderRequestSchema,
  type CreateOrderResponse,
  OrderService,
} from '../../gen/orderbooking/v1/order_service_pb';
import { createGrpcClient, type GrpcCallOptions, type GrpcClient } from '../../platform/grpc-client';
import type { Answer, Door, Refused } from './doors';

/** Longer than any call may take: it turns a hang into a failure. */
const TIMEOUT_MS = 30_000;
/** A number that no version of the contract gives to a status. */
const UNKNOWN_STATUS = 99 as StatusMessage;

export interface OrderClient {
  readonly client: GrpcClient<typeof OrderService>;
  /** Call options with this tenant's key. */
  options(more?: {
    readonly timeoutMs?: number;
    readonly metadata?: Record<string, string>;
    readonly signal?: AbortSignal;
  }): GrpcCallOptions;
}

/** The typed client with a key, for tests that need more than a door has (streams). */
export function orderClient(address: string, apiKey: string): OrderClient {
  return {
    client: createGrpcClient(OrderService, address, credentials.createInsecure()),
    options: ({ timeoutMs = TIMEOUT_MS, metadata = {}, signal } = {}) => ({
      metadata: { authorization: `Bearer ${apiKey}`, ...metadata },
      deadline: Date.now() + timeoutMs,
      ...(signal && { signal }),
    }),
  };
}

/** What a call comes to, in the shape of both doors. Every refusal is checked against the table of errors. */
export async function grpcAnswer<Data>(
  call: (options: GrpcCallOptions) => Promise<Data>,
  options: GrpcCallOptions,
): Promise<Answer<Data>> {
  let correlationId = '';
  const onHeaders = (headers: Metadata) => {
    correlationId = String(headers.get('x-correlation-id')[0]);
  };
  try {
    const data = await call({ ...options, onHeaders });
    return { outcome: 'ok', transport: 'OK', data, correlationId };
  } catch (error) {
    if (isServiceError(error)) return refusal(error, options.signal?.aborted === true);
    throw error;
  }
}

/** Calls the gRPC door's orders. */
export function grpcCaller(address: string, apiKey: string): Door {
  const { client, options } = orderClient(address, apiKey);
  const answered = <Data>(
    call: (options: GrpcCallOptions) => Promise<Data>,
    more: Parameters<typeof options>[0] = {},
  ) => grpcAnswer(call, options(more));

  return {
    name: 'gRPC',
    create: (body, { key, signal } = {}) =>
      answered(
        async (call) => {
          return createdWire(await client.createOrder(fromJson(CreateOrderRequestSchema, protoJson(body)), call));
        },
        { ...(signal && { signal }), metadata: key === undefined ? {} : { 'idempotency-key': key } },
      ),
    get: (orderId) => answered(async (call) => orderWire((await client.getOrder({ orderId }, call)).order)),
    move: (orderId, to, more = {}) =>
      answered(async (call) => {
        const request = { orderId, status: statusMessage(to), ...more };
        return orderWire((await client.updateOrderStatus(request, call)).order);
      }),
    cancel: (orderId, more = {}) =>
      answered(async (call) => orderWire((await client.cancelOrder({ orderId, ...more }, call)).order)),
    async events(orderId) {
      const events: OrderEventWire[] = [];
      let pageToken = '';
      do {
        const page = await client.listOrderEvents({ orderId, pageSize: 100, ...token(pageToken) }, options());
        events.push(...page.events.map(eventWire));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      return events;
    },
    async orderIds() {
      const ids: string[] = [];
      let pageToken = '';
      do {
        const page = await client.listOrders({ pageSize: 100, ...token(pageToken) }, options());
        ids.push(...page.orders.map(({ id }) => id));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      return ids;
    },
    close: () => client.close(),
  };
}

function token(pageToken: string) {
  return pageToken === '' ? {} : { pageToken };
}

/** The REST body in protobuf's JSON form: the same names, but the enum in capitals. */
function protoJson(body: Readonly<Record<string, unknown>>): JsonObject {
  const { source, ...fields } = body;
  return {
    ...(fields as JsonObject),
    ...(typeof source === 'string' ? { source: `ORDER_SOURCE_${source.toUpperCase()}` } : {}),
  };
}

/** What a creation answers, in the wire's words. */
export function createdWire(message: CreateOrderResponse | CreateOrderFromAiResponse): CreatedOrderWire {
  return {
    order: orderWire(message.order),
    idempotency_key: message.idempotencyKey,
    idempotent_replayed: message.idempotentReplayed,
    current_status: statusWord(message.currentStatus),
  };
}

function orderWire(message: OrderMessage | undefined): OrderWire {
  if (message === undefined) throw new Error('an answer without its order');
  return {
    id: message.id,
    user_id: message.userId,
    customer_name: message.customerName,
    customer_phone: message.customerPhone,
    items: message.items.map(({ name, quantity }) => ({ name, quantity })),
    total_quantity: message.totalQuantity,
    status: statusWord(message.status),
    source: word<OrderSource>(SourceMessage, message.source),
    notes: message.notes ?? null,
    ...(message.slotId === undefined ? {} : { slot_id: message.slotId }),
    version: message.version,
    created_at: iso(message.createdAt),
    updated_at: iso(message.updatedAt),
  };
}

/** An event in the wire's words. */
export function eventWire(message: OrderEventMessage): OrderEventWire {
  const { fromStatus } = message;
  return {
    sequence: message.sequence,
    type: word<OrderEventType>(EventTypeMessage, message.type),
    from_status: fromStatus === StatusMessage.UNSPECIFIED ? null : statusWord(fromStatus),
    to_status: statusWord(message.toStatus),
    actor: message.actor,
    reason: message.reason ?? null,
    correlation_id: message.correlationId,
    occurred_at: iso(message.occurredAt),
  };
}

function statusWord(message: StatusMessage): OrderStatus {
  return word<OrderStatus>(StatusMessage, message);
}

function statusMessage(name: string): StatusMessage {
  const found = Object.entries(StatusMessage).find(([key]) => key === name.toUpperCase());
  return found === undefined ? UNKNOWN_STATUS : (found[1] as StatusMessage);
}

/** The wire's word for an enum's value. @throws Error for one that an answer must not have */
export function word<Word extends string>(names: Readonly<Record<number, string>>, message: number): Word {
  const name = names[message];
  if (message === 0 || name === undefined) throw new Error(`an answer with the enum value ${message}`);
  return name.toLowerCase() as Word;
}

export function iso(timestamp: Timestamp | undefined): string {
  if (timestamp === undefined) throw new Error('an answer without a time that it always has');
  return timestampDate(timestamp).toISOString();
}

function refusal({ code, details: message, metadata }: ServiceError, hungUp: boolean): Refused {
  const [trailer] = metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(trailer)) {
    // Only a call that nobody answered has no details.
    if (code !== (hungUp ? status.CANCELLED : status.DEADLINE_EXCEEDED))
      throw new Error(`${status[code]} without details: ${message}`);
    return { outcome: 'DEADLINE_EXCEEDED', details: {}, fields: [], correlationId: '', text: message };
  }
  const { details } = fromBinary(StatusSchema, trailer);
  const info = details.map((detail) => anyUnpack(detail, ErrorInfoSchema)).find((found) => found !== undefined);
  const fields = details.flatMap((detail) => anyUnpack(detail, BadRequestSchema)?.fieldViolations ?? []);
  const request = details.map((detail) => anyUnpack(detail, RequestInfoSchema)).find((found) => found !== undefined);
  if (!isErrorCode(info?.reason)) throw new Error(`${status[code]} with the reason ${info?.reason}`);
  const late = code === status.DEADLINE_EXCEEDED && info.reason === 'UNAVAILABLE';
  if (!late && status[code] !== ERRORS[info.reason].grpc) throw new Error(`${info.reason} came as ${status[code]}`);
  return {
    outcome: info.reason,
    details: Object.fromEntries(Object.entries(info.metadata).map(([name, value]) => [name, fromText(value)])),
    fields: fields.map(({ field }) => field),
    correlationId: request?.requestId ?? '',
    text: `${message} ${JSON.stringify(metadata.toJSON())} ${trailer.toString('utf8')}`,
  };
}

/** ErrorInfo holds text only: numbers, lists and null come as JSON. */
function fromText(value: string): unknown {
  return /^(null|\d+|\[.*\])$/.test(value) ? JSON.parse(value) : value;
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'metadata' in error && 'code' in error && 'details' in error;
}
