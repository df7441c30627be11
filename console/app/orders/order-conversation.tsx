import { findBookingOf, listDecisions } from '../bookings/booking-calls';
import { yesIn } from '../bookings/the-yes';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { Time } from '../parts/time';
import { useLoad } from '../parts/use-load';
import { PATHS } from '../routing/route';
import { Link } from '../routing/router';
import { useSession } from '../session/session';

/** The way from an agent's order to the conversation it came from, with the customer's yes: what settles a dispute. */
export function OrderConversation({ orderId }: { readonly orderId: string }) {
  const { api } = useSession();
  const { data, error, reload } = useLoad(orderId, async (signal) => {
    const booking = await findBookingOf(api, orderId, signal);
    return { booking, yes: booking && yesIn(await listDecisions(api, booking.id, signal)) };
  });
  const { booking, yes } = data ?? {};
  if (data !== undefined && booking === undefined) return null;
  return (
    <section class="conversation" aria-labelledby="conversation-title">
      <h2 class="section-title" id="conversation-title">
        Conversation
      </h2>
      {data === undefined && error === undefined ? <Skeleton lines={1} what="the conversation" /> : null}
      {error === undefined ? null : (
        <Failure error={error} title="The conversation could not be loaded" onRetry={reload} />
      )}
      {booking === undefined ? null : (
        <Link class="conversation-link" to={PATHS.booking(booking.id)}>
          {yes === undefined ? null : (
            <>
              <span class="conversation-yes">
                “<bdi lang={booking.locale}>{yes.customer_words}</bdi>”
              </span>
              <span class="conversation-when">
                <Icon name="check" />
                <span>
                  The customer’s yes, <Time at={yes.occurred_at} as="sentence" />
                </span>
              </span>
            </>
          )}
          <span class="conversation-go">
            Read the conversation
            <Icon name="forward" />
          </span>
        </Link>
      )}
    </section>
  );
}
