import { INTERNAL_ERROR, INVALID_REQUEST, PARSE_ERROR } from '@modelcontextprotocol/server';
import { ERRORS, type ErrorCode, type OrderError } from '../../../../domain/errors';
import { restError } from '../rest/rest-error';

/** What a request is told that never becomes a message of the protocol: the door was shut, or the body could not be read. */
export interface JsonRpcRefusal {
  readonly status: number;
  readonly error: OrderError;
  readonly body: string;
}

/** Fastify's codes for which HTTP has a status that says more than 400. */
const STATUS: Readonly<Record<string, number>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 413,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 415,
};
const UNPARSED = new Set(['FST_ERR_CTP_INVALID_JSON_BODY', 'FST_ERR_CTP_EMPTY_JSON_BODY']);

/** The translation of anything thrown at the edge to a JSON-RPC error with our code in its data. */
export function jsonRpcRefusal(thrown: unknown, correlationId: string): JsonRpcRefusal {
  const error = restError(thrown);
  const fastifyCode = codeOf(thrown);
  const code = UNPARSED.has(fastifyCode)
    ? PARSE_ERROR
    : ERRORS[error.code].http >= 500
      ? INTERNAL_ERROR
      : INVALID_REQUEST;
  return {
    status: STATUS[fastifyCode] ?? ERRORS[error.code].http,
    error,
    body: JSON.stringify({
      jsonrpc: '2.0',
      error: {
        code,
        message: error.message,
        data: { ...error.details, code: error.code, correlation_id: correlationId },
      },
      id: null,
    }),
  };
}

/** The code for the log and the metrics of an answer that the protocol's own library refused with. */
export function codeOfStatus(status: number): ErrorCode | undefined {
  if (status < 400) return undefined;
  if (status === 403) return 'PERMISSION_DENIED';
  if (status === 404) return 'NOT_FOUND';
  return status >= 500 ? 'INTERNAL' : 'VALIDATION_FAILED';
}

function codeOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
}
