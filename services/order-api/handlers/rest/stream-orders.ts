import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import * as z from 'zod';
import { type OrderError, SystemError, ValidationError } from '../../../../domain/errors';
import { orderEventToWire, orderToWire } from '../../../../domain/wire';
import { keepChecking } from '../../admission';
import { asOrderError } from '../../as-order-error';
import type { OpenStreams } from '../../open-streams';
import type { OrderChange, UseCases } from '../../use-cases/contract';
import { writableAgain } from '../../writable-again';
import type { RestAdmission } from './rest-admission';
import { callContext, type RestApp } from './rest-call';
import { errorResponses, noQuery, routeOf } from './route-options';

/** Proxies close what is silent, most of them after 60 seconds; shorter costs traffic on every open stream. */
const HEARTBEAT_MS = 15_000;
/** How long a client may leave what was sent unread before its connection is closed; it resumes with Last-Event-ID. */
const SLOW_READER_MS = 30_000;
/** How soon a client comes back after the connection broke, in the words of the EventSource standard. */
const RETRY_MS = 2_000;
/**
 * An error that shows up within this time of its beginning is answered with its HTTP status; afterwards 200 is sent and an error only
 * ends the stream. Longer delays the headers of a stream on which nothing happens yet.
 */
const EARLY_ERROR_MS = 100;
/** No cursor of ours is longer or has other characters; whether it is one, the use case finds out. */
const CURSOR = /^[\x21-\x7e]{1,200}$/;

/** GET /api/orders/stream: the tenant's changes as server-sent events, until the client leaves or the server drains. */
export function streamOrdersRoute(
  app: RestApp,
  useCases: UseCases,
  { streams, admission }: { readonly streams: OpenStreams; readonly admission: RestAdmission },
): void {
  app.route({
    ...routeOf('streamOrders'),
    // A HEAD would open a stream and never be told that it has.
    exposeHeadRoute: false,
    schema: {
      summary: 'Follow all changes of all orders (server-sent events)',
      description:
        'Each event is named `order`; its data is `{"event":…,"order":…}`, the event with its `order_id`, the order as it is now. ' +
        'Reconnect with `Last-Event-ID` to miss nothing; without it the stream begins now.',
      tags: ['Orders'],
      headers: z.object({ 'last-event-id': z.string().optional() }),
      querystring: noQuery,
      response: {
        200: {
          description: 'The stream.',
          content: { 'text/event-stream': { schema: z.string() } },
        },
        ...errorResponses(),
      },
    },
    async handler(request, reply) {
      const { caller, correlationId } = callContext(request);
      const afterCursor = cursorOf(request.headers['last-event-id']);
      const stream = streams.open();
      reply.raw.once('close', stream.end);
      // A client that left while its key was looked up has closed already, and nothing would ever say so again.
      if (reply.raw.destroyed) stream.end();
      const admitted = keepChecking(() => admission.admit(request, 'streamOrders'), stream.end);
      let changes: AsyncIterator<Change> | undefined;
      try {
        if (stream.draining()) throw new SystemError('UNAVAILABLE', 'The server is going away');
        // Not before it has begun: whoever has the headers asks how things are now, and what came between the two would be missed.
        const begun = await useCases.streamOrders({ caller, correlationId, signal: stream.signal }, { afterCursor });
        changes = begun[Symbol.asyncIterator]();
        const first = changes.next();
        await rejectedWithin(first, EARLY_ERROR_MS);
        request.failure = await send(reply, first, changes, stream.signal);
      } finally {
        admitted.stop();
        stream.close();
        await changes?.return?.();
      }
    },
  });
}

type Change = OrderChange & { readonly cursor: string };

/** Writes headers, changes and heartbeats until the stream ends. Once headers are out, an error can only be told to the log. */
async function send(
  reply: FastifyReply,
  first: Promise<IteratorResult<Change>>,
  changes: AsyncIterator<Change>,
  signal: AbortSignal,
): Promise<OrderError | undefined> {
  reply.hijack();
  const response = reply.raw;
  // A write to a connection that just broke emits an error, which would end the process if nobody listened.
  response.on('error', () => undefined);
  response.writeHead(200, {
    ...definedHeaders(reply),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Nginx would hold events back until its buffer is full.
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${RETRY_MS}\n\n`);
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': alive\n\n');
  }, HEARTBEAT_MS);

  try {
    for (let next = await first; next.done !== true && !signal.aborted; next = await changes.next()) {
      if (!response.write(frame(next.value)) && !(await writableAgain(response, signal, SLOW_READER_MS))) break;
    }
    return undefined;
  } catch (thrown) {
    return asOrderError(thrown);
  } finally {
    clearInterval(heartbeat);
    finish(response);
  }
}

/** What a slow reader has not taken by now is thrown away with the connection: ending it politely would wait for the reader. */
function finish(response: ServerResponse): void {
  if (response.writableNeedDrain) response.destroy();
  else response.end();
}

function frame({ cursor, event, order }: Change): string {
  const data = { event: { order_id: event.orderId, ...orderEventToWire(event) }, order: orderToWire(order) };
  return `id: ${cursor}\nevent: order\ndata: ${JSON.stringify(data)}\n\n`;
}

function definedHeaders(reply: FastifyReply): Record<string, number | string | string[]> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function cursorOf(lastEventId: string | undefined): string | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  if (CURSOR.test(lastEventId)) return lastEventId;
  throw ValidationError.ofFields([{ field: 'Last-Event-ID', description: 'is not an id of this stream' }]);
}

/** Throws what the promise rejects with, if it does so in time; otherwise leaves it to whoever awaits it next. */
async function rejectedWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, elapsed]).finally(() => clearTimeout(timer));
}
