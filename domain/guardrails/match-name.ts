import type { SmallWords } from './grammar/small-words';
import type { Token } from './tokens';

/** The part of quoted words that names the item: without the number and the fillers around it. */
export interface NamePart {
  readonly start: number;
  readonly end: number;
  /** The item's last word is in its dual: "two" is in the word itself. */
  readonly dual: boolean;
}

export interface WordRules {
  readonly words: SmallWords;
  readonly formsOf: (bare: string) => ReadonlySet<string>;
  readonly dualsOf: (bare: string) => ReadonlySet<string>;
  /** Whether a piece of the quoted words is a number or counts something. */
  readonly isCount: (token: Token) => boolean;
}

/**
 * Whether quoted words name what a name says: the same words in the same order, but for singular and plural. Fillers may
 * be there or not, and a number before or after the name is not part of it. A word too many on either side is another
 * name: "large margherita" is not "margherita".
 */
export function matchName(name: readonly Token[], quoted: readonly Token[], rules: WordRules): NamePart | undefined {
  const { words, formsOf, dualsOf, isCount } = rules;
  const isFiller = ({ bare }: Token) => words.fillers.has(bare) || words.joiners.has(bare);
  const wanted = name.filter((token) => token.kind === 'digits' || (token.kind === 'word' && !isFiller(token)));
  let left = wanted.length;
  let [start, end, dual] = [0, 0, false];
  // From the end: in "4 4 formaggi" it is the first number that counts.
  for (let index = quoted.length - 1; index >= 0; index -= 1) {
    const token = quoted[index];
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'digits')) continue;
    const next = wanted[left - 1];
    const isDual = next !== undefined && dualsOf(next.bare).has(token.bare);
    if (next !== undefined && (isDual || formsOf(next.bare).has(token.bare))) {
      if (left === wanted.length) end = index + 1;
      if (isDual) dual = true;
      start = index;
      left -= 1;
    } else if (!isFiller(token) && !((left === 0 || left === wanted.length) && isCount(token))) {
      return undefined;
    }
  }
  return left === 0 && wanted.length > 0 ? { start, end, dual } : undefined;
}

/** Whether a name says anything at all: "the usual", "it", "please" and "two" do not. */
export function saysSomething(
  name: readonly Token[],
  { words, isCount }: Pick<WordRules, 'words' | 'isCount'>,
): boolean {
  const empty = [words.fillers, words.joiners, words.nothing, words.closing, words.answers];
  return name.some(
    (token) =>
      token.kind === 'word' &&
      /\p{L}/u.test(token.text) &&
      !isCount(token) &&
      !empty.some((set) => set.has(token.bare)),
  );
}
