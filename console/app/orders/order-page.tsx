import { useEffect, useState } from 'preact/hooks';
import { type ApiError, asApiError, isOvertaken } from '../api/api-error';
import type { Order, OrderEvent, OrderStatus } from '../api/wire';
import { fullText } from '../format/time';
import { SOURCE_LABELS, shortId } from '../format/words';
import { useOrderChanges } from '../live/live';
import { Button } from '../parts/button';
import { CopyButton } from '../parts/copy-button';
import { Empty } from '../parts/empty';
import { Failure } from '../parts/failure';
import { Icon } from '../parts/icon';
import { Notice } from '../parts/notice';
import { Skeleton } from '../parts/skeleton';
import { OrderChip } from '../parts/status-chip';
import { TicketCustomer, TicketNotes } from '../parts/ticket';
import { LOCALE, Time } from '../parts/time';
import { useAction } from '../parts/use-action';
import { useLoad } from '../parts/use-load';
import { Link } from '../routing/router';
import { useSession } from '../session/session';
import { useMessages } from '../shell/messages';
import { PageHeading } from '../shell/page-heading';
import { CancelDialog } from './cancel-dialog';
import { useFreshOrders } from './fresh-orders';
import { getOrder, listOrderEvents, moveOrder } from './order-calls';
import { OrderConversation } from './order-conversation';
import { OrderHistory } from './order-history';
import { canBeCancelled, MOVE_LABELS, nextStatus, STATUS_LABELS } from './order-moves';
import { OrderProgress } from './order-progress';

interface Shown {
  readonly order: Order;
  readonly events: readonly OrderEvent[];
}

export function OrderPage({
  id,
  known,
  listPath,
  onOrder,
}: {
  readonly id: string;
  /** The order as the list has it, if it does: shown until it is loaded with its history. */
  readonly known: Order | undefined;
  readonly listPath: string;
  /** Told of the order whenever a click of ours moved it. */
  readonly onOrder: (order: Order) => void;
}) {
  const { api } = useSession();
  const { toast } = useMessages();
  const { seen } = useFreshOrders();
  const [overtaken, setOvertaken] = useState<string>();
  const [cancelling, setCancelling] = useState(false);

  const loaded = useLoad<Shown>(id, async (signal) => {
    const [order, events] = await Promise.all([getOrder(api, id, signal), listOrderEvents(api, id, signal)]);
    return { order, events };
  });
  useEffect(() => seen(id), [id, seen]);

  // The stream brings each event with the order as it is.
  useOrderChanges(
    ({ event, order }) => {
      if (order.id === id) loaded.change((now) => withEvent(now, order, event));
    },
    () => loaded.reload(),
  );

  const order = isMissing(loaded.error) ? undefined : newest(loaded.data?.order, known);

  const move = useAction(async (to: OrderStatus, reason?: string) => {
    const before = order;
    if (before === undefined) return;
    setOvertaken(undefined);
    try {
      const order = await moveOrder(api, before, to, reason);
      loaded.change((now) => ({ ...now, order: newer(now.order, order) }));
      onOrder(order);
      toast(`Order ${shortId(id)} is ${STATUS_LABELS[order.status].toLowerCase()}`);
    } catch (thrown) {
      const error = asApiError(thrown);
      if (!isOvertaken(error)) throw error;
      const order = await getOrder(api, id);
      setOvertaken(overtakenText(order, to));
      onOrder(order);
    }
    setCancelling(false);
    loaded.reload();
  });

  return (
    <article class="detail">
      <Link to={listPath} class="back">
        <Icon name="back" />
        <span>All orders</span>
      </Link>
      <header class="detail-head">
        <PageHeading title={`Order ${shortId(id)}`} />
        {order === undefined ? null : (
          <>
            <OrderChip status={order.status} />
            <Button look="quiet" icon="print" shrinks onClick={() => print()}>
              Print
            </Button>
          </>
        )}
      </header>
      {overtaken === undefined ? null : (
        <Notice tone="warn" title={overtaken} loud>
          <p>Nothing was changed by your click. Here is the order as it is now.</p>
        </Notice>
      )}
      {loaded.error === undefined ? null : <LoadFailure error={loaded.error} onRetry={loaded.reload} />}
      {order === undefined && loaded.error === undefined ? <Skeleton lines={6} what="the order" /> : null}
      {order === undefined ? null : (
        <>
          <p class="detail-meta">
            <span>
              Ordered <Time at={order.created_at} />
              <span class="on-paper">{fullText(order.created_at, LOCALE)}</span>
            </span>
            <span class="dot-before">{SOURCE_LABELS[order.source]}</span>
            {order.slot_id === undefined ? null : <span class="dot-before">Slot {order.slot_id}</span>}
          </p>
          <OrderProgress order={order} />
          <Ticket order={order} />
          <Actions order={order} busy={move.busy} onMove={move.run} onCancel={() => setCancelling(true)} />
          {move.error === undefined || cancelling ? null : <Failure error={move.error} />}
          {/* Below the buttons: what comes late must not push them away from under a finger. */}
          {order.source === 'ai' ? <OrderConversation orderId={id} /> : null}
          {loaded.data !== undefined ? <OrderHistory events={loaded.data.events} /> : null}
          {loaded.data === undefined && loaded.error === undefined ? <Skeleton lines={2} what="its history" /> : null}
          <footer class="detail-foot">
            <span>
              Order id <code>{order.id}</code>
            </span>
            <CopyButton text={order.id} what="order id" />
          </footer>
          {cancelling ? (
            <CancelDialog
              order={order}
              busy={move.busy}
              error={move.error}
              onKeep={() => {
                move.clear();
                setCancelling(false);
              }}
              onCancel={(reason) => move.run('cancelled', reason)}
            />
          ) : null}
        </>
      )}
    </article>
  );
}

/** The slip that goes to the kitchen: how many of what, for whom. */
function Ticket({ order }: { readonly order: Order }) {
  return (
    <div class="ticket">
      <ul class="ticket-items">
        {order.items.map(({ name, quantity }, index) => (
          // An order may name the same thing twice, and its items never change.
          <li key={index}>
            <span class="ticket-quantity">
              {quantity.toLocaleString('en')}
              <span class="ticket-times"> ×</span>
            </span>
            <span class="ticket-name">
              <bdi>{name}</bdi>
            </span>
          </li>
        ))}
      </ul>
      {order.items.length < 2 ? null : (
        <p class="ticket-total">
          <span>{order.total_quantity.toLocaleString('en')}</span> pieces in all
        </p>
      )}
      <TicketNotes notes={order.notes} />
      <TicketCustomer name={order.customer_name} phone={order.customer_phone} />
    </div>
  );
}

function Actions({
  order,
  busy,
  onMove,
  onCancel,
}: {
  readonly order: Order;
  readonly busy: boolean;
  readonly onMove: (to: OrderStatus) => void;
  readonly onCancel: () => void;
}) {
  const { can } = useSession();
  const next = nextStatus(order.status);
  if (!canBeCancelled(order.status)) return null;
  if (!can('orders:write')) {
    return (
      <Notice>
        <p>
          You signed in with a key that may look at orders but not move them. Sign in with a key that has the scope{' '}
          <code>orders:write</code> to change this one.
        </p>
      </Notice>
    );
  }
  return (
    <div class="actions">
      {next === undefined ? null : (
        <Button look="primary" busy={busy} onClick={() => onMove(next)}>
          {MOVE_LABELS[next]}
        </Button>
      )}
      <Button look="danger" busy={busy} onClick={onCancel}>
        {MOVE_LABELS.cancelled}
      </Button>
    </div>
  );
}

function LoadFailure({ error, onRetry }: { readonly error: ApiError; readonly onRetry: () => void }) {
  if (!isMissing(error)) return <Failure error={error} onRetry={onRetry} />;
  return (
    <Empty icon="search" title="There is no such order">
      <p>It may belong to another business, or the link is not complete.</p>
    </Empty>
  );
}

function overtakenText(order: Order, wanted: OrderStatus): string {
  const is = STATUS_LABELS[order.status];
  return order.status === wanted
    ? `Someone else has already moved this order to “${is}”`
    : `Someone else moved this order to “${is}” while you were looking`;
}

function withEvent(now: Shown, order: Order, event: OrderEvent): Shown {
  const isKnown = now.events.some(({ sequence }) => sequence === event.sequence);
  return { order: newer(now.order, order), events: isKnown ? now.events : [...now.events, event] };
}

/** Also what is no id at all. */
function isMissing(error: ApiError | undefined): boolean {
  return error?.code === 'NOT_FOUND' || error?.code === 'VALIDATION_FAILED';
}

/** The list hears of a change as the page does, and a page that could not be loaded hears of none. */
function newest(loaded: Order | undefined, known: Order | undefined): Order | undefined {
  if (loaded === undefined || known === undefined) return loaded ?? known;
  return newer(loaded, known);
}

function newer(one: Order, other: Order): Order {
  return one.version > other.version ? one : other;
}
