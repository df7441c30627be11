import { eventually } from './eventually';
import { SETTLED_WITHIN_MS } from './settled';

export interface SseFrame {
  /** What `Last-Event-ID` is sent to go on after this frame. */
  readonly id: string;
  readonly data: { readonly event: Record<string, unknown>; readonly order: Record<string, unknown> };
}

/** An open `GET /api/orders/stream`. */
export interface SseStream {
  readonly frames: readonly SseFrame[];
  /** All that was received, as text. */
  text(): string;
  /** Resolves when the server has ended the stream or the connection broke. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Opens the stream and reads it until it is closed. @throws when it is refused. */
export async function openSse(
  url: string,
  key: string,
  options: { readonly lastEventId?: string } = {},
): Promise<SseStream> {
  const leave = new AbortController();
  const response = await fetch(`${url}/api/orders/stream`, {
    headers: {
      authorization: `Bearer ${key}`,
      ...(options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }),
    },
    signal: leave.signal,
  });
  const { body } = response;
  if (response.status !== 200 || body === null) throw new Error(`the stream was refused with ${response.status}`);
  const frames: SseFrame[] = [];
  let text = '';
  let rest = '';

  async function read(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of chunks) {
      const piece = decoder.decode(chunk, { stream: true });
      text += piece;
      const blocks = (rest + piece).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const frame = parse(block);
        if (frame !== undefined) frames.push(frame);
      }
    }
  }

  const ended = read(body).catch(() => undefined);
  return {
    frames,
    text: () => text,
    ended,
    async close() {
      leave.abort();
      await ended;
    },
  };
}

/** Waits for the stream's frame about an event of this order that made it so. */
export function frameOf(stream: SseStream, orderId: unknown, toStatus: string): Promise<SseFrame> {
  return eventually(
    `the stream's event of ${String(orderId)} to ${toStatus}`,
    () => stream.frames.find(({ data: { event } }) => event.order_id === orderId && event.to_status === toStatus),
    SETTLED_WITHIN_MS,
  );
}

function parse(block: string): SseFrame | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const;
    }),
  );
  const id = fields.get('id');
  const data = fields.get('data');
  if (id === undefined || data === undefined) return undefined;
  return { id, data: JSON.parse(data) as SseFrame['data'] };
}
