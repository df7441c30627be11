import { createHmac } from 'node:crypto';
import type { BookingState } from '../../../../domain/booking/booking';
import { issueConfirmationKey, readConfirmationKey } from '../../../../domain/booking/confirmation-key';
import { draftDigest } from '../../../../domain/booking/draft-digest';
import { openBooking } from '../../../../domain/booking/open-booking';
import type { StepRequest } from '../../../../domain/booking/step-request';
import {
  contentOf,
  DRAFT_ITEMS_MAX,
  type StepOutcome,
  type StepRules,
  takeStep,
} from '../../../../domain/booking/take-step';
import { viewOf } from '../../../../domain/booking/view';
import { sha256Hex } from '../../../../platform/sha256';

const START = Date.parse('2026-11-24T10:00:00.250Z');
const SIGNING_KEY = {
  id: 'k1',
  mac: (text: string) => createHmac('sha256', 'secret').update(text).digest('base64url'),
};
const BOOKING_ID = '0198c2de-7f3a-7cc1-9d4e-5b6a7c8d9e0f';

/** `seconds` after the start. */
function at(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString();
}

function rulesAt(seconds: number, more: Partial<StepRules> = {}): StepRules {
  return {
    at: at(seconds),
    catalogue: [],
    confirmationPhrases: [],
    confirmationSeconds: 600,
    sha256Hex,
    issueKey: (claim) => issueConfirmationKey(claim, SIGNING_KEY),
    ...more,
  };
}

const EMPTY = openBooking({ id: BOOKING_ID, userId: 'shop', locale: 'en', idleExpirySeconds: 1_800, at: at(0) });

/** `2 pie` and the like, in the customer's words. */
function wish(...wishes: readonly (readonly [quantity: number, name: string])[]): StepRequest {
  return {
    action: 'add_items',
    customerMessage: `I would like ${wishes.map(([quantity, name]) => `${quantity} ${name}`).join(' and ')}`,
    items: wishes.map(([quantity, name]) => ({ name, quantity, nameWords: name, quantityWords: String(quantity) })),
  };
}

const remove = (itemId: string): StepRequest => ({ action: 'remove_item', itemId });
const itemsReply = (customerReply: string): StepRequest => ({ action: 'confirm_items', customerReply });
const CUSTOMER: StepRequest = {
  action: 'set_customer',
  customerMessage: 'My name is Zoe Miller, 49 30 901820 44',
  customerName: 'Zoe Miller',
  customerPhone: '493090182044',
  notes: 'Ring twice',
};
const SUMMARY: StepRequest = { action: 'get_summary' };
const ABANDON: StepRequest = { action: 'abandon_booking', reason: null };
const confirm = (summaryDigest: string, customerReply = 'yes'): StepRequest => ({
  action: 'confirm_booking',
  summaryDigest,
  customerReply,
});

/** Takes the steps one after the other, a second apart; each has to be accepted. */
function taken(requests: readonly StepRequest[], from: BookingState = EMPTY): BookingState {
  return requests.reduce((state, request, index) => {
    const outcome = takeStep(state, request, rulesAt(index + 1));
    if (outcome.result === null) throw new Error(`${request.action}: ${outcome.decision.block?.message}`);
    return outcome.state;
  }, from);
}

const WITH_ITEMS = taken([wish([2, 'pie'])]);
const CONFIRMED_ITEMS = taken([itemsReply('Yes!')], WITH_ITEMS);
const WITH_CUSTOMER = taken([CUSTOMER], CONFIRMED_ITEMS);
const SHOWN = taken([SUMMARY], WITH_CUSTOMER);
const DIGEST = SHOWN.summary?.digest ?? '';
const SAID_YES = taken([confirm(DIGEST, 'Yes, confirm')], SHOWN);
const ABANDONED = taken([ABANDON], SHOWN);
const ORDERED: BookingState = { ...SAID_YES, status: 'ordered', orderId: 'an order' };
const EXPIRED: BookingState = { ...SHOWN, status: 'expired' };

const STAGES = {
  empty: EMPTY,
  'with items': WITH_ITEMS,
  'with confirmed items': CONFIRMED_ITEMS,
  'with a customer': WITH_CUSTOMER,
  'with a summary': SHOWN,
  'with a yes': SAID_YES,
  ordered: ORDERED,
  abandoned: ABANDONED,
  expired: EXPIRED,
} as const;
type Stage = keyof typeof STAGES;

/** What came of a step, in short. */
function verdict({ decision }: StepOutcome): string {
  const { block } = decision;
  return block === null ? decision.decision : `${block.code} ${block.guardrail} ${block.reason}`;
}

function take(state: BookingState, request: StepRequest, seconds = 60, more: Partial<StepRules> = {}): StepOutcome {
  return takeStep(state, request, rulesAt(seconds, more));
}

describe('the way of a booking', () => {
  test('every step moves it on by one, tells what to say next, and is a line of the records', () => {
    const steps = [wish([2, 'pie']), itemsReply('yes'), CUSTOMER, SUMMARY, confirm(DIGEST)];
    const outcomes: StepOutcome[] = [];
    for (const [index, step] of steps.entries()) {
      outcomes.push(takeStep(outcomes.at(-1)?.state ?? EMPTY, step, rulesAt(index + 1)));
    }
    expect(outcomes.map(({ state }) => viewOf(state, at(10)).nextStep)).toEqual([
      'confirm_items',
      'collect_details',
      'show_summary',
      'final_confirmation',
      'create_order',
    ]);
    expect(outcomes.map(({ state }) => [state.version, state.lastStepAt])).toEqual(
      [2, 3, 4, 5, 6].map((version) => [version, at(version - 1)]),
    );
    const shown = '2 × “pie”\nIs this what you would like to order? Please answer yes or no.';
    expect(outcomes.map(({ result }) => result?.say)).toEqual([
      shown,
      'May I have your name and your phone number, please?',
      null,
      SHOWN.summary?.text,
      null,
    ]);
    expect(outcomes.map(({ decision }) => decision)).toEqual([
      line('add_items', 'I would like 2 pie'),
      { ...line('confirm_items', 'yes'), shown },
      line('set_customer', 'My name is Zoe Miller, 49 30 901820 44'),
      { ...line('get_summary', null), shown: SHOWN.summary?.text, summaryDigest: DIGEST },
      { ...line('confirm_booking', 'yes'), shown: SHOWN.summary?.text, summaryDigest: DIGEST },
    ]);
  });

  function line(action: StepRequest['action'], customerWords: string | null) {
    return { action, decision: 'accepted', block: null, customerWords, shown: null, summaryDigest: null };
  }

  const OVER = (status: string) => `GUARDRAIL_BLOCKED booking_open booking_${status}`;
  const EARLY = (reason: string) => `GUARDRAIL_BLOCKED step_order ${reason}`;
  const STALE = 'STALE_CONFIRMATION current_summary no_current_summary';

  test.each<[name: string, request: StepRequest, expected: Readonly<Record<Stage, string>>]>([
    [
      'add_items',
      wish([1, 'cola']),
      {
        empty: 'accepted',
        'with items': 'accepted',
        'with confirmed items': 'accepted',
        'with a customer': 'accepted',
        'with a summary': 'accepted',
        'with a yes': 'accepted',
        ordered: OVER('ordered'),
        abandoned: OVER('abandoned'),
        expired: OVER('expired'),
      },
    ],
    [
      'remove_item',
      remove('item_1'),
      {
        empty: EARLY('remove_item_before_collect_items'),
        'with items': 'accepted',
        'with confirmed items': 'accepted',
        'with a customer': 'accepted',
        'with a summary': 'accepted',
        'with a yes': 'accepted',
        ordered: OVER('ordered'),
        abandoned: OVER('abandoned'),
        expired: OVER('expired'),
      },
    ],
    [
      'confirm_items',
      itemsReply('yes'),
      {
        empty: EARLY('confirm_items_before_collect_items'),
        'with items': 'accepted',
        'with confirmed items': 'repeated',
        'with a customer': 'repeated',
        'with a summary': 'repeated',
        'with a yes': 'repeated',
        ordered: OVER('ordered'),
        abandoned: OVER('abandoned'),
        expired: OVER('expired'),
      },
    ],
    [
      'set_customer',
      CUSTOMER,
      {
        empty: EARLY('set_customer_before_collect_items'),
        'with items': EARLY('set_customer_before_confirm_items'),
        'with confirmed items': 'accepted',
        'with a customer': 'repeated',
        'with a summary': 'repeated',
        'with a yes': 'repeated',
        ordered: OVER('ordered'),
        abandoned: OVER('abandoned'),
        expired: OVER('expired'),
      },
    ],
    [
      'get_summary',
      SUMMARY,
      {
        empty: EARLY('get_summary_before_collect_items'),
        'with items': EARLY('get_summary_before_confirm_items'),
        'with confirmed items': 'GUARDRAIL_BLOCKED required_fields get_summary_before_collect_details',
        'with a customer': 'accepted',
        'with a summary': 'repeated',
        'with a yes': 'repeated',
        ordered: OVER('ordered'),
        abandoned: OVER('abandoned'),
        expired: OVER('expired'),
      },
    ],
    [
      'confirm_booking',
      confirm(DIGEST),
      {
        empty: EARLY('confirm_booking_before_collect_items'),
        'with items': EARLY('confirm_booking_before_confirm_items'),
        'with confirmed items': EARLY('confirm_booking_before_collect_details'),
        'with a customer': EARLY('confirm_booking_before_show_summary'),
        'with a summary': 'accepted',
        'with a yes': 'repeated',
        ordered: OVER('ordered'),
        abandoned: OVER('abandoned'),
        expired: OVER('expired'),
      },
    ],
    [
      'abandon_booking',
      ABANDON,
      {
        empty: 'accepted',
        'with items': 'accepted',
        'with confirmed items': 'accepted',
        'with a customer': 'accepted',
        'with a summary': 'accepted',
        'with a yes': 'accepted',
        ordered: OVER('ordered'),
        abandoned: 'repeated',
        expired: OVER('expired'),
      },
    ],
  ])('%s comes in its turn, and nowhere else', (_name, request, expected) => {
    const verdicts = Object.entries(STAGES).map(([stage, state]) => [stage, verdict(take(state, request))]);
    expect(Object.fromEntries(verdicts)).toEqual(expected);
  });

  test('after an edit, a summary that was shown once is stale rather than early', () => {
    for (const edit of [wish([1, 'cola']), remove('item_1'), { ...CUSTOMER, notes: null }]) {
      expect(verdict(take(taken([edit], SAID_YES), confirm(DIGEST)))).toBe(STALE);
    }
  });

  test('a refused step says what is next and what to ask, and changes nothing but the count', () => {
    const { state, decision, result } = take(WITH_ITEMS, SUMMARY, 30);
    expect(result).toBeNull();
    expect(state).toEqual({ ...WITH_ITEMS, version: WITH_ITEMS.version + 1, lastStepAt: at(30) });
    expect(decision).toMatchObject({
      decision: 'blocked',
      block: {
        message:
          'get_summary comes later: the next step is confirm_items, and missing is items_confirmation, customer_name, customer_phone',
        ask: '2 × “pie”\nIs this what you would like to order? Please answer yes or no.',
      },
    });
  });

  test('what is over counts what is asked of it, and does not go on for being asked', () => {
    for (const over of [ORDERED, ABANDONED, EXPIRED]) {
      for (const request of [wish([1, 'cola']), SUMMARY, confirm(DIGEST, 'no'), ABANDON]) {
        const { state } = take(over, request, 100);
        expect(state).toEqual({ ...over, version: over.version + 1, confirmation: state.confirmation });
        expect(state.confirmation).toEqual(over.confirmation);
      }
    }
  });

  test('the same booking, step and rules give the same outcome, and leave the booking as it was', () => {
    for (const state of Object.values(STAGES)) {
      for (const request of [
        wish([1, 'cola']),
        remove('item_1'),
        itemsReply('no'),
        CUSTOMER,
        SUMMARY,
        confirm(DIGEST),
      ]) {
        const frozen = deepFreeze(structuredClone(state));
        expect(take(frozen, request)).toEqual(take(state, request));
      }
    }
  });
});

describe('edits', () => {
  test.each<[name: string, edit: StepRequest, undone: Partial<BookingState>]>([
    ['another item', wish([1, 'cola']), { itemsConfirmed: false, summary: null, confirmation: null }],
    ['a removed item', remove('item_1'), { itemsConfirmed: false, summary: null, confirmation: null }],
    ['other notes', { ...CUSTOMER, notes: 'Ring once' }, { itemsConfirmed: true, summary: null, confirmation: null }],
    ['no notes', { ...CUSTOMER, notes: null }, { itemsConfirmed: true, summary: null, confirmation: null }],
    ['another name', { ...CUSTOMER, customerName: 'Zoe' }, { itemsConfirmed: true, summary: null, confirmation: null }],
  ])('%s undoes the yes that was given before', (_name, edit, undone) => {
    for (const state of [SHOWN, SAID_YES]) expect(taken([edit], state)).toMatchObject(undone);
  });

  test('an edit that is taken back asks for everything again, and the new yes has a key of its own', () => {
    const back = taken([wish([1, 'cola']), remove('item_2'), itemsReply('yes'), SUMMARY], SAID_YES);
    // The content is the same to the letter, so the digest is: still, the yes from before is gone.
    expect(back.summary?.digest).toBe(DIGEST);
    expect(back.confirmation).toBeNull();
    const moment = { ...SAID_YES.confirmation, confirmedAt: undefined };
    const again = takeStep(back, confirm(DIGEST), rulesAt(1)).state.confirmation;
    expect(again?.expiresAt).toBe(moment.expiresAt);
    expect(again?.idempotencyKey).not.toBe(moment.idempotencyKey);
  });

  test('the same step again is no edit: what was said to it stays', () => {
    for (const request of [wish([2, 'pie']), itemsReply('yes'), CUSTOMER, SUMMARY]) {
      const { state, decision } = take(SAID_YES, request);
      expect(decision.decision).toBe('repeated');
      expect(state).toMatchObject({ summary: SAID_YES.summary, confirmation: SAID_YES.confirmation });
      expect(state.items).toEqual(SAID_YES.items);
    }
  });

  test('a removal that is sent again has nothing to do, also when it was the last item', () => {
    const emptied = taken([remove('item_1')], SHOWN);
    expect(emptied.items).toEqual([]);
    expect(verdict(take(emptied, remove('item_1')))).toBe('repeated');
    const two = taken([wish([1, 'cola']), remove('item_1')], WITH_ITEMS);
    expect(verdict(take(two, remove('item_1')))).toBe('repeated');
    for (const id of ['item_3', 'item_0', 'item_01', 'item_1 ', 'Item_1', 'item_999999999', '', '__proto__']) {
      expect(verdict(take(two, remove(id)))).toBe('GUARDRAIL_BLOCKED step_order no_such_item');
    }
  });

  test('an id is never used again', () => {
    const state = taken([wish([1, 'cola']), remove('item_2'), wish([3, 'tea'])], WITH_ITEMS);
    expect(state.items.map(({ id, name }) => [id, name])).toEqual([
      ['item_1', 'pie'],
      ['item_3', 'tea'],
    ]);
  });

  test('what was removed can be wished for again in the same words', () => {
    const state = taken([remove('item_1'), wish([2, 'pie'])], WITH_ITEMS);
    expect(state.items).toMatchObject([{ id: 'item_2', name: 'pie', quantity: 2 }]);
  });

  test('the same words twice in one step are not two items', () => {
    const { items } = wish([2, 'pie']) as Extract<StepRequest, { action: 'add_items' }>;
    const doubled: StepRequest = {
      action: 'add_items',
      customerMessage: 'I would like 2 pie',
      items: [...items, ...items],
    };
    const { state, decision } = take(EMPTY, doubled);
    expect(decision.block?.guardrail).toBe('quantity_grounding');
    expect(state.items).toEqual([]);
  });

  test('a wish that is known in part adds what is new of it', () => {
    const message = 'I would like 2 pie and 1 cola';
    const { items } = wish([2, 'pie'], [1, 'cola']) as Extract<StepRequest, { action: 'add_items' }>;
    const first = taken([{ action: 'add_items', customerMessage: message, items: items.slice(0, 1) }]);
    const both = take(first, { action: 'add_items', customerMessage: message, items });
    expect(both.decision.decision).toBe('accepted');
    expect(both.state.items.map(({ name, quantity }) => [name, quantity])).toEqual([
      ['pie', 2],
      ['cola', 1],
    ]);
  });

  test(`a booking holds ${DRAFT_ITEMS_MAX} items and no more`, () => {
    const names = Array.from(
      { length: DRAFT_ITEMS_MAX },
      (_, index) => `dish${'abcdefghij'.charAt(index / 10)}${'klmnopqrst'.charAt(index % 10)}`,
    );
    const full = taken([wish(...names.map((name) => [2, name] as const))]);
    expect(full.items).toHaveLength(DRAFT_ITEMS_MAX);
    const more = take(full, wish([1, 'cola']));
    expect(verdict(more)).toBe('GUARDRAIL_BLOCKED draft_limit too_many_items');
    expect(more.state.items).toEqual(full.items);
    expect(verdict(take(taken([remove('item_50')], full), wish([1, 'cola'])))).toBe('accepted');
  });

  test.each([
    ['<b>pie</b>', 'items[0].name'],
    ['pie<!-- -->', 'items[0].name'],
  ])('the item %j is no plain text', (name, field) => {
    const { decision } = take(EMPTY, wish([2, name]));
    expect(decision.block).toMatchObject({ guardrail: 'plain_text', field });
  });

  test('neither are a name and notes with markup, and they do not change the draft', () => {
    for (const [more, field] of [
      [{ customerName: 'Zoe <script>' }, 'customer_name'],
      [{ notes: '<img src=x>' }, 'notes'],
    ] as const) {
      const { state, decision } = take(SAID_YES, { ...CUSTOMER, ...more } as StepRequest);
      expect(decision.block).toMatchObject({ guardrail: 'plain_text', field });
      expect(contentOf(state)).toEqual(contentOf(SAID_YES));
    }
  });

  // Otherwise an agent that cannot have the customer's change taken would order what the customer no longer wants.
  test.each<[string, StepRequest]>([
    [
      'an item that the customer did not name',
      { ...wish([1, 'cola']), customerMessage: 'one lemonade, and no pie' } as StepRequest,
    ],
    ['another number than the customer said', { ...wish([3, 'pie']), customerMessage: 'make it 4 pie' } as StepRequest],
    ['an item with markup', wish([1, '<b>cola</b>'])],
    ['a name that the customer did not give', { ...CUSTOMER, customerName: 'Max Miller' } as StepRequest],
    ['a note with markup', { ...CUSTOMER, notes: '<img src=x>' } as StepRequest],
  ])(
    'a change that is refused (%s) undoes the summary and the yes to it, and leaves the draft as it is',
    (_name, change) => {
      for (const state of [SHOWN, SAID_YES]) {
        const refused = take(state, change);
        expect(refused.decision.decision).toBe('blocked');
        expect(refused.state).toMatchObject({ summary: null, confirmation: null, itemsConfirmed: true });
        expect(contentOf(refused.state)).toEqual(contentOf(state));
        expect(verdict(take(refused.state, confirm(DIGEST)))).toBe(
          'STALE_CONFIRMATION current_summary no_current_summary',
        );
        const shown = take(refused.state, SUMMARY);
        expect(verdict(take(shown.state, confirm(DIGEST)))).toBe('accepted');
      }
    },
  );
});

describe('the yes to the items', () => {
  test.each(['no', 'yes, but without pie', 'change it'])('%j takes back every yes that was given before', (reply) => {
    for (const state of [CONFIRMED_ITEMS, SHOWN, SAID_YES]) {
      const refused = take(state, itemsReply(reply));
      expect(refused.decision.block).toMatchObject({
        guardrail: 'explicit_confirmation',
        ask: 'What would you like to change?',
        field: 'customer_reply',
      });
      expect(refused.state).toMatchObject({ itemsConfirmed: false, summary: null, confirmation: null });
    }
  });

  test.each(['', 'hm', 'is that all?', '"yes"'])('%j is no answer, and asks the same question again', (reply) => {
    const refused = take(SAID_YES, itemsReply(reply));
    expect(refused.decision.block?.ask).toBe(
      '2 × “pie”\nIs this what you would like to order? Please answer yes or no.',
    );
    expect(refused.decision.shown).toBe(refused.decision.block?.ask);
    expect(refused.state).toMatchObject({ itemsConfirmed: true, confirmation: SAID_YES.confirmation });
  });

  test("the tenant's own phrase counts, in the language of the booking or not", () => {
    const own = { confirmationPhrases: ['passt scho'] };
    expect(verdict(take(WITH_ITEMS, itemsReply('Passt scho!')))).toBe(
      'GUARDRAIL_BLOCKED explicit_confirmation reply_unclear',
    );
    expect(verdict(take(WITH_ITEMS, itemsReply('Passt scho!'), 60, own))).toBe('accepted');
  });
});

describe('the summary', () => {
  test('is the whole order, with the digest of its content', () => {
    const { result } = take(WITH_CUSTOMER, SUMMARY);
    const content = contentOf(WITH_CUSTOMER);
    if (content === undefined) throw new Error('nothing to sum up');
    expect(result?.summary).toMatchObject({ ...content, totalQuantity: 2, locale: 'en' });
    expect(result?.say).toBe(result?.summary?.text);
    expect(result?.summaryDigest).toBe(draftDigest({ userId: 'shop', bookingId: BOOKING_ID }, content, sha256Hex));
  });

  test('asked for again, is the same one, shown when it was first shown', () => {
    const { state, decision } = take(SHOWN, SUMMARY, 100);
    expect(decision).toMatchObject({ decision: 'repeated', shown: SHOWN.summary?.text });
    expect(state.summary).toEqual(SHOWN.summary);
  });

  test('told in other words than before, is another one, and asks for another yes', () => {
    const told = { ...SAID_YES, summary: { digest: DIGEST, text: 'as it was worded then', shownAt: at(1) } };
    const { state, decision, result } = take(told, SUMMARY, 100);
    expect(decision).toMatchObject({ decision: 'accepted', shown: result?.summary?.text });
    expect(state).toMatchObject({ confirmation: null, summary: { text: result?.summary?.text, shownAt: at(100) } });
  });

  describe('of what the tenant has stopped selling', () => {
    const menu = (...names: string[]) => names.map((name) => ({ name, aliases: [], active: true }));
    const off = [...menu('Cake'), { name: 'pie', aliases: [], active: false }];

    test.each([
      ['it is taken out of the catalogue', menu('Cake')],
      ['it is switched off', off],
      ['only something close is sold', menu('pies and more', 'Pie chart')],
    ])('is not given: %s', (_name, catalogue) => {
      const { state, decision } = take(WITH_CUSTOMER, SUMMARY, 60, { catalogue });
      expect(decision.block).toMatchObject({
        guardrail: 'catalogue',
        code: 'GUARDRAIL_BLOCKED',
        reason: 'no_longer_sold',
        message: expect.stringContaining('item_1'),
        ask: 'What would you like to change?',
      });
      expect(viewOf(state, at(60)).nextStep).toBe('show_summary');
      // Without the item, and with another one, the booking goes on.
      const other = takeStep(state, wish([1, 'cake']), rulesAt(61, { catalogue: menu('Cake') })).state;
      const mended = [remove('item_1'), itemsReply('yes')].reduce((now, step) => take(now, step, 62).state, other);
      expect(take(mended, SUMMARY, 63, { catalogue: menu('Cake') }).result?.summary?.items).toEqual([
        { name: 'Cake', quantity: 1 },
      ]);
    });

    test('undoes the summary that was shown with it, and the yes to that', () => {
      const { state } = take(SAID_YES, SUMMARY, 60, { catalogue: off });
      expect(state).toMatchObject({ summary: null, confirmation: null });
      expect(verdict(take(state, confirm(DIGEST)))).toBe('STALE_CONFIRMATION current_summary no_current_summary');
    });

    test.each([
      ['the catalogue is given up', []],
      ['it goes by another name now', [{ name: 'Apple pie', aliases: ['Pie'], active: true }]],
      ['it is written in another way', menu('PIE')],
    ])('is another matter when %s', (_name, catalogue) => {
      expect(verdict(take(WITH_CUSTOMER, SUMMARY, 60, { catalogue }))).toBe('accepted');
    });
  });
});

describe('the yes to the summary', () => {
  test('gives a key for exactly this content, good for as long as the tenant says, in whole seconds', () => {
    const { state, result } = take(SHOWN, confirm(DIGEST, 'YES!'), 60, { confirmationSeconds: 45 });
    const { idempotencyKey = '', content } = result?.confirmed ?? {};
    expect(result?.confirmed).toEqual({
      idempotencyKey,
      summaryDigest: DIGEST,
      confirmedAt: at(60),
      expiresAt: '2026-11-24T10:01:45.000Z',
      content: contentOf(SHOWN),
    });
    expect(state.confirmation?.idempotencyKey).toBe(idempotencyKey);
    const key = readConfirmationKey(idempotencyKey, 'shop', () => SIGNING_KEY.mac);
    expect(key).toMatchObject({ bookingId: BOOKING_ID, expiresAt: '2026-11-24T10:01:45.000Z' });
    expect(key?.isFor(DIGEST)).toBe(true);
    expect(content?.notes).toBe('Ring twice');
  });

  test('is good for no longer than the booking waits, whose end revokes it', () => {
    const { result } = take({ ...SHOWN, idleExpirySeconds: 60 }, confirm(DIGEST, 'yes'), 60, {
      confirmationSeconds: 600,
    });
    expect(result?.confirmed?.expiresAt).toBe('2026-11-24T10:02:00.000Z');
  });

  test('given again, gives the same key for the same time', () => {
    const again = take(SAID_YES, confirm(DIGEST, 'yes please'), 100);
    expect(again.decision.decision).toBe('repeated');
    expect(again.result?.confirmed).toMatchObject({ ...SAID_YES.confirmation });
    expect(again.state.confirmation).toEqual(SAID_YES.confirmation);
  });

  test.each([
    ['another digest', 'f'.repeat(64)],
    ['none', ''],
    ['one in capitals', DIGEST.toUpperCase()],
    ['one with a space', `${DIGEST} `],
    [
      "another booking's",
      draftDigest({ userId: 'shop', bookingId: BOOKING_ID.replace('0', '1') }, contentOf(SHOWN) as never, sha256Hex),
    ],
    ["another tenant's", draftDigest({ userId: 'other', bookingId: BOOKING_ID }, contentOf(SHOWN) as never, sha256Hex)],
  ])('with %s is stale, and leaves the summary to be answered', (_name, digest) => {
    const refused = take(SHOWN, confirm(digest));
    expect(verdict(refused)).toBe('STALE_CONFIRMATION current_summary other_summary');
    // What it answers was not this summary, so the records do not say that this one was shown.
    expect(refused.decision).toMatchObject({ shown: null, summaryDigest: digest, customerWords: 'yes' });
    expect(refused.decision.block?.field).toBe('summary_digest');
    expect(refused.state).toMatchObject({ summary: SHOWN.summary, confirmation: null });
    expect(verdict(take(refused.state, confirm(DIGEST)))).toBe('accepted');
  });

  test('to an older summary is stale, also when the draft is back at what that one held', () => {
    const newer = taken([{ ...CUSTOMER, notes: null }, SUMMARY], SHOWN);
    expect(verdict(take(newer, confirm(DIGEST)))).toBe('STALE_CONFIRMATION current_summary other_summary');
    const back = taken([CUSTOMER], newer);
    expect(verdict(take(back, confirm(DIGEST)))).toBe('STALE_CONFIRMATION current_summary no_current_summary');
  });

  test('of a draft that is not what the summary held is stale, however that came about', () => {
    const smuggled = { ...SHOWN, items: SHOWN.items.map((item) => ({ ...item, quantity: 20 })) };
    expect(verdict(take(smuggled, confirm(DIGEST)))).toBe('STALE_CONFIRMATION current_summary other_summary');
  });

  test.each(['no', 'yes but make it 3', 'change the pie'])('%j uses the summary up, and a yes before it', (reply) => {
    for (const state of [SHOWN, SAID_YES]) {
      const refused = take(state, confirm(DIGEST, reply));
      expect(refused.decision).toMatchObject({
        decision: 'blocked',
        shown: SHOWN.summary?.text,
        summaryDigest: DIGEST,
        customerWords: reply,
        block: { guardrail: 'explicit_confirmation', ask: 'What would you like to change?' },
      });
      expect(refused.state).toMatchObject({ summary: null, confirmation: null, itemsConfirmed: true });
      expect(verdict(take(refused.state, confirm(DIGEST)))).toBe(
        'STALE_CONFIRMATION current_summary no_current_summary',
      );
      const shownAgain = taken([SUMMARY, confirm(DIGEST)], refused.state);
      expect(shownAgain.confirmation?.idempotencyKey).not.toBe(SAID_YES.confirmation?.idempotencyKey);
    }
  });

  test.each(['', 'sure', 'is it hot?', '"yes"', '👍', 'уes'])('%j is no answer, and asks once more', (reply) => {
    const refused = take(SHOWN, confirm(DIGEST, reply));
    expect(refused.decision.block).toMatchObject({ guardrail: 'explicit_confirmation', ask: SHOWN.summary?.text });
    expect(refused.state).toMatchObject({ summary: SHOWN.summary, confirmation: null });
    expect(verdict(take(refused.state, confirm(DIGEST)))).toBe('accepted');
  });

  test('expires to the second: then it takes a new look at the summary and a new yes', () => {
    const expiry = Date.parse(SAID_YES.confirmation?.expiresAt ?? '');
    const seconds = (expiry - START) / 1000;
    expect(verdict(take(SAID_YES, confirm(DIGEST), seconds - 0.001))).toBe('repeated');
    const late = take(SAID_YES, confirm(DIGEST), seconds);
    expect(verdict(late)).toBe('STALE_CONFIRMATION current_summary no_current_summary');

    const shown = take(late.state, SUMMARY, seconds + 1);
    expect(shown.decision.decision).toBe('accepted');
    expect(shown.state).toMatchObject({ confirmation: null, summary: { digest: DIGEST, shownAt: at(seconds + 1) } });
    const fresh = take(shown.state, confirm(DIGEST), seconds + 2);
    expect(fresh.decision.decision).toBe('accepted');
    expect(fresh.state.confirmation?.idempotencyKey).not.toBe(SAID_YES.confirmation?.idempotencyKey);
  });
});

describe('what the customer said', () => {
  const say = (index: number) => itemsReply(`hm ${index}`);

  test('is kept, refused steps included, newest last, and the oldest of it goes first', () => {
    const many = Array.from({ length: 25 }, (_, index) => say(index)).reduce((state, request) => {
      return take(state, request).state;
    }, WITH_ITEMS);
    expect(many.messagesEver).toBe(26);
    expect(many.messages).toHaveLength(20);
    expect(many.messages.at(0)).toEqual({ number: 7, text: 'hm 5' });
    expect(many.messages.at(-1)).toEqual({ number: 26, text: 'hm 24' });
    // The items stand, although the message that they stand on is gone.
    expect(many.items).toEqual(WITH_ITEMS.items);
  });

  test('in the same words is the same message', () => {
    const twice = take(take(WITH_ITEMS, say(1)).state, say(1)).state;
    expect(twice.messages.map(({ text }) => text)).toEqual(['I would like 2 pie', 'hm 1']);
  });

  test('can be pointed at later: a name that came with the wish', () => {
    const wished = take(EMPTY, { ...wish([2, 'pie']), customerMessage: 'Zoe Miller here, 2 pie' } as StepRequest).state;
    const state = taken([itemsReply('yes')], wished);
    const customer = { ...CUSTOMER, customerMessage: 'call 493090182044' } as StepRequest;
    expect(verdict(take(state, customer))).toBe('accepted');
    expect(take(CONFIRMED_ITEMS, customer).decision.block).toMatchObject({ guardrail: 'customer_grounding' });
  });

  test('is kept for the next step when the step that carried it was refused', () => {
    const named = take(WITH_ITEMS, CUSTOMER);
    expect(named.decision.decision).toBe('blocked');
    // Not heard: the step was not in its turn, and so nobody looked at what it carried.
    expect(named.state.messages).toEqual(WITH_ITEMS.messages);
    const ungrounded = take(CONFIRMED_ITEMS, { ...CUSTOMER, customerName: 'Eve' } as StepRequest);
    expect(ungrounded.decision.decision).toBe('blocked');
    expect(ungrounded.state.messages.at(-1)?.text).toBe('My name is Zoe Miller, 49 30 901820 44');
    expect(ungrounded.state.customer).toBeNull();
  });

  test.each(['', '  ', '\u200B'])('is nothing when there are no words (%j)', (reply) => {
    expect(take(SHOWN, confirm(DIGEST, reply)).state).toMatchObject({
      messages: SHOWN.messages,
      messagesEver: SHOWN.messagesEver,
    });
  });
});

describe('an abandoned booking', () => {
  test('has no yes any more', () => {
    expect(taken([ABANDON], SAID_YES)).toMatchObject({ status: 'abandoned', confirmation: null });
  });

  test('stays abandoned since the first time', () => {
    const again = take(ABANDONED, ABANDON, 500);
    expect(again.decision.decision).toBe('repeated');
    expect(again.state).toEqual({ ...ABANDONED, version: ABANDONED.version + 1 });
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
