import * as z from 'zod';
import { isErrorCode, orderError, SystemError } from '../../../domain/errors';
import type { BookingDoor, BookingOperation, WireInput } from '../handlers/mcp/booking-door';
import { OPERATIONS } from '../operations';

const success = z.object({ success: z.literal(true), data: z.record(z.string(), z.unknown()) });
const failure = z.object({
  success: z.literal(false),
  error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
});

export interface RestDoorOptions {
  /** `http://host:port` */
  readonly url: string;
  readonly apiKey: string;
  readonly callDeadlineMs: number;
}

/** The door to an order API elsewhere, over its REST routes: what the tools of a process without a database stand on. */
export function createRestDoor({ url, apiKey, callDeadlineMs }: RestDoorOptions): BookingDoor {
  return {
    async call(operation, input, { correlationId, signal }) {
      const { method, path, body } = restRequest(operation, input);
      const headers = {
        authorization: `Bearer ${apiKey}`,
        'x-correlation-id': correlationId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const response = await answerOf(
        fetch(new URL(path, url), {
          method,
          headers,
          // A redirect would take the key to another place.
          redirect: 'error',
          signal: AbortSignal.any([signal, AbortSignal.timeout(callDeadlineMs)]),
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const answer = success.safeParse(response.json);
      if (answer.success) return answer.data.data;
      const refusal = failure.safeParse(response.json);
      if (!refusal.success || !isErrorCode(refusal.data.error.code)) {
        throw new SystemError('UNAVAILABLE', `The order API gave no answer of its own (HTTP ${response.status})`);
      }
      const { code, message, details } = refusal.data.error;
      throw orderError(code, message, details);
    },
  };
}

/** Whether REST has the operation. */
export function hasRoute(operation: BookingOperation): boolean {
  return OPERATIONS[operation].rest !== undefined;
}

interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly body: WireInput | undefined;
}

/** The route of the operation, with the ids of the input in its path and the rest in the body, or in the query of one that has none. */
function restRequest(operation: BookingOperation, { booking_id: bookingId, ...input }: WireInput): RestRequest {
  const route = OPERATIONS[operation].rest;
  if (route === undefined) throw new Error(`${operation} has no route`);
  const [method, template] = route;
  const { item_id: itemId, ...fields } = template.includes(':item_id') ? input : { item_id: undefined, ...input };
  const path = template
    .replace(':item_id', encodeURIComponent(String(itemId)))
    .replace(':id', encodeURIComponent(String(bookingId)));
  if (operation === 'createOrderFromAi')
    return { method, path, body: { version: '1.0', action: 'create_order', ...fields } };
  if (method === 'POST' || method === 'PUT') return { method, path, body: fields };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) query.set(name, textOf(value));
  }
  return { method, path: query.size === 0 ? path : `${path}?${query}`, body: undefined };
}

/** A query has no `1e-7`, only its digits; those that it has room for. */
function textOf(value: unknown): string {
  const text = String(value);
  return typeof value === 'number' && text.includes('e-') ? value.toFixed(30) : text;
}

async function answerOf(request: Promise<Response>): Promise<{ readonly status: number; readonly json: unknown }> {
  try {
    const response = await request;
    const text = await response.text();
    return { status: response.status, json: parsed(text) };
  } catch (cause) {
    throw new SystemError('UNAVAILABLE', 'The order API cannot be reached', {}, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
