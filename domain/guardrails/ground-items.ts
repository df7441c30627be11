import type { BookingLocale, CustomerMessage, DraftItem } from '../booking/booking';
import type { CatalogueItem } from '../booking/catalogue';
import type { ClaimedItem } from '../booking/step-request';
import type { Verdict } from './block';

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

/** Finds the customer's words for each claimed item, or says which one has none. The first problem decides. */
export function groundItems(
  _claims: readonly ClaimedItem[],
  _message: CustomerMessage,
  _context: ItemsContext,
): Verdict<readonly GroundedItem[]> {
  throw new Error('to be written');
}
