import type { BookingLocale, BookingState } from './booking';

export const BOOKING_STATUSES = [
  'open',
  'ordered',
  'abandoned',
  'expired',
] as const satisfies readonly BookingState['status'][];

/** A booking as a line of a list. */
export interface ListedBooking {
  readonly id: string;
  readonly status: BookingState['status'];
  readonly locale: BookingLocale;
  /** Of an ordered one. */
  readonly orderId: string | null;
  /** Null until the customer has said it. */
  readonly customerName: string | null;
  /** How many items, not how many units. */
  readonly itemCount: number;
  readonly createdAt: string;
  readonly lastStepAt: string;
  readonly expiresAt: string;
}
