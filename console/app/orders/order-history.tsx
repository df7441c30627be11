import type { OrderEvent } from '../api/wire';
import { actorText } from '../format/words';
import { Mark, ORDER_TONES } from '../parts/status-chip';
import { Time } from '../parts/time';
import { STATUS_LABELS } from './order-moves';

/** The audit trail, newest first: what happened, by whom, when, and under which correlation id. */
export function OrderHistory({ events }: { readonly events: readonly OrderEvent[] }) {
  const newestFirst = [...events].sort((one, other) => other.sequence - one.sequence);
  return (
    <section class="history" aria-labelledby="history-title">
      <h2 class="section-title" id="history-title">
        History
      </h2>
      <ol class="timeline">
        {newestFirst.map((event) => (
          <li key={event.sequence} class={`timeline-entry tone-${ORDER_TONES[event.to_status]}`}>
            <Mark tone={event.type === 'status_change_ignored' ? 'alarm' : ORDER_TONES[event.to_status]} />
            <div>
              <p class="timeline-what">{eventText(event)}</p>
              {event.reason === null ? null : (
                <p class="timeline-reason" dir="auto">
                  {reasonText(event.reason)}
                </p>
              )}
              <p class="timeline-meta">
                <span>
                  <Time at={event.occurred_at} as="day" />
                </span>
                <span class="dot-before">by {actorText(event.actor)}</span>
              </p>
              <details class="reference">
                <summary>
                  Details<span class="sr-only"> of event {event.sequence}</span>
                </summary>
                <dl>
                  <dt>Event</dt>
                  <dd>{event.sequence}</dd>
                  <dt>Correlation id</dt>
                  <dd>
                    <code>{event.correlation_id}</code>
                  </dd>
                </dl>
              </details>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What the system itself gives as a reason, in words; what a person gave, as it was given. */
const OWN_REASONS: Readonly<Record<string, string>> = {
  allow_duplicate: 'Equal to an earlier order, on purpose',
  expired: 'Nobody confirmed it in time',
  'run cancelled': 'Cancelled by an operator',
};

function reasonText(reason: string): string {
  return OWN_REASONS[reason] ?? `“${reason}”`;
}

function eventText({ type, from_status, to_status }: OrderEvent): string {
  const to = STATUS_LABELS[to_status];
  switch (type) {
    case 'created':
      return 'Order placed';
    case 'status_changed':
      return from_status === null ? to : `${STATUS_LABELS[from_status]} → ${to}`;
    case 'status_change_ignored':
      return `A move to “${to}” was not allowed, and ignored`;
  }
}
