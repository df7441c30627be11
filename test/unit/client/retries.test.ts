import { once } from 'node:events';
import { constants, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { status } from '@grpc/grpc-js';
import { createOrderClient } from '../../../client/order-client';
import { BusinessRuleError, ERRORS, type ErrorCode, orderError, SystemError } from '../../../domain/errors';
import { GOOGLE_WAIT_MS, RESYNC_WAIT_MS } from '../../../domain/waits';
import { SheetState } from '../../../gen/orderbooking/v1/sheet_service_pb';
import { closeAll, failureOf, openClient, QUICK_RETRY } from './open-client';
import { createdMessage, ORDER_MESSAGE, type ScriptedAnswer, startScriptedServer } from './scripted-server';

afterEach(closeAll);
afterEach(() => jest.restoreAllMocks());

const ORDER = {
  customerName: 'Zoë García',
  customerPhone: '+49 30 901820',
  items: [{ name: 'Rye bread', quantity: 2 }],
};
const REFUSED = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => !ERRORS[code].retryable);
const RETRYABLE = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].retryable);

/** Fails so often, and then answers. */
function failing(failures: number, failure: ScriptedAnswer, answer: (request: never) => ScriptedAnswer) {
  return ({ request }: { readonly request: unknown }, nth: number) =>
    nth <= failures ? failure : answer(request as never);
}

const created = ({ idempotencyKey }: { idempotencyKey: string }): ScriptedAnswer => ({
  answer: createdMessage(idempotencyKey),
});

describe('a call that found nobody', () => {
  it.each<[string, ScriptedAnswer]>([
    ['UNAVAILABLE', { fail: status.UNAVAILABLE }],
    ['DEADLINE_EXCEEDED', { fail: status.DEADLINE_EXCEEDED }],
    ['RESOURCE_EXHAUSTED', { fail: status.RESOURCE_EXHAUSTED }],
    ['CANCELLED, by a server that stops', { fail: status.CANCELLED }],
    ...RETRYABLE.map((code): [string, ScriptedAnswer] => [`the code ${code}`, { refuse: orderError(code, 'Not now') }]),
  ])('is made again after %s, with the same key, until it is answered', async (_, failure) => {
    const { server, client } = await openClient({ createOrder: failing(3, failure, created) });
    const answer = await client.createOrder(ORDER);
    const keys = server.calls.map(({ request }) => request.idempotencyKey);
    expect(keys).toHaveLength(4);
    expect(new Set(keys)).toEqual(new Set([answer.idempotencyKey]));
    expect(answer.idempotencyKey).toMatch(/^[A-Za-z0-9._:-]{1,255}$/);
  });

  it("is made again with the caller's own key, the same words and the same correlation id", async () => {
    const { server, client } = await openClient({ createOrder: failing(2, { fail: status.UNAVAILABLE }, created) });
    const answer = await client.createOrder({ ...ORDER, idempotencyKey: 'order-1' }, { correlationId: 'req_mine' });
    expect(answer).toMatchObject({ idempotencyKey: 'order-1', correlationId: 'req_mine' });
    expect(server.calls).toHaveLength(3);
    for (const { request, metadata } of server.calls) {
      expect(request).toEqual(server.calls[0]?.request);
      expect(request.idempotencyKey).toBe('order-1');
      expect(metadata.get('x-correlation-id')).toEqual(['req_mine']);
      expect(metadata.get('authorization')).toEqual(['Bearer obk_test']);
    }
  });

  it('is made again when an attempt was not answered in its time', async () => {
    // The last one is answered, and must be in its time.
    const { server, client } = await openClient({ createOrder: failing(2, 'hang', created) }, { attemptMs: 3_000 });
    const answer = await client.createOrder(ORDER);
    expect(server.calls.map(({ request }) => request.idempotencyKey)).toEqual(Array(3).fill(answer.idempotencyKey));
  });

  it('waits before it is made again', async () => {
    const { client } = await openClient(
      { createOrder: failing(4, { fail: status.UNAVAILABLE }, created) },
      { retry: { firstDelayMs: 200, maxDelayMs: 200 } },
    );
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const startedAt = performance.now();
    await client.createOrder(ORDER);
    // Four waits of half of that; a timer may be a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThan(390);
  });

  it('has another key for another order', async () => {
    const { client } = await openClient({ createOrder: failing(0, 'hang', created) });
    const [a, b] = await Promise.all([client.createOrder(ORDER), client.createOrder(ORDER)]);
    expect(a.idempotencyKey).not.toBe(b.idempotencyKey);
  });

  it('is a step of a booking made again under the same step id', async () => {
    const step = failing(2, { fail: status.UNAVAILABLE }, () => ({
      refuse: new BusinessRuleError('GUARDRAIL_BLOCKED', 'No'),
    }));
    const { server, client } = await openClient({ confirmItems: step, startBooking: step, getSummary: step });
    const own = await failureOf(client.confirmItems({ bookingId: 'b1', customerReply: 'yes', stepId: 'step-7' }));
    expect(own).toMatchObject({ stepId: 'step-7', attempts: 3 });
    const started = await failureOf(client.startBooking());
    const summed = await failureOf(client.getSummary({ bookingId: 'b1', confidence: 0.5 }));

    const ids = (method: string) =>
      server.calls.filter((call) => call.method === method).map(({ request }) => request.stepId);
    expect(ids('confirmItems')).toEqual(['step-7', 'step-7', 'step-7']);
    expect(ids('startBooking')).toEqual(Array(3).fill((started as { stepId: string }).stepId));
    expect(ids('getSummary')).toEqual(Array(3).fill((summed as { stepId: string }).stepId));
    expect(new Set([...ids('startBooking'), ...ids('getSummary')]).size).toBe(2);
  });

  it('has a step id of its own also where the caller gave an empty one, which is none', async () => {
    const step = failing(1, { fail: status.UNAVAILABLE }, () => ({
      refuse: new BusinessRuleError('GUARDRAIL_BLOCKED', 'No'),
    }));
    const { server, client } = await openClient({ startBooking: step });
    const { stepId } = (await failureOf(client.startBooking({ stepId: '' }))) as { readonly stepId: string };
    expect(stepId).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
    expect(server.calls.map(({ request }) => request.stepId)).toEqual([stepId, stepId]);
  });

  it.each([
    ['without a status', constants.NGHTTP2_NO_ERROR],
    ['with an error of the connection', constants.NGHTTP2_INTERNAL_ERROR],
  ])('is made again when it was broken off %s, which says nothing of the service', async (_, code) => {
    let calls = 0;
    const breaking = createServer().on('stream', (stream) => {
      calls += 1;
      stream.on('error', () => undefined).respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.close(code);
    });
    breaking.listen(0, '127.0.0.1');
    await once(breaking, 'listening');
    const address = `127.0.0.1:${(breaking.address() as AddressInfo).port}`;
    const client = createOrderClient({ address, apiKey: 'obk_test', retry: { ...QUICK_RETRY, maxAttempts: 3 } });
    try {
      expect(await failureOf(client.createOrder(ORDER))).toMatchObject({ code: 'UNAVAILABLE', attempts: 3 });
      expect(calls).toBe(3);
    } finally {
      client.close();
      breaking.close();
    }
  });

  it('finds a server that comes back at its address', async () => {
    // The first of its attempts that finds nobody has all others fail for a tenth of a second: nine are over by then.
    const { server, client } = await openClient(
      { createOrder: failing(0, 'hang', created) },
      { retry: { ...QUICK_RETRY, maxAttempts: 100_000 } },
    );
    await client.createOrder(ORDER);
    server.stop();
    const lost = client.createOrder({ ...ORDER, idempotencyKey: 'over-the-restart' });
    const back = await startScriptedServer({ createOrder: failing(0, 'hang', created) }, { port: server.port });
    try {
      expect(await lost).toMatchObject({ idempotencyKey: 'over-the-restart' });
    } finally {
      back.stop();
    }
  });
});

describe('a call is given up', () => {
  it('after the last attempt, with the key to try again under', async () => {
    const { server, client } = await openClient(
      { createOrder: () => ({ fail: status.UNAVAILABLE }) },
      { retry: { ...QUICK_RETRY, maxAttempts: 4 } },
    );
    const error = await failureOf(client.createOrder(ORDER));
    expect(server.calls).toHaveLength(4);
    expect(error).toBeInstanceOf(SystemError);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', attempts: 4 });
    expect((error as { idempotencyKey: string }).idempotencyKey).toBe(server.calls[0]?.request.idempotencyKey);
  });

  it('at once, when retries are switched off', async () => {
    const { server, client } = await openClient(
      { createOrder: () => ({ fail: status.UNAVAILABLE }) },
      { retry: { maxAttempts: 1 } },
    );
    await failureOf(client.createOrder(ORDER));
    expect(server.calls).toHaveLength(1);
  });

  it.each(REFUSED)('at once, when the service says %s', async (code) => {
    const { server, client } = await openClient({
      createOrder: () => ({ refuse: orderError(code, 'No') }),
      addItems: () => ({ refuse: orderError(code, 'No') }),
      createOrderFromAi: () => ({ refuse: orderError(code, 'No') }),
    });
    expect(await failureOf(client.createOrder(ORDER))).toMatchObject({ code, attempts: 1 });
    expect(await failureOf(client.addItems({ bookingId: 'b', customerMessage: 'x', items: [] }))).toMatchObject({
      code,
    });
    expect(await failureOf(client.createOrderFromAi({ idempotencyKey: 'k', payload: ORDER }))).toMatchObject({ code });
    expect(server.calls.map(({ method }) => method)).toEqual(['createOrder', 'addItems', 'createOrderFromAi']);
  });

  it.each([status.INTERNAL, status.UNKNOWN, status.UNIMPLEMENTED, status.ABORTED, status.FAILED_PRECONDITION])(
    'at once after the gRPC status %s, whoever said it',
    async (code) => {
      const { server, client } = await openClient({ createOrder: () => ({ fail: code }) });
      await failureOf(client.createOrder(ORDER));
      expect(server.calls).toHaveLength(1);
    },
  );

  it('at once, when Google says no to a sheet until somebody mends it, and not when it may say yes the next time', async () => {
    const refusing = (cause: string) => ({
      updateCapabilities: () => ({ refuse: orderError('INTEGRATION_FAILED', 'No', { cause }) }),
    });
    const mended = await openClient(refusing('not_shared'));
    expect(await failureOf(mended.client.updateCapabilities({ sheetsSyncEnabled: true }))).toMatchObject({
      code: 'INTEGRATION_FAILED',
      details: { cause: 'not_shared' },
      attempts: 1,
    });
    const passing = await openClient(refusing('google_unavailable'), { retry: { ...QUICK_RETRY, maxAttempts: 3 } });
    expect(await failureOf(passing.client.updateCapabilities({ sheetsSyncEnabled: true }))).toMatchObject({
      attempts: 3,
    });
  });

  it('at once, when a move that expects a version was lost: a repeat of it would look like a conflict', async () => {
    const { server, client } = await openClient({
      updateOrderStatus: () => ({ fail: status.UNAVAILABLE }),
      cancelOrder: () => ({ fail: status.UNAVAILABLE }),
    });
    await failureOf(client.updateOrderStatus({ orderId: 'o', status: 'confirmed', expectedVersion: 1 }));
    await failureOf(client.cancelOrder({ orderId: 'o', expectedVersion: 1 }));
    expect(server.calls).toHaveLength(2);
  });

  it('but not a move that expects none', async () => {
    const { server, client } = await openClient({
      updateOrderStatus: failing(1, { fail: status.UNAVAILABLE }, () => ({ answer: { order: ORDER_MESSAGE } })),
    });
    await client.updateOrderStatus({ orderId: 'o', status: 'confirmed' });
    expect(server.calls).toHaveLength(2);
  });
});

describe('the deadline', () => {
  it('bounds a call whose server never answers, attempts and waits together', async () => {
    // Of its dozen attempts a machine that stands still for seconds may lose some; two are to arrive.
    const { server, client } = await openClient(
      { getOrder: () => 'hang' },
      { deadlineMs: 6_000, attemptMs: 500, retry: { ...QUICK_RETRY, maxAttempts: 100 } },
    );
    const startedAt = performance.now();
    const error = await failureOf(client.getOrder('o'));
    const took = performance.now() - startedAt;
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    expect(took).toBeGreaterThan(5_990);
    expect(took).toBeLessThan(15_000);
    expect(server.calls.length).toBeGreaterThanOrEqual(2);
    // The server is told how long the caller waits, and that it has gone.
    for (const { leftMs, cancelled } of server.calls) {
      expect(leftMs).toBeLessThanOrEqual(500);
      await cancelled;
    }
  });

  it('can be given to a single call', async () => {
    const { client } = await openClient({ getOrder: () => 'hang' });
    const startedAt = performance.now();
    expect(await failureOf(client.getOrder('o', { deadlineMs: 100 }))).toMatchObject({ code: 'UNAVAILABLE' });
    // Of an attempt without it: ten seconds.
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });

  it('is not slept through: a call whose next attempt would be too late ends now', async () => {
    const { client } = await openClient(
      { getOrder: () => ({ fail: status.UNAVAILABLE }) },
      { deadlineMs: 30_000, retry: { firstDelayMs: 1_000_000_000, maxDelayMs: 1_000_000_000 } },
    );
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const startedAt = performance.now();
    await failureOf(client.getOrder('o'));
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it('is longer where the service waits for somebody outside, unless the client or the call says otherwise', async () => {
    const script = {
      resyncSheet: () => ({ answer: { sheet: { state: SheetState.SYNCED } } }),
      updateCapabilities: () => ({ refuse: orderError('INTEGRATION_FAILED', 'No') }),
    };
    const { server, client } = await openClient(script, { retry: { maxAttempts: 1 } });
    await client.resyncSheet();
    await failureOf(client.updateCapabilities({ sheetsSyncEnabled: true }));
    await client.resyncSheet({}, { deadlineMs: 20_000 });
    const patient = server.calls.map(({ leftMs }) => leftMs);
    for (const [index, longestMs] of [RESYNC_WAIT_MS, GOOGLE_WAIT_MS, 20_000].entries()) {
      expect(patient[index]).toBeGreaterThan(longestMs - 4_000);
      expect(patient[index]).toBeLessThanOrEqual(longestMs);
    }

    const hurried = await openClient(script, { deadlineMs: 15_000 });
    await hurried.client.resyncSheet();
    expect(hurried.server.calls[0]?.leftMs).toBeLessThanOrEqual(15_000);
  });

  it('is ours unless said otherwise', async () => {
    const { server, client } = await openClient({ getOrder: () => ({ answer: { order: ORDER_MESSAGE } }) });
    await client.getOrder('o');
    expect(server.calls[0]?.leftMs).toBeGreaterThan(5_000);
    expect(server.calls[0]?.leftMs).toBeLessThanOrEqual(10_000);
  });
});

describe('an aborted call', () => {
  it('ends with the reason while it is under way, and the server learns of it', async () => {
    const controller = new AbortController();
    let arrived: () => void = () => {};
    const atServer = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const getOrder = () => {
      arrived();
      return 'hang' as const;
    };
    const { server, client } = await openClient({ getOrder }, { retry: { maxAttempts: 1 } });
    const failed = failureOf(client.getOrder('o', { signal: controller.signal }));
    await atServer;
    controller.abort(new Error('changed my mind'));
    expect(await failed).toEqual(new Error('changed my mind'));
    await server.calls[0]?.cancelled;
    expect(server.calls).toHaveLength(1);
  });

  it('ends with the reason while it waits to try again', async () => {
    const controller = new AbortController();
    const { server, client } = await openClient(
      {
        getOrder: () => {
          setImmediate(() => setImmediate(() => controller.abort(new Error('enough'))));
          return { fail: status.UNAVAILABLE };
        },
      },
      { deadlineMs: 2 ** 30, retry: { firstDelayMs: 2 ** 29, maxDelayMs: 2 ** 29 } },
    );
    expect(await failureOf(client.getOrder('o', { signal: controller.signal }))).toEqual(new Error('enough'));
    expect(server.calls).toHaveLength(1);
  });

  it('is not made at all when it was aborted before', async () => {
    const { server, client } = await openClient({});
    const error = await failureOf(client.getOrder('o', { signal: AbortSignal.abort(new Error('no')) }));
    expect(error).toEqual(new Error('no'));
    expect(server.calls).toHaveLength(0);
  });
});

describe('the client', () => {
  it('says at once which options are wrong, all of them', () => {
    const options = {
      address: 'http://localhost:50051',
      apiKey: 'a\nb',
      deadlineMs: 0,
      attemptMs: Number.NaN,
      retry: { maxAttempts: 0, firstDelayMs: -1, maxDelayMs: -1 },
    };
    expect(() => createOrderClient(options)).toThrow(
      /address.+apiKey.+deadlineMs.+attemptMs.+maxAttempts.+firstDelayMs.+maxDelayMs/,
    );
  });

  it('answers nothing any more once it is closed', async () => {
    const { client } = await openClient({});
    client.close();
    expect(await failureOf(client.getOrder('o'))).toMatchObject({ code: 'UNAVAILABLE', attempts: 1 });
    await expect(client.watchOrder({ orderId: 'o' }).next()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      attempts: 1,
    });
  });
});
