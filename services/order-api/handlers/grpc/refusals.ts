import * as grpc from '@grpc/grpc-js';
import { type OrderError, SystemError, ValidationError } from '../../../../domain/errors';
import { correlationId as correlationIdOf } from '../../../../platform/correlation-id';
import type { Logger } from '../../../../platform/logger';
import { logCall } from '../../call-log';
import { carriesDetails, grpcStatus } from './grpc-error';
import { CORRELATION_ID, metadataValue } from './metadata-keys';

type Status = Parameters<grpc.ServerInterceptingCallInterface['sendStatus']>[0];

/**
 * Gives grpc-js's own refusals (a message too large, undecodable or wrongly compressed, a malformed timeout, a passed
 * deadline) our details and correlation id. It sends those from beneath all interceptors, so the interceptor wraps the
 * call's `sendStatus` itself; without it a caller would see a bare INTERNAL for its own mistake.
 */
export function typedRefusals(options: {
  readonly logger: Logger;
  /** Only methods whose path begins so; health and reflection have statuses of their own. */
  readonly pathPrefix: string;
}): grpc.ServerInterceptor {
  return (method, call) => {
    if (!method.path.startsWith(options.pathPrefix)) return new grpc.ServerInterceptingCall(call);
    const startedAt = performance.now();
    let correlationId: string | undefined;
    // Before the handler has the request, whatever is refused is the request's fault; after that it is ours.
    let handed = false;

    const send = call.sendStatus.bind(call);
    call.sendStatus = (status) => {
      if (status.code === grpc.status.OK || carriesDetails(status.metadata)) return send(status);
      const id = correlationId ?? correlationIdOf(undefined);
      const error = refusal(status, handed);
      const deadlinePassed = status.code === grpc.status.DEADLINE_EXCEEDED;
      const typed = grpcStatus(error, id, deadlinePassed ? status.code : undefined);
      send({ ...typed });
      // A call that was handed over writes its own line.
      if (!handed) {
        logCall(options.logger, {
          target: { method: method.path },
          outcome: { grpcStatus: grpc.status[typed.code] ?? 'UNKNOWN' },
          startedAt,
          correlationId: id,
          error,
        });
      }
    };

    return new grpc.ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, nextMetadata) {
            const id = correlationIdOf(metadataValue(metadata, CORRELATION_ID));
            correlationId = id;
            // The handler takes over this id, so a refusal in the midst of it carries the same one.
            metadata.set(CORRELATION_ID, id);
            nextMetadata(metadata);
          },
          onReceiveHalfClose(nextHalfClose) {
            nextHalfClose();
            handed = true;
          },
        });
      },
    });
  };
}

function refusal(status: Status, handed: boolean): OrderError {
  switch (status.code) {
    case grpc.status.DEADLINE_EXCEEDED:
      return new SystemError('UNAVAILABLE', 'The deadline passed before there was an answer');
    case grpc.status.RESOURCE_EXHAUSTED:
      return new ValidationError('VALIDATION_FAILED', 'The message is too large');
    default:
      return handed
        ? new SystemError('INTERNAL', 'Something went wrong on our side')
        : new ValidationError('VALIDATION_FAILED', 'The message cannot be read');
  }
}
