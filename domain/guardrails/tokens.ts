/**
 * A piece of a text: a word, a number in digits, a line break, or any other sign that can be seen. `start` and `end` are
 * UTF-16 offsets into the text as it was written, whatever reading it does to the length.
 */
export interface Token {
  readonly kind: 'word' | 'digits' | 'mark' | 'break';
  /** As `comparableName` folds it, but with what is hidden in it: a word with something hidden in it is another word. */
  readonly text: string;
  /** `text` without accents and without the signs that Arabic and Devanagari writers leave out. */
  readonly bare: string;
  readonly start: number;
  readonly end: number;
  /** Whether white space, or nothing at all, stands before it. */
  readonly spaced: boolean;
}

/** In order: a line break, a run of letters, marks, digits and hidden characters, one other visible character. */
const PIECES = /(\r\n?|[\n\u0085\u2028\u2029])|([\p{L}\p{M}\p{N}\p{Default_Ignorable_Code_Point}]+)|\S/gu;

/** Hidden characters that chat apps and keyboards leave around words, and that mean nothing there. */
const HARMLESS = /[\u00AD\u200B\u200E\u200F\u061C\u2060\uFEFF]|[\uFE00-\uFE0F]/;
/** Joiners where Indic scripts and Arabic need them to shape a letter. */
const SHAPING = /(?<=[\p{M}\p{Script=Arabic}])[\u200C\u200D]/gu;

const ASCII = /^[\0-\x7f]*$/;
const DIGITS = /^\p{Nd}+$/u;
/** `2x` and `x2`: a number and a sign, not a word. */
const TIMES_AFTER = /^(\p{Nd}+)([xX])$/u;
const TIMES_BEFORE = /^([xX])(\p{Nd}+)$/u;

const HAS_LETTER_OR_NUMBER = /[\p{L}\p{N}]/u;
const QUOTES = /^[\u2018\u2019\u201B\u00B4\u0060\uFF07]$/;
const HYPHENS = /^[\u2010\u2011\uFE63\uFF0D\u2043]$/;

/**
 * Arabic writes "and" onto the next word. Words that begin with the letter themselves, and that a booking is likely to hold;
 * any other is split into the same two pieces wherever it stands, and so still equals itself.
 */
const WAW_WORDS = new Set(['واحد', 'واحده', 'وحده', 'وجبه', 'وجبات', 'وافل', 'والله', 'ورق', 'وسط', 'وين']);

/** Cuts a text into its pieces, left to right, in time linear to its length. */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let reached = 0;
  const push = (kind: Token['kind'], start: number, end: number, spaced: boolean): void => {
    const folded = kind === 'break' ? '\n' : fold(text.slice(start, end), kind);
    tokens.push({ kind, text: folded, bare: bareForm(folded), start, end, spaced });
  };
  for (const match of text.matchAll(PIECES)) {
    const [piece, lineBreak, run] = match;
    const spaced = match.index > reached || match.index === 0;
    const end = match.index + piece.length;
    if (lineBreak !== undefined) {
      push('break', match.index, end, true);
      reached = end;
    } else if (run === undefined) {
      push('mark', match.index, end, spaced);
      reached = end;
    } else {
      let [from, to] = [match.index, end];
      while (from < to && HARMLESS.test(text.charAt(from))) from += 1;
      while (to > from && HARMLESS.test(text.charAt(to - 1))) to -= 1;
      // What only hid something harmless is not there; it neither parts nor joins what stands around it.
      if (to > from) {
        pushRun(from, to, spaced);
        reached = end;
      } else if (!spaced) {
        reached = end;
      }
    }
  }
  return tokens;

  function pushRun(start: number, end: number, spaced: boolean): void {
    const run = text.slice(start, end);
    const and = wawOf(run);
    if (and !== undefined) {
      pushPiece(start, start + and.length, spaced);
      pushTimes(start + and.length, end, false);
    } else {
      pushTimes(start, end, spaced);
    }
  }

  function pushTimes(start: number, end: number, spaced: boolean): void {
    const run = text.slice(start, end);
    const first = (TIMES_AFTER.exec(run) ?? TIMES_BEFORE.exec(run))?.[1] ?? run;
    pushPiece(start, start + first.length, spaced);
    if (first.length < run.length) pushPiece(start + first.length, end, false);
  }

  function pushPiece(start: number, end: number, spaced: boolean): void {
    const piece = text.slice(start, end);
    const kind = DIGITS.test(piece) ? 'digits' : HAS_LETTER_OR_NUMBER.test(piece) ? 'word' : 'mark';
    push(kind, start, end, spaced);
  }
}

/** The "and" that is written onto an Arabic word or number. */
function wawOf(run: string): string | undefined {
  if (run.charCodeAt(0) !== 0x0648 || run.length < 2) return undefined;
  if (/^\p{Nd}/u.test(run.slice(1))) return 'و';
  if (run.length < 4 || WAW_WORDS.has(bareForm(fold(run, 'word')))) return undefined;
  // A mark after it belongs to it: cut off, it would stand on nothing.
  return /^\p{M}/u.test(run.slice(1)) ? undefined : 'و';
}

/** Folds a piece as `comparableName` does, but leaves hidden characters in it. */
function fold(piece: string, kind: Token['kind']): string {
  if (ASCII.test(piece)) return kind === 'mark' && piece === '`' ? "'" : piece.toLowerCase();
  if (kind === 'mark') {
    if (QUOTES.test(piece)) return "'";
    if (HYPHENS.test(piece)) return '-';
    return piece.normalize('NFKC');
  }
  // Some letters are read as a space and a mark (U+037A): the space is no part of the word.
  return piece.normalize('NFKC').replace(SHAPING, '').toUpperCase().toLowerCase().normalize('NFKC').trim();
}

/**
 * A folded word as hurried people write it: without Latin accents, Arabic vowel signs, hamzas and tatweel, Devanagari nuktas;
 * with the letters that stand for each other in everyday spelling made one.
 */
export function bareForm(folded: string): string {
  if (ASCII.test(folded)) return folded;
  return folded
    .normalize('NFD')
    .replace(/([\p{Script=Latin}\p{Script=Arabic}])\p{M}+/gu, '$1')
    .replace(/[\u093C\u0640]/g, '')
    .replace(/\u0901/g, '\u0902')
    .replace(/\u0629/g, '\u0647')
    .replace(/\u0649/g, '\u064A')
    .normalize('NFC');
}
