import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { Metadata, status } from '@grpc/grpc-js';
import { isFailedCall } from '../../../client/failed-call';
import {
  BusinessRuleError,
  DuplicateOrderError,
  ERRORS,
  type ErrorCode,
  type ErrorDetails,
  InvalidOrderStateError,
  orderError,
  SlotUnavailableError,
  SystemError,
  ValidationError,
} from '../../../domain/errors';
import { ErrorInfoSchema } from '../../../gen/google/rpc/error_details_pb';
import { StatusSchema } from '../../../gen/google/rpc/status_pb';
import { closeAll, failureOf, openClient } from './open-client';
import { ORDER_MESSAGE, type ScriptedAnswer } from './scripted-server';

afterEach(closeAll);

const CODES = Object.keys(ERRORS) as ErrorCode[];
const CLASSES = {
  validation: ValidationError,
  business_rule: BusinessRuleError,
  integration: Error,
  system: SystemError,
} as const;

/** What a call that is answered so throws, without retries. */
async function thrownFor(answer: ScriptedAnswer): Promise<unknown> {
  const { client } = await openClient({ getOrder: () => answer }, { retry: { maxAttempts: 1 } });
  return failureOf(client.getOrder('o', { correlationId: 'req_mine' }));
}

function statusTrailers(bytes: Uint8Array): Metadata {
  const trailers = new Metadata();
  trailers.set('grpc-status-details-bin', Buffer.from(bytes));
  return trailers;
}

describe("the service's refusals", () => {
  it.each(CODES)('%s is thrown as the class of its code, in the words of the service', async (code) => {
    const error = await thrownFor({ refuse: orderError(code, `No: ${code}`) });
    expect(error).toBeInstanceOf(CLASSES[ERRORS[code].kind]);
    expect(error).toMatchObject({ code, message: `No: ${code}`, details: {}, correlationId: 'req_mine', attempts: 1 });
    expect(isFailedCall(error)).toBe(true);
  });

  it('that have a class of their own are of that class, with what is in them', async () => {
    const refusals = [
      new DuplicateOrderError('0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f'),
      new InvalidOrderStateError('completed', 'pending', []),
      new InvalidOrderStateError('pending', 'completed', ['confirmed', 'cancelled']),
      // Looks like JSON, and is a name all the same.
      new SlotUnavailableError('5'),
      new SlotUnavailableError('null'),
    ];
    for (const refuse of refusals) {
      const error = await thrownFor({ refuse });
      expect(error).toBeInstanceOf(refuse.constructor);
      expect(error).toMatchObject({ code: refuse.code, message: refuse.message, details: refuse.details });
    }
  });

  it.each<[string, ErrorDetails]>([
    [
      'a refused step',
      {
        guardrail: 'item_grounding',
        reason: 'item_not_said',
        missing: ['items', 'customer_name'],
        next_step: 'collect_items',
        allowed_actions: ['add_items', 'abandon_booking'],
        ask: 'Which one: "Margherita" or [Marinara]?',
        field: 'items[0].name',
        candidates: ['Margherita', 'Marinara'],
        booking_id: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
      },
    ],
    [
      'a refused step that leaves nothing to do',
      {
        guardrail: 'booking_open',
        reason: 'booking_expired',
        missing: [],
        next_step: null,
        allowed_actions: [],
        ask: null,
      },
    ],
    ['a version conflict', { current_version: 3, current_status: 'processing' }],
    ['too many subscriptions', { max_subscriptions: 20 }],
    [
      'a sheet without anybody to write to it',
      { cause: 'credentials_missing', message: 'No.', what_to_do: 'Make one.', service_account: null },
    ],
    ['a missing scope', { required_scopes: ['orders:read', 'ai:book'] }],
  ])('bring the details of %s as they were', async (_, details) => {
    expect(await thrownFor({ refuse: new BusinessRuleError('GUARDRAIL_BLOCKED', 'No', details) })).toMatchObject({
      details,
    });
  });

  it('name every field at fault', async () => {
    const violations = [
      { field: 'items[0].quantity', description: 'must be at least 1' },
      { field: 'customer_phone', description: 'must have 10 to 15 digits' },
    ];
    const error = await thrownFor({ refuse: ValidationError.ofFields(violations) });
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', details: { violations } });
  });

  it('of a code that this client does not know are what their gRPC status says', async () => {
    const info = create(ErrorInfoSchema, { reason: 'NEWER_THAN_THIS_CLIENT', domain: 'orderbooking.v1' });
    const details = toBinary(StatusSchema, create(StatusSchema, { details: [anyPack(ErrorInfoSchema, info)] }));
    const failing = { fail: status.PERMISSION_DENIED, details: 'Not you', trailers: statusTrailers(details) };
    expect(await thrownFor(failing)).toMatchObject({ code: 'PERMISSION_DENIED', message: 'Not you' });
  });
});

describe('a failure without a word of the service', () => {
  it.each<[status, ErrorCode]>([
    [status.UNAVAILABLE, 'UNAVAILABLE'],
    [status.DEADLINE_EXCEEDED, 'UNAVAILABLE'],
    [status.CANCELLED, 'UNAVAILABLE'],
    [status.RESOURCE_EXHAUSTED, 'RATE_LIMITED'],
    [status.UNAUTHENTICATED, 'UNAUTHENTICATED'],
    [status.PERMISSION_DENIED, 'PERMISSION_DENIED'],
    [status.NOT_FOUND, 'NOT_FOUND'],
    [status.INVALID_ARGUMENT, 'VALIDATION_FAILED'],
    [status.INTERNAL, 'INTERNAL'],
    [status.UNIMPLEMENTED, 'INTERNAL'],
    [status.DATA_LOSS, 'INTERNAL'],
  ])('of gRPC status %s is %s', async (fail, code) => {
    const error = await thrownFor({ fail });
    expect(error).toBeInstanceOf(CLASSES[ERRORS[code].kind]);
    expect(error).toMatchObject({ code, correlationId: 'req_mine', cause: { code: fail } });
  });

  it.each([Buffer.from('not a Status'), Buffer.from([0x1a, 0xff]), Buffer.alloc(0)])(
    'is not misread from trailers that somebody else wrote',
    async (bytes) => {
      const failing = { fail: status.INVALID_ARGUMENT, trailers: statusTrailers(bytes) };
      expect(await thrownFor(failing)).toMatchObject({ code: 'VALIDATION_FAILED', details: {} });
    },
  );

  it('is UNAVAILABLE when nobody listens there', async () => {
    const { server, client } = await openClient({}, { retry: { maxAttempts: 2, firstDelayMs: 1, maxDelayMs: 1 } });
    server.stop();
    const error = await failureOf(client.getOrder('o'));
    expect(error).toBeInstanceOf(SystemError);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', attempts: 2, correlationId: expect.stringMatching(/^req_/) });
  });

  it('says nothing of the API key', async () => {
    const { client } = await openClient({ getOrder: () => ({ fail: status.INTERNAL }) }, { apiKey: 'obk_secret' });
    const error = (await failureOf(client.getOrder('o'))) as Error & { cause: unknown };
    expect(JSON.stringify([error, error.message, error.stack, error.cause, String(error.cause)])).not.toContain(
      'obk_secret',
    );
  });
});

describe('an answer that cannot be true', () => {
  it.each<[string, Record<string, unknown>]>([
    ['has no order', {}],
    ['has an order without its time', { order: { ...ORDER_MESSAGE, createdAt: undefined } }],
    ['has an order without a status', { order: { ...ORDER_MESSAGE, status: 0 } }],
    ['has a status that is newer than this client', { order: { ...ORDER_MESSAGE, status: 77 } }],
  ])('is INTERNAL when it %s', async (_, answer) => {
    const error = await thrownFor({ answer });
    expect(error).toBeInstanceOf(SystemError);
    expect(error).toMatchObject({ code: 'INTERNAL', correlationId: 'req_mine', attempts: 1 });
  });
});

describe('a request that no message can hold', () => {
  it('is refused before it is sent', async () => {
    const { server, client } = await openClient({});
    const order = { customerName: 'Zoë', customerPhone: '4930901820', items: [{ name: 'Bread', quantity: 1.5 }] };
    const error = await failureOf(client.createOrder(order));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', correlationId: expect.stringMatching(/^req_/) });
    expect(server.calls).toHaveLength(0);
  });
});

describe('the correlation id', () => {
  it('is made where the caller has none, another one for every call', async () => {
    const { server, client } = await openClient({ getOrder: () => ({ answer: { order: ORDER_MESSAGE } }) });
    const first = await client.getOrder('o');
    const second = await client.getOrder('o');
    expect(first.correlationId).toMatch(/^req_[A-Za-z0-9_-]{24}$/);
    expect(second.correlationId).not.toBe(first.correlationId);
    expect(server.calls.map(({ metadata }) => metadata.get('x-correlation-id'))).toEqual([
      [first.correlationId],
      [second.correlationId],
    ]);
  });

  it.each(['', 'a b', 'ä', 'line\nbreak', 'x'.repeat(129)])(
    'is made where the caller has %j, which is none',
    async (wanted) => {
      const { client } = await openClient({ getOrder: () => ({ answer: { order: ORDER_MESSAGE } }) });
      const { correlationId } = await client.getOrder('o', { correlationId: wanted });
      expect(correlationId).toMatch(/^req_/);
    },
  );
});
