import { ERRORS, type OrderError, ValidationError } from '../../../../domain/errors';
import { errorToWire } from '../../../../domain/wire';
import { asOrderError } from '../../as-order-error';

/** What is said instead of fastify's own words, by its code; its codes themselves are never shown. */
const REFUSALS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as Content-Length says',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Send the body as application/json',
  FST_ERR_BAD_URL: 'The path cannot be decoded',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the path is too long',
};

/** The one translation to REST of what was thrown: ours as it is, fastify's refusals as VALIDATION_FAILED, all else INTERNAL. */
export function restError(thrown: unknown): OrderError {
  const error = asOrderError(thrown);
  if (error.code !== 'INTERNAL' || error === thrown) return error;
  if (!(thrown instanceof Error) || !isRefusal(thrown)) return error;
  const message = REFUSALS['code' in thrown ? String(thrown.code) : ''] ?? 'The request cannot be read';
  return new ValidationError('VALIDATION_FAILED', message, {}, { cause: thrown });
}

/** Fastify marks what is the caller's fault by an HTTP status below 500. */
function isRefusal(error: Error): boolean {
  return (
    'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500
  );
}

export interface RestErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The whole answer to an error: status by the registry, envelope, correlation id, and the headers RFC 9110 asks for. */
export function restErrorAnswer(error: OrderError, correlationId: string): RestErrorAnswer {
  return {
    status: ERRORS[error.code].http,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-correlation-id': correlationId,
      ...(error.code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer' } : {}),
      ...(error.code === 'UNAVAILABLE' ? { 'retry-after': '1' } : {}),
    },
    body: JSON.stringify(errorToWire(error, correlationId)),
  };
}
