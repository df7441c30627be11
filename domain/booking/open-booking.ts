import type { BookingLocale, BookingState } from './booking';

/** A booking that has just begun. Times are ISO 8601. */
export function openBooking(start: {
  readonly id: string;
  readonly userId: string;
  readonly locale: BookingLocale;
  readonly idleExpirySeconds: number;
  readonly at: string;
}): BookingState {
  return {
    id: start.id,
    userId: start.userId,
    locale: start.locale,
    idleExpirySeconds: start.idleExpirySeconds,
    status: 'open',
    version: 1,
    items: [],
    itemsEver: 0,
    itemsConfirmed: false,
    customer: null,
    summary: null,
    summaryEver: false,
    confirmation: null,
    messages: [],
    messagesEver: 0,
    orderId: null,
    createdAt: start.at,
    lastStepAt: start.at,
  };
}
