import { cleanText, isBlank } from '../../../domain/clean-text';
import { cpuMilliseconds } from '../../support/cpu-milliseconds';
import fc from '../../support/fast-check';

const LINE = { maxCodePoints: 200, multiline: false };
const NOTES = { maxCodePoints: 2_000, multiline: true };

test.each([
  ['  Zoë  ', 'Zoë'],
  ['Zoe\u0308', 'Zoë'],
  ['\u00A0Zoë\u3000', 'Zoë'],
  ['Butter\u00ADbrezel', 'Butterbrezel'],
  ['\uFEFFZoë\u200B', 'Zoë'],
  ['שלום\u200F', 'שלום'],
  ['می\u200Cخواهم', 'می\u200Cخواهم'],
  ['क्\u200Dष', 'क्\u200Dष'],
  ['👨\u200D👩\u200D👧', '👨\u200D👩\u200D👧'],
  ['👩🏽\u200D🍳', '👩🏽\u200D🍳'],
  ['❤\uFE0F\u200D🔥', '❤\uFE0F\u200D🔥'],
  ['葛\u{E0100}城', '葛\u{E0100}城'],
  ["O'Brien & Söhne <b>=1+1", "O'Brien & Söhne <b>=1+1"],
  ['', ''],
])('%j is kept as %j', (raw, value) => {
  expect(cleanText(raw, LINE)).toEqual({ ok: true, value });
});

test.each([
  ['NUL', 'a\u0000b'],
  ['a line feed', 'a\nb'],
  ['a tab', 'a\tb'],
  ['escape', 'a\u001B[31mb'],
  ['delete', 'a\u007Fb'],
  ['a C1 control', 'a\u0085b'],
  ['a line separator', 'a\u2028b'],
  ['a high surrogate alone', 'a\uD83Cb'],
  ['a low surrogate alone', '\uDF55'],
  ['a noncharacter', 'a\uFFFEb'],
  ['a right-to-left override', 'a\u202Eb'],
  ['an isolate', 'a\u2066b'],
  ['a joiner in a Latin word', 'An\u200Dna'],
  ['a joiner on a Latin accent', 'x\u0302\u200Da'],
  ['two joiners', '👨\u200D\u200D👩'],
  ['a non-joiner at the start', '\u200Cمی'],
  ['a variation selector on a letter', 'a\uFE0Fb'],
  ['a tag character', 'a\u{E0061}b'],
  ['a Hangul filler', 'a\u3164b'],
  ['a combining grapheme joiner', 'a\u034Fb'],
  ['an annotation anchor', 'a\uFFF9b'],
])('%s is refused in a line', (_name, raw) => {
  const cleaned = cleanText(raw, LINE);
  expect(cleaned.ok).toBe(false);
});

test('notes keep line feeds and tabs, write every line break as a line feed, and refuse other controls', () => {
  expect(cleanText('a\tb\r\nc\rd\u2028e\u2029f\n', NOTES)).toEqual({ ok: true, value: 'a\tb\nc\nd\ne\nf' });
  expect(cleanText('a\u000Bb', NOTES).ok).toBe(false);
  expect(cleanText('a\u0000b', NOTES).ok).toBe(false);
});

test('length counts code points after normalisation and trimming', () => {
  expect(cleanText('🍕'.repeat(200), LINE).ok).toBe(true);
  expect(cleanText('🍕'.repeat(201), LINE).ok).toBe(false);
  expect(cleanText(` ${'e\u0301'.repeat(200)} `, LINE)).toEqual({ ok: true, value: 'é'.repeat(200) });
  expect(cleanText('n'.repeat(201), LINE)).toEqual({ ok: false, problem: 'must be at most 200 characters long' });
});

test('a huge text is refused without being read', () => {
  const text = '\u0301'.repeat(5_000_000);
  expect(cpuMilliseconds(() => expect(cleanText(text, LINE).ok).toBe(false))).toBeLessThan(200);
});

test.each(['', '\u0301', '\u2800', '\u2800 \u2800'])('%j is blank', (text) => expect(isBlank(text)).toBe(true));
test.each(['a', '1', '🍕', '?', '漢'])('%j is not blank', (text) => expect(isBlank(text)).toBe(false));

test('what was cleaned is clean: well-formed, NFC, trimmed, without controls, the same when cleaned again', () => {
  const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), loneSurrogates());
  fc.assert(
    fc.property(anything, fc.constantFrom(LINE, NOTES), (raw, rule) => {
      const cleaned = cleanText(raw, rule);
      if (!cleaned.ok) return;
      const { value } = cleaned;
      expect(value).toBe(value.normalize('NFC').trim());
      expect(/[\p{Cs}\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(value.replace(/[\t\n]/g, ''))).toBe(false);
      expect(cleanText(value, rule)).toEqual(cleaned);
    }),
    { numRuns: 500 },
  );
});

function loneSurrogates(): fc.Arbitrary<string> {
  return fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 }).map((units) => String.fromCharCode(...units));
}
