import { create, type DescMethod, type DescService, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import type { OrderError } from '../../../domain/errors';
import { BookingService } from '../../../gen/orderbooking/v1/booking_service_pb';
import { CapabilityService } from '../../../gen/orderbooking/v1/capability_service_pb';
import { CatalogueService } from '../../../gen/orderbooking/v1/catalogue_service_pb';
import { NotificationService } from '../../../gen/orderbooking/v1/notification_service_pb';
import { type OrderSchema, OrderSource, OrderStatus } from '../../../gen/orderbooking/v1/order_pb';
import { OrderService } from '../../../gen/orderbooking/v1/order_service_pb';
import { SheetService } from '../../../gen/orderbooking/v1/sheet_service_pb';
import { grpcDefinition } from '../../../platform/grpc-definition';
import { grpcStatus } from '../../../services/order-api/handlers/grpc/grpc-error';

const SERVICES: readonly DescService[] = [
  OrderService,
  BookingService,
  CapabilityService,
  CatalogueService,
  SheetService,
  NotificationService,
];

/** A call as it came in. */
export interface SeenCall {
  readonly method: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly metadata: Metadata;
  /** Milliseconds that the caller had left. */
  readonly leftMs: number;
  /** Resolves when the caller gave it up. */
  readonly cancelled: Promise<void>;
}

/** What the script has a call answered with. */
export type ScriptedAnswer =
  | { readonly answer: Readonly<Record<string, unknown>> }
  /** As the real service refuses. */
  | { readonly refuse: OrderError }
  /** As the network or a proxy fails: without a word of ours. */
  | { readonly fail: number; readonly details?: string; readonly trailers?: Metadata }
  | 'hang'
  /** Of a stream: these messages, and then the end, an error, or nothing more. */
  | {
      readonly stream: readonly unknown[];
      readonly last: 'end' | 'hang' | { readonly fail: number } | { readonly refuse: OrderError };
    };

/** Which answer a call gets; `nth` counts the calls of this method from 1. */
export type Script = Readonly<Record<string, (call: SeenCall, nth: number) => ScriptedAnswer>>;

export interface ScriptedServer {
  readonly address: string;
  readonly port: number;
  /** Every call, in the order of arrival. */
  readonly calls: readonly SeenCall[];
  /** Drops all connections and listens no more. */
  stop(): void;
}

/** A real gRPC server of our services, over plain text or TLS, whose answers a test writes. */
export async function startScriptedServer(
  script: Script,
  options: { readonly port?: number; readonly credentials?: ServerCredentials } = {},
): Promise<ScriptedServer> {
  const calls: SeenCall[] = [];
  const server = new Server();
  for (const service of SERVICES) {
    const handlers = service.methods.map((method) => [method.localName, handler(method)] as const);
    server.addService(grpcDefinition(service), Object.fromEntries(handlers));
  }

  function handler(method: DescMethod): UntypedHandleCall {
    const answer = (call: ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>) => {
      const seen: SeenCall = {
        method: method.localName,
        request: call.request as SeenCall['request'],
        metadata: call.metadata,
        leftMs: Number(call.getDeadline()) - Date.now(),
        cancelled: new Promise((resolve) => call.once('cancelled', () => resolve())),
      };
      calls.push(seen);
      const nth = calls.filter(({ method: name }) => name === method.localName).length;
      const scripted = script[method.localName];
      if (scripted === undefined) throw new Error(`${method.localName} is not in the script`);
      return { scripted: scripted(seen, nth), correlationId: String(seen.metadata.get('x-correlation-id')[0]) };
    };
    return method.methodKind === 'unary' ? unary(method, answer) : stream(method, answer);
  }

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      `127.0.0.1:${options.port ?? 0}`,
      options.credentials ?? ServerCredentials.createInsecure(),
      (error, bound) => (error === null ? resolve(bound) : reject(error)),
    );
  });
  return { address: `127.0.0.1:${port}`, port, calls, stop: () => server.forceShutdown() };
}

type Answering<Call> = (call: Call) => { readonly scripted: ScriptedAnswer; readonly correlationId: string };

function unary(method: DescMethod, answer: Answering<ServerUnaryCall<unknown, unknown>>) {
  return (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>): void => {
    const { scripted, correlationId } = answer(call);
    if (scripted === 'hang') return;
    if ('answer' in scripted) {
      call.sendMetadata(headersOf(correlationId));
      callback(null, create(method.output, scripted.answer as MessageInitShape<typeof method.output>));
    } else if ('stream' in scripted) throw new Error(`${method.localName} is no stream`);
    else callback(errorOf(scripted, correlationId));
  };
}

function stream(method: DescMethod, answer: Answering<ServerWritableStream<unknown, unknown>>) {
  return async (call: ServerWritableStream<unknown, unknown>): Promise<void> => {
    const { scripted, correlationId } = answer(call);
    if (scripted === 'hang') return;
    if ('answer' in scripted) throw new Error(`${method.localName} is a stream`);
    if (!('stream' in scripted)) return void call.emit('error', errorOf(scripted, correlationId));
    call.sendMetadata(headersOf(correlationId));
    // One after the other: an error leaves behind what the connection has not taken yet.
    for (const message of scripted.stream)
      await new Promise((taken) => call.write(create(method.output, message as never), taken));
    if (scripted.last === 'end') call.end();
    else if (scripted.last !== 'hang') call.emit('error', errorOf(scripted.last, correlationId));
  };
}

function errorOf(scripted: { readonly refuse: OrderError } | Extract<ScriptedAnswer, { fail: number }>, id: string) {
  if ('refuse' in scripted) return grpcStatus(scripted.refuse, id);
  return {
    code: scripted.fail,
    details: scripted.details ?? 'no words of ours',
    metadata: scripted.trailers ?? new Metadata(),
  };
}

function headersOf(correlationId: string): Metadata {
  const headers = new Metadata();
  headers.set('x-correlation-id', correlationId);
  return headers;
}

const AT = timestampFromDate(new Date('2026-11-24T09:30:00.123Z'));

/** An order as the service sends it. */
export const ORDER_MESSAGE: MessageInitShape<typeof OrderSchema> = {
  id: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
  userId: 'bakery',
  customerName: 'Zoë García',
  customerPhone: '4930901820',
  items: [{ name: 'Rye bread', quantity: 2 }],
  totalQuantity: 2,
  status: OrderStatus.PENDING,
  source: OrderSource.API,
  version: 1,
  createdAt: AT,
  updatedAt: AT,
};

/** CreateOrder's answer to a request that carries this key. */
export function createdMessage(idempotencyKey: unknown) {
  return { order: ORDER_MESSAGE, idempotencyKey, idempotentReplayed: false, currentStatus: OrderStatus.PENDING };
}
