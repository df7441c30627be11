import { connect } from 'node:net';
import { ERRORS, type ErrorCode, type FieldViolation } from '../../domain/errors';
import { errorAnswerSchema } from '../../domain/schemas/wire';
import { expectNoLeak } from './leaks';

/** An answer of the REST door, after everything that holds for every answer was checked. */
export interface RestAnswer {
  readonly status: number;
  readonly code: ErrorCode | undefined;
  /** The fields at fault. */
  readonly fields: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly correlationId: string;
  /** The parsed body. */
  readonly body: unknown;
  /** All that two answers have to have in common to be the same: no correlation id, no date. */
  readonly told: string;
}

export interface RestRequest {
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, as `application/json` unless the headers say otherwise. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
}

/** Sends any request at all; throws when the answer is not one of the contract's. */
export async function sendRest(
  url: string,
  method: string,
  path: string,
  { key, headers = {}, json, raw }: RestRequest = {},
): Promise<RestAnswer> {
  const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  });
  return checkedAnswer(response.status, new Map(response.headers), await response.text());
}

/**
 * Writes bytes to the REST door's port and reads until it closes. Undefined when it answered nothing at all: what is
 * not HTTP may be left without an answer.
 */
export async function sendBytes(url: string, bytes: string | Uint8Array): Promise<RestAnswer | undefined> {
  const received = await exchange(Number(new URL(url).port), bytes);
  if (received === '') return undefined;
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1];
  if (status === undefined) throw new Error(`not an HTTP answer: ${received}`);
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const body = rest.join('\r\n\r\n');
  // A second answer would mean that a part of the request was taken for another request.
  return checkedAnswer(Number(status), headers, body.slice(0, Number(headers.get('content-length') ?? body.length)));
}

function exchange(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.setTimeout(15_000, () => reject(new Error('the connection was neither answered nor closed')));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // The door may close before it has read everything.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

function checkedAnswer(status: number, headers: ReadonlyMap<string, string>, text: string): RestAnswer {
  if (status < 400) return okAnswer(status, headers, text);
  const answer = errorAnswerSchema.parse(JSON.parse(text));
  const { code, details } = answer.error;
  const correlationId = answer.correlation_id;
  if (ERRORS[code].http !== status) throw new Error(`${code} came as HTTP ${status}`);
  if (headers.get('x-correlation-id') !== correlationId) throw new Error('header and body have two correlation ids');
  if (!/^application\/json\b/.test(headers.get('content-type') ?? '')) throw new Error('an error that is no JSON');
  if (!/^[A-Za-z0-9._:-]{1,128}$/.test(correlationId)) throw new Error(`a correlation id ${correlationId}`);
  const told = comparable(status, headers, text, correlationId);
  expectNoLeak(told);
  const { violations = [] } = details as { readonly violations?: readonly FieldViolation[] };
  return { status, code, headers, correlationId, body: answer, told, fields: violations.map(({ field }) => field) };
}

function okAnswer(status: number, headers: ReadonlyMap<string, string>, text: string): RestAnswer {
  const correlationId = headers.get('x-correlation-id') ?? '';
  if (!/^[A-Za-z0-9._:-]{1,128}$/.test(correlationId)) throw new Error(`a correlation id "${correlationId}"`);
  const isJson = /^application\/json\b/.test(headers.get('content-type') ?? '');
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
  return {
    status,
    code: undefined,
    fields: [],
    headers,
    correlationId,
    body,
    told: comparable(status, headers, text, correlationId),
  };
}

function comparable(status: number, headers: ReadonlyMap<string, string>, text: string, correlationId: string): string {
  const kept = [...headers].filter(([name]) => name !== 'date' && name !== 'x-correlation-id').sort();
  return `${status} ${JSON.stringify(kept)} ${text.replaceAll(correlationId, '<correlation id>')}`;
}
