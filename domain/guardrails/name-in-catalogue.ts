import type { CatalogueItem } from '../booking/catalogue';
import type { ClaimedItem } from '../booking/step-request';
import { comparableName } from '../fingerprint';
import { type CatalogueEntry, type CatalogueIndex, findCatalogueNames, isWord } from './catalogue-index';
import { closeNames } from './close-names';
import { matchName, type NamePart, type WordRules } from './match-name';
import { type Token, tokenise } from './tokens';

export type NameInCatalogue =
  | { readonly ok: true; readonly item: CatalogueItem; readonly part: NamePart }
  | {
      readonly ok: false;
      readonly reason: 'not_in_catalogue' | 'close_match' | 'not_available';
      readonly candidates: readonly string[];
    };

/**
 * Whether a claim's name is an active item of the catalogue, and the customer's words name that item and no other. Close is
 * not equal: the customer is asked which of the candidates it is.
 */
export function nameInCatalogue(
  claim: ClaimedItem,
  quoted: readonly Token[],
  index: CatalogueIndex,
  rules: WordRules,
): NameInCatalogue {
  const item = index.byText.get(comparableName(claim.name))?.item;
  if (item === undefined) return unknown(claim, quoted, index, rules);
  if (!item.active) return { ok: false, reason: 'not_available', candidates: closeTo(quoted, index, rules) };

  const mine = partNaming(item, claim.nameWords, quoted, index, rules);
  if (mine === undefined) return unknown(claim, quoted, index, rules);
  if (mine.exact) return { ok: true, item, part: mine.part };
  const text = textOf(claim.nameWords, quoted, mine.part);
  const others = entriesNaming(quoted.slice(mine.part.start, mine.part.end), index, rules).filter(
    (entry) => entry.item !== item,
  );
  // The customer's words are another item's very name, or as much another item's as this one's.
  const rival = others.find((entry) => entry.text === text) ?? others.find((entry) => entry.item.active);
  if (rival === undefined) return { ok: true, item, part: mine.part };
  return {
    ok: false,
    reason: rival.item.active ? 'close_match' : 'not_available',
    candidates: rival.item.active ? [rival.item.name, item.name] : [item.name],
  };
}

/** The part of the quoted words that names an item by its name or one of its aliases; letter by letter, if any does so. */
function partNaming(
  item: CatalogueItem,
  nameWords: string,
  quoted: readonly Token[],
  { byText, otherSpellings }: CatalogueIndex,
  rules: WordRules,
): { readonly part: NamePart; readonly exact: boolean } | undefined {
  let found: NamePart | undefined;
  const names = [item.name, ...item.aliases];
  const spelled = names.flatMap(otherSpellings).filter((text) => byText.get(comparableName(text))?.item === item);
  for (const name of [...names, ...spelled]) {
    const part = matchName(tokenise(name), quoted, rules);
    if (part === undefined) continue;
    if (textOf(nameWords, quoted, part) === comparableName(name)) return { part, exact: true };
    found ??= part;
  }
  return found && { part: found, exact: false };
}

function textOf(nameWords: string, quoted: readonly Token[], { start, end }: NamePart): string {
  return comparableName(nameWords.slice(quoted[start]?.start, quoted[end - 1]?.end));
}

/** The names of the catalogue that are all of these words. */
function entriesNaming(tokens: readonly Token[], index: CatalogueIndex, rules: WordRules): readonly CatalogueEntry[] {
  const match = findCatalogueNames(tokens, index, rules.formsOf).find(({ start }) => start === 0);
  return match?.end === tokens.length ? match.entries : [];
}

function unknown(
  claim: ClaimedItem,
  quoted: readonly Token[],
  index: CatalogueIndex,
  rules: WordRules,
): Extract<NameInCatalogue, { ok: false }> {
  const sleeping = index.byText.get(comparableName(claim.nameWords))?.item.active === false;
  const candidates = closeTo(quoted, index, rules);
  if (sleeping) return { ok: false, reason: 'not_available', candidates };
  return { ok: false, reason: candidates.length > 0 ? 'close_match' : 'not_in_catalogue', candidates };
}

/** What the customer may have meant, by the customer's own words: what the agent made of them is a guess already. */
function closeTo(quoted: readonly Token[], index: CatalogueIndex, { words, isCount, formsOf }: WordRules) {
  const telling = quoted.filter(
    (token) => isWord(token) && !isCount(token) && !words.fillers.has(token.bare) && !words.joiners.has(token.bare),
  );
  return closeNames(
    telling.map(({ bare }) => bare),
    index,
    formsOf,
  );
}
