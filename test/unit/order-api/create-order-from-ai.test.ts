import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Pool } from 'pg';
import { issueConfirmationKey } from '../../../domain/booking/confirmation-key';
import { type DraftContent, draftDigest } from '../../../domain/booking/draft-digest';
import { BusinessRuleError, OrderError } from '../../../domain/errors';
import { parseSigningKeys } from '../../../platform/confirmation-signing';
import { createLogger } from '../../../platform/logger';
import { sha256Hex } from '../../../platform/sha256';
import type { CallContext, CreateOrder } from '../../../services/order-api/use-cases/contract';
import { createCreateOrderFromAi } from '../../../services/order-api/use-cases/create-order-from-ai';
import type { BlockedStep, DecisionRecords } from '../../../services/order-api/use-cases/decision-records';
import { ORDER } from './doors';

const SIGNING = parseSigningKeys(`now:${Buffer.alloc(32, 1).toString('base64')}`);
const OTHER_SIGNING = parseSigningKeys(`now:${Buffer.alloc(32, 2).toString('base64')}`);
const BOOKING = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';

const CONTENT: DraftContent = {
  customerName: 'Zoë García',
  customerPhone: '4930901820',
  items: [
    { name: 'Rye bread', quantity: 2 },
    { name: 'Croissant', quantity: 4 },
  ],
  notes: 'Ring twice',
};

function keyOf({
  userId = 'bakery',
  bookingId = BOOKING,
  signing = SIGNING,
  seconds = 600,
  content = CONTENT,
} = {}): string {
  const digest = draftDigest({ userId, bookingId }, content, sha256Hex);
  const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
  return issueConfirmationKey({ userId, bookingId, version: 7, digest, expiresAt }, signing.current);
}

let placed: CreateOrder[];
let told: string[];
let recorded: BlockedStep[];
/** What Postgres and the order's run say in this test. */
let known: object[];
let refusal: OrderError | undefined;
beforeEach(() => {
  placed = [];
  told = [];
  recorded = [];
  known = [];
  refusal = undefined;
});

const ctx = {
  caller: { userId: 'bakery', keyPrefix: 'obk_agent000', scopes: ['ai:book'] },
  correlationId: 'req_1',
  deadline: new Date(Date.now() + 60_000),
} as unknown as CallContext;

const client = {
  query: async (statement: string | { name: string }) => ({
    command: 'COMMIT',
    rows: typeof statement !== 'string' && statement.name === 'find-order-by-key' ? known : [],
  }),
  release: () => undefined,
};

const createOrderFromAi = createCreateOrderFromAi({
  pool: { connect: async () => client } as unknown as Pool,
  temporal: {
    workflow: {
      getHandle: (id: string) => ({
        signal: async () => void told.push(id),
        describe: async () => {
          throw new WorkflowNotFoundError('there is no run', id, undefined);
        },
      }),
    },
    withDeadline: (_deadline: unknown, work: () => Promise<unknown>) => work(),
  } as unknown as Client,
  signing: SIGNING,
  records: {
    blocked: async (_ctx: unknown, blocked: BlockedStep) => void recorded.push(blocked),
  } as unknown as DecisionRecords,
  logger: createLogger({ service: 'test', level: 'silent' }),
  createOrder: async (_ctx, request) => {
    placed.push(request);
    if (refusal !== undefined) throw refusal;
    const idempotencyKey = request.idempotencyKey ?? '';
    return { order: ORDER, idempotencyKey, idempotentReplayed: false, currentStatus: 'pending' };
  },
});

const create = (confirmationKey: string | undefined, content = CONTENT) =>
  createOrderFromAi(ctx, { confirmationKey, content });

async function refused(answer: Promise<unknown>) {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof OrderError)) throw new Error(`not refused: ${String(error)}`);
  return { code: error.code, guardrail: error.details.guardrail };
}

test('what was confirmed is ordered under its key, as an order of an agent, and the booking is told', async () => {
  const key = keyOf();
  expect(await create(key)).toMatchObject({ idempotencyKey: key, idempotentReplayed: false });
  expect(placed).toEqual([
    { idempotencyKey: key, content: { ...CONTENT, source: 'ai', slotId: null }, allowDuplicate: false },
  ]);
  expect(told).toEqual([`booking:bakery:${BOOKING}`]);
  expect(recorded).toEqual([]);
});

describe('nothing is started, and the refusal recorded, for', () => {
  afterEach(() => {
    expect(placed).toEqual([]);
    expect(recorded).toHaveLength(1);
    expect(recorded[0]?.step).toBe('create_order');
  });

  test.each<[string, () => string | undefined]>([
    ['no key', () => undefined],
    ['a text that is no key', () => 'yes'],
    ['a key that another system signed', () => keyOf({ signing: OTHER_SIGNING })],
    ['the key of another tenant', () => keyOf({ userId: 'pizzeria' })],
    ['a key with another end than it was given', () => keyOf().replace(/\.(\w)(\w*)\.(?=[^.]{43}\.)/, '.z$2.')],
  ])('%s', async (_what, key) => {
    expect(await refused(create(key()))).toEqual({ code: 'CONFIRMATION_REQUIRED', guardrail: 'confirmation_key' });
    expect(recorded[0]?.bookingId).toBeUndefined();
  });

  test.each<[string, Partial<DraftContent>]>([
    ['name', { customerName: 'Zoe García' }],
    ['phone number', { customerPhone: '4930901821' }],
    [
      'item',
      {
        items: [
          { name: 'Rye', quantity: 2 },
          { name: 'Croissant', quantity: 4 },
        ],
      },
    ],
    [
      'quantity',
      {
        items: [
          { name: 'Rye bread', quantity: 3 },
          { name: 'Croissant', quantity: 4 },
        ],
      },
    ],
    ['number of items', { items: [{ name: 'Rye bread', quantity: 2 }] }],
    ['order of the items', { items: [...CONTENT.items].reverse() }],
    ['note', { notes: null }],
  ])('a genuine key with another %s', async (_what, change) => {
    expect(await refused(create(keyOf(), { ...CONTENT, ...change }))).toEqual({
      code: 'CONFIRMATION_REQUIRED',
      guardrail: 'confirmed_content',
    });
    expect(recorded[0]?.bookingId).toBe(BOOKING);
  });

  test('a key that was given for the same content in another booking', async () => {
    const [, , ...content] = keyOf({ bookingId: '0198c2de-7f3a-7cc1-9d4e-000000000000' }).split('.');
    const [version, own] = keyOf().split('.');
    expect(await refused(create([version, own, ...content].join('.')))).toEqual({
      code: 'CONFIRMATION_REQUIRED',
      guardrail: 'confirmation_key',
    });
  });

  test('a key that has expired and made no order', async () => {
    expect(await refused(create(keyOf({ seconds: -1 })))).toEqual({
      code: 'STALE_CONFIRMATION',
      guardrail: 'live_confirmation',
    });
  });
});

test('a key that has expired is good for the order that it made', async () => {
  known = [{ request_hash: Buffer.alloc(32), items: [], created_at: new Date(), updated_at: new Date() }];
  const key = keyOf({ seconds: -3_600 });
  expect(await create(key)).toMatchObject({ idempotencyKey: key });
});

test('a key that was used for an order of another kind is refused as one for another content', async () => {
  refusal = new BusinessRuleError('IDEMPOTENCY_KEY_REUSED', 'used');
  expect(await refused(create(keyOf()))).toEqual({ code: 'CONFIRMATION_REQUIRED', guardrail: 'confirmed_content' });
});

test('a refusal of the order itself reaches the caller as it is', async () => {
  refusal = new BusinessRuleError('DUPLICATE_ORDER', 'twice', { existing_order_id: ORDER.id });
  await expect(create(keyOf())).rejects.toBe(refusal);
  expect(recorded).toEqual([]);
});
