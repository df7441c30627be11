import { canonicalJson, type Sha256Hex } from './canonical-request';
import { compareCodePoints } from './code-point-order';
import type { OrderContent, OrderItem } from './order';

/** Fingerprints of another version never meet: raise it when the rules below change. */
const PREFIX = 'orderbooking.fingerprint.v1:';

/** The part of an order that makes it "the same order". Free text is not in it: an agent that rewords notes orders the same. */
export type FingerprintedContent = Pick<OrderContent, 'customerPhone' | 'slotId' | 'items'>;

/**
 * The fingerprint of an order: equal for two orders of one tenant, phone and slot with the same multiset of items,
 * however these are ordered, split over lines, cased, spaced or encoded. 64 lower-case hex digits.
 */
export function orderFingerprint(userId: string, content: FingerprintedContent, sha256Hex: Sha256Hex): string {
  const { customerPhone, slotId, items } = content;
  return sha256Hex(PREFIX + canonicalJson([userId, customerPhone, slotId, mergedItems(items)]));
}

/**
 * The form in which two names of items are compared: NFKC without invisible characters (as Unicode's NFKC_Casefold),
 * case folded, white space collapsed.
 *
 * Case folding is upper case, then lower case: unlike lower case alone it makes `ß` and `SS`, `ς` and `σ` equal. It differs
 * from Unicode's table for a few letters only (the dotless `ı` becomes `i`). A runtime with a newer Unicode
 * could fold a newly cased script otherwise; the fingerprints it must agree with are at most minutes old.
 */
export function comparableName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .trim();
}

function mergedItems(items: readonly OrderItem[]): [name: string, quantity: number][] {
  const quantities = new Map<string, number>();
  for (const { name, quantity } of items) {
    const key = comparableName(name);
    quantities.set(key, (quantities.get(key) ?? 0) + quantity);
  }
  return [...quantities].sort(([a], [b]) => compareCodePoints(a, b));
}
