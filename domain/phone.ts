import type { Checked } from './checked';

/** E.164 allows 15 digits; fewer than 10 is a local number that nobody outside its town can call. */
export const PHONE_MIN_DIGITS = 10;
export const PHONE_MAX_DIGITS = 15;

/** No notation of 15 digits needs more; anything longer is not a phone number and is not worth reading. */
const MAX_UNITS = 64;

/** Phone books and chat apps wrap numbers in bidi controls and zero-width characters; among digits they mean nothing. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const SPACE = /[\p{Zs}\t]/gu;
const HYPHEN = /[\p{Pd}\u2212]/gu;
const FULL_WIDTH_PUNCTUATION = /[\uFF08\uFF09\uFF0B\uFF0E\uFF0F]/g;

const NOTATION = /^(?:tel:)? *(\(? *\+)?([0-9 ().\-/]*)$/i;

/**
 * Reads a phone number in any usual notation and gives its digits only, the same for every notation of one number.
 *
 * Taken: spaces, hyphens, dots, slashes, parentheses; a leading `+` or `00`, which are dropped, so that `+49 …` and
 * `0049 …` agree; a `(0)` after either, the trunk zero that is not dialled from abroad; decimal digits of any script;
 * a `tel:` prefix (RFC 3966). Refused: letters, extensions, other prefixes, fewer than 10 or more than 15 digits. A
 * national number stays as it is, since nobody told its country. Reading a result again gives that result.
 */
export function parsePhone(raw: string): Checked<string> {
  const refused = {
    ok: false,
    problem:
      'must be one phone number: digits, with +, spaces, hyphens, dots, slashes or parentheses, without an extension',
  } as const;
  if (raw.length > MAX_UNITS) return refused;

  const plain = raw
    .replace(INVISIBLE, '')
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(FULL_WIDTH_PUNCTUATION, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(HYPHEN, '-')
    .replace(SPACE, ' ')
    .trim();
  const match = NOTATION.exec(plain);
  if (match === null) return refused;

  const [, plus, rest = ''] = match;
  const dialled = rest.replace(/\D/g, '');
  const international = plus !== undefined || dialled.startsWith('00');
  const digits = international ? internationalDigits(rest, plus !== undefined) : dialled;
  if (international && digits.startsWith('0')) {
    return { ok: false, problem: 'must not have a country code that starts with 0' };
  }
  if (digits.length < PHONE_MIN_DIGITS || digits.length > PHONE_MAX_DIGITS) {
    return { ok: false, problem: `must have ${PHONE_MIN_DIGITS} to ${PHONE_MAX_DIGITS} digits` };
  }
  return { ok: true, value: digits };
}

function internationalDigits(notation: string, hasPlus: boolean): string {
  const withoutPrefix = hasPlus ? notation : notation.replace(/^\D*0\D*0/, '');
  // Only right after a country code, which has at most three digits, is a zero in parentheses the trunk zero.
  return withoutPrefix.replace(/^(\D*(?:\d\D*){1,3})\( *0 *\)/, '$1').replace(/\D/g, '');
}

/**
 * The ASCII digit of a decimal digit of any script. Unicode keeps decimal digits in runs of ten that start at zero
 * (the mathematical ones in five such runs on end), so the distance to the run's start gives the value.
 */
export function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  if (codePoint < 0x80) return digit;
  let start = codePoint;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((codePoint - start) % 10);
}
