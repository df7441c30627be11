/** The number words of a language. */
export interface NumberWords {
  /** Every way to say a number, in words with single spaces between them; made once, when the language is first met. */
  readonly phrases: () => Iterable<NumberPhrase>;
  /** Words for one that are articles as well: "a margherita" is one, and yet "a" is no answer to "how many?". */
  readonly articles: readonly string[];
}

export type NumberPhrase = readonly [words: string, value: number];

/** Ways to write the numbers from `first` on, one text a number, its ways parted by `|`. */
export function series(first: number, texts: readonly string[]): readonly NumberPhrase[] {
  return texts.flatMap((text, index) => ways(text, first + index));
}

/** All ways to write one number, parted by `|`. */
export function ways(text: string, value: number): readonly NumberPhrase[] {
  return text.split('|').map((words) => [words, value] as const);
}

/** Each of the first with each of the second: the words by `join`, the values by `value` (their sum unless told otherwise). */
export function* combined(
  first: Iterable<NumberPhrase>,
  second: readonly NumberPhrase[],
  join: (a: string, b: string) => readonly string[],
  value: (a: number, b: number) => number = (a, b) => a + b,
): Iterable<NumberPhrase> {
  for (const [a, x] of first) {
    for (const [b, y] of second) {
      for (const words of join(a, b)) yield [words, value(x, y)];
    }
  }
}
