import { BOOKING_LOCALES, type BookingLocale } from '../../../../domain/booking/booking';
import { findNumbers } from '../../../../domain/guardrails/find-numbers';
import { smallWords } from '../../../../domain/guardrails/grammar/small-words';
import { type NumberNode, numberLexicon } from '../../../../domain/guardrails/numbers/number-lexicon';
import { tokenise } from '../../../../domain/guardrails/tokens';
import fc from '../../../support/fast-check';

/** The numbers in a text; null for one that is no amount. */
function numbersIn(text: string, locale: BookingLocale = 'en'): readonly (number | null)[] {
  const context = { words: smallWords(locale), lexicon: numberLexicon(locale), isName: () => false };
  return findNumbers(tokenise(text), context).map(({ value }) => value ?? null);
}

const SPELLED: Readonly<Record<BookingLocale, Readonly<Record<string, number>>>> = {
  en: {
    one: 1,
    An: 1,
    another: 1,
    nine: 9,
    Twelve: 12,
    nineteen: 19,
    'FORTY-TWO': 42,
    'ninety nine': 99,
    hundred: 100,
    'a hundred and one': 101,
    'nine hundred ninety-nine': 999,
    'ten thousand': 10_000,
    'a couple': 2,
    'two dozen': 24,
    'half a dozen': 6,
  },
  es: {
    un: 1,
    una: 1,
    veintiún: 21,
    veintidos: 22,
    'treinta y una': 31,
    'noventa y nueve': 99,
    cien: 100,
    'ciento uno': 101,
    quinientas: 500,
    'setecientos cuarenta y dos': 742,
    mil: 1_000,
    'cinco mil': 5_000,
    'media docena': 6,
    'dos docenas': 24,
    'un par': 2,
  },
  fr: {
    une: 1,
    'dix-sept': 17,
    'vingt et un': 21,
    'trente-deux': 32,
    'soixante et onze': 71,
    'soixante-dix-neuf': 79,
    'quatre-vingts': 80,
    'quatre-vingt-un': 81,
    'quatre-vingt-onze': 91,
    'nonante-neuf': 99,
    'deux cents': 200,
    'neuf cent quatre-vingt-dix-neuf': 999,
    mille: 1_000,
    'une douzaine': 12,
    'demi-douzaine': 6,
  },
  de: {
    eins: 1,
    einem: 1,
    zwo: 2,
    sechzehn: 16,
    siebzehn: 17,
    einundzwanzig: 21,
    SECHSUNDSECHZIG: 66,
    dreißig: 30,
    dreissig: 30,
    fuenfundfuenfzig: 55,
    hunderteins: 101,
    neunhundertneunundneunzig: 999,
    eintausend: 1_000,
    'zwei Dutzend': 24,
    'ein halbes Dutzend': 6,
  },
  pt: {
    uma: 1,
    duas: 2,
    catorze: 14,
    quatorze: 14,
    dezesseis: 16,
    dezanove: 19,
    'vinte e um': 21,
    'noventa e nove': 99,
    cem: 100,
    'cento e uma': 101,
    'quinhentos e quarenta e dois': 542,
    mil: 1_000,
    'três mil': 3_000,
    'meia dúzia': 6,
    'duas dúzias': 24,
  },
  hi: {
    एक: 1,
    पांच: 5,
    छः: 6,
    दस: 10,
    उन्नीस: 19,
    उनतीस: 29,
    उनतालीस: 39,
    पचास: 50,
    उनसठ: 59,
    अड़सठ: 68,
    उनहत्तर: 69,
    अस्सी: 80,
    नवासी: 89,
    नब्बे: 90,
    'दो सौ पचास': 250,
    'पाँच हजार': 5_000,
    'आधा दर्जन': 6,
  },
  ar: {
    واحدة: 1,
    اثنتين: 2,
    ثماني: 8,
    عشرة: 10,
    'إحدى عشرة': 11,
    'اثنا عشر': 12,
    'تسعة عشر': 19,
    عشرين: 20,
    'واحد وعشرون': 21,
    'تسع و تسعين': 99,
    مائة: 100,
    'مئة وعشرة': 110,
    ثلاثمئة: 300,
    'خمس مائة': 500,
    ألفين: 2_000,
    'ثلاثة آلاف': 3_000,
    'نصف دزينة': 6,
  },
};

describe.each(BOOKING_LOCALES)('numbers in %s', (locale) => {
  it.each(Object.entries(SPELLED[locale]))('%s is %d', (words, value) => {
    expect(numbersIn(words, locale)).toEqual([value]);
  });

  it('has a word for each number to one hundred, and no word for two of them', () => {
    const values = new Map<number, string[]>();
    const visit = (node: NumberNode, words: readonly string[]): void => {
      if (node.value !== undefined) values.set(node.value, [...(values.get(node.value) ?? []), words.join(' ')]);
      for (const [word, next] of node.next) visit(next, [...words, word]);
    };
    visit(numberLexicon(locale).root, []);
    for (let value = 0; value <= 100; value += 1) expect(values.get(value)?.length).toBeGreaterThan(0);
    for (const [value, words] of values) {
      for (const text of words) expect([text, numbersIn(text, locale)]).toEqual([text, [value === 0 ? null : value]]);
    }
  });

  it('has the digits of every script', () => {
    const zeros = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10, 0x1d7ce];
    fc.assert(
      fc.property(fc.constantFrom(...zeros), fc.integer({ min: 1, max: 10_000 }), (zero, value) => {
        const digits = Array.from(String(value), (digit) => String.fromCodePoint(zero + Number(digit))).join('');
        expect(numbersIn(digits, locale)).toEqual([value]);
      }),
    );
  });
});

test.each([
  ['10000', [10_000]],
  ['10001', [null]],
  ['0', [null]],
  ['02', [2]],
  ['007', [null]],
  ['123456', [null]],
  ['2x', [2]],
  ['x2', [2]],
  ['2 × 3', [null, null]],
  ['1.5', [null, null]],
  ['1,5', [null, null]],
  ["1'200", [null, null]],
  ['1 200', [null, null]],
  ['8:30', [null, null]],
  ['2-3', [null, null]],
  ['2 – 3', [null, null]],
  ['1/2', [null, null]],
  ['(030) 901820', [null, null]],
  ['+49', [null]],
  ['-2', [2]],
  ['a -2', [null, null]],
  ['two and a half dozen', [null, null]],
  ['$12', [null]],
  ['12€', [null]],
  ['12 €', [null]],
  ['12 euros', [null]],
  ['EUR 12', [null]],
  ['12%', [null]],
  ['12"', [null]],
  ['"12"', [12]],
  ['#5', [null]],
  ['5th', []],
  ['2nd', []],
  ['½', []],
  ['²', []],
  ['①', []],
  ['2️⃣', []],
  ['2٣', [null]],
  ['one-pot', [null]],
  ["one's", [null]],
  ['covid-19', [null]],
  ['2. 3', [2, 3]],
  ['2, 3', [2, 3]],
  ['2\n3', [2, 3]],
  ['2 3', [null, null]],
  ['two three', [null, null]],
  ['two hundred', [200]],
  ['one two hundred', [null, null]],
  ['two and three', [2, 3]],
  ['between two and three', [null, null]],
  ['twenty and two', [null, null]],
  ['half', []],
  ['2 and a half', [null, null]],
  ['a half', [null]],
  ['about 2', [null]],
  ['max. 2', [null]],
  ['on the table. 2', [2]],
  ['once', []],
  ['dos', []],
] as const)('%j has the numbers %j', (text, numbers) => {
  expect(numbersIn(text)).toEqual(numbers);
});

test('words of another language are no numbers', () => {
  expect(numbersIn('dos deux zwei दो اثنين', 'en')).toEqual([]);
  expect(numbersIn('two once', 'es')).toEqual([11]);
  expect(numbersIn('a an', 'fr')).toEqual([]);
});
