import type { Checked } from './checked';

export interface TextRule {
  /** The longest text, in Unicode code points, counted after NFC and trimming. */
  readonly maxCodePoints: number;
  /** Whether line feeds and tabs may stay. CR LF, CR and the Unicode line separators become line feeds. */
  readonly multiline: boolean;
}

/**
 * A longer text is refused before it is looked at: generous to padding and decomposed letters, but a megabyte of
 * combining marks would otherwise be normalised only to be refused.
 */
const RAW_UNITS_PER_CODE_POINT = 16;

const LINE_BREAKS = /\r\n?|[\u2028\u2029]/g;

/**
 * Characters that only say where a line may break or how neutral characters lean: soft hyphen, zero-width space, word
 * joiner, byte order mark, LRM, RLM, ALM. They come along with copy and paste, and dropping them changes nothing that a
 * reader sees, whereas refusing them would puzzle someone who cannot see what is wrong.
 */
const DROPPED = /[\u00AD\u200B\u200E\u200F\u061C\u2060\uFEFF]/g;

/**
 * Joiners and variation selectors, where they shape the character before them: Persian and Indic words, emoji families,
 * Japanese name variants. Anywhere else ("An<ZWJ>na") they would make two texts that look the same and are not.
 */
const SHAPING = new RegExp(
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}' +
    '\\p{Script=Nko}]|(?!\\p{Script=Inherited})\\p{M})[\\u200C\\u200D]' +
    '|(?<=[\\p{Emoji}\\p{Ideographic}\\p{S}\\p{Script=Myanmar}\\p{Script=Mongolian}])\\p{Variation_Selector}',
  'gu',
);

const LONE_SURROGATE = /\p{Cs}/u;
const NONCHARACTER = /\p{Noncharacter_Code_Point}/u;
const CONTROL_IN_LINE = /[\p{Cc}\u2028\u2029]/u;
const CONTROL_IN_NOTES = /[^\P{Cc}\t\n]/u;

/**
 * What is left here either hides (zero width, fillers, tag characters that smuggle instructions to a language model) or
 * reorders what stands around it (bidi embeddings, overrides, isolates): the reader would confirm something else than is stored.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/u;

/**
 * Normalises a text that a person wrote: NFC, trimmed, harmless invisible characters dropped. The result may be empty
 * (see `isBlank`). Refused: control characters, lone surrogates, noncharacters, other invisible characters, too long.
 */
export function cleanText(raw: string, rule: TextRule): Checked<string> {
  const tooLong = { ok: false, problem: `must be at most ${rule.maxCodePoints} characters long` } as const;
  if (raw.length > rule.maxCodePoints * RAW_UNITS_PER_CODE_POINT) return tooLong;
  if (LONE_SURROGATE.test(raw))
    return { ok: false, problem: 'must be well-formed Unicode (it has half a surrogate pair)' };

  const lines = rule.multiline ? raw.replace(LINE_BREAKS, '\n') : raw;
  const value = lines.replace(DROPPED, '').normalize('NFC').trim();

  const refused =
    firstMatch('a control character', rule.multiline ? CONTROL_IN_NOTES : CONTROL_IN_LINE, value) ??
    firstMatch('a code point that is no character', NONCHARACTER, value) ??
    firstMatch('an invisible character', INVISIBLE, value.replace(SHAPING, ''));
  if (refused !== undefined) return { ok: false, problem: refused };
  if (codePointLength(value) > rule.maxCodePoints) return tooLong;
  return { ok: true, value };
}

/** Whether a cleaned text has nothing that a reader could see: only spaces and marks without a letter. */
export function isBlank(text: string): boolean {
  return !/[\p{L}\p{N}\p{P}\p{S}\p{Co}]/u.test(text.replaceAll('\u2800', ''));
}

function codePointLength(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

function firstMatch(what: string, pattern: RegExp, text: string): string | undefined {
  const found = pattern.exec(text)?.[0].codePointAt(0);
  if (found === undefined) return undefined;
  return `must not contain ${what} (U+${found.toString(16).toUpperCase().padStart(4, '0')})`;
}
