import {
  type CanonicalCreateSubscription,
  canonicalJson,
  createOrderRequestHash,
  createSubscriptionRequestHash,
  rotateSecretRequestHash,
} from '../../../domain/canonical-request';
import type { Order, OrderContent } from '../../../domain/order';
import fc from '../../support/fast-check';
import { sha256Hex } from './sha256';

const CONTENT: OrderContent = {
  customerName: 'Zoë García',
  customerPhone: '493012345678',
  items: [
    { name: 'Margherita', quantity: 2 },
    { name: 'Cola', quantity: 1 },
  ],
  source: 'api',
  notes: null,
  slotId: null,
};
const hash = (content: OrderContent, allowDuplicate = false) =>
  createOrderRequestHash({ content, allowDuplicate }, sha256Hex);

test('keys are sorted at every depth, without white space', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 'é"\n' }], a: null, 10: true, 9: -0 })).toBe(
    '{"10":true,"9":0,"a":null,"b":[{"c":"é\\"\\n","d":1}]}',
  );
});

test('it is JSON of the same value, whatever order the keys came in', () => {
  const json = fc.jsonValue({ noUnicodeString: false });
  fc.assert(
    fc.property(json, (value) => {
      if (/\\ud[89a-f]/i.test(JSON.stringify(value))) return;
      const text = canonicalJson(value);
      expect(canonicalJson(reversed(value))).toBe(text);
      expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(canonicalJson(JSON.parse(text)))));
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test.each([
  ['undefined', undefined],
  ['an undefined member', { a: undefined }],
  ['a hole', Array(2)],
  ['NaN', Number.NaN],
  ['infinity', { a: Number.POSITIVE_INFINITY }],
  ['a bigint', 1n],
  ['a symbol', Symbol('a')],
  ['a function', () => 1],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['bytes', new Uint8Array(1)],
  ['half a surrogate pair', 'a\uD800'],
  ['half a surrogate pair in a key', { '\uDC00': 1 }],
  ['a cycle', cycle()],
])('%s has no canonical JSON', (_name, value) => {
  expect(() => canonicalJson(value)).toThrow(TypeError);
});

test('the same request has the same hash, also when more than its content is passed', () => {
  const order = { ...CONTENT, id: 'x', version: 3, status: 'completed' } as unknown as Order;
  expect(hash(CONTENT)).toMatch(/^[0-9a-f]{64}$/);
  expect(hash(order)).toBe(hash(CONTENT));
});

test('every field of the request is in the hash', () => {
  const others = [
    hash(CONTENT, true),
    hash({ ...CONTENT, customerName: 'Zoe García' }),
    hash({ ...CONTENT, customerPhone: '493012345679' }),
    hash({ ...CONTENT, items: CONTENT.items.slice(0, 1) }),
    hash({ ...CONTENT, items: [...CONTENT.items].reverse() }),
    hash({ ...CONTENT, source: 'web' }),
    hash({ ...CONTENT, notes: 'x' }),
    hash({ ...CONTENT, slotId: 'x' }),
  ];
  expect(new Set([hash(CONTENT), ...others]).size).toBe(others.length + 1);
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

function cycle(): unknown {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
}

describe('the hash of a request to subscribe', () => {
  const WEBHOOK: CanonicalCreateSubscription = {
    address: { kind: 'webhook', url: 'https://shop.example/hook' },
    events: ['order.created', 'sheet.parked'],
    description: 'Till',
  };
  const PUSH: CanonicalCreateSubscription = {
    address: { kind: 'web_push', endpoint: 'https://shop.example/hook', p256dh: 'key', auth: 'secret' },
    events: undefined,
    description: undefined,
  };
  const hashOf = (request: CanonicalCreateSubscription) => createSubscriptionRequestHash(request, sha256Hex);

  test('is the same for the same request, in whatever order its events are named', () => {
    expect(hashOf(WEBHOOK)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf({ ...WEBHOOK, events: ['sheet.parked', 'order.created'] })).toBe(hashOf(WEBHOOK));
    expect(hashOf({ ...WEBHOOK, idempotencyKey: 'x' } as CanonicalCreateSubscription)).toBe(hashOf(WEBHOOK));
  });

  test('is pinned: a change of it would refuse what was sent before it', () => {
    expect(hashOf(WEBHOOK)).toBe('fc0c83fb46e59ade3511ce82e202ebaf110fdd9898d2abe72e1f1e561f0bbc7e');
  });

  test('is another one for every other request', () => {
    const others: CanonicalCreateSubscription[] = [
      WEBHOOK,
      PUSH,
      { ...WEBHOOK, address: { kind: 'webhook', url: 'https://shop.example/hook2' } },
      { ...WEBHOOK, events: ['order.created'] },
      { ...WEBHOOK, events: undefined },
      { ...WEBHOOK, description: 'Tills' },
      { ...WEBHOOK, description: null },
      { ...WEBHOOK, description: undefined },
      { ...PUSH, description: null },
      { ...PUSH, address: { ...PUSH.address, p256dh: 'other' } as never },
      { ...PUSH, address: { ...PUSH.address, auth: 'other' } as never },
      { ...PUSH, address: { ...PUSH.address, endpoint: 'https://push.example/1' } as never },
    ];
    expect(new Set(others.map(hashOf)).size).toBe(others.length);
  });
});

test('the hash of a request to change a secret is over the subscription and the overlap, and is no other request’s', () => {
  const hashOf = (subscriptionId: string, overlapSeconds: number) =>
    rotateSecretRequestHash({ subscriptionId, overlapSeconds }, sha256Hex);
  expect(hashOf('a', 60)).toBe(hashOf('a', 60));
  expect(new Set([hashOf('a', 60), hashOf('b', 60), hashOf('a', 0)]).size).toBe(3);
});
