import * as z from 'zod';
import { orderEventWireSchema, orderWireSchema } from '../../domain/schemas/wire';
import { eventually } from './eventually';
import type { ApiProcess } from './scene';
import { SETTLED_WITHIN_MS } from './settled';

const change = z.strictObject({ event: orderEventWireSchema.extend({ order_id: z.string() }), order: orderWireSchema });

export type StreamedChange = z.output<typeof change> & { readonly id: string };

/** An open `GET /api/orders/stream`. Everything that came is kept, in order. */
export interface EventStream {
  readonly changes: readonly StreamedChange[];
  readonly heartbeats: number;
  /** Resolves when it is over: the server ended it, or the connection broke or was closed by `close`. */
  readonly over: Promise<'ended' | 'broken'>;
  /** Waits until so many changes have come; returns them. */
  received(count: number): Promise<readonly StreamedChange[]>;
  close(): void;
}

/** Opens the stream; resolves when its headers are there. @throws when it is refused. */
export async function openEventStream(api: ApiProcess, apiKey: string, lastEventId?: string): Promise<EventStream> {
  const hangUp = new AbortController();
  const response = await requestStream(api, apiKey, lastEventId, hangUp.signal);
  if (response.status !== 200 || response.body === null) {
    throw new Error(`the stream was refused: ${response.status} ${await response.text()}`);
  }
  const changes: StreamedChange[] = [];
  let heartbeats = 0;
  const over = read(response.body.getReader()).then(
    () => 'ended' as const,
    () => 'broken' as const,
  );
  return {
    changes,
    over,
    get heartbeats() {
      return heartbeats;
    },
    received: (count) =>
      eventually(`${count} changes on the stream`, () => changes.length >= count && changes, SETTLED_WITHIN_MS),
    close: () => hangUp.abort(),
  };

  async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const frames = (text + decoder.decode(value, { stream: true })).split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) take(frame);
    }
  }

  function take(frame: string): void {
    if (frame.startsWith(':')) heartbeats += 1;
    const [, id, data] = /^id: (.+)\nevent: order\ndata: (.+)$/.exec(frame) ?? [];
    if (id !== undefined && data !== undefined) changes.push({ id, ...change.parse(JSON.parse(data)) });
  }
}

/** The bare request, for what is to be refused. */
export function requestStream(
  api: ApiProcess,
  apiKey: string,
  lastEventId: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  return fetch(`${api.restUrl}/api/orders/stream`, { headers, signal });
}
