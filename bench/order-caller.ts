import { randomUUID } from 'node:crypto';
import { credentials } from '@grpc/grpc-js';
import { OrderService } from '../gen/orderbooking/v1/order_service_pb';
import { createGrpcClient } from '../platform/grpc-client';
import { orderWorkflowId } from '../workflows/contract';
import type { Caller } from './caller';

export interface OrderCaller extends Caller {
  /** Sends an order again that `call` placed, each in turn. Rejects unless it is answered as a replay. */
  replay(): Promise<void>;
}

/** Longer than any call takes at the highest concurrency: a slow answer is to be measured, not cut off. */
const DEADLINE_MS = 60_000;

/** Calls order-api over gRPC, one connection for all calls, as a service of ours would. */
export function createOrderCaller(options: { address: string; apiKey: string; userId: string }): OrderCaller {
  const client = createGrpcClient(OrderService, options.address, credentials.createInsecure());
  const placed: string[] = [];
  let replayed = 0;

  async function createOrder(idempotencyKey: string): Promise<boolean> {
    const answer = await client.createOrder(
      {
        customerName: 'Ada Example',
        customerPhone: '+49 30 5550 1234',
        // The key is in the content, so that no two orders are duplicates of each other.
        items: [
          { name: `Sourdough loaf ${idempotencyKey}`, quantity: 2 },
          { name: 'Butter croissant', quantity: 6 },
        ],
        notes: 'Please slice the bread.',
        idempotencyKey,
      },
      { metadata: { authorization: `Bearer ${options.apiKey}` }, deadline: Date.now() + DEADLINE_MS },
    );
    return answer.idempotentReplayed;
  }

  return {
    async call() {
      const key = randomUUID();
      if (await createOrder(key)) throw new Error('a new order was answered as a replay');
      placed.push(key);
    },
    async replay() {
      const key = placed[replayed++ % placed.length];
      if (key === undefined) throw new Error('there is no order to send again');
      if (!(await createOrder(key))) throw new Error('an order was placed a second time');
    },
    lastWorkflowId: () => orderWorkflowId(options.userId, placed.at(-1) ?? ''),
    close: async () => client.close(),
  };
}
