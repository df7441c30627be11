import { useState } from 'preact/hooks';
import type { Delivery, Subscription } from '../api/wire';
import { elapsedText } from '../format/time';
import { countText, shortId } from '../format/words';
import { Button } from '../parts/button';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { Chip, type Tone } from '../parts/status-chip';
import { Time } from '../parts/time';
import { useAction } from '../parts/use-action';
import { usePages } from '../parts/use-pages';
import { PATHS } from '../routing/route';
import { Link } from '../routing/router';
import { useSession } from '../session/session';
import { useMessages } from '../shell/messages';
import { attemptText, eventText } from './event-words';
import { listDeliveries, replayDelivery } from './notification-calls';

const STATES: Readonly<Record<Delivery['status'], readonly [Tone, string]>> = {
  pending: ['busy', 'On its way'],
  delivered: ['done', 'Delivered'],
  failed: ['alarm', 'Failed'],
  ended: ['gone', 'Ended'],
};

/** What was sent to a webhook lately. Loaded when it is opened. */
export function Deliveries({
  webhook,
  onSent,
}: {
  readonly webhook: Subscription;
  /** A delivery was sent again, which says something of the receiver. */
  readonly onSent: () => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Recent deliveries<span class="sr-only"> to {webhook.url}</span>
      </summary>
      {open ? <List webhook={webhook} onSent={onSent} /> : null}
    </details>
  );
}

function List({ webhook, onSent }: { readonly webhook: Subscription; readonly onSent: () => void }) {
  const { api } = useSession();
  const list = usePages(webhook.id, (asked) => listDeliveries(api, webhook.id, asked));
  const replace = (delivery: Delivery): void => {
    list.change((now) => ({ ...now, rows: now.rows.map((each) => (each.id === delivery.id ? delivery : each)) }));
  };
  return (
    <div class="fold-body">
      {list.error === undefined ? null : <Failure error={list.error} onRetry={list.reload} />}
      {list.data === undefined && list.error === undefined ? <Skeleton lines={3} what="deliveries" /> : null}
      {list.data?.rows.length === 0 ? <p class="quiet">Nothing was sent yet.</p> : null}
      <ul class="plain-list">
        {list.data?.rows.map((delivery) => (
          <Entry key={delivery.id} delivery={delivery} webhookId={webhook.id} onDelivery={replace} onSent={onSent} />
        ))}
      </ul>
      {list.more.error === undefined ? null : <Failure error={list.more.error} onRetry={list.more.run} />}
      {(list.data?.nextPageToken ?? '') === '' ? null : (
        <Button look="quiet" busy={list.more.busy} onClick={() => list.more.run()}>
          Load older deliveries
        </Button>
      )}
    </div>
  );
}

function Entry({
  delivery,
  webhookId,
  onDelivery,
  onSent,
}: {
  readonly delivery: Delivery;
  readonly webhookId: string;
  readonly onDelivery: (delivery: Delivery) => void;
  readonly onSent: () => void;
}) {
  const { api, can } = useSession();
  const { toast } = useMessages();
  const replay = useAction(async () => {
    const again = await replayDelivery(api, webhookId, delivery.id);
    onDelivery(again);
    if (again.status === 'delivered') toast('Sent again, and delivered');
    else toast('Sent again, and not delivered', 'bad');
    onSent();
  });
  const [tone, label] = STATES[delivery.status];
  const last = delivery.attempts.at(-1);
  return (
    <li class="line delivery">
      <Chip tone={tone}>{label}</Chip>
      <div class="line-main">
        <p class="line-title">
          {eventText(delivery.event_type)}
          {delivery.order_id === null ? null : (
            <>
              {' · '}
              <Link to={PATHS.order(delivery.order_id)}>order {shortId(delivery.order_id)}</Link>
            </>
          )}
        </p>
        <p class="quiet">
          <Time at={delivery.created_at} as="day" />
          {last === undefined ? null : <span class="dot-before">{attemptText(last)}</span>}
        </p>
        <details class="reference">
          <summary>
            {countText(delivery.attempts.length, 'attempt')}
            <span class="sr-only"> of {delivery.event_id}</span>
          </summary>
          <ol class="attempts">
            {delivery.attempts.map((attempt) => (
              <li key={attempt.attempt}>
                <Time at={attempt.started_at} as="exact" /> {attemptText(attempt)}, {elapsedText(attempt.duration_ms)}
              </li>
            ))}
          </ol>
          <p>
            Message id <code>{delivery.event_id}</code>
          </p>
        </details>
        {replay.error === undefined ? null : <Failure error={replay.error} onRetry={replay.run} />}
      </div>
      {can('admin') ? (
        <Button look="quiet" icon="refresh" busy={replay.busy} onClick={() => replay.run()}>
          Send again<span class="sr-only">: {delivery.event_id}</span>
        </Button>
      ) : null}
    </li>
  );
}
