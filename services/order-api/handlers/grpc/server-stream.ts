import type { DescMethodServerStreaming, MessageShape } from '@bufbuild/protobuf';
import * as grpc from '@grpc/grpc-js';
import { ERRORS, type OrderError, SystemError } from '../../../../domain/errors';
import { correlationId as correlationIdOf } from '../../../../platform/correlation-id';
import { type Admission, keepChecking } from '../../admission';
import { asOrderError } from '../../as-order-error';
import { admit } from '../../authentication';
import { logCall } from '../../call-log';
import { checkClaimedTenant } from '../../claimed-tenant';
import { OPERATIONS, type Operation } from '../../operations';
import type { StreamContext } from '../../use-cases/contract';
import { writableAgain } from '../../writable-again';
import type { GrpcEdge } from './edge';
import { grpcStatus } from './grpc-error';
import { AUTHORIZATION, CORRELATION_ID, metadataValue } from './metadata-keys';

/** How long a client may leave what was sent unread before its stream is ended; it resumes from what it saw. */
const SLOW_READER_MS = 30_000;

/** A method's translation to a stream of response messages. May throw anything. */
export type StreamHandler<Method extends DescMethodServerStreaming> = (
  request: MessageShape<Method['input']>,
  call: StreamContext,
) => AsyncIterable<MessageShape<Method['output']>>;

/**
 * A server-streaming method as grpc-js calls it. Headers go out as soon as the caller is admitted. A drain and a reader that
 * is too slow end it with UNAVAILABLE, never with OK: OK tells a watcher that the order is final.
 */
export function serverStream<Request extends { readonly userId?: string | undefined }, Response>(
  edge: GrpcEdge,
  operation: Operation,
  handler: (request: Request, call: StreamContext) => AsyncIterable<Response>,
): grpc.handleServerStreamingCall<Request, Response> {
  return async (call) => {
    const startedAt = performance.now();
    const correlationId = correlationIdOf(metadataValue(call.metadata, CORRELATION_ID));
    const stream = edge.streams.open();
    call.once('cancelled', stream.end);
    let keyPrefix: string | undefined;
    let error: OrderError | undefined;
    /** Known only before its end is asked for. */
    let isUnread = false;
    let admission: Admission | undefined;

    try {
      const authorization = metadataValue(call.metadata, AUTHORIZATION);
      const caller = await admit(edge.useCases, authorization, operation);
      keyPrefix = caller.keyPrefix;
      admission = keepChecking(() => admit(edge.useCases, authorization, operation), stream.end);
      checkClaimedTenant(caller, call.request.userId);
      const headers = new grpc.Metadata();
      headers.set(CORRELATION_ID, correlationId);
      call.sendMetadata(headers);
      for await (const response of handler(call.request, { caller, correlationId, signal: stream.signal })) {
        if (stream.signal.aborted) break;
        if (!call.write(response) && !(await writableAgain(call, stream.signal, SLOW_READER_MS))) break;
      }
      if (admission.refusal !== undefined) throw admission.refusal;
      if (stream.draining()) throw new SystemError('UNAVAILABLE', 'The server is going away; watch again from here');
      if (call.writableNeedDrain && !call.cancelled)
        throw new SystemError('UNAVAILABLE', 'The stream was not read; watch again from here');
      call.end();
    } catch (thrown) {
      error = asOrderError(thrown);
      isUnread = call.writableNeedDrain;
      if (!call.cancelled) call.emit('error', grpcStatus(error, correlationId));
    } finally {
      admission?.stop();
      stream.end();
      // Not closed before its status is sent, which takes some turns of the event loop: a drain would go on and say first that
      // the connection goes away. `cancelled` ends every call, however it ends; Node then needs one turn more for trailers. Behind
      // what nobody reads no status gets through, and a drain that waited for it would take that time from the calls that run.
      if (call.cancelled || isUnread) stream.close();
      else call.once('cancelled', () => setImmediate(stream.close));
    }
    logCall(edge.logger, {
      target: { method: OPERATIONS[operation].grpc ?? operation },
      outcome: { grpcStatus: call.cancelled ? 'CANCELLED' : error === undefined ? 'OK' : ERRORS[error.code].grpc },
      startedAt,
      correlationId,
      keyPrefix,
      error: call.cancelled ? undefined : error,
    });
  };
}
