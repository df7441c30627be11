import { status } from '@grpc/grpc-js';
import { type AiOrderRequest, createOrderFromAi, createOrderFromAiWith } from '../../../client/create-order-from-ai';
import { closeEnvironmentClient, environmentClient } from '../../../client/environment-client';
import { isOrderBookingEnabled, isOrderBookingEnabledWith } from '../../../client/is-order-booking-enabled';
import { BusinessRuleError, DuplicateOrderError, ERRORS, type ErrorCode, orderError } from '../../../domain/errors';
import { createdOrderAnswerSchema, errorAnswerSchema } from '../../../domain/schemas/wire';
import { OrderSource, OrderStatus } from '../../../gen/orderbooking/v1/order_pb';
import { closeAll, failureOf, openClient } from './open-client';
import { ORDER_MESSAGE, type ScriptedAnswer, type SeenCall } from './scripted-server';

afterEach(closeAll);

const REQUEST: AiOrderRequest = {
  user_id: 'bakery',
  customer_name: 'Zoë García',
  customer_phone: '+49 30 901820',
  items: [{ name: 'Rye bread', quantity: 2 }],
  source: 'ai',
  notes: 'Ring twice',
  idempotency_key: 'bk1.key',
};

const created = ({ request }: SeenCall): ScriptedAnswer => ({
  answer: {
    order: { ...ORDER_MESSAGE, source: OrderSource.AI, notes: 'Ring twice' },
    idempotencyKey: request.idempotencyKey,
    idempotentReplayed: true,
    currentStatus: OrderStatus.CONFIRMED,
  },
});

describe('createOrderFromAi', () => {
  it('answers in the words of the contract', async () => {
    const { server, client } = await openClient({ createOrderFromAi: created });
    const result = await createOrderFromAiWith(client)(REQUEST);
    expect(result).toEqual({
      success: true,
      data: {
        order: {
          id: ORDER_MESSAGE.id,
          user_id: 'bakery',
          customer_name: 'Zoë García',
          customer_phone: '4930901820',
          items: [{ name: 'Rye bread', quantity: 2 }],
          total_quantity: 2,
          status: 'pending',
          source: 'ai',
          notes: 'Ring twice',
          version: 1,
          created_at: '2026-11-24T09:30:00.123Z',
          updated_at: '2026-11-24T09:30:00.123Z',
        },
        idempotency_key: 'bk1.key',
        idempotent_replayed: true,
        current_status: 'confirmed',
      },
      correlation_id: expect.stringMatching(/^req_/),
    });
    expect(createdOrderAnswerSchema.safeParse(result).error).toBeUndefined();
    expect(server.calls[0]?.request).toMatchObject({
      idempotencyKey: 'bk1.key',
      payload: {
        userId: 'bakery',
        customerName: 'Zoë García',
        customerPhone: '+49 30 901820',
        items: [{ name: 'Rye bread', quantity: 2 }],
        source: OrderSource.AI,
        notes: 'Ring twice',
      },
    });
  });

  it('sends no notes where there are none', async () => {
    const { server, client } = await openClient({ createOrderFromAi: created });
    const { notes: _, ...without } = REQUEST;
    await createOrderFromAiWith(client)(without);
    await createOrderFromAiWith(client)({ ...REQUEST, notes: null });
    const notes = server.calls.map(({ request }) => (request.payload as { notes?: string }).notes);
    expect(notes).toEqual([undefined, undefined]);
  });

  it.each(Object.keys(ERRORS) as ErrorCode[])('answers a refusal with %s and does not throw', async (code) => {
    const { client } = await openClient(
      { createOrderFromAi: () => ({ refuse: orderError(code, `No: ${code}`) }) },
      { retry: { maxAttempts: 1 } },
    );
    const result = await createOrderFromAiWith(client)(REQUEST);
    expect(result).toEqual({
      success: false,
      error: { code, message: `No: ${code}`, details: {} },
      correlation_id: expect.stringMatching(/^req_/),
    });
    expect(errorAnswerSchema.safeParse(result).error).toBeUndefined();
  });

  it('answers with what is in the refusal', async () => {
    const stale = { guardrail: 'live_confirmation', reason: 'expired', missing: ['summary'], ask: null };
    const refusals = [new DuplicateOrderError('an-id'), new BusinessRuleError('STALE_CONFIRMATION', 'Too late', stale)];
    const { client } = await openClient({
      createOrderFromAi: (_, nth) => ({ refuse: refusals[nth - 1] ?? new DuplicateOrderError('none') }),
    });
    expect(await createOrderFromAiWith(client)(REQUEST)).toMatchObject({
      error: { code: 'DUPLICATE_ORDER', details: { existing_order_id: 'an-id' } },
    });
    expect(await createOrderFromAiWith(client)(REQUEST)).toMatchObject({
      error: { code: 'STALE_CONFIRMATION', details: stale },
    });
  });

  it('is made again with the same key, and without a key the service says what is missing', async () => {
    const { server, client } = await openClient({
      createOrderFromAi: (call, nth) => {
        if (nth < 3) return { fail: status.UNAVAILABLE };
        return nth === 3 ? created(call) : { refuse: new BusinessRuleError('CONFIRMATION_REQUIRED', 'No key') };
      },
    });
    expect(await createOrderFromAiWith(client)(REQUEST)).toMatchObject({ success: true });
    const { idempotency_key: _, ...without } = REQUEST;
    expect(await createOrderFromAiWith(client)(without)).toMatchObject({ error: { code: 'CONFIRMATION_REQUIRED' } });
    expect(server.calls.map(({ request }) => request.idempotencyKey)).toEqual([
      'bk1.key',
      'bk1.key',
      'bk1.key',
      undefined,
    ]);
  });

  it('answers UNAVAILABLE where there is no service', async () => {
    const { server, client } = await openClient({}, { retry: { maxAttempts: 2, firstDelayMs: 1 } });
    server.stop();
    expect(await createOrderFromAiWith(client)(REQUEST)).toMatchObject({
      success: false,
      error: { code: 'UNAVAILABLE' },
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['payload.user_id', { user_id: undefined }],
    ['payload.customer_name', { customer_name: 5 }],
    ['payload.customer_phone', { customer_phone: '123' }],
    ['payload.items', { items: 'two margheritas' }],
    ['payload.items', { items: [] }],
    ['payload.items[0]', { items: [null] }],
    // A proto message would hold 2, and the half of an item would be gone.
    ['payload.items[0].quantity', { items: [{ name: 'Rye bread', quantity: '2' }] }],
    ['payload.items[0].quantity', { items: [{ name: 'Rye bread', quantity: 1.5 }] }],
    ['payload.items[0].name', { items: [{ quantity: 1 }] }],
    ['payload.source', { source: 'api' }],
    ['payload.source', { source: undefined }],
    ['payload.notes', { notes: 7 }],
    ['idempotency_key', { idempotency_key: 7 }],
  ])('answers what an agent sent in another form with the field at fault: %s of %j', async (field, wrong) => {
    const { server, client } = await openClient({});
    const result = await createOrderFromAiWith(client)({ ...REQUEST, ...wrong } as never);
    expect(result).toMatchObject({
      success: false,
      error: { code: 'VALIDATION_FAILED', details: { violations: [expect.objectContaining({ field })] } },
      correlation_id: expect.stringMatching(/^req_/),
    });
    expect(server.calls).toHaveLength(0);
  });

  it.each([undefined, null, 'yes', 7, []])('answers %j, which is no request at all', async (nothing) => {
    const { client } = await openClient({});
    expect(await createOrderFromAiWith(client)(nothing as never)).toMatchObject({
      error: { code: 'VALIDATION_FAILED' },
    });
  });

  it('does not take a defect for a refusal', async () => {
    const broken = { createOrderFromAi: () => Promise.reject(new TypeError('a defect')) };
    expect(await failureOf(createOrderFromAiWith(broken)(REQUEST))).toEqual(new TypeError('a defect'));
  });
});

describe('isOrderBookingEnabled', () => {
  it.each([true, false])('is %s where the tenant has it so', async (enabled) => {
    const { server, client } = await openClient({ isOrderBookingEnabled: () => ({ answer: { enabled } }) });
    expect(await isOrderBookingEnabledWith(client)('bakery')).toBe(enabled);
    expect(server.calls[0]?.request.userId).toBe('bakery');
  });

  it('is not false where it cannot be known', async () => {
    const { client } = await openClient({
      isOrderBookingEnabled: () => ({ refuse: orderError('PERMISSION_DENIED', 'Not yours') }),
    });
    expect(await failureOf(isOrderBookingEnabledWith(client)('pizzeria'))).toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

describe('the service of the environment', () => {
  const saved = { ...process.env };
  afterEach(() => {
    closeEnvironmentClient();
    for (const name of ['ORDER_GRPC_ADDRESS', 'ORDER_API_KEY', 'ORDER_GRPC_TLS']) delete process.env[name];
    Object.assign(process.env, saved);
  });

  it('is the one that both functions ask', async () => {
    const { server } = await openClient({
      createOrderFromAi: created,
      isOrderBookingEnabled: () => ({ answer: { enabled: true } }),
    });
    process.env.ORDER_GRPC_ADDRESS = server.address;
    process.env.ORDER_API_KEY = 'obk_env';
    expect(await isOrderBookingEnabled('bakery')).toBe(true);
    expect(await createOrderFromAi(REQUEST)).toMatchObject({ success: true });
    for (const { metadata } of server.calls) expect(metadata.get('authorization')).toEqual(['Bearer obk_env']);
    expect(server.calls).toHaveLength(2);
  });

  it('is asked over one channel as long as it stays the same', async () => {
    const env = { ORDER_GRPC_ADDRESS: 'localhost:1', ORDER_API_KEY: 'k' };
    const client = environmentClient(env);
    expect(environmentClient({ ...env })).toBe(client);
    expect(environmentClient({ ...env, ORDER_API_KEY: 'other' })).not.toBe(client);
    // The one before is closed: nobody else would.
    expect(await failureOf(client.getOrder('o'))).toMatchObject({ message: 'The order client is closed' });
  });

  it('has to be named, and everything that is wrong is named at once', async () => {
    delete process.env.ORDER_GRPC_ADDRESS;
    delete process.env.ORDER_API_KEY;
    await expect(isOrderBookingEnabled('bakery')).rejects.toThrow(/ORDER_GRPC_ADDRESS.+ORDER_API_KEY/);
    await expect(createOrderFromAi(REQUEST)).rejects.toThrow(/ORDER_GRPC_ADDRESS.+ORDER_API_KEY/);
    expect(() => environmentClient({ ORDER_GRPC_TLS: 'yes' })).toThrow(
      /ORDER_GRPC_ADDRESS.+ORDER_API_KEY.+ORDER_GRPC_TLS/,
    );
  });
});
