import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { keptPort } from './kept-port';

/** One request as it arrived. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** How a receiver answers: a status, nothing ever, or something of its own. */
export type Answer = number | 'hang' | ((response: ServerResponse, received: Received) => void);

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** From now on: the answers in their order, the last one again and again. */
  answer(...answers: readonly Answer[]): void;
  /** Refuses connections until `up`, which comes back at the same address. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** A receiver on this machine, which answers 204 until it is told otherwise. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let answers: Answer[] = [204];
  const port = await keptPort();

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (body === undefined) return;
    const arrived = { headers: request.headers, body, text: body.toString('utf8') };
    received.push(arrived);
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 204;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else if (answer !== 'hang') answer(response, arrived);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });

  async function up(): Promise<void> {
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  }

  async function down(): Promise<void> {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await up();
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer: (...next) => {
      answers = [...next];
    },
    down,
    up,
    close: down,
  };
}

/** Undefined for a request that was cut off (its sender was killed, or `down` came in between): it has not arrived. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
