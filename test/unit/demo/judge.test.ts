import type { Example } from '../../../deploy/local/demo/example';
import { judge } from '../../../deploy/local/demo/judge';
import type { Answer, SeenOrder } from '../../../deploy/local/demo/order-door';

const maja: SeenOrder = { id: 'order-1', status: 'pending', version: 1 };
const known = new Map([['maja', maja]]);

function line(expect: Example['expect'], via: Example['via'] = 'rest'): Example {
  const create = { customer_name: 'Maja', customer_phone: '+46 70 174 06 12', items: [{ name: 'Bulle', quantity: 1 }] };
  return { shop: 'bakery', tenant: 'demo', via, key: 'k', create, expect, why: 'A test.' };
}

function created(over: Partial<Extract<Answer, { kind: 'created' }>> = {}): Answer {
  return {
    transport: '201',
    kind: 'created',
    order: maja,
    idempotencyKey: 'k',
    replayed: false,
    currentStatus: 'pending',
    ...over,
  };
}

function refused(over: Partial<Extract<Answer, { kind: 'error' }>> = {}): Answer {
  return {
    transport: '409',
    kind: 'error',
    code: 'DUPLICATE_ORDER',
    message: 'Order already exists',
    existingOrderId: 'order-1',
    fields: [],
    ...over,
  };
}

const replayOfMaja = { outcome: 'replayed', of: 'maja', status: 'pending' } as const;
const duplicateOfMaja = { outcome: 'refused', code: 'DUPLICATE_ORDER', of: 'maja' } as const;

describe('what the demo finds right', () => {
  const confirmed = { ...maja, status: 'confirmed', version: 2 } as const;

  test.each<{ what: string; example: Example; answer: Answer }>([
    { what: 'a booking', example: line({ outcome: 'booked' }), answer: created() },
    { what: 'a booking over gRPC', example: line({ outcome: 'booked' }, 'grpc'), answer: created({ transport: 'OK' }) },
    { what: 'a replay', example: line(replayOfMaja), answer: created({ transport: '200', replayed: true }) },
    { what: 'a duplicate', example: line(duplicateOfMaja), answer: refused() },
    {
      what: 'a duplicate over gRPC',
      example: line(duplicateOfMaja, 'grpc'),
      answer: refused({ transport: 'ALREADY_EXISTS' }),
    },
    {
      what: 'a move',
      example: line({ outcome: 'moved', status: 'confirmed' }),
      answer: { transport: '200', kind: 'order', order: confirmed },
    },
    {
      what: 'no move',
      example: line({ outcome: 'unchanged', status: 'pending' }),
      answer: { transport: '200', kind: 'order', order: maja },
    },
  ])('$what', ({ example, answer }) => {
    expect(judge(example, answer, maja, known)).toEqual({ outcome: example.expect.outcome, differences: [] });
  });
});

describe('what the demo finds wrong', () => {
  test.each<[string, Example, Answer, string]>([
    ['a duplicate that was booked', line(duplicateOfMaja), created(), 'outcome: expected refused, got booked'],
    ['a booking that was refused', line({ outcome: 'booked' }), refused(), 'the API said: DUPLICATE_ORDER'],
    ['another code', line(duplicateOfMaja), refused({ code: 'SLOT_UNAVAILABLE' }), 'code: expected DUPLICATE_ORDER'],
    [
      'another existing order',
      line(duplicateOfMaja),
      refused({ existingOrderId: 'order-2' }),
      'existing order: expected order-1',
    ],
    [
      'another HTTP status',
      line(duplicateOfMaja),
      refused({ transport: '400' }),
      'transport status: expected 409, got 400',
    ],
    [
      'a replay of another order',
      line(replayOfMaja),
      created({ transport: '200', replayed: true, order: { ...maja, id: 'order-2' } }),
      'order: expected order-1, got order-2',
    ],
    [
      'a replay that tells of today as if it were then',
      line({ ...replayOfMaja, status: 'cancelled' }),
      created({
        transport: '200',
        replayed: true,
        currentStatus: 'cancelled',
        order: { ...maja, status: 'cancelled' },
      }),
      'status when created: expected pending, got cancelled',
    ],
    [
      'another field',
      line({ outcome: 'refused', code: 'VALIDATION_FAILED', field: 'items' }),
      refused({ transport: '400', code: 'VALIDATION_FAILED', fields: ['source'] }),
      'field at fault: expected items, got source',
    ],
  ])('%s', (_, example, answer, difference) => {
    expect(judge(example, answer, undefined, known).differences.join('\n')).toContain(difference);
  });
});
