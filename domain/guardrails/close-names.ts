import type { CatalogueItem } from '../booking/catalogue';
import { compareCodePoints } from '../code-point-order';
import type { CatalogueIndex } from './catalogue-index';
import { remembered } from './remembered';

/** More than anyone reads out in a chat. */
const CANDIDATES_MAX = 5;
/** Longer texts are no misspelt names, and comparing them letter by letter takes long. */
const SPELLING_MAX_LENGTH = 48;
const LETTERS_PER_MISTAKE = 4;
const MISTAKES_MAX = 3;

/** Further away than any misspelling: a name that shares some words only. */
const SOME_WORDS = 100;
/** What two names have in common when they have nothing. */
const NOTHING = Number.POSITIVE_INFINITY;

/**
 * The active items whose names are close to some words, the closest first: misspelt, a part of it or more than it, or with
 * a word in common. The same words and catalogue give the same candidates.
 */
export function closeNames(
  words: readonly string[],
  { entries }: CatalogueIndex,
  formsOf: (bare: string) => ReadonlySet<string>,
): readonly string[] {
  if (words.length === 0) return [];
  // Misspelt and in the plural, a word is further from the name than it seems.
  const spellings = [words.join(' '), words.map((word) => shortest(formsOf(word))).join(' ')];
  // Menus repeat themselves: each of their words is compared once.
  const likeness = remembered((other: string) =>
    words.map((word) => (formsOf(word).has(other) ? SAME : misspellings(word, other) < NOTHING ? SIMILAR : OTHER)),
  );
  const distances = new Map<CatalogueItem, number>();
  for (const { item, words: entryWords } of entries) {
    if (!item.active) continue;
    const name = entryWords.join(' ');
    const mistakes = Math.min(...spellings.map((spelled) => misspellings(name, spelled)));
    const distance = mistakes < NOTHING ? mistakes : wordDistance(entryWords.map(likeness), words.length);
    if (distance < (distances.get(item) ?? NOTHING)) distances.set(item, distance);
  }
  return [...distances]
    .sort(([a, x], [b, y]) => x - y || compareCodePoints(a.name, b.name))
    .slice(0, CANDIDATES_MAX)
    .map(([{ name }]) => name);
}

function shortest(forms: ReadonlySet<string>): string {
  return [...forms].reduce((least, form) => (form.length < least.length ? form : least));
}

const [OTHER, SIMILAR, SAME] = [0, 1, 2];

/** How far apart two names are by their words: `likenesses` tells of each word of the one how like it is to each of the other. */
function wordDistance(likenesses: readonly (readonly number[])[], length: number): number {
  let [same, similar] = [0, 0];
  for (let word = 0; word < length; word += 1) {
    let best = OTHER;
    for (const of of likenesses) best = Math.max(best, of[word] ?? OTHER);
    if (best === SAME) same += 1;
    if (best >= SIMILAR) similar += 1;
  }
  const extra = likenesses.length + length - 2 * same;
  if (similar === 0) return NOTHING;
  if (extra === 0) return 0;
  // Words left out or too many count less than words that are missing, and a misspelt one a little.
  return SOME_WORDS + SOME_WORDS * (1 - similar / length) + extra;
}

/** Letters to add, drop or change (Levenshtein); `NOTHING` when these are too many for texts of this length. */
function misspellings(a: string, b: string): number {
  const allowed = Math.min(MISTAKES_MAX, Math.floor(Math.min(a.length, b.length) / LETTERS_PER_MISTAKE));
  if (Math.abs(a.length - b.length) > allowed || Math.max(a.length, b.length) > SPELLING_MAX_LENGTH) return NOTHING;
  if (allowed === 0) return a === b ? 0 : NOTHING;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    let least = i;
    // No way of so few mistakes leads further from the diagonal than they are.
    for (let j = 1; j <= b.length; j += 1) {
      if (Math.abs(i - j) > allowed) {
        next.push(NOTHING);
        continue;
      }
      const change = (row[j - 1] ?? 0) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      const cell = Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      next.push(cell);
      if (cell < least) least = cell;
    }
    if (i > allowed && least > allowed) return NOTHING;
    row = next;
  }
  const mistakes = row[b.length] ?? NOTHING;
  return mistakes <= allowed ? mistakes : NOTHING;
}
