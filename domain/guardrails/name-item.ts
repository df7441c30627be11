import type { CustomerMessage } from '../booking/booking';
import type { ClaimedItem } from '../booking/step-request';
import type { Verdict } from './block';
import type { ItemRules, Place } from './item-texts';
import { matchName, saysSomething } from './match-name';
import { nameInCatalogue } from './name-in-catalogue';
import { findWords, type ReadMessage, readWords } from './read-message';
import { refuseItem } from './refuse-item';
import { type Token, tokenise } from './tokens';

/** A claimed item whose name the customer said. */
export interface NamedItem {
  readonly index: number;
  readonly claim: ClaimedItem;
  /** With a catalogue the catalogue's own, otherwise the claim's. */
  readonly name: string;
  readonly message: ReadMessage;
  /** Where the name stands in the message; at least one place. */
  readonly places: readonly Place[];
  /** The words that name it, as the customer wrote them. */
  readonly words: readonly Token[];
  /** "Two" is in the last word itself (Arabic). */
  readonly dual: boolean;
}

const PARTS_ITEMS = /^[,;:!?،؛؟।|]$/;
const ABBREVIATION_LENGTH = 3;

/** Finds the words that name a claimed item in this message or, if they are not there, in the newest earlier one that has them. */
export function nameItem(
  claim: ClaimedItem,
  index: number,
  message: CustomerMessage,
  earlier: readonly CustomerMessage[],
  rules: ItemRules,
): Verdict<NamedItem> {
  const refusal = { index, name: claim.name, locale: rules.locale };
  const quoted = readWords(claim.nameWords);
  if (quoted.length === 0) return refuseItem('name_words_missing', refusal);
  const said = whereSaid(quoted, message, earlier, rules);
  if (said === undefined) return refuseItem('name_not_said', refusal);

  const { catalogue } = rules;
  if (catalogue === undefined) {
    const name = tokenise(claim.name);
    if (!saysSomething(name, rules.words)) return refuseItem('names_nothing', { ...refusal, candidates: [] });
    const part = matchName(name, quoted, rules.words);
    if (part === undefined) return refuseItem('name_differs', refusal);
    const words = quoted.slice(part.start, part.end);
    if (namesSeveral(words, rules)) return refuseItem('several_items', refusal);
    const places = said.starts.map((start) => ({ start: start + part.start, end: start + part.end }));
    const { dual } = part;
    return { ok: true, value: { index, claim, name: claim.name, message: said.message, places, words, dual } };
  }

  const found = nameInCatalogue(claim, quoted, catalogue, rules.words);
  if (!found.ok) return refuseItem(found.reason, { ...refusal, candidates: found.candidates });
  const { item, part } = found;
  const places: Place[] = [];
  const rivals = new Set<string>();
  for (const start of said.starts) {
    const place = { start: start + part.start, end: start + part.end };
    const longer = longerName(place, said.message, rules);
    if (longer === undefined) places.push(place);
    // The customer wrote more of the name than the agent quoted: all of it names the item.
    else if (longer.entries.some((entry) => entry.item === item)) places.push({ start: longer.start, end: longer.end });
    else for (const entry of longer.entries) if (entry.item.active) rivals.add(entry.item.name);
  }
  if (places.length === 0) {
    const candidates = [...rivals, item.name].slice(0, 5);
    return refuseItem(rivals.size > 0 ? 'close_match' : 'not_available', { ...refusal, candidates });
  }
  const first = places[0];
  const words = said.message.tokens.slice(first?.start, first?.end);
  return {
    ok: true,
    value: { index, claim, name: item.name, message: said.message, places, words, dual: part.dual },
  };
}

function whereSaid(
  quoted: readonly Token[],
  message: CustomerMessage,
  earlier: readonly CustomerMessage[],
  rules: ItemRules,
): { readonly message: ReadMessage; readonly starts: readonly number[] } | undefined {
  for (const candidate of [message, ...earlier.toReversed()]) {
    const read = rules.read(candidate);
    const starts = findWords(read, quoted);
    if (starts.length > 0) return { message: read, starts };
  }
  return undefined;
}

/** "Margherita, funghi" and "margherita and 3 funghi" are no names; "fish and chips" is one. */
function namesSeveral(words: readonly Token[], { words: { isCount, words: small } }: ItemRules): boolean {
  return words.some((token, index) => {
    if (token.kind === 'break') return true;
    if (token.kind === 'mark') {
      if (token.text === '.') return (words[index - 1]?.bare.length ?? 0) > ABBREVIATION_LENGTH;
      return PARTS_ITEMS.test(token.text);
    }
    const next = words[index + 1];
    const parts = small.and.has(token.bare) || small.or.has(token.bare);
    return index > 0 && parts && next !== undefined && isCount(next);
  });
}

/** A longer name of the catalogue that a place is only a part of. */
function longerName(place: Place, message: ReadMessage, rules: ItemRules) {
  return rules
    .catalogueNamesIn(message)
    .filter(({ start, end }) => start <= place.start && end >= place.end && end - start > place.end - place.start)
    .reduce<ReturnType<ItemRules['catalogueNamesIn']>[number] | undefined>(
      (longest, match) =>
        longest === undefined || match.end - match.start > longest.end - longest.start ? match : longest,
      undefined,
    );
}
