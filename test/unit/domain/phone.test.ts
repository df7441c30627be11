import { parsePhone } from '../../../domain/phone';
import fc from '../../support/fast-check';

const NOTATIONS_OF_ONE_NUMBER = [
  '+493012345678',
  '00493012345678',
  '493012345678',
  ' +49 30 12345678 ',
  '+49 (30) 123-456-78',
  '(+49) 30/123.456.78',
  '+49 (0)30 12345678',
  '0049 (0) 30 12345678',
  '+49\u00A030\u202F1234\u20115678',
  '+49–30–12345678',
  '+49−30−12345678',
  '＋４９（３０）１２３４５６７８',
  '+٤٩ ٣٠ ١٢٣٤٥٦٧٨',
  '۰۰۴۹۳۰۱۲۳۴۵۶۷۸',
  '+४९ ३० १२३४५६७८',
  '+৪৯ ৩০ ১২৩৪৫৬৭৮',
  '\u202A+49 30 12345678\u202C',
  '+49\u200B30\u200E12345678',
  'tel:+49-30-12345678',
  'TEL:+493012345678',
];

test.each(NOTATIONS_OF_ONE_NUMBER)('%j is +49 30 12345678', (raw) => {
  expect(parsePhone(raw)).toEqual({ ok: true, value: '493012345678' });
});

test('a zero in parentheses elsewhere is a digit like any other', () => {
  expect(parsePhone('+49 301 (0) 345678')).toEqual({ ok: true, value: '493010345678' });
  expect(parsePhone('+20 (0) 2 12345678')).toEqual({ ok: true, value: '20212345678' });
});

test('a national number stays as it is: nobody told its country', () => {
  expect(parsePhone('030 / 12345678')).toEqual({ ok: true, value: '03012345678' });
  expect(parsePhone('(0)30 12345678')).toEqual({ ok: true, value: '03012345678' });
  expect(parsePhone('(555) 010-0199')).toEqual({ ok: true, value: '5550100199' });
});

test.each([
  ['', 'nothing'],
  ['123456789', '9 digits'],
  ['+1234567890123456', '16 digits'],
  ['00 123456789', '9 digits after the prefix'],
  ['+0049 30 12345678', 'two prefixes'],
  ['000493012345678', 'a country code that starts with 0'],
  ['++493012345678', 'two pluses'],
  ['+49 30 +12345678', 'a plus inside'],
  ['49-30-12345678+', 'a plus at the end'],
  ['1-800-FLOWERS-1', 'letters'],
  ['+49 30 12345678 ext. 9', 'an extension'],
  ['tel:+49-30-12345678;ext=9', 'an extension (RFC 3966)'],
  ['+49 30 12345678, +49 30 87654321', 'two numbers'],
  ['+49 30 1234567²', 'a superscript, which is no decimal digit'],
  ['+49 30 12345678\n', 'nothing after a number but spaces: a line feed is trimmed'],
  ['+49 30\n12345678', 'a line feed'],
  ['+49\u000030 12345678', 'NUL'],
  ['+49 30 12345678\uD800', 'half a surrogate pair'],
  ['☎ +49 30 12345678', 'a symbol'],
  ['sip:+493012345678', 'another scheme'],
  [`+49 30 12345678${' '.repeat(60)}`, 'far too many characters'],
])('%j is refused or trimmed: %s', (raw, why) => {
  expect(parsePhone(raw).ok).toBe(why.endsWith('is trimmed'));
});

// No zero among the first four: in parentheses it would be a trunk zero, which is tested above.
const fullNumber = fc.stringMatching(/^[1-9]{4}[0-9]{6,11}$/);
const separator = fc.constantFrom('', ' ', '-', '.', '/', '\u00A0', '(', ')', '\u2011', '\u202F', '－', '．');
const zeros = [0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xe50, 0xff10, 0x1d7ce, 0x1d7d8, 0x1d7f6, 0x1e950];

test('separators, scripts and the international prefix never change what number it is', () => {
  fc.assert(
    fc.property(
      fullNumber,
      fc.array(separator, { minLength: 15, maxLength: 15 }),
      fc.array(fc.constantFrom(...zeros), { minLength: 15, maxLength: 15 }),
      fc.constantFrom('', '+', '00', '＋', '٠٠', '\u202D+', 'tel:+'),
      (digits, separators, scripts, prefix) => {
        const written = [...digits].map(
          (digit, i) => String.fromCodePoint((scripts[i] ?? 0x30) + Number(digit)) + separators[i],
        );
        expect(parsePhone(prefix + written.join(''))).toEqual({ ok: true, value: digits });
      },
    ),
  );
});

test('what was read is read again as the same, and never anything but 10 to 15 digits', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'0123456789+-() ./０٣'), maxLength: 24 }),
  );
  fc.assert(
    fc.property(anything, (raw) => {
      const read = parsePhone(raw);
      if (!read.ok) return;
      expect(read.value).toMatch(/^[0-9]{10,15}$/);
      expect(parsePhone(read.value)).toEqual(read);
    }),
    { numRuns: 1_000 },
  );
});

test('decimal digits of every script this runtime knows come in whole runs from zero, as reading them assumes', () => {
  const broken: number[] = [];
  let run = 0;
  for (let codePoint = 0x80; codePoint <= 0x1ffff; codePoint += 1) {
    if (/^\p{Nd}$/u.test(String.fromCodePoint(codePoint))) {
      run += 1;
    } else {
      if (run % 10 !== 0) broken.push(codePoint);
      run = 0;
    }
  }
  expect(broken).toEqual([]);
});
