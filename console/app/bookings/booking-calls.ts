import type { Api } from '../api/client';
import type { Booking, BookingDecision, BookingEntry, BookingStatus, Page } from '../api/wire';
import type { Listing } from '../parts/listing';
import type { PageAsked } from '../parts/use-pages';

export async function listBookings(
  api: Api,
  status: BookingStatus | undefined,
  { pageToken, signal }: PageAsked,
): Promise<Listing<BookingEntry>> {
  const query = { status, page_size: 50, page_token: pageToken };
  const page = await api.get<Page<'bookings', BookingEntry>>('/api/bookings', query, signal);
  return { rows: page.bookings, nextPageToken: page.next_page_token ?? '' };
}

/** The booking that has become this order; undefined for an order that none has. */
export async function findBookingOf(
  api: Api,
  orderId: string,
  signal?: AbortSignal,
): Promise<BookingEntry | undefined> {
  const page = await api.get<Page<'bookings', BookingEntry>>('/api/bookings', { order_id: orderId }, signal);
  return page.bookings[0];
}

export async function getBooking(api: Api, id: string, signal?: AbortSignal): Promise<Booking> {
  return (await api.get<{ booking: Booking }>(`/api/bookings/${id}`, undefined, signal)).booking;
}

/** All decisions of a booking, in their order: a transcript with a gap would tell something else. */
export async function listDecisions(api: Api, id: string, signal?: AbortSignal): Promise<readonly BookingDecision[]> {
  const decisions: BookingDecision[] = [];
  let pageToken = '';
  do {
    const query = { page_size: 100, page_token: pageToken };
    const page = await api.get<Page<'decisions', BookingDecision>>(`/api/bookings/${id}/decisions`, query, signal);
    decisions.push(...page.decisions);
    pageToken = page.next_page_token ?? '';
  } while (pageToken !== '');
  return decisions;
}
