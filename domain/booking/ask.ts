import type { OrderItem } from '../order';
import type { BookingLocale } from './booking';

/** What a customer can be asked. */
export type Question =
  | { readonly kind: 'which_items' }
  /** Words of the customer that name nothing known, or nothing at all. */
  | { readonly kind: 'which_item'; readonly candidates: readonly string[] }
  | { readonly kind: 'how_many'; readonly name: string }
  | { readonly kind: 'items_right'; readonly items: readonly OrderItem[] }
  | { readonly kind: 'name_and_phone' }
  | { readonly kind: 'which_name' }
  | { readonly kind: 'which_phone' }
  | { readonly kind: 'summary_again' }
  | { readonly kind: 'what_to_change' };

/** The question in the booking's language, as one line (`items_right`: one line an item). */
export function ask(_locale: BookingLocale, question: Question): string {
  return question.kind;
}
