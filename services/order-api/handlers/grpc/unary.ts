import type { DescMethodUnary, MessageShape } from '@bufbuild/protobuf';
import * as grpc from '@grpc/grpc-js';
import { ERRORS, type OrderError } from '../../../../domain/errors';
import { correlationId as correlationIdOf } from '../../../../platform/correlation-id';
import { asOrderError } from '../../as-order-error';
import { admit } from '../../authentication';
import { logCall } from '../../call-log';
import { checkClaimedTenant } from '../../claimed-tenant';
import { deadlineOf, OPERATIONS, type Operation } from '../../operations';
import type { CallContext } from '../../use-cases/contract';
import { withinDeadline } from '../../within-deadline';
import type { GrpcEdge } from './edge';
import { grpcStatus } from './grpc-error';
import { AUTHORIZATION, CORRELATION_ID, IDEMPOTENCY_KEY, metadataValue } from './metadata-keys';

export interface UnaryCall extends CallContext {
  /** The metadata `idempotency-key`, unchecked. */
  readonly idempotencyKey: string | undefined;
}

/** A method's translation: request message to use case, answer to response message. May throw anything. */
export type UnaryHandler<Method extends DescMethodUnary> = (
  request: MessageShape<Method['input']>,
  call: UnaryCall,
) => Promise<MessageShape<Method['output']>>;

/**
 * A unary method as grpc-js calls it: who calls and whether they may, first; then the handler, within the deadline; every
 * outcome with its correlation id and one line in the log. Nothing that it does can throw into grpc-js.
 */
export function unary<Request extends { readonly userId?: string | undefined }, Response>(
  edge: GrpcEdge,
  operation: Operation,
  handler: (request: Request, call: UnaryCall) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return async (call, callback) => {
    const startedAt = performance.now();
    const correlationId = correlationIdOf(metadataValue(call.metadata, CORRELATION_ID));
    let keyPrefix: string | undefined;
    let error: OrderError | undefined;

    const answer = async (deadline: Date): Promise<Response> => {
      const caller = await admit(edge.useCases, metadataValue(call.metadata, AUTHORIZATION), operation);
      keyPrefix = caller.keyPrefix;
      checkClaimedTenant(caller, call.request.userId);
      const idempotencyKey = metadataValue(call.metadata, IDEMPOTENCY_KEY);
      return handler(call.request, { caller, correlationId, deadline, idempotencyKey });
    };

    try {
      const deadline = earliest(call.getDeadline(), deadlineOf(operation, edge.requestDeadlineMs));
      const response = await withinDeadline(deadline, answer(deadline));
      const headers = new grpc.Metadata();
      headers.set(CORRELATION_ID, correlationId);
      call.sendMetadata(headers);
      callback(null, response);
    } catch (thrown) {
      error = asOrderError(thrown);
      callback(grpcStatus(error, correlationId));
    }
    logCall(edge.logger, {
      target: { method: OPERATIONS[operation].grpc ?? operation },
      outcome: { grpcStatus: call.cancelled ? 'CANCELLED' : error === undefined ? 'OK' : ERRORS[error.code].grpc },
      startedAt,
      correlationId,
      keyPrefix,
      error,
    });
  };
}

/** The caller's deadline or ours, whichever is first. grpc-js gives no deadline as Infinity. */
function earliest(deadline: grpc.Deadline, ours: Date): Date {
  return new Date(Math.min(deadline instanceof Date ? deadline.getTime() : deadline, ours.getTime()));
}
