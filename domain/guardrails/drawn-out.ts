const REPEATED = /(\p{L})\1+/gu;
const THREE_TIMES = /(\p{L})\1\1/u;
const TWICE_AT_THE_END = /(\p{L})\1$/u;

/** Whether a letter of the word is drawn out beyond any spelling: "yesss", "noooo". */
export function isDrawnOut(word: string): boolean {
  return THREE_TIMES.test(word);
}

/** The same, and "yess", "jaa": for where no other word of a language ends so. */
export function mayBeDrawnOut(word: string): boolean {
  return THREE_TIMES.test(word) || TWICE_AT_THE_END.test(word);
}

/** A word with each letter once: what drawing any of its letters out leaves alone. */
export function eachLetterOnce(word: string): string {
  return word.replace(REPEATED, '$1');
}
