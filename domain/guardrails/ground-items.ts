import type { BookingLocale, CustomerMessage, DraftItem, WordSpan } from '../booking/booking';
import type { CatalogueItem } from '../booking/catalogue';
import type { ClaimedItem } from '../booking/step-request';
import type { Verdict } from './block';
import { type CountContext, type CountedItem, type CountedText, countItem } from './count-item';
import { correctedFrom } from './find-correction';
import { type ItemRules, itemRules, numberedText, type Place, placesOf } from './item-texts';
import { type NamedItem, nameItem } from './name-item';
import { ownNumber } from './own-number';
import type { ReadMessage } from './read-message';
import { type ItemRefusal, refuseItem } from './refuse-item';
import { remembered } from './remembered';

export interface ItemsContext {
  readonly locale: BookingLocale;
  /** What the customer said before, oldest first. */
  readonly earlier: readonly CustomerMessage[];
  readonly draft: readonly DraftItem[];
  /** Empty where the tenant keeps none. */
  readonly catalogue: readonly CatalogueItem[];
}

/** An item with the customer's words that it stands on. With a catalogue, `name` is the catalogue's own. */
export type GroundedItem = Omit<DraftItem, 'id'>;

/**
 * Finds the customer's words for each claimed item, or says which one has none. The first problem decides.
 *
 * The spans are of the words that name the item, without the number and the fillers around them, and of the number itself:
 * the same wish has the same spans, however much of the message an agent quotes.
 */
export function groundItems(
  claims: readonly ClaimedItem[],
  message: CustomerMessage,
  context: ItemsContext,
): Verdict<readonly GroundedItem[]> {
  const rules = itemRules(context.locale, context.catalogue);
  const verdicts = claims.map((claim, index) => nameItem(claim, index, message, context.earlier, rules));
  const named = verdicts.flatMap((verdict) => (verdict.ok ? [verdict.value] : []));
  const textOf = remembered((read: ReadMessage) => numberedText(read, namesIn(read, named, rules), rules));

  const counted: CountedItem[] = [];
  const current = rules.read(message);
  const count: CountContext = {
    rules,
    textOf,
    current,
    since: remembered((number: number) =>
      [message, ...context.earlier].filter((heard) => heard.number >= number).map(rules.read),
    ),
    isTaken: (read, place) => counted.some((other) => hasPlace(other, read, place)),
  };
  for (const verdict of verdicts) {
    if (!verdict.ok) return verdict;
    const item = withoutPartsOfOthers(verdict.value, named);
    if (item === undefined) return refused('part_of_another_item', verdict.value, rules);
    const found = countItem(item, count);
    if (!found.ok) return found;
    counted.push(found.value);
  }
  const isCounted = countedNumbers(counted);
  const corrections = remembered((read: ReadMessage) =>
    correctedFrom({
      text: textOf(read),
      isCounted: (start) => isCounted(read, start),
      claimedAt: (index) => itemNamedAt(counted, read, index)?.claim.quantity,
    }),
  );
  for (const item of counted) {
    const conflict =
      (hasOtherNumber(item, textOf(item.numberMessage), isCounted, rules) ? 'several_numbers' : undefined) ??
      (item.number.end <= corrections(item.numberMessage) ? 'quantity_corrected' : undefined) ??
      conflictWithDraft(item, current, context.draft);
    if (conflict !== undefined) return refused(conflict, item.item, rules);
  }
  return { ok: true, value: counted.map(grounded) };
}

function refused(reason: ItemRefusal, { index, name }: NamedItem, { locale }: ItemRules): Verdict<never> {
  return refuseItem(reason, { index, name, locale });
}

/** Every place of a message where one of the claimed items is named. */
function namesIn(message: ReadMessage, named: readonly NamedItem[], rules: ItemRules): readonly Place[] {
  return named.flatMap((item) => [
    ...placesOf(item.words, message, rules),
    ...(item.message === message ? item.places : []),
  ]);
}

/** Without the places that lie within a longer name of another claimed item: the "pizza" of "pizza margherita". */
function withoutPartsOfOthers(item: NamedItem, named: readonly NamedItem[]): NamedItem | undefined {
  const others = named.filter(
    (other) => other.message === item.message && other !== item && other.words.length > item.words.length,
  );
  const places = item.places.filter(
    ({ start, end }) => !others.some((other) => other.places.some((place) => place.start <= start && place.end >= end)),
  );
  return places.length === 0 ? undefined : { ...item, places };
}

function hasPlace({ item, name, numberMessage, number }: CountedItem, message: ReadMessage, place: Place): boolean {
  return (item.message === message && overlap(name, place)) || (numberMessage === message && overlap(number, place));
}

function overlap(a: Place, b: Place): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The item of the step whose name a token of a message belongs to. */
function itemNamedAt(counted: readonly CountedItem[], message: ReadMessage, index: number): NamedItem | undefined {
  return counted.find(({ item, name }) => item.message === message && name.start <= index && index < name.end)?.item;
}

type IsCounted = (message: ReadMessage, start: number) => boolean;

/** Whether an item of the step stands on the number that begins at a token. */
function countedNumbers(counted: readonly CountedItem[]): IsCounted {
  const starts = new Map<ReadMessage, Set<number>>();
  for (const { numberMessage, number } of counted) {
    const known = starts.get(numberMessage);
    if (known === undefined) starts.set(numberMessage, new Set([number.start]));
    else known.add(number.start);
  }
  return (message, start) => starts.get(message)?.has(start) === true;
}

/** Another number that the customer said of the same item, and that no item of the step stands on. */
function hasOtherNumber(
  { item, numberMessage, name }: CountedItem,
  text: CountedText,
  isCounted: IsCounted,
  rules: ItemRules,
): boolean {
  return placesOf(item.words, numberMessage, rules).some((place) => {
    if (item.message === numberMessage && overlap(place, name)) return false;
    const own = ownNumber(place.start, place.end, text);
    return own.kind === 'number' && !own.number.article && !isCounted(numberMessage, own.number.start);
  });
}

/** Words are good for one item of the draft. The very same item again is for the caller to notice: it is the same wish. */
function conflictWithDraft(
  item: CountedItem,
  current: ReadMessage,
  draft: readonly DraftItem[],
): ItemRefusal | undefined {
  const { name, nameWords, quantityWords } = grounded(item);
  for (const known of draft) {
    const sameName = meet(known.nameWords, nameWords);
    const sameNumber = meet(known.quantityWords, quantityWords);
    if (!sameName && !sameNumber) continue;
    const isSame =
      known.name === name && isEqual(known.nameWords, nameWords) && isEqual(known.quantityWords, quantityWords);
    if (isSame) continue;
    if (sameName) return 'already_in_draft';
    // A text that comes again is kept once: as the answer to a later wish, the number was said anew.
    if (quantityWords.message === current.number && nameWords.message > current.number) continue;
    return 'number_taken';
  }
  return undefined;
}

function meet(a: WordSpan, b: WordSpan): boolean {
  return a.message === b.message && overlap(a, b);
}

function isEqual(a: WordSpan, b: WordSpan): boolean {
  return a.message === b.message && a.start === b.start && a.end === b.end;
}

function grounded({ item, name, numberMessage, number }: CountedItem): GroundedItem {
  return {
    name: item.name,
    quantity: item.claim.quantity,
    nameWords: span(item.message, name),
    quantityWords: span(numberMessage, number),
  };
}

function span({ number, tokens }: ReadMessage, { start, end }: Place): WordSpan {
  return { message: number, start: tokens[start]?.start ?? 0, end: tokens[end - 1]?.end ?? 0 };
}
