import type { CatalogueItem } from '../booking/catalogue';
import { comparableName } from '../fingerprint';
import type { OtherSpellings } from './other-spellings';
import { remembered } from './remembered';
import { type Token, tokenise } from './tokens';

/** One name or alias of a catalogue's item. */
export interface CatalogueEntry {
  readonly item: CatalogueItem;
  /** As `comparableName` has it. */
  readonly text: string;
  readonly words: readonly string[];
}

/**
 * The names of a catalogue, word by word: following a text as far as it goes finds the longest name. A node is filled when
 * a text first leads to it: most names of a catalogue are in no message.
 */
interface NameNode {
  /** How many words lead here. */
  readonly depth: number;
  /** Names that begin with these words, not looked at yet. */
  waiting: CatalogueEntry[];
  /** Names that are these words. */
  readonly entries: CatalogueEntry[];
  readonly next: Map<string, NameNode>;
}

function nameNode(depth: number): NameNode {
  return { depth, waiting: [], entries: [], next: new Map() };
}

function opened(node: NameNode): NameNode {
  for (const entry of node.waiting) {
    const word = entry.words[node.depth];
    if (word === undefined) {
      node.entries.push(entry);
      continue;
    }
    let next = node.next.get(word);
    if (next === undefined) {
      next = nameNode(node.depth + 1);
      node.next.set(word, next);
    }
    next.waiting.push(entry);
  }
  node.waiting = [];
  return node;
}

/** A catalogue made ready for finding its names in a text. */
export interface CatalogueIndex {
  readonly entries: readonly CatalogueEntry[];
  readonly byText: ReadonlyMap<string, CatalogueEntry>;
  readonly root: NameNode;
  readonly otherSpellings: OtherSpellings;
}

const ASCII_WORDS = /^[A-Za-z]+(?: [A-Za-z]+)*$/;

/** A spelling that is another item's name already stays that item's. */
export function indexCatalogue(
  items: readonly CatalogueItem[],
  otherSpellings: OtherSpellings = () => [],
): CatalogueIndex {
  const plain = remembered(plainWord);
  const entries: CatalogueEntry[] = [];
  const byText = new Map<string, CatalogueEntry>();
  const root = nameNode(0);
  for (const item of items) {
    add(item, item.name);
    for (const alias of item.aliases) add(item, alias);
  }
  for (const item of items) {
    for (const name of [item.name, ...item.aliases]) {
      for (const spelling of otherSpellings(name)) addSpelling(item, spelling);
    }
  }
  return { entries, byText, root, otherSpellings };

  function addSpelling(item: CatalogueItem, spelling: string): void {
    if (!byText.has(read(spelling, plain).text)) add(item, spelling);
  }

  function add(item: CatalogueItem, name: string): void {
    const { text, words } = read(name, plain);
    const entry = { item, text, words };
    entries.push(entry);
    if (!byText.has(text)) byText.set(text, entry);
    // A name without any word is found nowhere.
    if (words.length > 0) root.waiting.push(entry);
  }
}

interface PlainWord {
  readonly text: string;
  readonly bare: string;
}

/** A word that `comparableName` and `tokenise` read alike, alone as within its name; undefined where they have to see the whole. */
function plainWord(word: string): PlainWord | undefined {
  if (ASCII_WORDS.test(word)) {
    const text = word.toLowerCase();
    return { text, bare: text };
  }
  const [token, ...others] = tokenise(word);
  if (token === undefined || others.length > 0 || !isWord(token)) return undefined;
  // Not alike with something hidden in it, which only a token keeps.
  return token.text === comparableName(word) ? { text: token.text, bare: token.bare } : undefined;
}

function read(name: string, plain: (word: string) => PlainWord | undefined): Pick<CatalogueEntry, 'text' | 'words'> {
  // Nearly all names of most catalogues are plain, and menus repeat their words: a thousand names are read with every step.
  if (ASCII_WORDS.test(name)) {
    const text = name.toLowerCase();
    return { text, words: text.split(' ') };
  }
  const words = name.split(' ').map(plain);
  if (words.every((word) => word !== undefined)) {
    return { text: words.map(({ text }) => text).join(' '), words: words.map(({ bare }) => bare) };
  }
  const tokens = tokenise(name).filter(isWord);
  return { text: comparableName(name), words: tokens.map(({ bare }) => bare) };
}

export function isWord({ kind }: Token): boolean {
  return kind === 'word' || kind === 'digits';
}

/** Names of a catalogue in a text: the tokens from `start` to `end` (exclusive). */
export interface CatalogueMatch {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly CatalogueEntry[];
}

/** The longest names of the catalogue that begin at each token of a text. Punctuation other than hyphens and the like parts words. */
export function findCatalogueNames(
  tokens: readonly Token[],
  index: CatalogueIndex,
  formsOf: (bare: string) => ReadonlySet<string>,
): readonly CatalogueMatch[] {
  const found: CatalogueMatch[] = [];
  for (const [start, token] of tokens.entries()) {
    if (!isWord(token)) continue;
    const match = longestAt(tokens, start, index, formsOf);
    if (match !== undefined) found.push(match);
  }
  return found;
}

function longestAt(
  tokens: readonly Token[],
  start: number,
  { root }: CatalogueIndex,
  formsOf: (bare: string) => ReadonlySet<string>,
): CatalogueMatch | undefined {
  let longest: CatalogueMatch | undefined;
  let nodes: readonly NameNode[] = [opened(root)];
  let at: number | undefined = start;
  while (at !== undefined && nodes.length > 0) {
    const forms: ReadonlySet<string> = formsOf(tokens[at]?.bare ?? '');
    nodes = nodes.flatMap(({ next }) => [...forms].flatMap((form) => next.get(form) ?? [])).map(opened);
    const entries = nodes.flatMap((node) => node.entries);
    if (entries.length > 0) longest = { start, end: at + 1, entries };
    at = nextWord(tokens, at + 1);
  }
  return longest;
}

function nextWord(tokens: readonly Token[], from: number): number | undefined {
  for (let index = from; index < from + 3; index += 1) {
    const token = tokens[index];
    if (token === undefined || token.kind === 'break') return undefined;
    if (isWord(token)) return index;
    if (/^[,;:!?]$/.test(token.text)) return undefined;
  }
  return undefined;
}
