import { type OrderError, orderError, ValidationError } from '../../../domain/errors';
import type { Order, OrderEvent } from '../../../domain/order';
import {
  capabilitiesAnswerSchema,
  createdOrderAnswerSchema,
  errorAnswerSchema,
  orderAnswerSchema,
  orderChangeWireSchema,
  orderEventPageAnswerSchema,
  orderPageAnswerSchema,
} from '../../../domain/schemas/wire';
import {
  capabilitiesToWire,
  createdOrderToWire,
  errorToWire,
  orderChangeToWire,
  orderEventPageToWire,
  orderEventToWire,
  orderPageToWire,
  orderToWire,
  successToWire,
} from '../../../domain/wire';

const ORDER: Order = {
  id: '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f',
  userId: 'demo-bakery',
  customerName: 'Zoë García',
  customerPhone: '493012345678',
  items: [{ name: 'Margherita', quantity: 2 }],
  totalQuantity: 2,
  status: 'confirmed',
  source: 'api',
  notes: null,
  slotId: null,
  version: 2,
  createdAt: '2026-11-24T09:30:00.000Z',
  updatedAt: '2026-11-24T09:31:00.000Z',
};

const EVENT: OrderEvent = {
  orderId: ORDER.id,
  sequence: 1,
  type: 'created',
  fromStatus: null,
  toStatus: 'pending',
  actor: 'api_key:k7Qm2xZp',
  reason: null,
  correlationId: 'req_1',
  occurredAt: '2026-11-24T09:30:00.000Z',
};

const FIELDS_OF_AN_ORDER = [
  'id',
  'user_id',
  'customer_name',
  'customer_phone',
  'items',
  'total_quantity',
  'status',
  'source',
  'notes',
  'version',
  'created_at',
  'updated_at',
];

test('an order has the fields of the contract, and slot_id only when it has a slot', () => {
  expect(Object.keys(orderToWire(ORDER))).toEqual(FIELDS_OF_AN_ORDER);
  const slotted = orderToWire({ ...ORDER, slotId: 's-1' });
  expect(Object.keys(slotted).sort()).toEqual([...FIELDS_OF_AN_ORDER, 'slot_id'].sort());
  expect(slotted.slot_id).toBe('s-1');
});

test('what is added to an order inside does not get out by itself', () => {
  const richer = { ...ORDER, fingerprint: 'secret', items: [{ name: 'a', quantity: 1, margin: 0.9 }] };
  expect(JSON.stringify(orderToWire(richer))).not.toMatch(/fingerprint|margin/);
});

test('an event has the fields of the contract and its reason', () => {
  expect(orderEventToWire(EVENT)).toEqual({
    sequence: 1,
    type: 'created',
    from_status: null,
    to_status: 'pending',
    actor: 'api_key:k7Qm2xZp',
    reason: null,
    correlation_id: 'req_1',
    occurred_at: '2026-11-24T09:30:00.000Z',
  });
});

test('the answers are what the published schemas say', () => {
  const created = { order: ORDER, idempotencyKey: 'k', idempotentReplayed: false, currentStatus: ORDER.status };
  const capabilities = {
    userId: 'demo-bakery',
    orderBookingEnabled: true,
    sheetsSyncEnabled: false,
    sheetsSpreadsheetId: null,
    sheetsSheetName: 'Orders',
    sheetsServiceAccount: 'orders@example.iam.gserviceaccount.com',
    pendingOrderExpirySeconds: null,
    bookingLocale: 'hi' as const,
    bookingIdleExpirySeconds: 60,
    confirmationExpirySeconds: 30,
    confirmationPhrases: ['theek'],
    updatedAt: ORDER.updatedAt,
  };
  const ok = (data: object) => successToWire(data, 'req_1');
  createdOrderAnswerSchema.parse(ok(createdOrderToWire(created)));
  orderAnswerSchema.parse(ok({ order: orderToWire({ ...ORDER, slotId: 's-1' }) }));
  orderPageAnswerSchema.parse(ok(orderPageToWire({ orders: [ORDER], nextPageToken: 'x' })));
  orderEventPageAnswerSchema.parse(ok(orderEventPageToWire({ events: [EVENT], nextPageToken: undefined })));
  capabilitiesAnswerSchema.parse(ok({ capabilities: capabilitiesToWire(capabilities) }));
  orderChangeWireSchema.parse(orderChangeToWire({ event: EVENT, order: ORDER }));
  errorAnswerSchema.parse(errorToWire(ValidationError.ofFields([{ field: 'a', description: 'b' }]), 'req_1'));
});

test('the last page says so with an empty token', () => {
  expect(orderPageToWire({ orders: [], nextPageToken: undefined })).toEqual({ orders: [], next_page_token: '' });
});

test('an error answer holds code, message, details and correlation id, and nothing of the cause', () => {
  const error: OrderError = orderError('INTERNAL', 'Something went wrong', {}, new Error('SELECT secret'));
  const answer = errorToWire(error, 'req_1');
  expect(answer).toEqual({
    success: false,
    error: { code: 'INTERNAL', message: 'Something went wrong', details: {} },
    correlation_id: 'req_1',
  });
  expect(JSON.stringify(answer)).not.toContain('secret');
});
