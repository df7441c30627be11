/** What a slot's id may look like: 1 to 64 characters, chosen by the tenant (`2026-11-24T10:00`, `oven-2:morning`). */
export const SLOT_ID_PATTERN = /^[A-Za-z0-9._:-]{1,64}$/;

/** A time in which a tenant can fulfil a limited number of orders. Every order that names it takes one place until it is cancelled. */
export interface FulfilmentSlot {
  readonly id: string;
  readonly userId: string;
  readonly startsAt: string;
  readonly endsAt: string;
  /** How many orders it holds. */
  readonly capacity: number;
  /** How many orders that are not cancelled it holds now. */
  readonly booked: number;
}

/** How many more orders the slot takes, never below 0. */
export function placesLeft(slot: Pick<FulfilmentSlot, 'capacity' | 'booked'>): number {
  return Math.max(0, slot.capacity - slot.booked);
}
