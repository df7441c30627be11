import { useEffect, useRef } from 'preact/hooks';
import type { BookingEntry, BookingStatus } from '../api/wire';
import { countText, LOCALE_LABELS } from '../format/words';
import { useOrderChanges } from '../live/live';
import { Button } from '../parts/button';
import { Empty } from '../parts/empty';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { BookingChip } from '../parts/status-chip';
import { Time } from '../parts/time';
import { usePages } from '../parts/use-pages';
import { PATHS } from '../routing/route';
import { Link, useRouter } from '../routing/router';
import { useSession } from '../session/session';
import { PageHeading } from '../shell/page-heading';
import { listBookings } from './booking-calls';
import { BookingPage } from './booking-page';
import { BOOKING_STATUS_LABELS } from './plain-words';

const STATUSES: readonly BookingStatus[] = ['open', 'ordered', 'abandoned', 'expired'];

/** The conversations of the AI agents with customers, and beside the list one of them. */
export function BookingsPage({ bookingId }: { readonly bookingId: string | undefined }) {
  const { query, navigate } = useRouter();
  const { api } = useSession();
  const status = STATUSES.find((each) => each === new URLSearchParams(query).get('status'));
  const suffix = status === undefined ? '' : `?status=${status}`;
  const list = usePages(status ?? 'all', (asked) => listBookings(api, status, asked));
  // Bookings have no stream of their own; an agent's order is the end of one.
  useOrderChanges(
    ({ event, order }) => {
      if (event.type === 'created' && order.source === 'ai') list.reload();
    },
    () => undefined,
  );
  useFocusOnReturn(bookingId);
  const { shown } = list;

  return (
    <div class={`split${bookingId === undefined ? '' : ' has-detail'}`}>
      <section class="split-list" aria-labelledby="bookings-title">
        <header class="list-head">
          <div class="list-title" id="bookings-title">
            <PageHeading title="Bookings" level={bookingId === undefined ? 1 : 2} />
            <Button look="quiet" icon="refresh" busy={list.loading} onClick={list.reload}>
              Refresh
            </Button>
          </div>
          <fieldset class="picker">
            <legend class="sr-only">State</legend>
            {[undefined, ...STATUSES].map((each) => (
              <button
                key={each ?? 'all'}
                type="button"
                class="pick"
                aria-pressed={status === each}
                onClick={() => navigate(`${PATHS.bookings}${each === undefined ? '' : `?status=${each}`}`)}
              >
                {each === undefined ? 'All' : BOOKING_STATUS_LABELS[each]}
              </button>
            ))}
          </fieldset>
        </header>
        {list.error === undefined ? null : <Failure error={list.error} onRetry={list.reload} />}
        {shown === undefined && list.error === undefined ? <Skeleton lines={6} what="bookings" /> : null}
        {shown === undefined ? null : (
          <div class={`list-body${list.isStale ? ' is-stale' : ''}`} aria-busy={list.isStale}>
            <ul class="rows">
              {shown.rows.map((booking) => (
                <BookingRow
                  key={booking.id}
                  booking={booking}
                  to={`${PATHS.booking(booking.id)}${suffix}`}
                  current={booking.id === bookingId}
                />
              ))}
            </ul>
            {shown.rows.length > 0 ? null : (
              <Empty icon="bookings" title={status === undefined ? 'No bookings yet' : 'No bookings in this state'}>
                <p>
                  A booking is one conversation of your AI agent with a customer. What was said, shown and agreed can be
                  read here, word for word.
                </p>
              </Empty>
            )}
            {list.more.error === undefined ? null : <Failure error={list.more.error} onRetry={list.more.run} />}
            {shown.nextPageToken === '' || list.isStale ? null : (
              <div class="more">
                <Button busy={list.more.busy} onClick={() => list.more.run()}>
                  {list.more.busy ? 'Loading…' : 'Load older bookings'}
                </Button>
              </div>
            )}
          </div>
        )}
      </section>
      <section class="split-detail" aria-label="The chosen booking">
        {bookingId === undefined ? (
          <Empty icon="bookings" title="Choose a booking">
            <p>What the customer said, what the agent tried, and what was agreed appear here.</p>
          </Empty>
        ) : (
          <BookingPage key={bookingId} id={bookingId} listPath={`${PATHS.bookings}${suffix}`} />
        )}
      </section>
    </div>
  );
}

function BookingRow({
  booking,
  to,
  current,
}: {
  readonly booking: BookingEntry;
  readonly to: string;
  readonly current: boolean;
}) {
  return (
    <li class="row">
      <Link to={to} id={`booking-${booking.id}`} class="row-link" aria-current={current ? 'true' : undefined}>
        <span class="row-main">
          <span class="row-name">
            {booking.customer_name === null ? <em>No name yet</em> : <bdi>{booking.customer_name}</bdi>}
          </span>
          <span class="row-items">
            {booking.item_count === 0 ? 'No items' : countText(booking.item_count, 'item')}
            <span class="dot-before">{LOCALE_LABELS[booking.locale]}</span>
          </span>
        </span>
        <span class="row-side">
          <BookingChip status={booking.status} />
          <span class="row-meta">
            <Time at={booking.last_step_at} />
          </span>
        </span>
      </Link>
    </li>
  );
}

/** Back in the list, the keyboard goes on from the booking that was looked at. */
function useFocusOnReturn(bookingId: string | undefined): void {
  const before = useRef(bookingId);
  useEffect(() => {
    const left = before.current;
    before.current = bookingId;
    if (left === undefined || bookingId !== undefined) return;
    document.getElementById(`booking-${left}`)?.focus({ preventScroll: true });
  }, [bookingId]);
}
