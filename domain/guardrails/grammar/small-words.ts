import type { BookingLocale } from '../../booking/booking';
import { type Token, tokenise } from '../tokens';
import { ARABIC_GRAMMAR } from './ar';
import { GERMAN_GRAMMAR } from './de';
import { ENGLISH_GRAMMAR } from './en';
import { SPANISH_GRAMMAR } from './es';
import { FRENCH_GRAMMAR } from './fr';
import { HINDI_GRAMMAR } from './hi';
import type { OrderGrammar } from './order-grammar';
import { PORTUGUESE_GRAMMAR } from './pt';

const GRAMMARS: Readonly<Record<BookingLocale, OrderGrammar>> = {
  en: ENGLISH_GRAMMAR,
  es: SPANISH_GRAMMAR,
  fr: FRENCH_GRAMMAR,
  de: GERMAN_GRAMMAR,
  pt: PORTUGUESE_GRAMMAR,
  hi: HINDI_GRAMMAR,
  ar: ARABIC_GRAMMAR,
};

/** Negations that a customer may use in whatever language, and that are no other word in any shipped one. */
const NEGATIONS_EVERYWHERE =
  "without, don't, dont, not, ohne, kein, keine, keinen, nicht, sans, sin, sem, não, nein, नहीं, मत, बिना, لا, بدون, بلا";

type PhraseField =
  | 'notAmounts'
  | 'amends'
  | 'each'
  | 'closers'
  | 'negations'
  | 'cancellations'
  | 'negationsAfter'
  | 'takebacks';
type WordField = Exclude<keyof OrderGrammar, PhraseField>;

/** A grammar made ready for looking words up. */
export type SmallWords = Readonly<Record<WordField, ReadonlySet<string>>> &
  Readonly<Record<PhraseField, Phrases>> & {
    /** The words of all closers. */
    readonly closing: ReadonlySet<string>;
  };

/** Phrases, each as its bare words, under their last and under their first words. */
interface Phrases {
  readonly byLast: ReadonlyMap<string, readonly (readonly string[])[]>;
  readonly byFirst: ReadonlyMap<string, readonly (readonly string[])[]>;
}

const made = new Map<BookingLocale, SmallWords>();

export function smallWords(locale: BookingLocale): SmallWords {
  const known = made.get(locale);
  if (known !== undefined) return known;
  const fresh = makeSmallWords(GRAMMARS[locale]);
  made.set(locale, fresh);
  return fresh;
}

function makeSmallWords(grammar: OrderGrammar): SmallWords {
  const { notAmounts, amends, each, closers, negations, cancellations, negationsAfter, takebacks, ...lists } = grammar;
  return {
    ...mapValues(lists, (text) => new Set(wordsOf(text))),
    notAmounts: phrasesOf(notAmounts),
    amends: phrasesOf(amends),
    each: phrasesOf(each),
    closers: phrasesOf(closers),
    closing: new Set(wordsOf(closers)),
    negations: phrasesOf(`${negations}, ${NEGATIONS_EVERYWHERE}`),
    cancellations: phrasesOf(cancellations),
    negationsAfter: phrasesOf(negationsAfter),
    takebacks: phrasesOf(takebacks),
  };
}

function mapValues<Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  map: (value: From) => To,
): Record<Key, To> {
  const mapped: Partial<Record<Key, To>> = {};
  for (const key of Object.keys(record) as Key[]) mapped[key] = map(record[key]);
  return mapped as Record<Key, To>;
}

function wordsOf(text: string): readonly string[] {
  return tokenise(text)
    .filter(({ kind }) => kind === 'word')
    .map(({ bare }) => bare);
}

function phrasesOf(text: string): Phrases {
  const byLast = new Map<string, string[][]>();
  const byFirst = new Map<string, string[][]>();
  for (const phrase of text.split(',')) {
    const words = [...wordsOf(phrase)];
    const [first, last] = [words[0], words.at(-1)];
    if (first === undefined || last === undefined) continue;
    byLast.set(last, [...(byLast.get(last) ?? []), words]);
    byFirst.set(first, [...(byFirst.get(first) ?? []), words]);
  }
  return { byLast, byFirst };
}

/** Where the phrase begins that ends with the token at `index`; undefined when none of them does. */
export function phraseEndingAt(phrases: Phrases, tokens: readonly Token[], index: number): number | undefined {
  for (const words of phrases.byLast.get(tokens[index]?.bare ?? '') ?? []) {
    let at = index;
    let left = words.length - 1;
    while (left > 0) {
      at = stepOver(tokens, at, -1);
      if (tokens[at]?.bare !== words[left - 1]) break;
      left -= 1;
    }
    if (left === 0) return at;
  }
  return undefined;
}

/** Where the phrase ends (exclusive) that begins with the token at `index`; undefined when none of them does. */
export function phraseStartingAt(phrases: Phrases, tokens: readonly Token[], index: number): number | undefined {
  let longest: number | undefined;
  for (const words of phrases.byFirst.get(tokens[index]?.bare ?? '') ?? []) {
    let at = index;
    let done = 1;
    while (done < words.length) {
      at = stepOver(tokens, at, 1);
      if (tokens[at]?.bare !== words[done]) break;
      done += 1;
    }
    if (done === words.length) longest = Math.max(longest ?? 0, at + 1);
  }
  return longest;
}

/** The next token, over an apostrophe, a hyphen or a slash within a word: "don't", "w/o". */
function stepOver(tokens: readonly Token[], from: number, step: 1 | -1): number {
  const next = tokens[from + step];
  return next?.kind === 'mark' && /^['/-]$/.test(next.text) ? from + 2 * step : from + step;
}
