import type { ClientReadableStream } from '@grpc/grpc-js';
import type { Order, OrderEvent } from '../domain/order';
import { OrderService, type WatchOrderResponse } from '../gen/orderbooking/v1/order_service_pb';
import { backoffMs } from './backoff';
import type { ResolvedOptions } from './client-options';
import { type Connection, encode } from './connection';
import { correlationIdOf } from './correlation-id';
import { failedCall, isWorthRetrying } from './failed-call';
import { orderEventFrom, orderFrom } from './order-from-message';
import { pause } from './pause';

export interface WatchOrder {
  readonly orderId: string;
  /** The last sequence that was seen; 0 or absent: the whole trail first. */
  readonly afterSequence?: number | undefined;
}

export interface WatchOptions {
  /** The same for every connection of the watch. */
  readonly correlationId?: string | undefined;
  /** Aborting it ends the watch with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take to be connected again before the watch fails; 60,000 ms unless said otherwise. */
  readonly reconnectWithinMs?: number | undefined;
}

/** One event, and the order as it is now, which may be further on than the event. */
export interface OrderChange {
  readonly event: OrderEvent;
  readonly order: Order;
}

/**
 * The events of one order: those that are there, then each as it happens, each once and in their order. Ends after the
 * event that made the order final; leaving the loop ends it as well. A broken connection is made again from the last event on.
 * @throws FailedCall, when the service says no or cannot be reached again.
 */
export type WatchOrderCall = (request: WatchOrder, options?: WatchOptions) => AsyncIterableIterator<OrderChange>;

const RECONNECT_WITHIN_MS = 60_000;

export function createWatchOrder(connection: Connection, { retry }: Pick<ResolvedOptions, 'retry'>): WatchOrderCall {
  return async function* ({ orderId, afterSequence = 0 }, options = {}) {
    const { signal, reconnectWithinMs = RECONNECT_WITHIN_MS } = options;
    const correlationId = correlationIdOf(options.correlationId);
    let seen = afterSequence;
    let attempts = 0;
    /** In a row, and since when. */
    let failures = 0;
    let failingSince = 0;

    for (;;) {
      signal?.throwIfAborted();
      attempts += 1;
      let stream: ClientReadableStream<WatchOrderResponse> | undefined;
      try {
        const request = encode(method, { orderId, afterSequence: seen });
        stream = connection.stream(method, request, { correlationId, signal });
        stream.on('metadata', () => {
          failures = 0;
        });
        for await (const message of stream as AsyncIterable<WatchOrderResponse>) {
          const change = { event: orderEventFrom(message.event), order: orderFrom(message.order) };
          if (change.event.sequence <= seen) continue;
          seen = change.event.sequence;
          yield change;
        }
        return;
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (failures === 0) failingSince = performance.now();
        failures += 1;
        const waitMs = backoffMs(retry, failures, Math.random());
        const late = performance.now() + waitMs - failingSince > reconnectWithinMs;
        if (late || !isWorthRetrying(error)) throw failedCall(error, { correlationId, attempts });
        await pause(waitMs, signal);
      } finally {
        stream?.cancel();
      }
    }
  };
}

const method = OrderService.method.watchOrder;
