import { BOOKING_ACTIONS, type BookingState } from '../../../../domain/booking/booking';
import { openBooking } from '../../../../domain/booking/open-booking';
import { allowedActions, expiresAt, isExpired, placeOf, viewOf } from '../../../../domain/booking/view';

const NOW = '2026-11-24T10:10:00.000Z';
const EMPTY = openBooking({
  id: 'b1',
  userId: 'shop',
  locale: 'hi',
  idleExpirySeconds: 90,
  at: '2026-11-24T10:00:00.000Z',
});
const nowhere = { message: 1, start: 0, end: 1 };
const ITEMS: BookingState = {
  ...EMPTY,
  items: [
    { id: 'item_1', name: 'pie', quantity: 2, nameWords: nowhere, quantityWords: nowhere },
    { id: 'item_3', name: 'cola', quantity: 1, nameWords: nowhere, quantityWords: nowhere },
  ],
};
const SURE: BookingState = { ...ITEMS, itemsConfirmed: true };
const COMPLETE: BookingState = { ...SURE, customer: { name: 'Zoe', phone: '493090182044', notes: null } };
const SHOWN: BookingState = { ...COMPLETE, summary: { digest: 'd', text: 't', shownAt: NOW }, summaryEver: true };
const YES: BookingState = {
  ...SHOWN,
  confirmation: { idempotencyKey: 'k', summaryDigest: 'd', confirmedAt: NOW, expiresAt: '2026-11-24T10:20:00.000Z' },
};

test.each([
  ['nothing', EMPTY, 'start', 'collect_items', ['items', 'customer_name', 'customer_phone']],
  ['items', ITEMS, 'collect_items', 'confirm_items', ['items_confirmation', 'customer_name', 'customer_phone']],
  ['confirmed items', SURE, 'confirm_items', 'collect_details', ['customer_name', 'customer_phone']],
  ['a customer', COMPLETE, 'collect_details', 'show_summary', ['summary', 'confirmation']],
  ['a summary', SHOWN, 'show_summary', 'final_confirmation', ['confirmation']],
  ['a yes', YES, 'final_confirmation', 'create_order', []],
  ['no items, but a customer', { ...COMPLETE, items: [], itemsConfirmed: false }, 'start', 'collect_items', ['items']],
  [
    'other items, and a customer',
    { ...COMPLETE, itemsConfirmed: false },
    'collect_items',
    'confirm_items',
    ['items_confirmation'],
  ],
  ['an order', { ...YES, status: 'ordered', orderId: 'o' }, 'create_order', null, []],
  ['given up', { ...YES, status: 'abandoned' }, 'abandoned', null, []],
  ['expired', { ...SHOWN, status: 'expired' }, 'expired', null, []],
] as const)('a booking with %s stands where that is', (_name, state, step, nextStep, missing) => {
  expect(placeOf(state as BookingState, NOW)).toEqual({ step, nextStep, missing });
});

test('a yes that has expired leaves the summary to be shown again', () => {
  const { confirmation } = YES;
  const atExpiry = confirmation?.expiresAt ?? '';
  expect(placeOf(YES, '2026-11-24T10:19:59.999Z').nextStep).toBe('create_order');
  expect(placeOf(YES, atExpiry)).toEqual({
    step: 'collect_details',
    nextStep: 'show_summary',
    missing: ['summary', 'confirmation'],
  });
  expect(allowedActions(YES, atExpiry)).toEqual([
    'add_items',
    'remove_item',
    'confirm_items',
    'set_customer',
    'get_summary',
    'abandon_booking',
  ]);
});

test.each([
  [EMPTY, ['add_items', 'abandon_booking']],
  [ITEMS, ['add_items', 'remove_item', 'confirm_items', 'abandon_booking']],
  [SURE, ['add_items', 'remove_item', 'confirm_items', 'set_customer', 'abandon_booking']],
  [COMPLETE, ['add_items', 'remove_item', 'confirm_items', 'set_customer', 'get_summary', 'abandon_booking']],
  [SHOWN, BOOKING_ACTIONS.filter((action) => action !== 'create_order')],
  [YES, BOOKING_ACTIONS],
  [{ ...YES, status: 'ordered' as const }, []],
  [{ ...YES, status: 'abandoned' as const }, []],
  [{ ...YES, status: 'expired' as const }, []],
])('what may be asked of it follows from that (%#)', (state, actions) => {
  expect(allowedActions(state, NOW)).toEqual(actions);
});

test('every next step can be taken: the action that leads there is allowed', () => {
  const actionOf = {
    collect_items: 'add_items',
    confirm_items: 'confirm_items',
    collect_details: 'set_customer',
    show_summary: 'get_summary',
    final_confirmation: 'confirm_booking',
    create_order: 'create_order',
  } as const;
  for (const state of [EMPTY, ITEMS, SURE, COMPLETE, SHOWN, YES]) {
    const nextStep = placeOf(state, NOW).nextStep as keyof typeof actionOf;
    expect(allowedActions(state, NOW)).toContain(actionOf[nextStep]);
  }
});

test('callers see the draft, and nothing of the words, digests and keys behind it', () => {
  expect(viewOf({ ...YES, lastStepAt: NOW }, NOW)).toEqual({
    id: 'b1',
    step: 'final_confirmation',
    nextStep: 'create_order',
    missing: [],
    allowedActions: [...BOOKING_ACTIONS],
    draft: {
      items: [
        { id: 'item_1', name: 'pie', quantity: 2 },
        { id: 'item_3', name: 'cola', quantity: 1 },
      ],
      totalQuantity: 3,
      customerName: 'Zoe',
      customerPhone: '493090182044',
      notes: null,
    },
    locale: 'hi',
    orderId: null,
    expiresAt: '2026-11-24T10:11:30.000Z',
  });
});

test('it expires so long after its last step', () => {
  const state = { lastStepAt: '2026-11-24T23:59:59.250Z', idleExpirySeconds: 86_400 };
  expect(expiresAt(state)).toBe('2026-11-25T23:59:59.250Z');
  expect(isExpired(expiresAt(state), '2026-11-25T23:59:59.249Z')).toBe(false);
  expect(isExpired(expiresAt(state), '2026-11-25T23:59:59.250Z')).toBe(true);
});
