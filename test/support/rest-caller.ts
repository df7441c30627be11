import type * as z from 'zod';
import { ERRORS, type FieldViolation } from '../../domain/errors';
import {
  createdOrderAnswerSchema,
  errorAnswerSchema,
  orderAnswerSchema,
  orderEventPageAnswerSchema,
  orderPageAnswerSchema,
} from '../../domain/schemas/wire';
import type { OrderEventWire } from '../../domain/wire';
import { type Answer, accepted, type Door, type MoveOptions, type Refused } from './doors';

/** Longer than any call may take: it turns a hang into a failure. */
const TIMEOUT_MS = 30_000;

/** The caller stopped waiting, as gRPC's callers say it. */
const GAVE_UP: Refused = { outcome: 'DEADLINE_EXCEEDED', details: {}, fields: [], correlationId: '', text: '' };

export interface Envelope<Data> {
  readonly data: Data;
  readonly correlation_id: string;
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

export type RestCall = <Data>(
  method: string,
  path: string,
  schema: z.ZodType<Envelope<Data>>,
  sent?: Sent,
) => Promise<Answer<Data>>;

/** Calls of any route with a key. Every answer is checked against the schema and against the table of errors. */
export function restCall(url: string, apiKey: string): RestCall {
  return async (method, path, schema, sent = {}) => {
    const late = AbortSignal.timeout(TIMEOUT_MS);
    const response = await send(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...sent.headers },
      signal: sent.signal === undefined ? late : AbortSignal.any([late, sent.signal]),
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
    });
    if (response === undefined) return GAVE_UP;
    const text = await response.text();
    if (!response.ok) return refusal(response, text);
    const { data, correlation_id: correlationId } = schema.parse(JSON.parse(text));
    return { outcome: 'ok', transport: response.status, data, correlationId };
  };
}

/** Calls the REST door's orders. */
export function restCaller(url: string, apiKey: string): Door {
  const call = restCall(url, apiKey);
  const order = async (...request: [method: string, path: string, body?: unknown]) => {
    const [method, path, body] = request;
    const answer = await call(method, path, orderAnswerSchema, { body });
    return answer.outcome === 'ok' ? { ...answer, data: answer.data.order } : answer;
  };

  return {
    name: 'REST',
    create: (body, { key, signal } = {}) =>
      call('POST', '/api/orders', createdOrderAnswerSchema, {
        body,
        ...(signal && { signal }),
        headers: key === undefined ? {} : { 'idempotency-key': key },
      }),
    get: (orderId) => order('GET', `/api/orders/${orderId}`),
    move: (orderId, status, options) => order('PATCH', `/api/orders/${orderId}/status`, { status, ...wire(options) }),
    cancel: (orderId, options) => order('POST', `/api/orders/${orderId}/cancel`, wire(options)),
    async events(orderId) {
      const events: OrderEventWire[] = [];
      let token = '';
      do {
        const query = new URLSearchParams({ page_size: '100', ...(token === '' ? {} : { page_token: token }) });
        const page = accepted(await call('GET', `/api/orders/${orderId}/events?${query}`, orderEventPageAnswerSchema));
        events.push(...page.events);
        token = page.next_page_token;
      } while (token !== '');
      return events;
    },
    async orderIds() {
      const ids: string[] = [];
      let token = '';
      do {
        const query = new URLSearchParams({ page_size: '100', ...(token === '' ? {} : { page_token: token }) });
        const page = accepted(await call('GET', `/api/orders?${query}`, orderPageAnswerSchema));
        ids.push(...page.orders.map(({ id }) => id));
        token = page.next_page_token;
      } while (token !== '');
      return ids;
    },
    close: () => undefined,
  };
}

/** The response, or undefined when none came in time. */
async function send(url: string, request: RequestInit): Promise<Response | undefined> {
  return fetch(url, request).catch((error: unknown) => {
    if (request.signal?.aborted) return undefined;
    throw error;
  });
}

function refusal(response: Response, text: string): Refused {
  const { error, correlation_id: correlationId } = errorAnswerSchema.parse(JSON.parse(text));
  if (response.status !== ERRORS[error.code].http) throw new Error(`${error.code} came as HTTP ${response.status}`);
  if (response.headers.get('x-correlation-id') !== correlationId) throw new Error('two correlation ids in one answer');
  const { violations, ...details } = error.details as { readonly violations?: readonly FieldViolation[] };
  return {
    outcome: error.code,
    details,
    fields: (violations ?? []).map(({ field }) => field),
    correlationId,
    text: `${JSON.stringify([...response.headers])}${text}`,
  };
}

function wire({ expectedVersion, reason }: MoveOptions = {}) {
  return { expected_version: expectedVersion, reason };
}
