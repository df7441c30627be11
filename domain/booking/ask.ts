import type { OrderItem } from '../order';
import type { BookingLocale } from './booking';
import { quoted } from './quoted';
import { TEXTS } from './texts';
import type { BookingTexts } from './texts/booking-texts';

/** What a customer can be asked. */
export type Question =
  | { readonly kind: 'which_items' }
  /** Words of the customer that name nothing known, or nothing at all. */
  | { readonly kind: 'which_item'; readonly candidates: readonly string[] }
  | { readonly kind: 'how_many'; readonly name: string }
  /** A number alone would not tell what it is of: name and number have to come together ("2 × Margherita"). */
  | { readonly kind: 'how_many_exactly'; readonly name: string }
  | { readonly kind: 'items_right'; readonly items: readonly OrderItem[] }
  | { readonly kind: 'name_and_phone' }
  | { readonly kind: 'which_name' }
  | { readonly kind: 'which_phone' }
  | { readonly kind: 'summary_again' }
  | { readonly kind: 'what_to_change' };

/** The question in the booking's language, as one line (`items_right`: one line an item, then the question). */
export function ask(locale: BookingLocale, question: Question): string {
  const texts = TEXTS[locale];
  switch (question.kind) {
    case 'which_items':
      return texts.whichItems;
    case 'which_item':
      return whichItem(locale, texts, question.candidates);
    case 'how_many':
      return texts.howMany(quoted(locale, question.name));
    case 'how_many_exactly':
      return texts.howManyExactly(quoted(locale, question.name));
    case 'items_right':
      return [...itemLines(locale, question.items), texts.itemsRight].join('\n');
    case 'name_and_phone':
      return texts.nameAndPhone;
    case 'which_name':
      return texts.whichName;
    case 'which_phone':
      return texts.whichPhone;
    case 'summary_again':
      return texts.summaryAgain;
    case 'what_to_change':
      return texts.whatToChange;
  }
}

/** One line an item: how many, and the name in quotation marks. */
export function itemLines(locale: BookingLocale, items: readonly OrderItem[]): readonly string[] {
  return items.map(({ name, quantity }) => `${quantity} × ${quoted(locale, name)}`);
}

function whichItem(locale: BookingLocale, texts: BookingTexts, candidates: readonly string[]): string {
  if (candidates.length === 0) return texts.whichItem;
  const names = candidates.map((name) => quoted(locale, name));
  const last = names.at(-1) ?? '';
  const list = names.length === 1 ? last : names.slice(0, -1).join(', ') + texts.or + last;
  return texts.whichOf(list);
}
