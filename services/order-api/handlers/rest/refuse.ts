import type { Socket } from 'node:net';
import type { ConnectionError, FastifyReply } from 'fastify';
import { type OrderError, ValidationError } from '../../../../domain/errors';
import { correlationId } from '../../../../platform/correlation-id';
import type { Logger } from '../../../../platform/logger';
import { logCall } from '../../call-log';
import { restErrorAnswer } from './rest-error';

/** Answers an error, also where fastify runs no hook. */
export function refuse(reply: FastifyReply, failure: OrderError, id: string): FastifyReply {
  const { status, headers, body } = restErrorAnswer(failure, id);
  // Already serialised: as a string it would be serialised again by the route's own serialiser.
  return reply
    .code(status)
    .headers(headers)
    .serializer((text: string) => text)
    .send(body);
}

/** What is not even HTTP, too large in its headers or too slow in coming: there is no request, only a socket. */
export function refuseUnreadable(logger: Logger, error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const failure = new ValidationError('VALIDATION_FAILED', 'The request cannot be read', {}, { cause: error });
  const id = correlationId(undefined);
  const { headers, body } = restErrorAnswer(failure, id);
  const head = Object.entries({ ...headers, connection: 'close', 'content-length': Buffer.byteLength(body) })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  socket.end(`HTTP/1.1 400 Bad Request\r\n${head}\r\n${body}`);
  logRefused(logger, failure, id);
}

/** The line of a call that was refused before any route saw it. */
export function logRefused(logger: Logger, error: OrderError, id: string): void {
  logCall(logger, {
    target: { method: 'unknown' },
    outcome: { httpStatus: 400 },
    startedAt: performance.now(),
    correlationId: id,
    error,
  });
}
