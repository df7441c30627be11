import type { FoundNumber } from './find-numbers';
import { phraseStartingAt, type SmallWords } from './grammar/small-words';
import type { Token } from './tokens';

/** A text with its numbers, and which of its tokens belong to names of items. */
export interface NumberedText {
  readonly tokens: readonly Token[];
  readonly words: SmallWords;
  readonly startingAt: ReadonlyMap<number, FoundNumber>;
  readonly endingAt: ReadonlyMap<number, FoundNumber>;
  readonly isName: (index: number) => boolean;
}

/** What the customer's words say about how many of a named item. */
export type OwnNumber =
  | { readonly kind: 'number'; readonly number: FoundNumber & { readonly value: number } }
  | { readonly kind: 'none' }
  | { readonly kind: 'unclear'; readonly reason: 'quantity_unclear' | 'several_numbers' | 'words_between' };

/** More of them, and the number belongs to something that was not understood. */
const SMALL_WORDS_BETWEEN_MAX = 4;
/** "2 large margheritas": so many unknown words are looked over to say what is wrong. */
const UNKNOWN_WORDS_BETWEEN_MAX = 3;
const TRANSPARENT = /^['"“”„«»‹›*×✕✖_`]$/;
const COMMA = /^[,،]$/;
const PLUS = /^[+&|/]$/;
const CONNECTING = /^[:：=(\-–—'"“”«»_]$/;
/** Between an item and the number after it: "margherita: (x 2)". */
const CONNECTORS_MAX = 4;
const ENDS_STATEMENT = /^[.!?;)\]؟؛।…]$/;
const PICTURE = /\p{Extended_Pictographic}/u;

/**
 * The number that belongs to the item named by the tokens from `start` to `end`: the one right before it, with nothing but
 * small words between; only where there is none, the one right after it.
 */
export function ownNumber(start: number, end: number, text: NumberedText): OwnNumber {
  const before = numberBefore(start, text);
  if (before.kind === 'unclear' && before.reason === 'quantity_unclear') return before;
  const after = numberAfter(end, text);
  if (isOpen(before.kind === 'number' ? before.number.start : start, after?.end ?? end, text)) {
    return { kind: 'unclear', reason: 'quantity_unclear' };
  }
  if (before.kind === 'number') {
    const differs = after !== undefined && after.value !== before.number.value;
    return differs ? { kind: 'unclear', reason: 'several_numbers' } : before;
  }
  if (after === undefined) return before;
  const { value } = after;
  return value === undefined
    ? { kind: 'unclear', reason: 'quantity_unclear' }
    : { kind: 'number', number: { ...after, value } };
}

function numberBefore(start: number, { tokens, words, endingAt, isName }: NumberedText): OwnNumber {
  let small = 0;
  let unknown = 0;
  for (let index = start - 1; index >= 0; index -= 1) {
    const number = endingAt.get(index + 1);
    if (number !== undefined) {
      if (number.bound || number.verb) return { kind: 'none' };
      if (unknown > 0) return { kind: 'unclear', reason: 'words_between' };
      const { value } = number;
      if (value === undefined) return { kind: 'unclear', reason: 'quantity_unclear' };
      return { kind: 'number', number: { ...number, value } };
    }
    const token = tokens[index];
    if (token === undefined || isName(index)) return { kind: 'none' };
    if (token.kind === 'mark' && TRANSPARENT.test(token.text)) continue;
    if (isListMark(index, endingAt, tokens)) return { kind: 'unclear', reason: 'quantity_unclear' };
    if (token.kind !== 'word' || words.and.has(token.bare) || words.or.has(token.bare) || words.but.has(token.bare)) {
      return { kind: 'none' };
    }
    if (words.fillers.has(token.bare) || words.counters.has(token.bare)) small += 1;
    else unknown += 1;
    if (small > SMALL_WORDS_BETWEEN_MAX || unknown > UNKNOWN_WORDS_BETWEEN_MAX) return { kind: 'none' };
  }
  return { kind: 'none' };
}

/** "1. margherita 2. funghi": these numbers count lines. */
function isListMark(index: number, endingAt: NumberedText['endingAt'], tokens: readonly Token[]): boolean {
  if (!/^[.)]$/.test(tokens[index]?.text ?? '')) return false;
  const number = endingAt.get(index);
  if (number === undefined || tokens[index]?.spaced) return false;
  const before = tokens[number.start - 1];
  return before === undefined || before.kind === 'break';
}

/** "margherita x2", "margherita: 2", "margherita (2)", "margherita 2", "margherita, two please". */
function numberAfter(end: number, text: NumberedText): FoundNumber | undefined {
  const { tokens, startingAt } = text;
  let [comma, times] = [false, false];
  for (let index = end; index < end + CONNECTORS_MAX; index += 1) {
    const number = startingAt.get(index);
    if (number !== undefined) {
      if (number.article || number.verb) return undefined;
      return times || endsThere(number.end, comma, text) ? number : undefined;
    }
    const token = tokens[index];
    if (token === undefined || token.kind === 'break') return undefined;
    if (isTimes(token)) times = true;
    else if (COMMA.test(token.text) && !comma) comma = true;
    else if (!CONNECTING.test(token.text)) return undefined;
  }
  return undefined;
}

/**
 * Whether a number that stands after its item is followed by nothing that it could count. After a comma ("margherita, two")
 * it has to end the statement, or it could begin an address.
 */
export function endsThere(end: number, afterComma: boolean, text: NumberedText): boolean {
  const { tokens, words, isName } = text;
  let index = end;
  for (let small = 0; small <= SMALL_WORDS_BETWEEN_MAX; small += 1) {
    const token = tokens[index];
    if (token === undefined || token.kind === 'break') return true;
    if (isName(index)) return false;
    if (token.kind === 'mark' && !TRANSPARENT.test(token.text)) {
      if (ENDS_STATEMENT.test(token.text) || PICTURE.test(token.text)) return true;
      return (COMMA.test(token.text) || (PLUS.test(token.text) && token.spaced)) && !afterComma;
    }
    if (phraseStartingAt(words.closers, tokens, index) !== undefined) return true;
    if (words.and.has(token.bare) || words.but.has(token.bare)) return !afterComma;
    const isSmall = token.kind === 'mark' || words.fillers.has(token.bare) || words.counters.has(token.bare);
    if (!isSmall) return false;
    index += 1;
  }
  return false;
}

/**
 * Whether the customer leaves open what is wanted: "a margherita or two", "funghi or 2 margheritas" (a choice), "a margherita and
 * a half", "2 margheritas each", "2 margheritas maybe", "2 margheritas, or maybe 3", "12 margheritas minus one".
 */
function isOpen(start: number, end: number, text: NumberedText): boolean {
  const { tokens, words, startingAt } = text;
  const is = (set: ReadonlySet<string>, index: number) => set.has(tokens[index]?.bare ?? '');
  if (is(words.or, start - 1) || is(words.or, end) || (is(words.counters, end) && is(words.or, end + 1))) return true;
  if (phraseStartingAt(words.each, tokens, end) !== undefined) return true;
  if (is(words.and, end) && is(words.fractions, startingAt.get(end + 1)?.end ?? end + 1)) return true;
  const doubt = phraseStartingAt(words.notAmounts, tokens, end);
  if (doubt !== undefined && tokens[doubt]?.kind !== 'word' && !startingAt.has(doubt)) return true;
  const next = afterPause(end, text);
  if (next > end && is(words.or, next)) return true;
  const amended = startingAt.get(phraseStartingAt(words.amends, tokens, next) ?? -1);
  return amended !== undefined && endsThere(amended.end, false, text);
}

const PAUSE = /^[,،;؛.…(\-–—]$/;
/** "… please – or 3" has three. */
const PAUSES_MAX = 6;

/** Where the customer goes on after a pause: over what parts two breaths, and the small words that end the first one. */
export function afterPause(end: number, { tokens, words, isName }: NumberedText): number {
  let index = end;
  while (index < end + PAUSES_MAX) {
    const token = tokens[index];
    if (token === undefined || isName(index)) break;
    const isPause = token.kind === 'break' || (token.kind === 'mark' && PAUSE.test(token.text));
    if (!isPause && !words.closing.has(token.bare)) break;
    index += 1;
  }
  return index;
}

function isTimes({ kind, bare }: Token): boolean {
  return kind === 'mark' ? /^[*×✕✖]$/.test(bare) : bare === 'x';
}
