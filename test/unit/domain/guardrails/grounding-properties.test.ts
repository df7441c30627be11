import { BOOKING_LOCALES, type BookingLocale } from '../../../../domain/booking/booking';
import type { ClaimedItem } from '../../../../domain/booking/step-request';
import { findNumbers } from '../../../../domain/guardrails/find-numbers';
import { smallWords } from '../../../../domain/guardrails/grammar/small-words';
import { groundCustomer } from '../../../../domain/guardrails/ground-customer';
import { groundItems } from '../../../../domain/guardrails/ground-items';
import { numberLexicon } from '../../../../domain/guardrails/numbers/number-lexicon';
import { tokenise } from '../../../../domain/guardrails/tokens';
import fc from '../../../support/fast-check';

/** How the customers of these tests write their orders. */
interface Language {
  readonly names: readonly string[];
  readonly numbers: readonly (readonly [words: string, value: number])[];
  readonly and: string;
}

const LANGUAGES: Readonly<Record<BookingLocale, Language>> = {
  en: {
    names: ['margherita', 'garlic bread', 'fish and chips', 'lemonade', '7up'],
    numbers: [
      ['two', 2],
      ['three', 3],
      ['a dozen', 12],
      ['twenty-one', 21],
      ['a', 1],
    ],
    and: ' and ',
  },
  es: {
    names: ['margarita', 'pan con ajo', 'limonada', 'tortilla'],
    numbers: [
      ['dos', 2],
      ['tres', 3],
      ['media docena', 6],
      ['treinta y dos', 32],
      ['una', 1],
    ],
    and: ' y ',
  },
  fr: {
    names: ['crêpe', 'tarte aux pommes', 'limonade', 'galette'],
    numbers: [
      ['deux', 2],
      ['trois', 3],
      ['quatre-vingt-onze', 91],
      ['vingt et une', 21],
      ['une', 1],
    ],
    and: ' et ',
  },
  de: {
    names: ['Margherita', 'Käsespätzle', 'Limonade', 'Schnitzel mit Pommes'],
    numbers: [
      ['zwei', 2],
      ['drei', 3],
      ['ein Dutzend', 12],
      ['einundzwanzig', 21],
      ['eine', 1],
    ],
    and: ' und ',
  },
  pt: {
    names: ['calabresa', 'pão de queijo', 'limonada', 'feijoada'],
    numbers: [
      ['duas', 2],
      ['três', 3],
      ['meia dúzia', 6],
      ['vinte e duas', 22],
      ['uma', 1],
    ],
    and: ' e ',
  },
  hi: {
    names: ['समोसा', 'गुलाब जामुन', 'चाय', 'लस्सी'],
    numbers: [
      ['दो', 2],
      ['तीन', 3],
      ['एक दर्जन', 12],
      ['पच्चीस', 25],
      ['एक', 1],
    ],
    and: ' और ',
  },
  ar: {
    names: ['شاورما', 'عصير ليمون', 'شاي', 'فلافل'],
    numbers: [
      ['اثنين', 2],
      ['ثلاثة', 3],
      ['خمسة وعشرين', 25],
      ['دزينة', 12],
      ['واحد', 1],
    ],
    and: ' و',
  },
};

interface Wish {
  readonly name: string;
  readonly words: string;
  readonly quantity: number;
}

/** A message that is an order, written one way or another, and what it asks for. */
const orders = fc.constantFrom(...BOOKING_LOCALES).chain((locale) => {
  const { names, numbers, and } = LANGUAGES[locale];
  const number = fc.oneof(
    fc.constantFrom(...numbers).map(([words, value]) => ({ words, value })),
    fc.integer({ min: 1, max: 10_000 }).map((value) => ({ words: String(value), value })),
  );
  return fc
    .record({
      chosen: fc.shuffledSubarray([...names], { minLength: 1 }),
      counts: fc.array(number, { minLength: names.length, maxLength: names.length }),
      separator: fc.constantFrom(', ', '\n', '; ', and),
      style: fc.constantFrom('before', 'times before', 'times after', 'colon'),
      upper: fc.boolean(),
    })
    .map(({ chosen, counts, separator, style, upper }) => {
      const wishes = chosen.map((name, index): Wish => {
        const { words, value } = counts[index] ?? { words: '1', value: 1 };
        const inDigits = style !== 'before';
        return { name, words: inDigits ? String(value) : words, quantity: value };
      });
      const lines = wishes.map(({ name, words }) => {
        if (style === 'before') return `${words} ${name}`;
        if (style === 'times before') return `${words}x ${name}`;
        return style === 'times after' ? `${name} x${words}` : `${name}: ${words}`;
      });
      const text = lines.join(separator);
      return { locale, text: upper ? text.toUpperCase() : text, wishes };
    });
});

function claimOf({ name, words, quantity }: Wish): ClaimedItem {
  return { name, quantity, nameWords: name, quantityWords: words };
}

function judge(claims: readonly ClaimedItem[], text: string, locale: BookingLocale) {
  return groundItems(claims, { number: 1, text }, { locale, earlier: [], draft: [], catalogue: [] });
}

function readNumber(text: string, locale: BookingLocale): readonly (number | undefined)[] {
  const context = { words: smallWords(locale), lexicon: numberLexicon(locale), isName: () => false };
  return findNumbers(tokenise(text), context).map(({ value }) => value);
}

test('an order is taken as it was written, and each number that it stands on reads as its quantity', () => {
  fc.assert(
    fc.property(orders, ({ locale, text, wishes }) => {
      const verdict = judge(wishes.map(claimOf), text, locale);
      expect(verdict).toMatchObject({ ok: true });
      if (!verdict.ok) return;
      for (const { quantity, quantityWords } of verdict.value) {
        expect(readNumber(text.slice(quantityWords.start, quantityWords.end), locale)).toEqual([quantity]);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('quantities that change places are refused, and so is any other quantity', () => {
  fc.assert(
    fc.property(orders, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 10_000 }), (order, from, to, other) => {
      const { locale, text, wishes } = order;
      const [i, j] = [from % wishes.length, to % wishes.length];
      const [a, b] = [wishes[i], wishes[j]];
      if (a === undefined || b === undefined) return;
      const claims = wishes.map(claimOf);
      if (a.quantity !== b.quantity) {
        const swapped = claims
          .with(i, { ...claimOf(a), quantity: b.quantity, quantityWords: b.words })
          .with(j, { ...claimOf(b), quantity: a.quantity, quantityWords: a.words });
        expect(judge(swapped, text, locale)).toMatchObject({ ok: false });
        const moved = claims.with(i, { ...claimOf(a), quantity: b.quantity, quantityWords: b.words });
        expect(judge(moved, text, locale)).toMatchObject({ ok: false });
        const alone = { ...claimOf(a), quantity: b.quantity, quantityWords: b.words };
        expect(judge([alone], text, locale)).toMatchObject({ ok: false });
      }
      if (a.quantity !== other) {
        const invented = claims.with(i, { ...claimOf(a), quantity: other });
        expect(judge(invented, text, locale)).toMatchObject({ ok: false });
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a word more or less in the name is refused', () => {
  fc.assert(
    fc.property(orders, fc.nat(), fc.constantFrom('large', 'grande', 'बड़ा', 'كبير', 'zzz'), (order, at, extra) => {
      const { locale, text, wishes } = order;
      const claims = wishes.map(claimOf);
      const index = at % claims.length;
      const claim = claims[index];
      if (claim === undefined) return;
      const longer = claims.with(index, { ...claim, name: `${extra} ${claim.name}` });
      expect(judge(longer, text, locale)).toMatchObject({ ok: false });
      const [first = '', ...rest] = claim.name.split(' ');
      if (rest.length > 0) {
        const shorter = claims.with(index, { ...claim, name: first });
        expect(judge(shorter, text, locale)).toMatchObject({ ok: false });
      }
    }),
  );
});

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...'23xX×-–.,:;()"\'$€+#/ \n\u200B\u202E\u0301aàß½٣२'), maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '2',
        'two',
        'a',
        'no',
        'and',
        'or',
        'half',
        'dozen',
        'of',
        'x',
        ',',
        '\n',
        'margherita',
        'actually',
        'و',
        'دو',
        'दो',
        'नहीं',
        'un',
        'y',
        'et',
        'vingt',
        'hundert',
      ),
      { maxLength: 30 },
    )
    .map((words) => words.join(' ')),
);
const claims = fc.record({
  name: anything,
  quantity: fc.oneof(fc.integer(), fc.double(), fc.integer({ min: 1, max: 12 })),
  nameWords: anything,
  quantityWords: anything,
});

test('whatever is written, the answer is a verdict, and spans lie within their messages', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...BOOKING_LOCALES),
      fc.array(anything, { minLength: 1, maxLength: 4 }),
      fc.array(claims, { maxLength: 4 }),
      fc.array(fc.record({ name: anything, aliases: fc.array(anything, { maxLength: 2 }), active: fc.boolean() }), {
        maxLength: 3,
      }),
      fc.boolean(),
      (locale, texts, claimed, catalogue, ofThem) => {
        const messages = texts.map((text, index) => ({ number: index + 1, text }));
        const message = messages.at(-1) ?? { number: 1, text: '' };
        const earlier = messages.slice(0, -1);
        // Claims that quote the message get further than claims at random.
        const quoting = claimed.map((claim) => ({ ...claim, nameWords: message.text, name: message.text }));
        const verdict = groundItems(ofThem ? quoting : claimed, message, { locale, earlier, draft: [], catalogue });
        if (!verdict.ok) {
          expect(verdict.block.reason).toMatch(/^[a-z_]+$/);
          return;
        }
        for (const { nameWords, quantityWords } of verdict.value) {
          for (const { message: number, start, end } of [nameWords, quantityWords]) {
            const text = messages[number - 1]?.text ?? '';
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        }
      },
    ),
    { numRuns: 3_000 },
  );
});

test('whatever is written, a customer has a verdict as well', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...BOOKING_LOCALES),
      fc.array(anything, { maxLength: 4 }),
      anything,
      anything,
      (locale, texts, name, phone) => {
        const messages = texts.map((text, index) => ({ number: index + 1, text }));
        const verdict = groundCustomer({ name, phone }, { locale, messages });
        if (!verdict.ok) expect(verdict.block.reason).toMatch(/^(name|phone)_not_said$/);
      },
    ),
    { numRuns: 1_000 },
  );
});
