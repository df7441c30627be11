import { type OrderItem, totalQuantity } from '../order';
import { itemLines } from './ask';
import type { BookingLocale } from './booking';
import type { DraftContent } from './draft-digest';
import { isolated, quoted } from './quoted';
import { TEXTS } from './texts';

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

/**
 * Renders a draft: the same content gives the same text, of as many lines as there are items, and five or six more. Nothing
 * that a customer or an agent wrote can make another line, or end its own quotation.
 */
export function renderSummary(content: DraftContent, locale: BookingLocale): Summary {
  const { items, customerName, customerPhone, notes } = content;
  const texts = TEXTS[locale];
  const total = totalQuantity(items);
  const phone = locale === 'ar' ? isolated(customerPhone) : customerPhone;
  const [open, close] = texts.quotes;
  const lines = [
    texts.summary.title,
    ...itemLines(locale, items),
    `${texts.summary.total}: ${total}`,
    `${texts.summary.name}: ${quoted(locale, customerName)}`,
    `${texts.summary.phone}: ${phone}`,
    ...(notes === null ? [] : [`${texts.summary.notes}: ${quoted(locale, notes)}`]),
    texts.summary.question(`${open}${texts.yes}${close}`),
  ];
  return { text: lines.join('\n'), locale, items, totalQuantity: total, customerName, customerPhone, notes };
}
