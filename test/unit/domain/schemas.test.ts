import * as z from 'zod';
import { canonicalJson } from '../../../domain/canonical-request';
import { type FieldViolation, ValidationError } from '../../../domain/errors';
import { cancelOrderSchema } from '../../../domain/schemas/cancel-order';
import { updateCapabilitiesSchema } from '../../../domain/schemas/capabilities';
import { createOrderSchema } from '../../../domain/schemas/create-order';
import { idempotencyKey, orderId } from '../../../domain/schemas/fields';
import { listBookingsSchema } from '../../../domain/schemas/list-bookings';
import { listOrderEventsSchema } from '../../../domain/schemas/list-order-events';
import { listOrdersSchema } from '../../../domain/schemas/list-orders';
import { orderIdParamsSchema } from '../../../domain/schemas/order-id';
import { parseInput } from '../../../domain/schemas/parse';
import { beginSessionSchema } from '../../../domain/schemas/session';
import { updateOrderStatusSchema } from '../../../domain/schemas/update-order-status';
import type {
  CancelOrder,
  CapabilitiesChange,
  CreateOrder,
  ListOrderEvents,
  ListOrders,
  UpdateOrderStatus,
} from '../../../services/order-api/use-cases/contract';
import { cpuMilliseconds } from '../../support/cpu-milliseconds';
import fc from '../../support/fast-check';

const ORDER = {
  customer_name: ' Zoe\u0308 García ',
  customer_phone: '+49 (0)30 12345678',
  items: [{ name: 'Margherita', quantity: 2 }],
};

function violationsOf(schema: z.ZodType, input: unknown, root?: string): readonly FieldViolation[] {
  try {
    parseInput(schema, input, root);
  } catch (error) {
    if (error instanceof ValidationError) return error.details.violations as readonly FieldViolation[];
    throw error;
  }
  return [];
}

const descriptionOf = (schema: z.ZodType, input: unknown, field: string) =>
  violationsOf(schema, input).find((violation) => violation.field === field)?.description;

test('what is read fits the use cases as it is', () => {
  const id = { orderId: parseInput(orderId, '0198C2DE-7F3A-7CC1-9D4E-5B6A7C8D9E0F') };
  const fits: [CreateOrder, UpdateOrderStatus, CancelOrder, ListOrders, ListOrderEvents, CapabilitiesChange] = [
    parseInput(createOrderSchema, ORDER),
    { ...id, ...parseInput(updateOrderStatusSchema, { status: 'confirmed' }) },
    { ...id, ...parseInput(cancelOrderSchema, {}) },
    parseInput(listOrdersSchema, {}),
    { ...id, ...parseInput(listOrderEventsSchema, {}) },
    parseInput(updateCapabilitiesSchema, {}),
  ];
  expect(fits).toHaveLength(6);
  expect(id.orderId).toBe('0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f');
});

describe('an order to book', () => {
  test('is normalised', () => {
    expect(parseInput(createOrderSchema, ORDER)).toEqual({
      userId: undefined,
      idempotencyKey: undefined,
      content: {
        customerName: 'Zoë García',
        customerPhone: '493012345678',
        items: [{ name: 'Margherita', quantity: 2 }],
        source: 'api',
        notes: null,
        slotId: null,
      },
      allowDuplicate: false,
    });
  });

  test('keeps what it says', () => {
    const read = parseInput(createOrderSchema, {
      ...ORDER,
      source: 'walk_in',
      notes: 'Ring\r\ntwice\t!',
      slot_id: 'oven-2:morning',
      allow_duplicate: true,
      idempotency_key: 'k:1',
      user_id: 'demo-bakery',
    });
    expect(read).toMatchObject({
      userId: 'demo-bakery',
      idempotencyKey: 'k:1',
      allowDuplicate: true,
      content: { source: 'walk_in', notes: 'Ring\ntwice\t!', slotId: 'oven-2:morning' },
    });
  });

  test('says the same with notes that are absent, null, empty or blank', () => {
    const without = parseInput(createOrderSchema, ORDER);
    for (const notes of [null, '', ' \n ']) {
      expect(parseInput(createOrderSchema, { ...ORDER, notes, slot_id: null })).toEqual(without);
    }
  });

  test.each<[string, unknown, string]>([
    ['customer_name', undefined, 'is required'],
    ['customer_name', null, 'must be a string'],
    ['customer_name', ' \u00A0', 'must not be empty'],
    ['customer_name', 'n'.repeat(201), 'must be at most 200 characters long'],
    ['customer_name', 'a\u0000', 'must not contain a control character (U+0000)'],
    ['customer_name', 'a\uD800', 'must be well-formed Unicode (it has half a surrogate pair)'],
    ['customer_phone', 493012345678, 'must be a string'],
    ['customer_phone', '12345', 'must have 10 to 15 digits'],
    ['items', undefined, 'is required'],
    ['items', {}, 'must be an array'],
    ['items', [], 'must have at least 1 element'],
    ['items', Array(101).fill({ name: 'a', quantity: 1 }), 'must have at most 100 elements'],
    ['items[0]', ['a'], 'must be an object'],
    ['items[0].name', [{ quantity: 1 }], 'is required'],
    ['items[0].name', [{ name: '', quantity: 1 }], 'must not be empty'],
    ['items[0].quantity', [{ name: 'a' }], 'is required'],
    ['items[0].quantity', [{ name: 'a', quantity: '2' }], 'must be a number'],
    ['items[0].quantity', [{ name: 'a', quantity: 1.5 }], 'must be a whole number'],
    ['items[0].quantity', [{ name: 'a', quantity: 0 }], 'must be at least 1'],
    ['items[0].quantity', [{ name: 'a', quantity: -1e300 }], 'must be at least 1'],
    ['items[0].quantity', [{ name: 'a', quantity: 10_001 }], 'must be at most 10000'],
    ['items[0].quantity', [{ name: 'a', quantity: 1e300 }], 'must be at most 10000'],
    [
      'items[1].price',
      [
        { name: 'a', quantity: 1 },
        { name: 'b', quantity: 1, price: 2 },
      ],
      'is not a field of this request',
    ],
    ['notes', 'n'.repeat(2_001), 'must be at most 2000 characters long'],
    ['notes', 7, 'must be a string'],
    ['source', 'fax', 'must be one of api, web, phone, walk_in'],
    ['source', 'ai', 'must be one of api, web, phone, walk_in: orders from ai are made through AI booking only'],
    ['slot_id', 'a b', 'must be 1 to 64 of A-Z a-z 0-9 . _ : -'],
    ['allow_duplicate', 'true', 'must be true or false'],
    ['idempotency_key', '', 'must be 1 to 255 of A-Z a-z 0-9 . _ : -'],
    ['idempotency_key', 'k'.repeat(256), 'must be 1 to 255 of A-Z a-z 0-9 . _ : -'],
    ['user_id', 'a/b', 'must be 1 to 64 of A-Z a-z 0-9 _ -'],
    ['version', 1, 'is not a field of this request'],
  ])('is refused when %s is wrong (%#)', (field, value, description) => {
    const top = field.replace(/[.[].*$/, '');
    expect(violationsOf(createOrderSchema, { ...ORDER, [top]: value })).toEqual([{ field, description }]);
  });

  test('names every wrong field at once', () => {
    const fields = violationsOf(createOrderSchema, { items: [{}], nonsense: 1 }).map(({ field }) => field);
    expect(fields.sort()).toEqual([
      'customer_name',
      'customer_phone',
      'items[0].name',
      'items[0].quantity',
      'nonsense',
    ]);
  });

  test('of the largest size stays far below 256 KiB', () => {
    const read = parseInput(createOrderSchema, {
      ...ORDER,
      customer_name: '🍕'.repeat(200),
      items: Array.from({ length: 100 }, () => ({ name: '🍕'.repeat(200), quantity: 10_000 })),
      notes: '\u{1F355}'.repeat(2_000),
      slot_id: 's'.repeat(64),
    });
    expect(Buffer.byteLength(canonicalJson(read.content))).toBeLessThan(128 * 1024);
  });
});

describe('violations', () => {
  test('of something that is no object are of the request itself', () => {
    for (const input of [null, [], 'x', 7, true]) {
      expect(violationsOf(createOrderSchema, input)).toEqual([{ field: '', description: 'must be an object' }]);
    }
    expect(violationsOf(createOrderSchema, undefined)).toEqual([{ field: '', description: 'is required' }]);
  });

  test('of a single value bear the name it has on the wire', () => {
    expect(violationsOf(idempotencyKey, 'ä', 'Idempotency-Key')).toMatchObject([{ field: 'Idempotency-Key' }]);
    expect(violationsOf(orderId, 'x', 'order_id')).toEqual([{ field: 'order_id', description: 'must be a UUID' }]);
  });

  test('never repeat what the caller sent', () => {
    const secret = 'Canary Zoë +49 30 999';
    const input = {
      customer_name: `${secret}\u0000`,
      customer_phone: secret,
      items: [{ name: `${secret}\uD800`, quantity: secret, [secret]: 1 }],
      source: secret,
      slot_id: secret,
      [secret]: secret,
    };
    const found = violationsOf(createOrderSchema, input);
    expect(found.length).toBeGreaterThan(5);
    expect(JSON.stringify(found)).not.toMatch(/canary|999/i);
  });

  test('are at most 20', () => {
    const items = Array.from({ length: 100 }, () => ({}));
    expect(violationsOf(createOrderSchema, { items })).toHaveLength(20);
    const fields = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}`, i]));
    expect(violationsOf(createOrderSchema, { ...ORDER, ...fields })).toHaveLength(20);
  });

  test('come at once, also for half a million wrong elements or deep nesting', () => {
    let deep: unknown = 0;
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    const judgeAll = () => {
      for (const items of [Array(500_000).fill(0), deep, [deep], [{ name: deep, quantity: deep }]]) {
        expect(violationsOf(createOrderSchema, { ...ORDER, items }).length).toBeGreaterThan(0);
      }
    };
    expect(cpuMilliseconds(judgeAll)).toBeLessThan(1_000);
  });
});

test('keys that would pollute prototypes are unknown fields and nothing else', () => {
  const input: unknown = JSON.parse(
    `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},${JSON.stringify(ORDER).slice(1)}`,
  );
  expect(violationsOf(createOrderSchema, input).map(({ field }) => field)).toEqual(['__proto__', 'constructor']);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

describe('a change of status', () => {
  test('is read', () => {
    expect(parseInput(updateOrderStatusSchema, { status: 'confirmed', expected_version: 1, reason: ' ok ' })).toEqual({
      status: 'confirmed',
      expectedVersion: 1,
      reason: 'ok',
    });
    expect(parseInput(updateOrderStatusSchema, { status: 'pending', reason: '' }).reason).toBeUndefined();
  });

  test.each<[string, unknown, string]>([
    ['status', undefined, 'is required'],
    ['status', 'CONFIRMED', 'must be one of pending, confirmed, processing, completed, cancelled'],
    ['expected_version', 0, 'must be at least 1'],
    ['expected_version', '1', 'must be a number'],
    ['expected_version', 2 ** 31, 'must be at most 2147483647'],
    ['reason', 'r'.repeat(501), 'must be at most 500 characters long'],
    ['reason', 'a\nb', 'must not contain a control character (U+000A)'],
    ['id', 'x', 'is not a field of this request'],
  ])('is refused when %s is wrong (%#)', (field, value, description) => {
    const input = { status: 'confirmed', [field]: value };
    expect(violationsOf(updateOrderStatusSchema, input)).toEqual([{ field, description }]);
  });
});

test('a cancellation may say nothing at all', () => {
  for (const input of [undefined, null, {}]) {
    expect(parseInput(cancelOrderSchema, input)).toEqual({ expectedVersion: undefined, reason: undefined });
  }
  expect(parseInput(cancelOrderSchema, { reason: 'late', expected_version: 2 })).toEqual({
    expectedVersion: 2,
    reason: 'late',
  });
  expect(descriptionOf(cancelOrderSchema, { status: 'cancelled' }, 'status')).toBe('is not a field of this request');
  expect(descriptionOf(cancelOrderSchema, 'x', '')).toBe('must be an object');
});

describe('a list', () => {
  test('has defaults, and empty parameters are absent ones', () => {
    const nothing = {
      status: undefined,
      source: undefined,
      customerPhone: undefined,
      createdAfter: undefined,
      createdBefore: undefined,
      search: undefined,
      pageSize: 20,
      pageToken: undefined,
    };
    const filter = { status: '', source: '', customer_phone: '', created_after: '', created_before: '', search: '' };
    const empty = { ...filter, page_size: '', page_token: '' };
    expect(parseInput(listOrdersSchema, {})).toEqual(nothing);
    expect(parseInput(listOrdersSchema, empty)).toEqual(nothing);
  });

  test('reads its filter in every notation', () => {
    const query = {
      status: 'pending',
      source: 'ai',
      customer_phone: ' 49 30 12345678',
      created_after: '2026-11-24T09:30:00+01:00',
      created_before: '2026-11-25T00:00:00Z',
      search: '  Zoe\u0308\u200b 100% ',
      page_size: '50',
      page_token: 'abc',
    };
    expect(parseInput(listOrdersSchema, query)).toEqual({
      status: 'pending',
      source: 'ai',
      customerPhone: '493012345678',
      createdAfter: '2026-11-24T08:30:00Z',
      createdBefore: '2026-11-25T00:00:00Z',
      search: 'Zoë 100%',
      pageSize: 50,
      pageToken: 'abc',
    });
  });

  test.each([
    [undefined, 20],
    [0, 20],
    ['0', 20],
    [1, 1],
    ['100', 100],
    [101, 100],
    ['999999999999', 100],
  ])('of page size %j has at most %i', (given, size) => {
    expect(parseInput(listOrderEventsSchema, { page_size: given }).pageSize).toBe(size);
  });

  test.each<[string, unknown, string]>([
    ['page_size', -1, 'must be at least 0'],
    ['page_size', '-1', 'must be at least 0'],
    ['page_size', 'ten', 'must be a number'],
    ['page_size', '1.5', 'must be a number'],
    ['page_size', 1.5, 'must be a whole number'],
    ['page_size', ['1', '2'], 'must be a number'],
    ['page_token', 'a=b', 'is not a token of this list with this filter; start again without it'],
    ['status', ['pending', 'confirmed'], 'must be one of pending, confirmed, processing, completed, cancelled'],
    ['created_after', 'yesterday', 'must be an RFC 3339 timestamp such as 2026-11-24T09:30:00Z'],
    ['created_before', 'tomorrow', 'must be an RFC 3339 timestamp such as 2026-11-24T09:30:00Z'],
    ['search', '   ', 'must not be empty'],
    ['search', 'x'.repeat(101), 'must be at most 100 characters long'],
    ['created_by', 'me', 'is not a field of this request'],
  ])('is refused when %s is wrong (%#)', (field, value, description) => {
    expect(violationsOf(listOrdersSchema, { [field]: value })).toEqual([{ field, description }]);
  });
});

describe('capabilities', () => {
  test('that are absent stay absent; null clears', () => {
    expect(parseInput(updateCapabilitiesSchema, {})).toEqual({});
    const change = { order_booking_enabled: false, sheets_spreadsheet_id: null, pending_order_expiry_seconds: null };
    expect(parseInput(updateCapabilitiesSchema, change)).toEqual({
      orderBookingEnabled: false,
      sheetsSpreadsheetId: null,
      pendingOrderExpirySeconds: null,
    });
  });

  test.each<[string, unknown]>([
    ['order_booking_enabled', 'yes'],
    ['sheets_spreadsheet_id', 'https://x'],
    ['sheets_sheet_name', ''],
    ['sheets_sheet_name', 's'.repeat(101)],
    ['pending_order_expiry_seconds', 59],
    ['pending_order_expiry_seconds', 2_592_001],
    ['user_id', 'demo-bakery'],
  ])('are refused when %s is %j', (field, value) => {
    expect(violationsOf(updateCapabilitiesSchema, { [field]: value })).toMatchObject([{ field }]);
  });
});

const SCHEMAS: Record<string, z.ZodType> = {
  createOrder: createOrderSchema,
  updateOrderStatus: updateOrderStatusSchema,
  cancelOrder: cancelOrderSchema,
  listOrders: listOrdersSchema,
  listOrderEvents: listOrderEventsSchema,
  listBookings: listBookingsSchema,
  beginSession: beginSessionSchema,
  updateCapabilities: updateCapabilitiesSchema,
  orderIdParams: orderIdParamsSchema,
};

test.each(Object.entries(SCHEMAS))('%s: no input throws anything but a ValidationError', (_name, schema) => {
  const keys = Object.keys(ORDER).concat(
    'notes',
    'source',
    'status',
    'page_size',
    'order_id',
    'created_after',
    'id',
    'reason',
    'slot_id',
  );
  const units = fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((codes) => String.fromCharCode(...codes));
  const value = fc.oneof(fc.jsonValue(), units, fc.constant(ORDER.items), fc.anything());
  const input = fc.oneof(fc.dictionary(fc.constantFrom(...keys), value), fc.jsonValue(), fc.anything());
  fc.assert(fc.property(input, (anything) => void violationsOf(schema, anything)));
});

test.each(Object.entries(SCHEMAS))('%s: its JSON Schema is closed and describes every field', (_name, schema) => {
  const json = z.toJSONSchema(schema, { io: 'input' });
  expect(json).toMatchObject({ type: 'object', additionalProperties: false });
  for (const field of Object.values(json.properties ?? {})) expect(JSON.stringify(field)).toMatch(/"description":"./);
});

test('the JSON Schema of an order to book names its limits', () => {
  const json = z.toJSONSchema(createOrderSchema, { io: 'input' });
  expect(json.required).toEqual(['customer_name', 'customer_phone', 'items']);
  expect(json.properties).toMatchObject({
    customer_name: { type: 'string', minLength: 1, maxLength: 200 },
    items: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: {
        required: ['name', 'quantity'],
        properties: { quantity: { type: 'integer', minimum: 1, maximum: 10_000 } },
      },
    },
    source: { enum: ['api', 'web', 'phone', 'walk_in'], default: 'api' },
    slot_id: { anyOf: [{ type: 'string', examples: ['2026-11-24T10:00'] }, { type: 'null' }] },
  });
});

test('the JSON Schema of a list names the real default of its page size', () => {
  const json = z.toJSONSchema(listOrdersSchema, { io: 'input' });
  expect(json.required).toBeUndefined();
  expect(json.properties).toMatchObject({ page_size: { type: 'integer', minimum: 0, default: 20 } });
});
