import * as grpc from '@grpc/grpc-js';
import { ValidationError } from '../../../../domain/errors';
import { correlationId as correlationIdOf } from '../../../../platform/correlation-id';
import type { Logger } from '../../../../platform/logger';
import { logCall } from '../../call-log';
import { grpcStatus } from './grpc-error';
import { CORRELATION_ID, metadataValue } from './metadata-keys';

/**
 * Answers methods that do not exist with UNIMPLEMENTED, our details and a correlation id. grpc-js has no public hook for
 * that: it looks paths up in a map and refuses, bare and with the caller's path echoed, what the map does not have. So the
 * map gets a fallback. Should grpc-js change inside, its own bare UNIMPLEMENTED is back, and a test says so.
 */
export function answerUnknownMethods(server: grpc.Server, logger: Logger): void {
  const handlers: unknown = Reflect.get(server, 'handlers');
  if (!(handlers instanceof Map)) return;
  const fallback = {
    func: unknownMethod(logger),
    serialize: () => Buffer.alloc(0),
    deserialize: () => ({}),
    // Bidirectional: answered on the headers, whatever kind of call it is and however long its request would be.
    type: 'bidi',
    path: '/unknown',
  };
  const find = handlers.get.bind(handlers);
  handlers.get = (path: unknown) => find(path) ?? fallback;
}

function unknownMethod(logger: Logger): grpc.handleBidiStreamingCall<unknown, unknown> {
  return (call) => {
    const startedAt = performance.now();
    const correlationId = correlationIdOf(metadataValue(call.metadata, CORRELATION_ID));
    const error = new ValidationError('NOT_FOUND', 'There is no such method');
    call.emit('error', grpcStatus(error, correlationId, grpc.status.UNIMPLEMENTED));
    logCall(logger, {
      target: { method: 'unknown' },
      outcome: { grpcStatus: 'UNIMPLEMENTED' },
      startedAt,
      correlationId,
      error,
    });
  };
}
