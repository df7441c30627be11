import type { Order } from '../api/wire';
import { itemsText, SOURCE_LABELS } from '../format/words';
import { Icon } from '../parts/icon';
import { OrderChip } from '../parts/status-chip';
import { Time } from '../parts/time';
import { Link } from '../routing/router';

/** One order of the list. The whole of it is the link; what it is called is the customer and what they want. */
export function OrderRow({
  order,
  to,
  current,
  fresh,
}: {
  readonly order: Order;
  readonly to: string;
  readonly current: boolean;
  readonly fresh: boolean;
}) {
  return (
    <li class={`row status-${order.status}${fresh ? ' is-fresh' : ''}`}>
      <Link to={to} id={`order-${order.id}`} class="row-link" aria-current={current ? 'true' : undefined}>
        <span class="row-quantity" aria-hidden="true">
          {order.total_quantity.toLocaleString('en')}
        </span>
        <span class="row-main">
          <span class="row-name">
            <bdi>{order.customer_name}</bdi>
            {fresh ? <span class="badge-new">New</span> : null}
          </span>
          <span class="row-items" dir="auto">
            {itemsText(order.items)}
          </span>
        </span>
        <span class="row-side">
          <OrderChip status={order.status} />
          <span class="row-meta">
            {order.source === 'ai' ? (
              <span class="row-ai">
                <Icon name="spark" />
                <span class="sr-only">{SOURCE_LABELS.ai}, </span>
              </span>
            ) : null}
            <Time at={order.created_at} as="clock" />
          </span>
        </span>
      </Link>
    </li>
  );
}
