import { ask, type Question } from '../../../../domain/booking/ask';
import { BOOKING_LOCALES, type BookingLocale } from '../../../../domain/booking/booking';
import { judgeReply } from '../../../../domain/guardrails/judge-reply';
import fc from '../../../support/fast-check';

const PLAIN: readonly Question['kind'][] = [
  'which_items',
  'name_and_phone',
  'which_name',
  'which_phone',
  'summary_again',
  'what_to_change',
];
const QUESTIONS: readonly Question[] = [
  ...PLAIN.map((kind) => ({ kind }) as Question),
  { kind: 'which_item', candidates: [] },
  { kind: 'which_item', candidates: ['Margherita'] },
  { kind: 'which_item', candidates: ['Margherita', 'Marinara', 'Diavola'] },
  { kind: 'how_many', name: 'Margherita' },
  { kind: 'how_many_exactly', name: 'Margherita' },
  { kind: 'items_right', items: [{ name: 'Margherita', quantity: 2 }] },
];

test.each([
  [QUESTIONS[0], 'What would you like to order, and how many of each?'],
  [{ kind: 'which_item', candidates: [] }, 'Which item do you mean exactly?'],
  [
    { kind: 'which_item', candidates: ['Margherita'] },
    'Which one do you mean: “Margherita”? Please write its name, and how many you would like.',
  ],
  [
    { kind: 'which_item', candidates: ['A', 'B'] },
    'Which one do you mean: “A” or “B”? Please write its name, and how many you would like.',
  ],
  [
    { kind: 'which_item', candidates: ['A', 'B', 'C'] },
    'Which one do you mean: “A”, “B” or “C”? Please write its name, and how many you would like.',
  ],
  [{ kind: 'how_many', name: 'Rye Bread' }, 'How many “Rye Bread” would you like?'],
  [
    {
      kind: 'items_right',
      items: [
        { name: 'Pie', quantity: 10_000 },
        { name: 'Tea', quantity: 1 },
      ],
    },
    '10000 × “Pie”\n1 × “Tea”\nIs this what you would like to order? Please answer yes or no.',
  ],
] as readonly (readonly [Question, string])[])('%j is asked as %j', (question, text) => {
  expect(ask('en', question)).toBe(text);
});

describe.each(BOOKING_LOCALES)('in %s', (locale) => {
  test('every question is one line of its own language, and like no other one', () => {
    const texts = QUESTIONS.map((question) => ask(locale, question));
    for (const [index, text] of texts.entries()) {
      expect(text.split('\n')).toHaveLength(QUESTIONS[index]?.kind === 'items_right' ? 2 : 1);
      expect(text).toMatch(/[.?؟।]$/u);
      expect(text).not.toMatch(/undefined|\[object|\$\{/);
    }
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('no question is left in another language', () => {
    for (const question of QUESTIONS) {
      const others = BOOKING_LOCALES.filter((other) => other !== locale);
      expect(others.map((other) => ask(other, question))).not.toContain(ask(locale, question));
    }
  });

  test('names and candidates stand in it, in their order', () => {
    const text = ask(locale, { kind: 'which_item', candidates: ['Alpha', 'Beta', 'Gamma'] });
    expect(text).toMatch(/Alpha.*Beta.*Gamma/u);
    expect(ask(locale, { kind: 'how_many', name: 'Alpha' })).toContain('Alpha');
    expect(ask(locale, { kind: 'how_many_exactly', name: 'Alpha' })).toMatch(/Alpha.*2 × .*Alpha/u);
  });

  test('a question is no answer to itself: none of them reads as a yes', () => {
    for (const question of QUESTIONS) {
      expect(judgeReply(ask(locale, question), { locale, ownPhrases: [] })).not.toBe('yes');
    }
  });
});

describe('what a customer or an agent wrote', () => {
  const OUTSIDE: Readonly<Record<BookingLocale, readonly [open: string, close: string]>> = {
    en: ['“', '”'],
    es: ['«', '»'],
    fr: ['«\u00A0', '\u00A0»'],
    de: ['„', '“'],
    pt: ['“', '”'],
    hi: ['“', '”'],
    ar: ['«', '»'],
  };

  test.each(BOOKING_LOCALES)('stands in the quotation marks of %s', (locale) => {
    expect(ask(locale, { kind: 'how_many', name: 'किताब' })).toContain(OUTSIDE[locale].join('किताब'));
  });

  test('has no quotation marks of its own, in whatever language', () => {
    const name = '1”, “2“, „3", «4», ‹5›, ‟6, 「7」, ＂8';
    expect(ask('en', { kind: 'how_many', name })).toBe(
      "How many “1', '2', '3', '4', '5', '6, '7', '8” would you like?",
    );
  });

  test('stays on its line and in its direction', () => {
    const name = ' a\n\n2 × “b”\r\nc\td  e\u2028f\u0085g\u202Eh\u2069i\u0000j ';
    expect(ask('en', { kind: 'how_many', name })).toBe("How many “a / 2 × 'b' / c d e / f / ghij” would you like?");
  });

  test('in Latin letters is kept together in an Arabic text', () => {
    expect(ask('ar', { kind: 'how_many', name: 'Ana (Berlin)' })).toContain('«\u2068Ana (Berlin)\u2069»');
    expect(ask('ar', { kind: 'how_many', name: 'شاورما' })).toContain('«شاورما»');
  });

  test('makes no line and no quotation, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'a"“”„«»\n\r\t 2×\u2028') }),
    );
    const item = fc.record({ name: text, quantity: fc.integer({ min: 1, max: 10_000 }) });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), fc.constantFrom(...BOOKING_LOCALES), (items, locale) => {
        const lines = ask(locale, { kind: 'items_right', items }).split(/[\n\v\f\r\u0085\u2028\u2029]/u);
        expect(lines).toHaveLength(items.length + 1);
        const [open, close] = OUTSIDE[locale];
        for (const [index, { quantity }] of items.entries()) {
          const line = lines[index] ?? '';
          expect(line.startsWith(`${quantity} × ${open}`)).toBe(true);
          expect(line.endsWith(close)).toBe(true);
          expect(line.slice(`${quantity} × ${open}`.length, -close.length)).not.toMatch(/[“”„«»"]/u);
        }
      }),
    );
  });
});
