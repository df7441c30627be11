import { BOOKING_LOCALES, type BookingState } from '../../../../domain/booking/booking';
import { openBooking } from '../../../../domain/booking/open-booking';
import type { StepRequest } from '../../../../domain/booking/step-request';
import { type StepOutcome, takeStep } from '../../../../domain/booking/take-step';
import { TEXTS } from '../../../../domain/booking/texts';
import { viewOf } from '../../../../domain/booking/view';
import fc from '../../../support/fast-check';
import { sha256Hex } from '../sha256';

const START = Date.parse('2026-11-24T10:00:00.000Z');
const MENU = ['Pizza', 'Tea'].map((name) => ({ name, aliases: [], active: true }));

const said = fc.oneof(
  fc.constantFrom(
    '2 pizza',
    'pizza',
    'no pizza',
    '3',
    '2 pizza, no, 3',
    'two pizza or three',
    'tea',
    '2 tea and 3 pizza',
  ),
  fc.constantFrom(
    'yes',
    'no',
    'yes?',
    'yes but 3',
    'wait',
    '👍',
    'sí',
    'ja',
    'हाँ',
    'نعم',
    'cancel that',
    'Ana, +1 212 555 0100',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const claimed = fc.record({
  name: fc.constantFrom('Pizza', 'Tea', 'Cola'),
  quantity: fc.constantFrom(1, 2, 3),
  nameWords: fc.constantFrom('pizza', 'tea', ''),
  quantityWords: fc.constantFrom('2', '3', 'two', ''),
});
const anything: fc.Arbitrary<StepRequest> = fc.oneof(
  fc.record({
    action: fc.constant('add_items' as const),
    customerMessage: said,
    items: fc.array(claimed, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ action: fc.constant('remove_item' as const), itemId: fc.constantFrom('item_1', 'item_2', 'item_9') }),
  fc.record({ action: fc.constant('confirm_items' as const), customerReply: said }),
  fc.record({
    action: fc.constant('set_customer' as const),
    customerMessage: said,
    customerName: fc.constantFrom('Ana', 'Bob'),
    customerPhone: fc.constant('12125550100'),
    notes: fc.constantFrom(null, 'ring', '<b>'),
  }),
  fc.constant({ action: 'get_summary' as const }),
  fc.record({
    action: fc.constant('confirm_booking' as const),
    summaryDigest: fc.constantFrom('current', 'none'),
    customerReply: said,
  }),
);

/** A booking, and what every step of it is judged by. */
class Talk {
  state: BookingState;
  private steps = 0;

  constructor(
    locale: BookingState['locale'],
    private readonly catalogue: typeof MENU,
  ) {
    this.state = openBooking({ id: BOOKING_ID, userId: 'acme', locale, idleExpirySeconds: 86_400, at: this.now });
  }

  get now(): string {
    return new Date(START + this.steps * 40_000).toISOString();
  }

  take(request: StepRequest): StepOutcome {
    this.steps += 1;
    const digest = this.state.summary?.digest ?? '';
    const meant =
      request.action === 'confirm_booking' && request.summaryDigest === 'current'
        ? { ...request, summaryDigest: digest }
        : request;
    const outcome = takeStep(this.state, meant, {
      at: this.now,
      catalogue: this.catalogue,
      confirmationPhrases: [],
      confirmationSeconds: 120,
      sha256Hex,
      issueKey: ({ version }) => `key-${version}`,
    });
    this.state = outcome.state;
    return outcome;
  }

  /** What a customer who wants to order says next, plainly, to an agent that does what it is told; undefined: all is done. */
  plainly(): StepRequest | undefined {
    const { yes } = TEXTS[this.state.locale];
    switch (viewOf(this.state, this.now).nextStep) {
      case 'collect_items': {
        const quantity = 100 + this.steps;
        const item = { name: 'Tea', quantity, nameWords: 'Tea', quantityWords: String(quantity) };
        return { action: 'add_items', customerMessage: `${quantity} Tea`, items: [item] };
      }
      case 'confirm_items':
        return { action: 'confirm_items', customerReply: yes };
      case 'collect_details': {
        const who = { customerName: 'Ana', customerPhone: '12125550100' };
        return { action: 'set_customer', customerMessage: 'Ana, +1 212 555 0100', ...who, notes: null };
      }
      case 'show_summary':
        return { action: 'get_summary' };
      case 'final_confirmation':
        return { action: 'confirm_booking', summaryDigest: 'current', customerReply: yes };
      default:
        return undefined;
    }
  }
}

const BOOKING_ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';

test('wherever an agent has brought a booking, a customer who says plainly what is asked for gets to the key', () => {
  const locale = fc.constantFrom(...BOOKING_LOCALES);
  fc.assert(
    fc.property(locale, fc.constantFrom([], MENU), fc.array(anything, { maxLength: 30 }), (language, menu, wild) => {
      const talk = new Talk(language, menu);
      for (const request of wild) talk.take(request);
      const taken: string[] = [];
      for (let request = talk.plainly(); request !== undefined; request = talk.plainly()) {
        const { decision } = talk.take(request);
        expect([request.action, decision.block]).toEqual([request.action, null]);
        taken.push(request.action);
        // Each of the five steps once, whatever was undone before.
        expect(new Set(taken).size).toBe(taken.length);
      }
      expect(viewOf(talk.state, talk.now).nextStep).toBe('create_order');
      expect(talk.state.confirmation).not.toBeNull();
    }),
    { numRuns: 1_500 },
  );
});
