import { canonicalJson, type Sha256Hex } from '../canonical-request';
import type { OrderItem } from '../order';

/** Separates these hashes from all others, and its version from the next way of writing a draft. */
const PREFIX = 'orderbooking.draft.v1:';

/** What a customer says yes to: everything that the order will hold, and nothing else. */
export interface DraftContent {
  readonly customerName: string;
  readonly customerPhone: string;
  readonly items: readonly OrderItem[];
  readonly notes: string | null;
}

/**
 * The digest of a summary: equal for equal content of one booking, different for any other content, booking or tenant.
 * The order of the items counts: it is the order in which they were shown. 64 lower-case hex digits.
 */
export function draftDigest(
  booking: { readonly userId: string; readonly bookingId: string },
  content: DraftContent,
  sha256Hex: Sha256Hex,
): string {
  const canonical = canonicalJson({
    booking_id: booking.bookingId,
    customer_name: content.customerName,
    customer_phone: content.customerPhone,
    items: content.items.map(({ name, quantity }) => ({ name, quantity })),
    notes: content.notes,
    user_id: booking.userId,
  });
  return sha256Hex(PREFIX + canonical);
}
