import type { BookingLocale, CustomerMessage } from '../booking/booking';
import type { CatalogueItem } from '../booking/catalogue';
import { type CatalogueIndex, type CatalogueMatch, findCatalogueNames, indexCatalogue } from './catalogue-index';
import { type FoundNumber, findNumbers } from './find-numbers';
import { smallWords } from './grammar/small-words';
import type { WordRules } from './match-name';
import { type NumberLexicon, numberLexicon } from './numbers/number-lexicon';
import { otherSpellings } from './other-spellings';
import type { NumberedText } from './own-number';
import { type ReadMessage, readMessage, startsOf } from './read-message';
import { remembered } from './remembered';
import { dualsOf, formsOf } from './same-word';
import type { Token } from './tokens';

/** What judging the items of one step goes by. Each word and text is read once, however many items point at it. */
export interface ItemRules {
  readonly locale: BookingLocale;
  readonly words: WordRules;
  readonly lexicon: NumberLexicon;
  /** Undefined where the tenant keeps none. */
  readonly catalogue: CatalogueIndex | undefined;
  readonly read: (message: CustomerMessage) => ReadMessage;
  /** Where a bare word stands in a message, in singular or plural. */
  readonly formPlacesIn: (message: ReadMessage) => (bare: string) => readonly number[];
  /** The longest names of the catalogue in a message. */
  readonly catalogueNamesIn: (message: ReadMessage) => readonly CatalogueMatch[];
}

export function itemRules(locale: BookingLocale, items: readonly CatalogueItem[]): ItemRules {
  const lexicon = numberLexicon(locale);
  const words = smallWords(locale);
  const catalogue = items.length === 0 ? undefined : indexCatalogue(items, otherSpellings(locale));
  const rules: WordRules = {
    words,
    formsOf: remembered((word: string) => new Set(formsOf(word, locale))),
    dualsOf: remembered((word: string) => new Set(locale === 'ar' ? dualsOf(word) : [])),
    isCount: ({ kind, bare }) =>
      kind === 'digits' || lexicon.root.next.has(bare) || words.counters.has(bare) || words.and.has(bare),
  };
  return {
    locale,
    words: rules,
    lexicon,
    catalogue,
    read: remembered(readMessage),
    formPlacesIn: remembered(({ barePlaces }: ReadMessage) =>
      remembered((bare: string) => [...rules.formsOf(bare)].flatMap((form) => barePlaces.get(form) ?? [])),
    ),
    catalogueNamesIn: remembered(({ tokens }: ReadMessage) =>
      catalogue === undefined ? [] : findCatalogueNames(tokens, catalogue, rules.formsOf),
    ),
  };
}

/** Tokens of a message, `end` exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A message with its numbers: those that count something, not those within the names that stand at `names`. */
export function numberedText(
  message: ReadMessage,
  names: readonly Place[],
  rules: ItemRules,
): NumberedText & {
  readonly numbers: readonly FoundNumber[];
} {
  const { tokens } = message;
  const named = new Uint8Array(tokens.length);
  for (const { start, end } of names) named.fill(1, start, end);
  for (const { start, end } of rules.catalogueNamesIn(message)) {
    // An item that is called like a number must not swallow all numbers.
    const part = tokens.slice(start, end);
    if (!part.every((token) => rules.words.isCount(token))) named.fill(1, start, end);
  }
  const isName = (index: number) => named[index] === 1;
  const { words } = rules.words;
  const numbers = findNumbers(tokens, { words, lexicon: rules.lexicon, isName });
  return {
    tokens,
    words,
    numbers,
    startingAt: new Map(numbers.map((number) => [number.start, number])),
    endingAt: new Map(numbers.map((number) => [number.end, number])),
    isName,
  };
}

/** Where the words of a name stand in a message, in singular or plural. */
export function placesOf(name: readonly Token[], message: ReadMessage, rules: ItemRules): readonly Place[] {
  const placesOfForms = rules.formPlacesIn(message);
  const starts = startsOf(
    name.map(({ bare }) => placesOfForms(bare)),
    (offset, index) => rules.words.formsOf(name[offset]?.bare ?? '').has(message.tokens[index]?.bare ?? ''),
  );
  return starts.map((start) => ({ start, end: start + name.length }));
}
