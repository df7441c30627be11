import { asciiDigit } from '../phone';
import type { SmallWords } from './grammar/small-words';
import { phraseEndingAt } from './grammar/small-words';
import type { NumberLexicon, NumberNode } from './numbers/number-lexicon';
import type { Token } from './tokens';

/** A number in a text: the tokens from `start` to `end` (exclusive). */
export interface FoundNumber {
  readonly start: number;
  readonly end: number;
  /** Undefined for a number that is no amount: part of a range, a price, a time, a phone number, out of bounds. */
  readonly value: number | undefined;
  /** A word for one that is an article as well. */
  readonly article: boolean;
  /** A word that is rather a verb where it stands. */
  readonly verb: boolean;
  /** It multiplies what stands before it ("margherita x2"), and nothing that comes after. */
  readonly bound: boolean;
}

/** What numbers are judged by. `isName` tells the tokens that belong to an item's name: "4" in "4 formaggi" counts nothing. */
export interface NumberContext {
  readonly words: SmallWords;
  readonly lexicon: NumberLexicon;
  readonly isName: (index: number) => boolean;
}

const QUANTITY_MAX = 10_000;
/** What may stand right before digits without making them something else, and what right after. */
const BEFORE_DIGITS = /^['"“”„«»‹›([{,;:!?¿¡=>&*•·×✕✖…]$/;
const AFTER_DIGITS = /^[)\]},;:!?.…*×✕✖]$/;
const QUOTE = /^['"“”„«»‹›″′]$/;
const CURRENCY = /^\p{Sc}$/u;
const CURRENCY_WORDS = new Set(
  'eur euro euros usd gbp inr rs brl aed sar egp mxn ars cop clp chf dollar dollars'.split(' '),
);
/** Between two numbers, these make one thing of them: a range, a fraction, a phone number. */
const JOINING = /^[-–—‑−()/+~.…]$/;
const TIMES = /^[x×✕✖*]$/;
const COMMA = /^[,،]$/;
const BULLET = /^[-–—•*·]$/;
/** "no. 5", "max. 3". */
const ABBREVIATION_LENGTH = 3;
/** A larger number word and a smaller one with an "and" between them are one number: "a thousand and two". */
const COMPOSES_FROM = 20;

/** All numbers of a text, in digits of any script or in words of the language, left to right. */
export function findNumbers(tokens: readonly Token[], context: NumberContext): readonly FoundNumber[] {
  const found = scan(tokens, context);
  const amounts = found.map((number, index) => isAmount(number, index, found, tokens, context));
  return found.map((number, index) => ({
    start: number.start,
    end: number.end,
    value: amounts[index] ? number.value : undefined,
    article: isArticle(number, tokens, context),
    verb: isVerb(number, tokens, context),
    bound: isBound(number, tokens, context),
  }));
}

interface Scanned {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

function scan(tokens: readonly Token[], { lexicon, isName }: NumberContext): readonly Scanned[] {
  const found: Scanned[] = [];
  let index = 0;
  while (index < tokens.length) {
    const token = tokens[index];
    if (token === undefined || isName(index) || (token.kind !== 'digits' && token.kind !== 'word')) {
      index += 1;
    } else if (token.kind === 'digits') {
      found.push({ start: index, end: index + 1, value: valueOfDigits(token.text) });
      index += 1;
    } else {
      const words = longestWords(tokens, index, lexicon.root, isName);
      if (words !== undefined) found.push(words);
      index = words?.end ?? index + 1;
    }
  }
  return found;
}

function longestWords(
  tokens: readonly Token[],
  start: number,
  root: NumberNode,
  isName: (index: number) => boolean,
): Scanned | undefined {
  let longest: Scanned | undefined;
  let node: NumberNode | undefined = root;
  let index = start;
  for (;;) {
    const token = tokens[index];
    if (token?.kind !== 'word' || isName(index)) return longest;
    node = node.next.get(token.bare);
    if (node === undefined) return longest;
    index += 1;
    if (node.value !== undefined) longest = { start, end: index, value: node.value };
    // "twenty-one", "vingt-et-un"
    if (isHyphen(tokens, index)) index += 1;
  }
}

/** A hyphen within a word. */
function isHyphen(tokens: readonly Token[], index: number): boolean {
  return tokens[index]?.text === '-' && isGlued(tokens, index) && isGlued(tokens, index + 1);
}

/** Whether nothing stands between a token and the one before it. */
export function isGlued(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  return token !== undefined && index > 0 && !token.spaced && token.kind !== 'break';
}

/** NaN for digits of mixed scripts, which only somebody with a purpose writes, and for more than a quantity has. */
function valueOfDigits(text: string): number {
  if (text.length > 10) return Number.NaN;
  let ascii = '';
  let zero: number | undefined;
  for (const digit of text) {
    const read = asciiDigit(digit);
    const itsZero = (digit.codePointAt(0) ?? 0) - Number(read);
    if (zero !== undefined && zero !== itsZero) return Number.NaN;
    zero = itsZero;
    ascii += read;
  }
  return /^0?[1-9]\d{0,4}$/.test(ascii) ? Number(ascii) : Number.NaN;
}

function isAmount(
  number: Scanned,
  index: number,
  all: readonly Scanned[],
  tokens: readonly Token[],
  context: NumberContext,
): boolean {
  const { words } = context;
  const { start, end, value } = number;
  if (!(value >= 1 && value <= QUANTITY_MAX)) return false;
  if (isPartOfSomething(number, tokens) || isMoney(number, tokens)) return false;
  const [before, after] = [tokens[start - 1], tokens[end]];
  if (before?.kind === 'word' && words.or.has(before.bare)) return false;
  if (isPartOfOne(start, tokens, context)) return false;
  if (after?.kind === 'word' && words.or.has(after.bare)) return false;
  if (isUnsure(start, tokens, words)) return false;
  if (isFraction(end, all[index + 1], tokens, context)) return false;
  const [previous, next] = [all[index - 1], all[index + 1]];
  if (previous !== undefined && areOneThing(previous, number, tokens, words)) return false;
  return next === undefined || !areOneThing(number, next, tokens, words);
}

/** "1.5", "8:30", "2-3", "+49", "#5", `12"`, "covid-19", "one-pot". */
function isPartOfSomething({ start, end }: Scanned, tokens: readonly Token[]): boolean {
  const isDigits = tokens[start]?.kind === 'digits';
  const [before, after] = [tokens[start - 1], tokens[end]];
  if (isGlued(tokens, start) && before?.kind === 'mark') {
    const beyond = tokens[start - 2];
    const startsLine = beyond === undefined || beyond.kind === 'break';
    if (!BEFORE_DIGITS.test(before.text) && !(startsLine && BULLET.test(before.text))) return true;
    if (isDigits && beyond?.kind === 'digits' && isGlued(tokens, start - 1)) return true;
  }
  if (!isGlued(tokens, end) || after?.kind !== 'mark') return false;
  if (QUOTE.test(after.text)) {
    // `12"` is a size, "2" in quotes is a number; an apostrophe with letters after it makes another word.
    return !(isGlued(tokens, start) && before !== undefined && QUOTE.test(before.text));
  }
  if (!AFTER_DIGITS.test(after.text)) return true;
  return isDigits && tokens[end + 1]?.kind === 'digits' && isGlued(tokens, end + 1);
}

function isMoney({ start, end }: Scanned, tokens: readonly Token[]): boolean {
  const [before, after] = [tokens[start - 1], tokens[end]];
  if (before !== undefined && (CURRENCY.test(before.text) || CURRENCY_WORDS.has(before.bare))) return true;
  return after !== undefined && (CURRENCY.test(after.text) || after.text === '%' || CURRENCY_WORDS.has(after.bare));
}

/** "about 3", "at 8", "room 5", "no. 5". */
function isUnsure(start: number, tokens: readonly Token[], words: SmallWords): boolean {
  const before = tokens[start - 1];
  if (before?.kind === 'word') return phraseEndingAt(words.notAmounts, tokens, start - 1) !== undefined;
  if (before?.text === '~' || before?.text === '≈' || before?.text === '#' || before?.text === '№') return true;
  const abbreviated = before?.text === '.' && isGlued(tokens, start - 1) ? tokens[start - 2] : undefined;
  if (abbreviated === undefined || abbreviated.bare.length > ABBREVIATION_LENGTH) return false;
  return phraseEndingAt(words.notAmounts, tokens, start - 2) !== undefined;
}

/** "half a margherita", "two thirds of a margherita". */
function isPartOfOne(start: number, tokens: readonly Token[], { words, isName }: NumberContext): boolean {
  let at = start - 1;
  while (tokens[at]?.kind === 'word' && words.fillers.has(tokens[at]?.bare ?? '')) at -= 1;
  const token = tokens[at];
  return token?.kind === 'word' && words.fractions.has(token.bare) && !isName(at);
}

/** "one and a half", "una y media", "two halves"; but in "three half chickens" the half is part of the name. */
function isFraction(
  end: number,
  next: Scanned | undefined,
  tokens: readonly Token[],
  { words, isName }: NumberContext,
): boolean {
  let at = end;
  if (words.and.has(tokens[at]?.bare ?? '')) at += 1;
  if (next?.start === at && at > end) at = next.end;
  return words.fractions.has(tokens[at]?.bare ?? '') && !isName(at);
}

/** Whether two numbers that follow each other are parts of one thing, or a choice between them. */
function areOneThing(a: Scanned, b: Scanned, tokens: readonly Token[], words: SmallWords): boolean {
  const gap = tokens.slice(a.end, b.start);
  // "भेज दो 2 समोसे": "send 2", not "two 2".
  if (gap.length === 0 && isVerbWord(a, tokens, words) && words.answers.has(tokens[a.start - 1]?.bare ?? ''))
    return false;
  if (gap.every(({ kind, text }) => kind === 'mark' && JOINING.test(text))) {
    // A full stop with a space after it ends a sentence.
    return !(gap.length === 1 && gap[0]?.text === '.' && tokens[b.start]?.spaced);
  }
  // "One of the two", "2 of 3".
  if (gap.every(({ kind, bare }) => kind === 'word' && words.fillers.has(bare))) return true;
  const only = gap.length === 1 ? gap[0] : undefined;
  if (only === undefined) return false;
  const inWords = tokens[a.start]?.kind === 'word' && tokens[b.start]?.kind === 'word';
  if (only.kind === 'mark') {
    // "Two, three margheritas": as people guess. In digits it could be an address.
    return TIMES.test(only.text) || (COMMA.test(only.text) && inWords && b.value === a.value + 1);
  }
  if (only.kind !== 'word') return false;
  if (words.to.has(only.bare) || words.or.has(only.bare) || only.bare === 'x') return true;
  if (!words.and.has(only.bare)) return false;
  // "Two and a half dozen".
  if (tokens.slice(b.start, b.end).some(({ bare }) => words.fractions.has(bare))) return true;
  if (words.between.has(tokens[a.start - 1]?.bare ?? '')) return true;
  return inWords && a.value >= COMPOSES_FROM && b.value < a.value;
}

function isArticle({ start, end }: Scanned, tokens: readonly Token[], { lexicon }: NumberContext): boolean {
  return end - start === 1 && lexicon.articles.has(tokens[start]?.bare ?? '');
}

function isVerb(
  { start, end }: Pick<Scanned, 'start' | 'end'>,
  tokens: readonly Token[],
  { words }: NumberContext,
): boolean {
  if (!isVerbWord({ start, end }, tokens, words)) return false;
  if (words.verbStems.has(tokens[start - 1]?.bare ?? '')) return true;
  const after = tokens[end];
  if (after === undefined || after.kind === 'break' || after.kind === 'mark') return true;
  return words.closing.has(after.bare) && !words.wants.has(after.bare);
}

function isVerbWord(
  { start, end }: Pick<Scanned, 'start' | 'end'>,
  tokens: readonly Token[],
  { verbsAtEnd }: SmallWords,
): boolean {
  return end - start === 1 && verbsAtEnd.has(tokens[start]?.bare ?? '');
}

function isBound({ start }: Scanned, tokens: readonly Token[], { words, isName }: NumberContext): boolean {
  if (!TIMES.test(tokens[start - 1]?.bare ?? '')) return false;
  const multiplied = tokens[start - 2];
  if (multiplied?.kind !== 'word') return false;
  return isName(start - 2) || !(words.answers.has(multiplied.bare) || words.and.has(multiplied.bare));
}
