import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import * as z from 'zod';

/** An event whose signature was good. */
export interface HeardEvent {
  /** `webhook-id`: the same for every try of the same event. */
  readonly id: string;
  readonly type: string;
  readonly orderId: string | undefined;
  readonly status: string | undefined;
}

export interface WebhookListener {
  readonly url: string;
  /** Whose signatures are good from now on. Requests before that are turned away, and come again. */
  trust(secret: string): void;
  /** Every event once, in the order of arrival. */
  readonly heard: readonly HeardEvent[];
  /** How many requests were turned away because their signature was not good. */
  readonly refused: number;
  close(): Promise<void>;
}

const eventSchema = z.object({
  type: z.string(),
  data: z.object({
    order: z.object({ id: z.string(), status: z.string() }).optional(),
  }),
});

/** A batch of orders in one event is far from this; more is not ours. */
const BODY_LIMIT_BYTES = 262_144;

/** A receiver of webhooks on this machine, such as a business would run: it checks every signature and tells repeats by their id. */
export async function listenForWebhooks(): Promise<WebhookListener> {
  const heard = new Map<string, HeardEvent>();
  let verifier: Webhook | undefined;
  let refused = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT_BYTES) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const answer = (status: number): void => void response.writeHead(status).end();
      if (verifier === undefined) return answer(503);
      try {
        const id = String(request.headers['webhook-id']);
        const body = verifier.verify(Buffer.concat(chunks).toString('utf8'), {
          'webhook-id': id,
          'webhook-timestamp': String(request.headers['webhook-timestamp']),
          'webhook-signature': String(request.headers['webhook-signature']),
        });
        const { type, data } = eventSchema.parse(body);
        if (!heard.has(id)) heard.set(id, { id, type, orderId: data.order?.id, status: data.order?.status });
        return answer(204);
      } catch (error) {
        refused += 1;
        return answer(error instanceof WebhookVerificationError ? 401 : 400);
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`,
    trust(secret) {
      verifier = new Webhook(secret);
    },
    get heard() {
      return [...heard.values()];
    },
    get refused() {
      return refused;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
