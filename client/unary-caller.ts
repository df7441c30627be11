import type { DescMethodUnary, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { backoffMs } from './backoff';
import type { Answered, CallOptions, ResolvedOptions } from './client-options';
import { DEFAULT_DEADLINE_MS } from './client-options';
import { type Connection, encode } from './connection';
import { correlationIdOf } from './correlation-id';
import { failedCall, isWorthRetrying } from './failed-call';
import { pause } from './pause';

/** How a method is called. */
export interface Calling {
  /** Whether a repeat of a request that did arrive changes nothing, nor what is answered. */
  readonly repeatable: boolean;
  /** Of a method that waits for somebody outside: for how long the service lets it, in milliseconds. */
  readonly waitsMs?: number;
  /** The key or step id that the request carries. */
  readonly idempotencyKey?: string | undefined;
  readonly stepId?: string | undefined;
}

/** Makes one call, as often as it takes within its deadline, and reads the answer. */
export type UnaryCaller = <M extends DescMethodUnary, Answer>(
  method: M,
  request: MessageInitShape<M['input']>,
  options: CallOptions | undefined,
  calling: Calling,
  read: (response: MessageShape<M['output']>) => Answer,
) => Promise<Answered<Answer>>;

/**
 * A caller over a connection. All attempts of a call send the same bytes, and with them the same key and correlation id.
 * What fails is thrown as a `FailedCall`; an aborted call throws its signal's reason.
 */
export function createUnaryCaller(connection: Connection, defaults: ResolvedOptions): UnaryCaller {
  return async (method, request, options, { repeatable, waitsMs = 0, ...known }, read) => {
    const signal = options?.signal;
    signal?.throwIfAborted();
    const correlationId = correlationIdOf(options?.correlationId);
    const deadlineMs = options?.deadlineMs ?? defaults.deadlineMs ?? Math.max(DEFAULT_DEADLINE_MS, waitsMs);
    // Shorter than the service waits, every attempt would be given up just before its answer.
    const attemptMs = Math.max(defaults.attemptMs, waitsMs);
    const endsAt = performance.now() + deadlineMs;
    const leftMs = () => endsAt - performance.now();

    for (let attempt = 1; ; attempt += 1) {
      try {
        const deadline = new Date(Date.now() + Math.min(attemptMs, leftMs()));
        const sent = encode(method, request);
        const received = await connection.unary(method, sent, { correlationId, deadline, signal });
        return { ...read(received.response), correlationId: received.correlationId };
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        const waitMs = backoffMs(defaults.retry, attempt, Math.random());
        const again = repeatable && attempt < defaults.retry.maxAttempts && isWorthRetrying(error);
        // A wait that outlasts the deadline would only tell the caller later what is known now.
        if (!again || waitMs >= leftMs()) throw failedCall(error, { correlationId, attempts: attempt, ...known });
        await pause(waitMs, signal);
      }
    }
  };
}
