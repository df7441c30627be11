import type { BookingLocale, CustomerMessage, DraftItem } from '../../../../domain/booking/booking';
import type { CatalogueItem } from '../../../../domain/booking/catalogue';
import { type GroundedItem, groundItems } from '../../../../domain/guardrails/ground-items';
import { ARABIC_ORDERS } from './orders/ar';
import { GERMAN_ORDERS } from './orders/de';
import { ENGLISH_ORDERS } from './orders/en';
import { SPANISH_ORDERS } from './orders/es';
import { FRENCH_ORDERS } from './orders/fr';
import { HINDI_ORDERS } from './orders/hi';
import type { Claim, OrderCases } from './orders/order-cases';
import { PORTUGUESE_ORDERS } from './orders/pt';

const ORDERS: Readonly<Record<BookingLocale, OrderCases>> = {
  en: ENGLISH_ORDERS,
  es: SPANISH_ORDERS,
  fr: FRENCH_ORDERS,
  de: GERMAN_ORDERS,
  pt: PORTUGUESE_ORDERS,
  hi: HINDI_ORDERS,
  ar: ARABIC_ORDERS,
};

interface Setting {
  readonly locale?: BookingLocale;
  readonly earlier?: readonly CustomerMessage[];
  readonly draft?: readonly DraftItem[];
  readonly catalogue?: readonly CatalogueItem[];
  readonly number?: number;
}

function ground(text: string, claims: readonly Claim[], setting: Setting = {}) {
  return groundItems(
    claims.map(([name, quantity, nameWords, quantityWords]) => ({ name, quantity, nameWords, quantityWords })),
    { number: setting.number ?? 9, text },
    {
      locale: setting.locale ?? 'en',
      earlier: setting.earlier ?? [],
      draft: setting.draft ?? [],
      catalogue: setting.catalogue ?? [],
    },
  );
}

/** `accepted`, or the reason why not. */
function outcome(text: string, claims: readonly Claim[], setting: Setting = {}): string {
  const verdict = ground(text, claims, setting);
  return verdict.ok ? 'accepted' : verdict.block.reason;
}

function grounded(text: string, claims: readonly Claim[], setting: Setting = {}): readonly GroundedItem[] {
  const verdict = ground(text, claims, setting);
  if (!verdict.ok) throw new Error(`refused: ${verdict.block.reason} at ${verdict.block.field}`);
  return verdict.value;
}

describe.each(Object.entries(ORDERS) as [BookingLocale, OrderCases][])('orders in %s', (locale, { good, bad }) => {
  const orders = good.map(([text, ...claims]): [string, readonly Claim[]] => [text, claims]);

  it('are enough to mean something', () => {
    expect(good.length).toBeGreaterThanOrEqual(20);
    expect(bad.length).toBeGreaterThanOrEqual(20);
  });

  it.each(orders)('%j stands on its words: %j', (text, claims) => {
    const items = grounded(text, claims, { locale });
    expect(items.map(({ name, quantity }) => [name, quantity])).toEqual(
      claims.map(([name, quantity]) => [name, quantity]),
    );
    for (const [index, { nameWords: nameSpan, quantityWords: quantitySpan }] of items.entries()) {
      const [, , nameWords, quantityWords] = claims[index] as Claim;
      expect([nameSpan.message, quantitySpan.message]).toEqual([9, 9]);
      expect(nameSpan.end).toBeGreaterThan(nameSpan.start);
      expect(quantitySpan.end).toBeGreaterThan(quantitySpan.start);
      expect(nameWords).toContain(text.slice(nameSpan.start, nameSpan.end));
      const number = text.slice(quantitySpan.start, quantitySpan.end);
      // "Two" is quoted of "another two": the span is of all that says the number.
      expect(quantityWords.includes(number) || number.includes(quantityWords)).toBe(true);
    }
  });

  it.each(orders)('%j does not stand on its words with another quantity', (text, claims) => {
    for (const [index, [name, quantity, nameWords, quantityWords]] of claims.entries()) {
      for (const other of new Set([quantity + 1, quantity - 1, quantity * 10, 1, 2])) {
        if (other === quantity) continue;
        const changed = claims.with(index, [name, other, nameWords, quantityWords]);
        expect(outcome(text, changed, { locale })).not.toBe('accepted');
      }
    }
  });

  it.each(orders.filter(([, claims]) => claims.length > 1))('%j keeps its items apart', (text, claims) => {
    const [a, b] = claims;
    if (a === undefined || b === undefined) throw new Error('two items are needed to be kept apart');
    const swapped: Claim[] = [
      [a[0], b[1], a[2], b[3]],
      [b[0], a[1], b[2], a[3]],
    ];
    expect(a[1]).not.toBe(b[1]);
    expect(outcome(text, swapped, { locale })).not.toBe('accepted');
  });

  it.each(bad)('%j does not carry %j: %s', (text, claim, reason) => {
    expect(outcome(text, [claim], { locale })).toBe(reason);
  });
});

const said = (number: number, text: string): CustomerMessage => ({ number, text });

describe('a name from an earlier message', () => {
  const asked = [said(1, 'a margherita sounds good, and funghi')];

  it('counts with the number of the answer', () => {
    const earlier = [said(1, 'margherita please')];
    for (const answer of [
      'three',
      '3',
      'Three please!',
      "I'd like three of them",
      'just 3',
      'make it three, thanks 🙏',
    ]) {
      const [item] = grounded(answer, [['Margherita', 3, 'margherita', answer.includes('3') ? '3' : answer]], {
        earlier,
      });
      expect(item?.nameWords).toEqual({ message: 1, start: 0, end: 10 });
      expect(item?.quantityWords.message).toBe(9);
      const { start, end } = item?.quantityWords ?? { start: 0, end: 0 };
      expect(answer.slice(start, end)).toMatch(/^(three|3)$/i);
    }
  });

  it.each([
    ['three funghi', 'unclear_answer'],
    ['three or four', 'unclear_answer'],
    ['2-3', 'unclear_answer'],
    ['two and three', 'unclear_answer'],
    ['three?', 'unclear_answer'],
    ['table for 3', 'unclear_answer'],
    ['there are 3 of us', 'unclear_answer'],
    ['my number is 030 901820', 'unclear_answer'],
    ['not three', 'unclear_answer'],
    ['yes please', 'quantity_not_said'],
    ['five', 'other_quantity'],
  ])('does not count with %j: %s', (answer, reason) => {
    const earlier = [said(1, 'margherita please')];
    expect(outcome(answer, [['Margherita', 3, 'margherita', answer]], { earlier })).toBe(reason);
  });

  it('keeps the number that it had there', () => {
    const earlier = [said(1, '2 margheritas and 3 funghi')];
    expect(grounded('that is all', [['Margherita', 2, 'margheritas', '2']], { earlier })[0]).toEqual({
      name: 'Margherita',
      quantity: 2,
      nameWords: { message: 1, start: 2, end: 13 },
      quantityWords: { message: 1, start: 0, end: 1 },
    });
    expect(outcome('five', [['Margherita', 5, 'margheritas', 'five']], { earlier })).toBe('other_quantity');
  });

  it.each(['2-3 margheritas', '2 or 3 margheritas', 'about 2 margheritas', 'half a margherita'])(
    'whose number was unclear (%j) counts with the number of the answer',
    (text) => {
      const words = text.endsWith('s') ? 'margheritas' : 'margherita';
      const earlier = [said(1, text)];
      expect(outcome('3', [['Margherita', 3, words, '3']], { earlier })).toBe('accepted');
      expect(outcome('hm', [['Margherita', 3, words, '3']], { earlier })).toBe('quantity_unclear');
    },
  );

  it('does not lose a word by being asked about', () => {
    const earlier = [said(1, '2 large margheritas')];
    expect(outcome('2', [['Margherita', 2, 'margheritas', '2']], { earlier })).toBe('words_between');
  });

  it('is the newest one', () => {
    const earlier = [said(1, '2 margheritas'), said(2, '4 margheritas')];
    expect(grounded('ok', [['Margherita', 4, 'margheritas', '4']], { earlier })[0]?.nameWords.message).toBe(2);
    expect(outcome('ok', [['Margherita', 2, 'margheritas', '2']], { earlier })).toBe('other_quantity');
  });

  it('is not there once the customer said no to it', () => {
    const earlier = [said(1, '2 margheritas'), said(2, 'no margherita after all')];
    expect(outcome('ok', [['Margherita', 2, 'margheritas', '2']], { earlier })).toBe('negated');
    expect(
      outcome('no margherita', [['Margherita', 2, 'margheritas', '2']], { earlier: [said(1, '2 margheritas')] }),
    ).toBe('negated');
    // The agent sends the old message once more.
    const later = [said(10, 'I do not want the margherita')];
    expect(outcome('2 margheritas', [['Margherita', 2, 'margheritas', '2']], { earlier: later })).toBe('negated');
  });

  it('takes the number from words of the answer', () => {
    const earlier = [said(1, 'margherita please')];
    expect(outcome('three', [['Margherita', 3, 'margherita', 'four']], { earlier })).toBe('quantity_words_not_said');
    expect(outcome('three', [['Margherita', 3, 'margherita', '']], { earlier })).toBe('quantity_words_missing');
  });

  it('has no part in an answer that names another item of the catalogue', () => {
    const setting = {
      earlier: [said(1, 'margherita please')],
      catalogue: ['Margherita', 'Funghi'].map((name) => ({ name, aliases: [], active: true })),
    };
    const claim: Claim = ['Margherita', 3, 'margherita', 'three'];
    expect(outcome('three', [claim], setting)).toBe('accepted');
    expect(outcome('three funghi', [claim], setting)).toBe('unclear_answer');
    expect(outcome('three, funghi', [claim], setting)).toBe('unclear_answer');
    const both = { catalogue: setting.catalogue };
    expect(outcome('Margherita and funghi. Three.', [['Margherita', 3, 'Margherita', 'Three']], both)).toBe(
      'quantity_not_said',
    );
  });

  it('shares an answer with no other item', () => {
    const both: Claim[] = [
      ['Margherita', 3, 'margherita', 'three'],
      ['Funghi', 3, 'funghi', 'three'],
    ];
    expect(outcome('three', both, { earlier: [said(1, 'margherita, funghi')] })).toBe('number_taken');
    expect(outcome('three', both.slice(1), { earlier: asked })).toBe('accepted');
  });

  it.each([
    ['es', 'pizzas por favor', 'pizzas', 'una sola', 'una', 1],
    ['fr', 'pizzas svp', 'pizzas', 'une seule', 'une', 1],
    ['fr', 'pizzas svp', 'pizzas', 'je vais en prendre deux', 'deux', 2],
    ['de', 'Pizzen bitte', 'Pizzen', 'eine reicht', 'eine', 1],
    ['pt', 'pizzas por favor', 'pizzas', 'pode ser duas', 'duas', 2],
    ['ar', 'أريد فلافل', 'فلافل', 'حبتين', 'حبتين', 2],
    ['ar', 'أريد فلافل', 'فلافل', 'بدي تنين', 'تنين', 2],
  ] as const)('counts with what people answer (%s, %j, %j): %j', (locale, asked, name, answer, words, quantity) => {
    const setting = { locale, earlier: [said(1, asked)] };
    expect(outcome(answer, [[name, quantity, name, words]], setting)).toBe('accepted');
    expect(outcome(answer, [[name, quantity + 1, name, words]], setting)).toBe('other_quantity');
  });

  it('of a language that gives with the word for two is given only a plain two', () => {
    const setting = { locale: 'hi', earlier: [said(1, 'समोसे चाहिए')] } as const;
    expect(outcome('दो', [['समोसा', 2, 'समोसे', 'दो']], setting)).toBe('accepted');
    expect(outcome('दे दो', [['समोसा', 2, 'समोसे', 'दो']], setting)).toBe('unclear_answer');
    expect(outcome('मुझे दो चाहिए', [['समोसा', 2, 'समोसे', 'दो']], setting)).toBe('accepted');
    expect(outcome('तीन दे दो', [['समोसा', 3, 'समोसे', 'तीन']], setting)).toBe('accepted');
    expect(outcome('2 bhej do', [['समोसा', 2, 'समोसे', '2']], setting)).toBe('accepted');
    expect(outcome('दो तीन दे दो', [['समोसा', 3, 'समोसे', 'तीन']], setting)).toBe('unclear_answer');
  });
});

describe('a message with one name and one number', () => {
  it('is plain when it says nothing else', () => {
    expect(outcome('Margherita please. Two.', [['Margherita', 2, 'Margherita', 'Two']])).toBe('accepted');
    expect(outcome('Two please, margherita', [['Margherita', 2, 'margherita', 'Two']])).toBe('accepted');
  });

  it('is not when it says more', () => {
    expect(outcome('Margherita please. Two kids.', [['Margherita', 2, 'Margherita', 'Two']])).toBe('quantity_not_said');
    expect(outcome('Margherita. We eat at two', [['Margherita', 2, 'Margherita', 'two']])).toBe('quantity_not_said');
  });
});

describe('several items', () => {
  it('may be the same one, said twice', () => {
    const claims: Claim[] = [
      ['Margherita', 2, 'margheritas', '2'],
      ['Margherita', 3, 'margheritas', '3'],
    ];
    const text = '2 margheritas for me, 3 margheritas for Bob';
    const [first, second] = grounded(text, claims);
    expect(first?.nameWords.start).toBeLessThan(second?.nameWords.start ?? 0);
    expect(outcome(text, claims.slice(0, 1))).toBe('several_numbers');
    expect(outcome('2 margheritas and 2 margheritas', [claims[0] as Claim, claims[0] as Claim])).toBe('accepted');
  });

  it('are not one item sent twice', () => {
    const claim: Claim = ['Margherita', 2, 'margheritas', '2'];
    expect(outcome('2 margheritas', [claim, claim])).toBe('number_taken');
    expect(
      outcome('2 margherita pizzas', [
        ['Margherita', 2, 'margherita', '2'],
        ['Margherita pizza', 2, 'margherita pizzas', '2'],
      ]),
    ).toBe('part_of_another_item');
  });

  it('that stand side by side share no number', () => {
    const verdict = ground('2 funghi margherita', [
      ['Funghi', 2, 'funghi', '2'],
      ['Margherita', 2, 'margherita', '2'],
    ]);
    expect(verdict).toMatchObject({ block: { reason: 'quantity_not_said', field: 'items[1].quantity' } });
  });

  it('are refused at the first one that has no ground', () => {
    const verdict = ground('2 margheritas', [
      ['Margherita', 2, 'margheritas', '2'],
      ['Garlic bread', 1, 'garlic bread', '1'],
    ]);
    expect(verdict).toMatchObject({
      ok: false,
      block: {
        guardrail: 'item_grounding',
        reason: 'name_not_said',
        code: 'GUARDRAIL_BLOCKED',
        field: 'items[1].name_words',
      },
    });
  });
});

describe('the draft', () => {
  const margherita: DraftItem = {
    id: 'item_1',
    name: 'Margherita',
    quantity: 2,
    nameWords: { message: 9, start: 2, end: 13 },
    quantityWords: { message: 9, start: 0, end: 1 },
  };

  it('has the same words for the same item, so that a step sent again is known', () => {
    const quoted: Claim = ['Margherita', 2, '2 margheritas', '2 margheritas'];
    const [again] = grounded('2 margheritas', [quoted], { draft: [margherita] });
    expect({ id: 'item_1', ...again }).toEqual(margherita);
  });

  it('gives none of its words to another item', () => {
    const draft = [margherita];
    expect(outcome('2 margheritas', [['margheritas', 2, 'margheritas', '2']], { draft })).toBe('already_in_draft');
  });

  it('keeps a number that answered for one item', () => {
    const earlier = [said(1, 'margherita and funghi please')];
    const draft = [
      { ...margherita, nameWords: { message: 1, start: 0, end: 10 }, quantityWords: { message: 9, start: 0, end: 3 } },
    ];
    const verdict = ground('two', [['Funghi', 2, 'funghi', 'two']], { earlier, draft });
    expect(verdict).toMatchObject({ ok: false, block: { reason: 'number_taken', field: 'items[0].quantity_words' } });
    // Said again for an item that was named since: the same text is kept as the same message.
    const since = [...earlier, said(10, 'and funghi too')];
    expect(outcome('two', [['Funghi', 2, 'funghi', 'two']], { earlier: since, draft })).toBe('accepted');
  });
});
