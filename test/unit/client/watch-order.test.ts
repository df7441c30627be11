import { status } from '@grpc/grpc-js';
import type { OrderClientOptions } from '../../../client/client-options';
import { SystemError, ValidationError } from '../../../domain/errors';
import { OrderEventType, OrderStatus } from '../../../gen/orderbooking/v1/order_pb';
import { closeAll, failureOf, openClient } from './open-client';
import { ORDER_MESSAGE, type Script, type ScriptedAnswer, startScriptedServer } from './scripted-server';

afterEach(closeAll);

const GONE = { fail: status.UNAVAILABLE };

function change(sequence: number) {
  return {
    event: {
      orderId: ORDER_MESSAGE.id,
      sequence,
      type: OrderEventType.STATUS_CHANGED,
      fromStatus: OrderStatus.PENDING,
      toStatus: OrderStatus.CONFIRMED,
      actor: 'system',
      correlationId: 'req_1',
      occurredAt: ORDER_MESSAGE.createdAt,
    },
    order: ORDER_MESSAGE,
  };
}

/** Watch by watch. */
async function watching(answers: readonly ScriptedAnswer[], options: Partial<OrderClientOptions> = {}) {
  const script: Script = { watchOrder: (_, nth) => answers[nth - 1] ?? GONE };
  return openClient(script, options);
}

async function sequences(changes: AsyncIterable<{ readonly event: { readonly sequence: number } }>): Promise<number[]> {
  const seen: number[] = [];
  for await (const { event } of changes) seen.push(event.sequence);
  return seen;
}

describe('watching an order', () => {
  it('tells every event in its order, and ends with the order', async () => {
    const { server, client } = await watching([{ stream: [change(1), change(2), change(3)], last: 'end' }]);
    expect(await sequences(client.watchOrder({ orderId: 'o' }))).toEqual([1, 2, 3]);
    expect(server.calls.map(({ request }) => request.afterSequence)).toEqual([0]);
  });

  it('goes on after the last event when the connection breaks, and tells none twice', async () => {
    const { server, client } = await watching([
      { stream: [change(1), change(2)], last: GONE },
      {
        stream: [],
        last: { refuse: new SystemError('UNAVAILABLE', 'The server is going away; watch again from here') },
      },
      GONE,
      // One that sends again what was seen already.
      { stream: [change(1), change(2), change(3)], last: GONE },
      { stream: [change(4)], last: 'end' },
    ]);
    const watch = client.watchOrder({ orderId: 'o' }, { correlationId: 'req_watch' });
    expect(await sequences(watch)).toEqual([1, 2, 3, 4]);
    expect(server.calls.map(({ request }) => request.afterSequence)).toEqual([0, 2, 2, 2, 3]);
    expect(new Set(server.calls.map(({ metadata }) => metadata.get('x-correlation-id')[0]))).toEqual(
      new Set(['req_watch']),
    );
  });

  it('goes on from where the caller was', async () => {
    const { server, client } = await watching([{ stream: [change(8)], last: 'end' }]);
    expect(await sequences(client.watchOrder({ orderId: 'o', afterSequence: 7 }))).toEqual([8]);
    expect(server.calls[0]?.request.afterSequence).toBe(7);
  });

  it('finds a server that comes back', async () => {
    const { server, client } = await watching([{ stream: [change(1)], last: 'hang' }]);
    const watch = client.watchOrder({ orderId: 'o' });
    expect((await watch.next()).value.event.sequence).toBe(1);
    const next = watch.next();
    server.stop();
    const back = await startScriptedServer(
      { watchOrder: () => ({ stream: [change(2)], last: 'end' }) },
      { port: server.port },
    );
    try {
      expect((await next).value.event.sequence).toBe(2);
      expect(await watch.next()).toMatchObject({ done: true });
      expect(back.calls[0]?.request.afterSequence).toBe(1);
    } finally {
      back.stop();
    }
  });

  it('ends at once with a refusal', async () => {
    const { server, client } = await watching([{ refuse: new ValidationError('NOT_FOUND', 'There is no such order') }]);
    const error = await failureOf(sequences(client.watchOrder({ orderId: 'o' })));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ code: 'NOT_FOUND', attempts: 1, correlationId: expect.stringMatching(/^req_/) });
    expect(server.calls).toHaveLength(1);
  });

  it('gives up when it cannot be connected again in its time', async () => {
    const { server, client } = await watching([{ stream: [change(1)], last: GONE }]);
    const seen: number[] = [];
    const watch = client.watchOrder({ orderId: 'o' }, { reconnectWithinMs: 4_000 });
    const error = await failureOf(
      (async () => {
        for await (const { event } of watch) seen.push(event.sequence);
      })(),
    );
    expect(seen).toEqual([1]);
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    expect((error as { attempts: number }).attempts).toBe(server.calls.length);
    expect(server.calls.length).toBeGreaterThan(2);
  });

  it('does not count against it how long it was connected', async () => {
    const connections = Array.from({ length: 8 }, (): ScriptedAnswer => ({ stream: [], last: GONE }));
    const options = { retry: { maxAttempts: 9, firstDelayMs: 40, maxDelayMs: 40 } };
    const { client } = await watching([...connections, { stream: [change(1)], last: 'end' }], options);
    // Eight waits of up to 40 ms are longer than that in all; but each followed a connection.
    expect(await sequences(client.watchOrder({ orderId: 'o' }, { reconnectWithinMs: 50 }))).toEqual([1]);
  });

  it('is cancelled when the loop is left', async () => {
    const { server, client } = await watching([{ stream: [change(1), change(2)], last: 'hang' }]);
    for await (const { event } of client.watchOrder({ orderId: 'o' })) {
      expect(event.sequence).toBe(1);
      break;
    }
    await server.calls[0]?.cancelled;
    expect(server.calls).toHaveLength(1);
  });

  it('is cancelled by its signal, with the reason', async () => {
    const controller = new AbortController();
    const { server, client } = await watching([{ stream: [change(1)], last: 'hang' }]);
    const watch = client.watchOrder({ orderId: 'o' }, { signal: controller.signal, reconnectWithinMs: 0 });
    await watch.next();
    const next = failureOf(watch.next());
    controller.abort(new Error('enough'));
    expect(await next).toEqual(new Error('enough'));
    await server.calls[0]?.cancelled;
  });

  it('is an error where an answer has no event', async () => {
    const { client } = await watching([{ stream: [{}], last: 'hang' }]);
    const error = await failureOf(sequences(client.watchOrder({ orderId: 'o' })));
    expect(error).toMatchObject({ code: 'INTERNAL', attempts: 1 });
  });

  it('tells nothing before it is asked, and asks nothing', async () => {
    const { server, client } = await watching([]);
    const watch = client.watchOrder({ orderId: 'o' });
    await watch.return?.();
    expect(server.calls).toHaveLength(0);
  });
});
