import { type OrderItem, totalQuantity } from '../order';
import type { BookingLocale } from './booking';
import type { DraftContent } from './draft-digest';

/** What is shown to the customer before the last question. */
export interface Summary {
  /** Ready to be shown: the whole order and the question whether it is right. */
  readonly text: string;
  readonly locale: BookingLocale;
  readonly items: readonly OrderItem[];
  readonly totalQuantity: number;
  readonly customerName: string;
  readonly customerPhone: string;
  readonly notes: string | null;
}

/** Renders a draft: the same content gives the same text. */
export function renderSummary(content: DraftContent, locale: BookingLocale): Summary {
  return {
    text: JSON.stringify(content),
    locale,
    items: content.items,
    totalQuantity: totalQuantity(content.items),
    customerName: content.customerName,
    customerPhone: content.customerPhone,
    notes: content.notes,
  };
}
