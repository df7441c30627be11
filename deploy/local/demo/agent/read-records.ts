import type { BookingDecisionWire } from '../../../../domain/booking/wire';
import { bookingDecisionPageAnswerSchema } from '../../../../domain/schemas/booking-wire';
import { orderPageAnswerSchema } from '../../../../domain/schemas/wire';
import type { OrderWire } from '../../../../domain/wire';
import type { Call } from '../order-door';
import { checked } from '../rest-door';
import { getJson } from './get-json';

/** Small, so that there are pages to turn. */
const PAGE_SIZE = 10;

/** What was decided about every step of a booking, oldest first. */
export async function readDecisions(
  apiUrl: string,
  call: Call,
  bookingId: string,
): Promise<readonly BookingDecisionWire[]> {
  const decisions: BookingDecisionWire[] = [];
  let pageToken = '';
  do {
    const query = new URLSearchParams({ page_size: String(PAGE_SIZE) });
    if (pageToken !== '') query.set('page_token', pageToken);
    const json = await getJson(`${apiUrl}/api/bookings/${bookingId}/decisions?${query}`, call);
    const { data } = checked(bookingDecisionPageAnswerSchema, json);
    decisions.push(...data.decisions);
    pageToken = data.next_page_token;
  } while (pageToken !== '');
  return decisions;
}

/** The orders under a phone number that were made after a moment, newest first. */
export async function readOrdersOf(
  apiUrl: string,
  call: Call,
  phone: string,
  createdAfter: Date,
): Promise<readonly OrderWire[]> {
  const query = new URLSearchParams({ customer_phone: phone, created_after: createdAfter.toISOString() });
  return checked(orderPageAnswerSchema, await getJson(`${apiUrl}/api/orders?${query}`, call)).data.orders;
}
