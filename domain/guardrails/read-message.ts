import type { CustomerMessage } from '../booking/booking';
import { isGlued } from './find-numbers';
import { type Token, tokenise } from './tokens';

/** A message in pieces, with the places of each. */
export interface ReadMessage {
  readonly number: number;
  readonly tokens: readonly Token[];
  readonly places: ReadonlyMap<string, readonly number[]>;
  /** By the bare form of the piece. */
  readonly barePlaces: ReadonlyMap<string, readonly number[]>;
}

export function readMessage({ number, text }: CustomerMessage): ReadMessage {
  const tokens = tokenise(text);
  const places = new Map<string, number[]>();
  const barePlaces = new Map<string, number[]>();
  for (const [index, { text: piece, bare }] of tokens.entries()) {
    addTo(places, piece, index);
    addTo(barePlaces, bare, index);
  }
  return { number, tokens, places, barePlaces };
}

function addTo(places: Map<string, number[]>, piece: string, index: number): void {
  const known = places.get(piece);
  if (known === undefined) places.set(piece, [index]);
  else known.push(index);
}

/** Quoted words in pieces, without the punctuation around them. */
export function readWords(text: string): readonly Token[] {
  const tokens = tokenise(text);
  const isWord = ({ kind }: Token) => kind === 'word' || kind === 'digits';
  return tokens.slice(Math.max(0, tokens.findIndex(isWord)), tokens.findLastIndex(isWord) + 1);
}

/** Where words stand in a message, letter by letter but for case and width, and as whole words: the first token of each place. */
export function findWords(message: ReadMessage, words: readonly Token[]): readonly number[] {
  const { tokens, places } = message;
  return startsOf(
    words.map(({ text }) => places.get(text) ?? []),
    (offset, index) => tokens[index]?.text === words[offset]?.text,
  ).filter((start) => isWhole(tokens, start, start + words.length));
}

/**
 * Where a row of words begins, of which each one's places are known. It starts from the rarest word: with the first one,
 * a hundred "dish …" in a message would be compared with a hundred others.
 */
export function startsOf(
  places: readonly (readonly number[])[],
  isThere: (offset: number, index: number) => boolean,
): readonly number[] {
  const anchor = places.reduce(
    (least, { length }, offset) => (length < (places[least]?.length ?? 0) ? offset : least),
    0,
  );
  return (places[anchor] ?? [])
    .map((index) => index - anchor)
    .filter((start) => places.every((_, offset) => offset === anchor || isThere(offset, start + offset)));
}

/** Whether nothing is written onto words that would make them part of a longer one: "coca-cola" has no "cola" in it. */
export function isWhole(tokens: readonly Token[], start: number, end: number): boolean {
  const before = tokens[start - 1];
  const [after, beyond] = [tokens[end], tokens[end + 1]];
  if (
    isGlued(tokens, start) &&
    isGlued(tokens, start - 1) &&
    before?.kind === 'mark' &&
    /^[-@._/\\]$/.test(before.text)
  ) {
    return false;
  }
  if (!isGlued(tokens, end) || after?.kind !== 'mark') return true;
  return !(isGlued(tokens, end + 1) && beyond?.kind !== 'mark' && /^[-@._/\\]$/.test(after.text));
}
