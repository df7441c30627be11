import type * as z from 'zod';
import type { BookingAction } from '../../../domain/booking/booking';
import { type FieldViolation, ValidationError } from '../../../domain/errors';
import {
  abandonBookingSchema,
  addItemsSchema,
  aiOrderSchema,
  confirmBookingSchema,
  confirmItemsSchema,
  getSummarySchema,
  removeItemParamsSchema,
  removeItemSchema,
  setCustomerSchema,
  startBookingSchema,
  stepQuerySchema,
} from '../../../domain/schemas/bookings';
import { updateCapabilitiesSchema } from '../../../domain/schemas/capabilities';
import { updateCatalogueSchema } from '../../../domain/schemas/catalogue';
import { parseInput } from '../../../domain/schemas/parse';
import type { StartBooking, TakeStep } from '../../../services/order-api/use-cases/contract';

const ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';
const ITEM = { name: 'Margherita', quantity: 2, name_words: 'margheritas', quantity_words: 'two' };
const ITEMS = { customer_message: 'two margheritas', items: [ITEM] };
const CUSTOMER = { customer_message: 'Zoë, 0049 30 901820', customer_name: ' Zoë ', customer_phone: '0049 30 901820' };
const PAYLOAD = {
  user_id: 'bakery',
  customer_name: 'Zoë',
  customer_phone: '4930901820',
  items: [{ name: 'Margherita', quantity: 2 }],
  source: 'ai',
};
const AI_ORDER = { version: '1.0', action: 'create_order', idempotency_key: 'bk1.x', payload: PAYLOAD };

function violationsOf(schema: z.ZodType, input: unknown): readonly FieldViolation[] {
  try {
    parseInput(schema, input);
  } catch (error) {
    if (error instanceof ValidationError) return error.details.violations as readonly FieldViolation[];
    throw error;
  }
  return [];
}

const fieldsOf = (schema: z.ZodType, input: unknown) => violationsOf(schema, input).map(({ field }) => field);

test('what is read fits the use cases as it is', () => {
  const steps: { readonly [Action in Exclude<BookingAction, 'create_order'>]: TakeStep<Action> } = {
    add_items: { bookingId: ID, ...parseInput(addItemsSchema, ITEMS) },
    remove_item: { bookingId: ID, ...parseInput(removeItemSchema, { item_id: 'item_1' }) },
    confirm_items: { bookingId: ID, ...parseInput(confirmItemsSchema, { customer_reply: 'yes' }) },
    set_customer: { bookingId: ID, ...parseInput(setCustomerSchema, CUSTOMER) },
    get_summary: { bookingId: ID, ...parseInput(getSummarySchema, {}) },
    confirm_booking: {
      bookingId: ID,
      ...parseInput(confirmBookingSchema, { summary_digest: 'd', customer_reply: 'yes' }),
    },
    abandon_booking: { bookingId: ID, ...parseInput(abandonBookingSchema, undefined) },
  };
  const start: StartBooking = parseInput(startBookingSchema, undefined);
  expect(start).toEqual({ locale: undefined, stepId: undefined, confidence: undefined });
  for (const [action, { request }] of Object.entries(steps)) expect(request.action).toBe(action);
  expect(steps.set_customer.request).toMatchObject({ customerName: 'Zoë', customerPhone: '4930901820', notes: null });
  expect(steps.abandon_booking.request).toEqual({ action: 'abandon_booking', reason: null });
});

describe('the customer’s words', () => {
  const words = [
    '  leading and trailing  ',
    'e\u0301 stays decomposed',
    'zero\u200Bwidth\u202E and right-to-left',
    '\u0443es',
    'tabs\tand\r\nlines',
    '<b>bold</b>',
  ];
  test.each(words)('are kept letter by letter: %j', (text) => {
    expect(parseInput(addItemsSchema, { ...ITEMS, customer_message: text }).request.customerMessage).toBe(text);
    expect(parseInput(setCustomerSchema, { ...CUSTOMER, customer_message: text }).request.customerMessage).toBe(text);
    const reply = text.slice(0, 500);
    expect(parseInput(confirmItemsSchema, { customer_reply: reply }).request.customerReply).toBe(reply);
  });

  test('are counted in characters, not in units of UTF-16', () => {
    const pizzas = '\u{1F355}'.repeat(2_000);
    expect(parseInput(addItemsSchema, { ...ITEMS, customer_message: pizzas }).request.customerMessage).toBe(pizzas);
  });

  test('may be none in a reply, which is for the guardrail to refuse, but not in a message', () => {
    expect(parseInput(confirmItemsSchema, { customer_reply: '' }).request.customerReply).toBe('');
    expect(parseInput(confirmBookingSchema, { summary_digest: '', customer_reply: '' }).request).toEqual({
      action: 'confirm_booking',
      summaryDigest: '',
      customerReply: '',
    });
    expect(fieldsOf(addItemsSchema, { ...ITEMS, customer_message: '' })).toEqual(['customer_message']);
    expect(fieldsOf(confirmItemsSchema, {})).toEqual(['customer_reply']);
  });

  test('are refused only where the database could not hold them, and where they are too long', () => {
    for (const text of ['\0', 'half a pair \uD83C', 'x'.repeat(2_001), '\u{1F355}'.repeat(2_001)]) {
      expect(fieldsOf(addItemsSchema, { ...ITEMS, customer_message: text })).toEqual(['customer_message']);
    }
    expect(fieldsOf(confirmItemsSchema, { customer_reply: 'x'.repeat(1_001) })).toEqual(['customer_reply']);
    const longWords = { ...ITEMS, items: [{ ...ITEM, name_words: 'x'.repeat(201), quantity_words: '\0' }] };
    expect(fieldsOf(addItemsSchema, longWords)).toEqual(['items[0].name_words', 'items[0].quantity_words']);
  });

  test('that point at an item may be absent: the guardrail says what to ask then', () => {
    const { name, quantity } = ITEM;
    for (const item of [
      { name, quantity },
      { name, quantity, name_words: null, quantity_words: '' },
    ]) {
      expect(parseInput(addItemsSchema, { ...ITEMS, items: [item] }).request.items).toEqual([
        { name, quantity, nameWords: '', quantityWords: '' },
      ]);
    }
  });
});

describe('the fields of a step', () => {
  test('are held to those that there are', () => {
    expect(fieldsOf(addItemsSchema, { ...ITEMS, itemz: [] })).toEqual(['itemz']);
    expect(fieldsOf(addItemsSchema, { ...ITEMS, items: [{ ...ITEM, id: 'item_1' }] })).toEqual(['items[0].id']);
    expect(fieldsOf(confirmBookingSchema, { summary_digest: 'd', customer_reply: 'yes', yes: true })).toEqual(['yes']);
  });

  test('hold 1 to 100 items of at least one unit', () => {
    expect(fieldsOf(addItemsSchema, { ...ITEMS, items: [] })).toEqual(['items']);
    expect(fieldsOf(addItemsSchema, { ...ITEMS, items: Array(101).fill(ITEM) })).toEqual(['items']);
    expect(fieldsOf(addItemsSchema, { ...ITEMS, items: [{ ...ITEM, quantity: 0 }] })).toEqual(['items[0].quantity']);
    expect(parseInput(addItemsSchema, { ...ITEMS, items: Array(100).fill(ITEM) }).request.items).toHaveLength(100);
  });

  test('name the step and say how sure the agent is, in a body as in a query', () => {
    const named = { step_id: 'A.b_c:d-9', confidence: 0.25 };
    expect(parseInput(addItemsSchema, { ...ITEMS, ...named })).toMatchObject({ stepId: 'A.b_c:d-9', confidence: 0.25 });
    expect(parseInput(startBookingSchema, { ...named, locale: 'hi' })).toEqual({
      stepId: 'A.b_c:d-9',
      confidence: 0.25,
      locale: 'hi',
    });
    expect(parseInput(stepQuerySchema, { step_id: 'a', confidence: '0.25' })).toEqual({
      stepId: 'a',
      confidence: 0.25,
    });
    expect(parseInput(stepQuerySchema, { step_id: '', confidence: '' })).toEqual({
      stepId: undefined,
      confidence: undefined,
    });
    expect(parseInput(getSummarySchema, { confidence: 1 }).confidence).toBe(1);
    expect(parseInput(getSummarySchema, { step_id: null, confidence: null })).toMatchObject({
      stepId: undefined,
      confidence: undefined,
    });
    for (const step_id of ['a b', 'é', 'x'.repeat(129), 7]) {
      expect(fieldsOf(addItemsSchema, { ...ITEMS, step_id })).toEqual(['step_id']);
    }
    for (const confidence of [-0.1, 1.1, '0.5', Number.NaN]) {
      expect(fieldsOf(addItemsSchema, { ...ITEMS, confidence })).toEqual(['confidence']);
    }
    for (const confidence of ['1.1', '-1', '1e-1', '0x1', 'sure', ' 1']) {
      expect(fieldsOf(stepQuerySchema, { confidence })).toEqual(['confidence']);
    }
  });

  test('name a booking by a UUID and an item by anything that fits', () => {
    expect(parseInput(removeItemParamsSchema, { id: ID.toUpperCase(), item_id: 'nonsense é' })).toEqual({
      id: ID,
      item_id: 'nonsense é',
    });
    expect(fieldsOf(removeItemParamsSchema, { id: 'nonsense', item_id: '' })).toEqual(['id', 'item_id']);
    expect(fieldsOf(removeItemParamsSchema, { id: ID, item_id: 'x'.repeat(65) })).toEqual(['item_id']);
    expect(fieldsOf(removeItemParamsSchema, { id: ID, item_id: 'a\0' })).toEqual(['item_id']);
  });

  test('take a language that is spoken here', () => {
    expect(fieldsOf(startBookingSchema, { locale: 'tlh' })).toEqual(['locale']);
    expect(fieldsOf(startBookingSchema, { locale: '' })).toEqual(['locale']);
  });

  test('say nothing of a form that was not turned down', () => {
    const confirm = { summary_digest: 'd', customer_reply: '' };
    for (const declined of [undefined, null, false]) {
      expect(parseInput(confirmBookingSchema, { ...confirm, declined }).request).not.toHaveProperty('declined');
    }
    expect(parseInput(confirmBookingSchema, { ...confirm, declined: true }).request.declined).toBe(true);
  });
});

describe('the contract with agents, version 1.0', () => {
  test('is read as it always was', () => {
    expect(parseInput(aiOrderSchema, { ...AI_ORDER, payload: { ...PAYLOAD, notes: '' } })).toEqual({
      userId: 'bakery',
      confirmationKey: 'bk1.x',
      content: {
        customerName: 'Zoë',
        customerPhone: '4930901820',
        items: [{ name: 'Margherita', quantity: 2 }],
        notes: null,
      },
    });
  });

  test('lets any key through, and none: that is for the guardrail to refuse', () => {
    for (const [sent, read] of [
      [undefined, undefined],
      [null, undefined],
      ['', undefined],
      ['no key of ours \u0000', 'no key of ours \u0000'],
    ]) {
      expect(parseInput(aiOrderSchema, { ...AI_ORDER, idempotency_key: sent }).confirmationKey).toBe(read);
    }
    expect(fieldsOf(aiOrderSchema, { ...AI_ORDER, idempotency_key: 7 })).toEqual(['idempotency_key']);
  });

  test.each([
    ['version', { ...AI_ORDER, version: '2.0' }],
    ['action', { ...AI_ORDER, action: 'cancel_order' }],
    ['payload', { ...AI_ORDER, payload: undefined }],
    ['payload.source', { ...AI_ORDER, payload: { ...PAYLOAD, source: 'api' } }],
    ['payload.user_id', { ...AI_ORDER, payload: { ...PAYLOAD, user_id: undefined } }],
    ['payload.items', { ...AI_ORDER, payload: { ...PAYLOAD, items: [] } }],
    ['payload.allow_duplicate', { ...AI_ORDER, payload: { ...PAYLOAD, allow_duplicate: true } }],
    ['payload.slot_id', { ...AI_ORDER, payload: { ...PAYLOAD, slot_id: 's' } }],
    ['allow_duplicate', { ...AI_ORDER, allow_duplicate: true }],
  ])('refuses another %s', (field, body) => {
    expect(fieldsOf(aiOrderSchema, body)).toEqual([field]);
  });
});

describe('a catalogue', () => {
  const read = (items: unknown) => parseInput(updateCatalogueSchema, { items });

  test('has names, aliases and what can be ordered now', () => {
    expect(read([{ name: ' Margherita ' }, { name: 'Cola', aliases: ['Coke'], active: false }])).toEqual([
      { name: 'Margherita', aliases: [], active: true },
      { name: 'Cola', aliases: ['Coke'], active: false },
    ]);
    expect(read([])).toEqual([]);
  });

  test('names each item apart from every other, by whatever name', () => {
    const refused = (items: unknown) => fieldsOf(updateCatalogueSchema, { items });
    expect(refused([{ name: 'Cola' }, { name: 'COLA ' }])).toEqual(['items[1].name']);
    expect(
      refused([
        { name: 'Cola', aliases: ['coke'] },
        { name: 'Zero', aliases: ['x', 'Coke'] },
      ]),
    ).toEqual(['items[1].aliases[1]']);
    expect(refused([{ name: 'Cola', aliases: ['Cola'] }])).toEqual(['items[0].aliases[0]']);
  });

  test('has bounds', () => {
    const refused = (items: unknown) => fieldsOf(updateCatalogueSchema, { items });
    expect(refused(Array.from({ length: 1_001 }, (_, n) => ({ name: `item ${n}` })))).toEqual(['items']);
    expect(refused([{ name: 'Cola', aliases: Array.from({ length: 21 }, (_, n) => `alias ${n}`) }])).toEqual([
      'items[0].aliases',
    ]);
    expect(refused([{ name: '' }, { name: 'x'.repeat(201) }, { name: 'ok', price: 1 }])).toEqual([
      'items[0].name',
      'items[1].name',
      'items[2].price',
    ]);
    expect(fieldsOf(updateCatalogueSchema, {})).toEqual(['items']);
    expect(read(Array.from({ length: 1_000 }, (_, n) => ({ name: `item ${n}` })))).toHaveLength(1_000);
  });
});

describe('how bookings go', () => {
  test('is changed field by field', () => {
    const change = {
      booking_locale: 'ar',
      booking_idle_expiry_seconds: 60,
      confirmation_expiry_seconds: 3_600,
      confirmation_phrases: [' aye aye '],
    };
    expect(parseInput(updateCapabilitiesSchema, change)).toMatchObject({
      bookingLocale: 'ar',
      bookingIdleExpirySeconds: 60,
      confirmationExpirySeconds: 3_600,
      confirmationPhrases: ['aye aye'],
    });
    expect(parseInput(updateCapabilitiesSchema, {})).toMatchObject({
      bookingLocale: undefined,
      confirmationPhrases: undefined,
    });
  });

  test.each([
    ['booking_locale', 'tlh'],
    ['booking_locale', null],
    ['booking_idle_expiry_seconds', 59],
    ['booking_idle_expiry_seconds', 86_401],
    ['confirmation_expiry_seconds', 29],
    ['confirmation_expiry_seconds', 3_601],
    ['confirmation_phrases', Array.from({ length: 21 }, (_, n) => `phrase ${n}`)],
  ])('keeps %s within its bounds: %j', (field, value) => {
    expect(fieldsOf(updateCapabilitiesSchema, { [field]: value })).toEqual([field]);
  });

  test('takes no phrase that could be a no or a change', () => {
    const phrases = ['aye aye', 'not now', 'yes but more', 'really?'];
    expect(fieldsOf(updateCapabilitiesSchema, { confirmation_phrases: phrases })).toEqual([
      'confirmation_phrases[1]',
      'confirmation_phrases[2]',
      'confirmation_phrases[3]',
    ]);
  });

  test('takes no phrase that is empty, too long or not to be seen', () => {
    const phrases = ['', '  ', 'x'.repeat(61), 'yes\u202E'];
    expect(fieldsOf(updateCapabilitiesSchema, { confirmation_phrases: ['x'.repeat(60)] })).toEqual([]);
    expect(fieldsOf(updateCapabilitiesSchema, { confirmation_phrases: phrases })).toEqual([
      'confirmation_phrases[0]',
      'confirmation_phrases[1]',
      'confirmation_phrases[2]',
      'confirmation_phrases[3]',
    ]);
  });
});
