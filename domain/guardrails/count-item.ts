import type { ClaimedItem } from '../booking/step-request';
import type { Verdict } from './block';
import { type FoundNumber, findNumbers } from './find-numbers';
import { isNegated } from './is-negated';
import { type ItemRules, type Place, placesOf } from './item-texts';
import type { NamedItem } from './name-item';
import { type NumberedText, type OwnNumber, ownNumber } from './own-number';
import { findWords, type ReadMessage, readWords } from './read-message';
import { type ItemRefusal, refuseItem } from './refuse-item';

/** A message with its numbers. */
export type CountedText = NumberedText & { readonly numbers: readonly FoundNumber[] };

/** A named item with the number that the customer said of it. Token places within the two messages. */
export interface CountedItem {
  readonly item: NamedItem;
  readonly name: Place;
  readonly numberMessage: ReadMessage;
  readonly number: Place;
}

export interface CountContext {
  readonly rules: ItemRules;
  readonly textOf: (message: ReadMessage) => CountedText;
  /** The message of this step. */
  readonly current: ReadMessage;
  /** The customer's messages from the one with this number on; not only earlier ones, when an old message was sent again. */
  readonly since: (number: number) => readonly ReadMessage[];
  /** Whether another item of the step has this place already: its name's or its number's. */
  readonly isTaken: (message: ReadMessage, place: Place) => boolean;
}

/** Finds the number that the customer said of a named item, and holds it against the claimed one. */
export function countItem(item: NamedItem, context: CountContext): Verdict<CountedItem> {
  const { claim, message } = item;
  const { rules, textOf, current } = context;
  const refuse = (reason: ItemRefusal) =>
    refuseItem<CountedItem>(reason, { index: item.index, name: item.name, locale: rules.locale });

  if (!Number.isInteger(claim.quantity) || claim.quantity < 1 || claim.quantity > 10_000) {
    return refuse('quantity_out_of_range');
  }
  if (isUnwanted(item, context)) return refuse('negated');

  const text = textOf(message);
  const found = item.places.map((place) => ({ place, own: numberOf(item, place, text) }));
  const numbered = found.flatMap(({ place, own }) => (own.kind === 'number' ? [{ place, number: own.number }] : []));
  const equal = numbered.filter(({ number }) => number.value === claim.quantity);
  const free = equal.find(({ number }) => !context.isTaken(message, number));
  if (free !== undefined) {
    const wrong = wrongWords(claim, message, free.number, rules);
    if (wrong !== undefined) return refuse(wrong);
    return { ok: true, value: { item, name: free.place, numberMessage: message, number: free.number } };
  }
  if (equal.length > 0) return refuse('number_taken');
  // Nor does a later number without the name change it: that one might be of something else.
  if (numbered.length > 0) return refuse('other_quantity');
  const unclear = found.flatMap(({ own }) => (own.kind === 'unclear' ? [own.reason] : []))[0];
  if (unclear !== undefined && (message === current || unclear === 'words_between')) return refuse(unclear);

  const place = item.places.find((candidate) => !context.isTaken(message, candidate)) ?? item.places[0];
  if (place === undefined) return refuse('quantity_not_said');
  const answer = onlyNumber(textOf(current), placesOf(item.words, current, rules));
  if (answer === undefined) {
    return refuse(
      message === current ? 'quantity_not_said' : (noAnswer(textOf(current)) ?? unclear ?? 'quantity_not_said'),
    );
  }
  if (answer.value !== claim.quantity) return refuse('other_quantity');
  if (context.isTaken(current, answer)) return refuse('number_taken');
  const wrong = wrongWords(claim, current, answer, rules);
  if (wrong !== undefined) return refuse(wrong);
  return { ok: true, value: { item, name: place, numberMessage: current, number: answer } };
}

function noAnswer({ numbers }: CountedText): ItemRefusal | undefined {
  return numbers.length === 0 ? undefined : 'unclear_answer';
}

function numberOf(item: NamedItem, { start, end }: Place, text: CountedText): OwnNumber {
  const own = ownNumber(start, end, text);
  if (own.kind !== 'none' || !item.dual) return own;
  const word = { start: end - 1, end, article: false, verb: false, bound: false };
  return { kind: 'number', number: { ...word, value: 2 } };
}

/** Whether the customer said no to the item, in the message that names it or in one that came after it. */
function isUnwanted(item: NamedItem, { textOf, rules, since }: CountContext): boolean {
  return since(item.message.number).some((message) => {
    const text = textOf(message);
    return placesOf(item.words, message, rules).some(({ start, end }) => {
      const own = ownNumber(start, end, text);
      const before = own.kind === 'number' && own.number.end <= start ? own.number.start : start;
      const after = own.kind === 'number' && own.number.start >= end ? own.number.end : end;
      return isNegated(before, after, own.kind === 'number', text);
    });
  });
}

/** What is wrong with the words that an agent quotes for a number: they have to be there, and to say all of it. */
function wrongWords(
  { quantity, quantityWords }: ClaimedItem,
  message: ReadMessage,
  number: Place,
  { words, lexicon }: ItemRules,
): ItemRefusal | undefined {
  const quoted = readWords(quantityWords);
  if (quoted.length === 0) return 'quantity_words_missing';
  const starts = findWords(message, quoted);
  if (starts.length === 0) return 'quantity_words_not_said';
  const length = quoted.length;
  if (starts.some((start) => start <= number.start && start + length >= number.end)) return undefined;
  // "Two" says as much as "another two", but not as much as "twenty-two".
  const [read, ...more] = findNumbers(quoted, { words: words.words, lexicon, isName: () => false });
  const saysAll = read?.value === quantity && more.length === 0;
  const isPart = starts.some((start) => start >= number.start && start + length <= number.end);
  return saysAll && isPart ? undefined : 'number_of_other_words';
}

/**
 * The number of a message that says nothing but a number ("three", "I'd like 3 of them please"), and maybe the item's own
 * name at `places`: it can belong to nothing else.
 */
function onlyNumber(
  { tokens, words, numbers }: CountedText,
  places: readonly Place[],
): (FoundNumber & { readonly value: number }) | undefined {
  const counting = numbers.some(({ verb }) => !verb) ? numbers.filter(({ verb }) => !verb) : numbers;
  const plain = counting.filter(({ article }) => !article);
  const [number, ...others] = plain.length > 0 ? plain : counting;
  if (number?.value === undefined || others.length > 0) return undefined;
  if (number.verb && (places.length > 0 || number.start > 0)) return undefined;
  // "तीन दे दो": "give three".
  const verbs = numbers.filter(({ verb }) => verb);
  const isKnown = (index: number): boolean => {
    const token = tokens[index];
    if (token === undefined) return true;
    if ([number, ...places, ...verbs].some(({ start, end }) => index >= start && index < end)) return true;
    if (token.kind === 'mark') return token.text !== '?' && token.text !== '؟';
    if (token.kind !== 'word') return token.kind === 'break';
    const { bare } = token;
    return (
      words.answers.has(bare) ||
      words.closing.has(bare) ||
      words.fillers.has(bare) ||
      words.counters.has(bare) ||
      words.and.has(bare)
    );
  };
  if (!tokens.every((_, index) => isKnown(index))) return undefined;
  return { ...number, value: number.value };
}
