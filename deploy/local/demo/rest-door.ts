import type * as z from 'zod';
import { createdOrderAnswerSchema, errorAnswerSchema, orderAnswerSchema } from '../../../domain/schemas/wire';
import type { OrderWire } from '../../../domain/wire';
import { type Answer, CALL_TIMEOUT_MS, type Call, type OrderDoor, type SeenOrder } from './order-door';

/** The API over REST. Every answer is checked against the published schema. */
export function restDoor(apiUrl: string): OrderDoor {
  const send = async (
    call: Call,
    method: 'POST' | 'PATCH',
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { ...restHeaders(call), 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    return { ok: response.ok, transport: String(response.status), json: (await response.json()) as unknown };
  };
  const orderAnswer = async (call: Call, method: 'POST' | 'PATCH', path: string, body: unknown): Promise<Answer> => {
    const { ok, transport, json } = await send(call, method, path, body);
    if (!ok) return errorAnswer(transport, json);
    return { transport, kind: 'order', order: seen(checked(orderAnswerSchema, json).data.order) };
  };

  return {
    async create(call, key, body) {
      const header: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
      const { ok, transport, json } = await send(call, 'POST', '/api/orders', body, header);
      if (!ok) return errorAnswer(transport, json);
      const { data } = checked(createdOrderAnswerSchema, json);
      return {
        transport,
        kind: 'created',
        order: seen(data.order),
        idempotencyKey: data.idempotency_key,
        replayed: data.idempotent_replayed,
        currentStatus: data.current_status,
      };
    },
    move: (call, orderId, body) => orderAnswer(call, 'PATCH', `/api/orders/${orderId}/status`, body),
    cancel: (call, orderId, reason) => orderAnswer(call, 'POST', `/api/orders/${orderId}/cancel`, { reason }),
  };
}

/** What every REST call carries. */
export function restHeaders(call: Call): Record<string, string> {
  return { authorization: `Bearer ${call.apiKey}`, 'x-correlation-id': call.correlationId };
}

/** @throws Error when the API's answer is not what it publishes at /openapi.json. */
export function checked<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const where = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new Error(`the API's answer does not match its published schema at: ${where}`);
}

function errorAnswer(transport: string, json: unknown): Answer {
  const { code, message, details } = checked(errorAnswerSchema, json).error;
  const { existing_order_id: existing, violations } = details;
  return {
    transport,
    kind: 'error',
    code,
    message,
    existingOrderId: typeof existing === 'string' ? existing : undefined,
    fields: Array.isArray(violations)
      ? violations.map((violation: { field?: unknown }) => String(violation.field))
      : [],
  };
}

function seen({ id, status, version }: OrderWire): SeenOrder {
  return { id, status, version };
}
