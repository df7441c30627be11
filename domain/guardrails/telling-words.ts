import { eachLetterOnce, isDrawnOut } from './drawn-out';
import { bareForm } from './tokens';
import { WORDS } from './words';
import type { LocaleWords } from './words/locale-words';

/** A word that makes a reply something else than a yes, in whatever language the booking is. */
export interface TellingWord {
  readonly tells: 'no' | 'change' | 'question';
  /** As it stands in our lists. */
  readonly phrase: string;
}

/** In the order of their weight: a no stays a no, whatever comes with it. */
const FIELDS = [
  ['no', 'negations'],
  ['change', 'changes'],
  ['question', 'questions'],
] as const satisfies readonly (readonly [TellingWord['tells'], keyof LocaleWords])[];

interface Phrase {
  readonly phrase: string;
  /** Bare. */
  readonly words: readonly string[];
}
type PhrasesByFirstWord = ReadonlyMap<string, readonly Phrase[]>;

const TELLING = FIELDS.map(([tells, field]) => ({ tells, phrases: inAllLanguages(field) }));
const IDIOMS = inAllLanguages('idioms');

/**
 * Finds the word that tells most about a text; without accents, and through whatever is hidden in it. With `idioms`, the words
 * of an idiom tell nothing. Linear in the text's length.
 */
export function findTellingWord(text: string, { idioms }: { readonly idioms: boolean }): TellingWord | undefined {
  const words = bareWords(text);
  const inIdioms = new Set(idioms ? words.flatMap((_, start) => phrasesAt(start, words, IDIOMS).flatMap(range)) : []);
  for (const { tells, phrases } of TELLING) {
    for (const start of words.keys()) {
      const [found] = inIdioms.has(start) ? [] : phrasesAt(start, words, phrases);
      if (found !== undefined) return { tells, phrase: found.phrase };
    }
  }
  return undefined;
}

function inAllLanguages(field: keyof LocaleWords): PhrasesByFirstWord {
  const byFirstWord = new Map<string, Phrase[]>();
  for (const phrase of Object.values(WORDS).flatMap((words) => words[field].split(', '))) {
    const words = bareWords(phrase);
    const known = byFirstWord.get(words[0] ?? '');
    if (known === undefined) byFirstWord.set(words[0] ?? '', [{ phrase, words }]);
    else known.push({ phrase, words });
  }
  return byFirstWord;
}

function phrasesAt(start: number, words: readonly string[], phrases: PhrasesByFirstWord) {
  const first = words[start] ?? '';
  return [first, withoutAnd(first), notDrawnOut(first)]
    .flatMap((word) => phrases.get(word) ?? [])
    .filter((phrase) => phrase.words.every((word, offset) => offset === 0 || words[start + offset] === word))
    .map((phrase) => ({ ...phrase, start }));
}

function range({ start, words }: { readonly start: number; readonly words: readonly string[] }): readonly number[] {
  return words.map((_, offset) => start + offset);
}

function bareWords(text: string): readonly string[] {
  return text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '')
    .map(bareForm);
}

/** "Noooo", "waaait". Not for a letter that is there twice: "pass" is no "pas". */
function notDrawnOut(word: string): string {
  return isDrawnOut(word) ? eachLetterOnce(word) : '';
}

/** Arabic writes "and" onto the next word: "and not", "and but". */
function withoutAnd(word: string): string {
  return word.length > 2 && word.startsWith('و') ? word.slice(1) : '';
}
