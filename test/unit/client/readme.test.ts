import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from '@swc/core';
import type { AiOrderRequest } from '../../../client/create-order-from-ai';
import { closeEnvironmentClient } from '../../../client/environment-client';
import type { OrderClient } from '../../../client/order-client';
import type { BookingView } from '../../../domain/booking/booking';
import { BusinessRuleError, DuplicateOrderError } from '../../../domain/errors';
import {
  DeliveryResult,
  DeliveryStatus,
  SubscriptionKind,
  SubscriptionStatus,
} from '../../../gen/orderbooking/v1/notification_service_pb';
import { OrderEventType, OrderStatus } from '../../../gen/orderbooking/v1/order_pb';
import { bookingMessage, payloadMessage } from '../../../services/order-api/handlers/grpc/booking-message';
import { timestampMessage } from '../../../services/order-api/handlers/grpc/order-message';
import { closeAll, openClient } from './open-client';
import { createdMessage, ORDER_MESSAGE } from './scripted-server';

/** The examples of client/README.md are compiled by the project's own rules, and run. */

const ROOT = join(__dirname, '..', '..', '..');
const EXAMPLES = [...readFileSync(join(ROOT, 'client', 'README.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(
  ([, code]) => code ?? '',
);

interface Examples {
  bookByPhone(address: string, apiKey: string): Promise<string>;
  converse(client: OrderClient, customer: (text: string) => Promise<string>): Promise<string>;
  tell(client: OrderClient, url: string): Promise<string>;
  follow(client: OrderClient, orderId: string, signal: AbortSignal): Promise<string[]>;
  orderForAgent(request: AiOrderRequest): Promise<string>;
}

/** What the examples export. Their imports are of a folder beside client/. */
const examples = Object.assign(
  {},
  ...EXAMPLES.map((code) => {
    const { code: script } = transformSync(code, {
      module: { type: 'commonjs' },
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    });
    const exported = {};
    const require_ = (specifier: string): unknown => require(join(ROOT, 'examples', specifier));
    new Function('exports', 'require', script)(exported, require_);
    return exported;
  }),
) as Examples;

const BOOKING: BookingView = {
  id: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
  step: 'start',
  nextStep: 'collect_items',
  missing: [],
  allowedActions: ['add_items'],
  draft: { items: [], totalQuantity: 0, customerName: null, customerPhone: null, notes: null },
  locale: 'en',
  orderId: null,
  expiresAt: '2026-11-24T10:00:00.000Z',
};

afterEach(() => {
  closeEnvironmentClient();
  closeAll();
});

describe('the examples of the README', () => {
  it('are there', () => {
    expect(Object.keys(examples).sort()).toEqual(['bookByPhone', 'converse', 'follow', 'orderForAgent', 'tell']);
  });

  it('compile', () => {
    const folder = mkdtempSync(join(tmpdir(), 'order-client-readme-'));
    try {
      for (const [index, code] of EXAMPLES.entries()) {
        writeFileSync(join(folder, `example-${index}.ts`), code.replaceAll("from '../", `from '${ROOT}/`));
      }
      const options = { noEmit: true, rootDir: '/', types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] };
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions: options, include: ['*.ts'] }),
      );
      const tsc = createRequire(__filename).resolve('typescript/package.json').replace('package.json', 'bin/tsc');
      execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('book an order', async () => {
    const { server } = await openClient({
      createOrder: ({ request }, nth) =>
        nth === 1
          ? { answer: createdMessage(request.idempotencyKey) }
          : { refuse: new DuplicateOrderError('the-first-one') },
    });
    expect(await examples.bookByPhone(server.address, 'k')).toMatch(
      new RegExp(`^${ORDER_MESSAGE.id} is pending; in the logs it is req_`),
    );
    expect(await examples.bookByPhone(server.address, 'k')).toBe('ordered already: the-first-one');
  });

  it('hold a conversation, and ask what a guardrail wants to know', async () => {
    const step = { answer: { booking: bookingMessage(BOOKING), say: 'Right?' } };
    const refused = new BusinessRuleError('GUARDRAIL_BLOCKED', 'No', {
      guardrail: 'explicit_confirmation',
      ask: 'Yes?',
    });
    const summary = { text: 'All of it. Right?', locale: 'en', totalQuantity: 2 };
    const content = {
      customerName: 'Zoë García',
      customerPhone: '4930901820',
      items: [{ name: 'Rye bread', quantity: 2 }],
      notes: null,
    };
    const { server, client } = await openClient({
      startBooking: () => step,
      addItems: () => step,
      confirmItems: (_, nth) => (nth === 1 ? step : { refuse: refused }),
      setCustomer: () => step,
      getSummary: () => ({ answer: { ...step.answer, summary, summaryDigest: 'd'.repeat(64) } }),
      confirmBooking: () => ({
        answer: {
          ...step.answer,
          idempotencyKey: 'bk1.k',
          payload: payloadMessage('bakery', content),
          expiresAt: timestampMessage(BOOKING.expiresAt),
        },
      }),
      createOrderFromAi: ({ request }) => ({ answer: createdMessage(request.idempotencyKey) }),
    });
    const shown: string[] = [];
    const customer = async (text: string) => {
      shown.push(text);
      return 'two rye bread';
    };
    expect(await examples.converse(client, customer)).toBe(`ordered: ${ORDER_MESSAGE.id}`);
    expect(shown).toEqual(['What would you like?', 'Right?', 'Your name and phone number?', 'All of it. Right?']);
    expect(server.calls.at(-1)?.request).toMatchObject({
      idempotencyKey: 'bk1.k',
      payload: payloadMessage('bakery', content),
    });
    expect(await examples.converse(client, customer)).toBe('to ask: Yes?');
  });

  it('follow an order', async () => {
    const event = {
      sequence: 1,
      type: OrderEventType.CREATED,
      toStatus: OrderStatus.PENDING,
      occurredAt: ORDER_MESSAGE.createdAt,
    };
    const { client } = await openClient({
      watchOrder: () => ({ stream: [{ event, order: ORDER_MESSAGE }], last: 'end' }),
    });
    expect(await examples.follow(client, 'o', new AbortController().signal)).toEqual(['pending']);
  });

  it('tell another system', async () => {
    const subscription = {
      id: BOOKING.id,
      kind: SubscriptionKind.WEBHOOK,
      status: SubscriptionStatus.ACTIVE,
      createdAt: ORDER_MESSAGE.createdAt,
    };
    const attempt = { attempt: 1, startedAt: ORDER_MESSAGE.createdAt };
    const delivery = { id: BOOKING.id, eventType: 'test.ping', createdAt: ORDER_MESSAGE.createdAt };
    const { DELIVERED, FAILED } = DeliveryStatus;
    const { client } = await openClient({
      createSubscription: () => ({ answer: { subscription, secret: 'whsec_1', created: true } }),
      testSubscription: (_, nth) => ({
        answer: {
          delivery:
            nth === 1
              ? { ...delivery, status: DELIVERED, attempts: [{ ...attempt, result: DeliveryResult.DELIVERED }] }
              : {
                  ...delivery,
                  status: FAILED,
                  attempts: [{ ...attempt, result: DeliveryResult.FAILED, cause: 'timeout' }],
                },
        },
      }),
    });
    expect(await examples.tell(client, 'https://shop.example.com')).toBe('signed with whsec_1');
    expect(await examples.tell(client, 'https://shop.example.com')).toBe('the test did not arrive: timeout');
  });

  it('order for an agent', async () => {
    const { server } = await openClient({
      isOrderBookingEnabled: (_, nth) => ({ answer: { enabled: nth > 1 } }),
      createOrderFromAi: ({ request }, nth) =>
        nth === 1
          ? { answer: createdMessage(request.idempotencyKey) }
          : { refuse: new BusinessRuleError('CONFIRMATION_REQUIRED', 'Not what was confirmed') },
    });
    const request: AiOrderRequest = {
      user_id: 'bakery',
      customer_name: 'Zoë García',
      customer_phone: '+49 30 901820',
      items: [{ name: 'Rye bread', quantity: 2 }],
      source: 'ai',
      idempotency_key: 'bk1.k',
    };
    process.env.ORDER_GRPC_ADDRESS = server.address;
    process.env.ORDER_API_KEY = 'k';
    try {
      expect(await examples.orderForAgent(request)).toBe('This business takes no orders here.');
      expect(await examples.orderForAgent(request)).toBe(`ordered: ${ORDER_MESSAGE.id}`);
      expect(await examples.orderForAgent(request)).toBe('CONFIRMATION_REQUIRED: Not what was confirmed');
    } finally {
      delete process.env.ORDER_GRPC_ADDRESS;
      delete process.env.ORDER_API_KEY;
    }
  });
});
