import type { Booking, BookingDecision } from '../api/wire';
import { fullText, untilText } from '../format/time';
import { LOCALE_LABELS, shortId } from '../format/words';
import { Button } from '../parts/button';
import { CopyButton } from '../parts/copy-button';
import { Empty } from '../parts/empty';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { BookingChip } from '../parts/status-chip';
import { TicketCustomer, TicketNotes } from '../parts/ticket';
import { LOCALE, Time, useNow } from '../parts/time';
import { useLoad } from '../parts/use-load';
import { PATHS } from '../routing/route';
import { Link } from '../routing/router';
import { useSession } from '../session/session';
import { PageHeading } from '../shell/page-heading';
import { getBooking, listDecisions } from './booking-calls';
import { BOOKING_WAY, statusOfStep } from './plain-words';
import { yesIn } from './the-yes';
import { Transcript } from './transcript';

/** One conversation: where it stands, what was agreed, and the record of every step. */
export function BookingPage({ id, listPath }: { readonly id: string; readonly listPath: string }) {
  const { api } = useSession();
  const loaded = useLoad(id, async (signal) => {
    const [booking, decisions] = await Promise.all([getBooking(api, id, signal), listDecisions(api, id, signal)]);
    return { booking, decisions };
  });
  const { data, error } = loaded;
  return (
    <article class="detail">
      <Link to={listPath} class="back">
        <Icon name="back" />
        <span>All bookings</span>
      </Link>
      <header class="detail-head">
        <PageHeading title={`Booking ${shortId(id)}`} />
        {data === undefined ? null : <BookingChip status={statusOfStep(data.booking.step)} />}
        <Button look="quiet" icon="refresh" shrinks busy={loaded.loading} onClick={loaded.reload}>
          Refresh
        </Button>
      </header>
      {error === undefined ? null : error.code === 'NOT_FOUND' || error.code === 'VALIDATION_FAILED' ? (
        <Empty icon="search" title="There is no such booking">
          <p>It may belong to another business, or the link is not complete.</p>
        </Empty>
      ) : (
        <Failure error={error} onRetry={loaded.reload} />
      )}
      {data === undefined && error === undefined ? <Skeleton lines={8} what="the booking" /> : null}
      {data === undefined ? null : (
        <>
          <Standing booking={data.booking} />
          <Agreed decisions={data.decisions} locale={data.booking.locale} />
          <Draft booking={data.booking} />
          <Transcript decisions={data.decisions} locale={data.booking.locale} />
          <footer class="detail-foot">
            <span>
              Booking id <code>{id}</code>
            </span>
            <CopyButton text={id} what="booking id" />
          </footer>
        </>
      )}
    </article>
  );
}

function Standing({ booking }: { readonly booking: Booking }) {
  const now = useNow();
  const status = statusOfStep(booking.step);
  const at = BOOKING_WAY.findIndex(({ step }) => step === booking.step);
  return (
    <>
      <p class="detail-meta">
        <span>{LOCALE_LABELS[booking.locale]}</span>
        {status === 'open' ? <span class="dot-before">expires {untilText(booking.expires_at, now)}</span> : null}
        {booking.order_id === null ? null : (
          <Link class="dot-before" to={PATHS.order(booking.order_id)}>
            Became order {shortId(booking.order_id)}
          </Link>
        )}
      </p>
      {status === 'abandoned' || status === 'expired' ? null : (
        <ol class="progress" aria-label="Progress">
          {BOOKING_WAY.map(({ step, label }, index) => (
            <li
              key={step}
              class={`progress-step is-${index <= at ? 'past' : index === at + 1 ? 'here' : 'ahead'}`}
              aria-current={index === at + 1 ? 'step' : undefined}
            >
              <span>{label}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

/** What would be shown to a customer who disputes an order: what was displayed, what they answered, and when. */
function Agreed({ decisions, locale }: { readonly decisions: readonly BookingDecision[]; readonly locale: string }) {
  const yes = yesIn(decisions);
  if (yes === undefined || yes.shown === null) return null;
  const undone = decisions.some(
    ({ sequence, step, decision }) =>
      sequence > yes.sequence && decision === 'accepted' && step !== 'create_order' && step !== 'confirm_booking',
  );
  const shownAt = decisions.findLast(
    ({ sequence, step, decision }) => sequence < yes.sequence && step === 'get_summary' && decision !== 'blocked',
  );
  return (
    <section class="agreed" aria-labelledby="agreed-title">
      <h2 class="section-title" id="agreed-title">
        {undone ? 'Agreed once, then changed' : 'What was agreed'}
      </h2>
      <div class="agreed-pair">
        <figure class="shown">
          <figcaption>
            Shown to the customer
            {shownAt === undefined ? null : (
              <>
                {' at '}
                <Time at={shownAt.occurred_at} as="exact" />
              </>
            )}
          </figcaption>
          <blockquote lang={locale} dir="auto">
            {yes.shown}
          </blockquote>
        </figure>
        <figure class="the-yes">
          <figcaption>
            The customer’s answer at <Time at={yes.occurred_at} as="exact" />
          </figcaption>
          <blockquote lang={locale} dir="auto">
            {yes.customer_words}
          </blockquote>
          <p class="the-yes-note">
            <Icon name="check" />
            <span>
              An explicit yes, <time dateTime={yes.occurred_at}>{fullText(yes.occurred_at, LOCALE)}</time>
            </span>
          </p>
        </figure>
      </div>
    </section>
  );
}

function Draft({ booking }: { readonly booking: Booking }) {
  const { draft } = booking;
  if (booking.order_id !== null) return null;
  return (
    <section aria-labelledby="draft-title">
      <h2 class="section-title" id="draft-title">
        So far
      </h2>
      <div class="ticket">
        {draft.items.length === 0 ? (
          <p class="ticket-none">No items yet</p>
        ) : (
          <ul class="ticket-items">
            {draft.items.map(({ id, name, quantity }) => (
              <li key={id}>
                <span class="ticket-quantity">
                  {quantity}
                  <span class="ticket-times"> ×</span>
                </span>
                <span class="ticket-name">
                  <bdi>{name}</bdi>
                </span>
              </li>
            ))}
          </ul>
        )}
        <TicketNotes notes={draft.notes} />
        <TicketCustomer name={draft.customer_name} phone={draft.customer_phone} />
      </div>
    </section>
  );
}
