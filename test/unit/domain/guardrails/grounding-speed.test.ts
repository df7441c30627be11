import { BOOKING_LOCALES, type BookingLocale } from '../../../../domain/booking/booking';
import { groundCustomer } from '../../../../domain/guardrails/ground-customer';
import { groundItems } from '../../../../domain/guardrails/ground-items';
import { cpuMilliseconds } from '../../../support/cpu-milliseconds';

/** As long as a message can be: 2,000 characters. */
const LENGTH = 2_000;
/** What a quadratic reading of such a message would exceed many times over. */
const MAX_MS = 1_000;

const full = (text: string): string => text.repeat(Math.ceil(LENGTH / text.length)).slice(0, LENGTH);
const name = (text: string): string => full(text).slice(0, 200);

const HOSTILE: readonly (readonly [what: string, text: string, nameWords: string])[] = [
  ['one letter', full('a'), 'b'],
  ['the beginning of the name over and over', full('a '), `${name('a ')}b`],
  ['the name over and over', full('margherita '), 'margherita'],
  ['the order over and over', full('2 margherita '), 'margherita'],
  ['digits', full('2'), '2'],
  ['numbers', full('2 '), 'margherita'],
  ['number words', full('two '), 'margherita'],
  ['beginnings of long numbers', full('nine hundred and '), 'margherita'],
  ['negations', full('not '), 'margherita'],
  ['corrections', full('2 margherita, no, 3, '), 'margherita'],
  ['conjunctions', full('and '), 'margherita'],
  ['fillers', `2 ${full('of ')}margherita`, 'margherita'],
  ['spaces', `2${full(' ')}margherita`, 'margherita'],
  ['line breaks', `2${full('\n')}margherita`, 'margherita'],
  ['punctuation', full('.,-()'), 'margherita'],
  ['quotes', `2${full('"')}margherita`, 'margherita'],
  ['apostrophes', full("n't'"), 'margherita'],
  ['hidden characters', `2 a${full('\u200B')}a margherita`, 'margherita'],
  ['joiners', full('क्\u200D'), 'margherita'],
  ['combining marks', `a${full('\u0301')} 2 margherita`, 'margherita'],
  ['ligatures that grow', full('ﷺ'), 'margherita'],
  ['Arabic ands', full('و'), 'و'],
  ['hyphens', full('twenty-'), 'twenty-'],
];

describe.each(HOSTILE)('a message of %s', (_, text, nameWords) => {
  it.each(BOOKING_LOCALES)('is read in no time in %s', (locale) => {
    const claims = Array.from({ length: 100 }, () => ({ name: nameWords, quantity: 2, nameWords, quantityWords: '2' }));
    const earlier = [{ number: 1, text: `${text}.` }];
    const judge = () => groundItems(claims, { number: 2, text }, { locale, earlier, draft: [], catalogue: [] });
    expect(cpuMilliseconds(judge)).toBeLessThan(MAX_MS);
  });
});

const LETTERS = 'bcdfghjklmnpqrstvwxz';
const word = (index: number): string =>
  `${LETTERS[index % 20]}o${LETTERS[Math.floor(index / 20) % 20]}a${LETTERS[Math.floor(index / 400)]}`;

describe('a large catalogue', () => {
  const items = (prefix: string, aliases: number) =>
    Array.from({ length: 1_000 }, (_, index) => ({
      name: `${prefix}${word(index)}`,
      aliases: Array.from({ length: aliases }, (_unused, alias) => `${prefix}${word(index)} ${word(alias)}`),
      active: true,
    }));

  it.each([
    ['a full draft', 'en', 'dish ', 1],
    ['names with accents', 'es', 'plátano ', 1],
    ['names in another script', 'hi', 'समोसा ', 1],
  ] as const)('judges %s fast', (_, locale: BookingLocale, prefix, aliases) => {
    const catalogue = items(prefix, aliases);
    const claims = catalogue.slice(0, 100).map(({ name: sold }, index) => {
      const quantity = (index % 9) + 1;
      return { name: sold, quantity, nameWords: sold, quantityWords: String(quantity) };
    });
    const text = claims.map(({ name: sold, quantity }) => `${quantity} ${sold}`).join(', ');
    const judge = () => groundItems(claims, { number: 1, text }, { locale, earlier: [], draft: [], catalogue });
    expect(judge()).toMatchObject({ ok: true });
    expect(cpuMilliseconds(judge)).toBeLessThan(MAX_MS);
  });

  it('finds candidates fast, also among names that all begin alike', () => {
    const claim = { name: 'Dosh', quantity: 2, nameWords: 'dosh bobal', quantityWords: '2' };
    const judge = (prefix: string, text: string) => {
      const catalogue = items(prefix, 3);
      return () => groundItems([claim], { number: 1, text }, { locale: 'en', earlier: [], draft: [], catalogue });
    };
    expect(cpuMilliseconds(judge('dish ', '2 dosh bobal'))).toBeLessThan(MAX_MS);
    expect(cpuMilliseconds(judge('dish '.repeat(20), `2 dosh bobal ${full('dish ')}`))).toBeLessThan(MAX_MS);
  });
});

test.each([
  ['digits', full('0')],
  ['digits with spaces', full('0 ')],
  ['numbers in a row', full('030 1234567 - ')],
  ['sentences of digits', full('0. ')],
  ['overrides', full('\u202E0')],
  ['hidden characters', `0${full('\u200B')}0`],
  ['spaces', `0${full(' ')}0`],
  ['half a name', full('anna-')],
])('a customer is looked for in %s in no time', (_, text) => {
  const messages = Array.from({ length: 20 }, (_unused, index) => ({ number: index + 1, text: `${text}${index}` }));
  const judge = () => groundCustomer({ name: `${name('anna ')}b`, phone: '0301234567' }, { locale: 'en', messages });
  const judgePhone = () =>
    groundCustomer(
      { name: 'a', phone: '0301234567' },
      { locale: 'en', messages: messages.map((message) => ({ ...message, text: `a ${message.text}` })) },
    );
  expect(cpuMilliseconds(judge)).toBeLessThan(MAX_MS);
  expect(cpuMilliseconds(judgePhone)).toBeLessThan(MAX_MS);
});
