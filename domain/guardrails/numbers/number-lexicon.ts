import type { BookingLocale } from '../../booking/booking';
import { tokenise } from '../tokens';
import { ARABIC } from './ar';
import { GERMAN } from './de';
import { ENGLISH } from './en';
import { SPANISH } from './es';
import { FRENCH } from './fr';
import { HINDI } from './hi';
import type { NumberWords } from './number-words';
import { PORTUGUESE } from './pt';

const NUMBERS: Readonly<Record<BookingLocale, NumberWords>> = {
  en: ENGLISH,
  es: SPANISH,
  fr: FRENCH,
  de: GERMAN,
  pt: PORTUGUESE,
  hi: HINDI,
  ar: ARABIC,
};

/** The number words of a language, word by word: following a text as far as it goes finds its longest number. */
export interface NumberNode {
  readonly value: number | undefined;
  readonly next: ReadonlyMap<string, NumberNode>;
}

export interface NumberLexicon {
  readonly root: NumberNode;
  /** Bare words that are articles too. */
  readonly articles: ReadonlySet<string>;
}

const lexicons = new Map<BookingLocale, NumberLexicon>();

/** Made when a language is first met: most processes meet one or two. */
export function numberLexicon(locale: BookingLocale): NumberLexicon {
  const known = lexicons.get(locale);
  if (known !== undefined) return known;
  const made = makeLexicon(NUMBERS[locale]);
  lexicons.set(locale, made);
  return made;
}

interface GrowingNode {
  value: number | undefined;
  readonly next: Map<string, GrowingNode>;
}

function makeLexicon({ phrases, articles }: NumberWords): NumberLexicon {
  const root: GrowingNode = { value: undefined, next: new Map() };
  for (const [words, value] of phrases()) {
    let node = root;
    for (const { bare } of tokenise(words)) {
      const next: GrowingNode = node.next.get(bare) ?? { value: undefined, next: new Map() };
      node.next.set(bare, next);
      node = next;
    }
    node.value = value;
  }
  return { root, articles: new Set(articles.flatMap((word) => tokenise(word).map(({ bare }) => bare))) };
}
