import type { Order, OrderStatus } from '../api/wire';
import { STATUS_LABELS } from './order-moves';

const WAY: readonly OrderStatus[] = ['pending', 'confirmed', 'processing', 'completed'];

/** How far an order has come. A cancelled one has left the way, which its chip says already. */
export function OrderProgress({ order }: { readonly order: Order }) {
  const at = WAY.indexOf(order.status);
  if (at === -1) return null;
  return (
    <ol class="progress" aria-label="Progress">
      {WAY.map((status, index) => {
        const state = index < at || order.status === 'completed' ? 'past' : index === at ? 'here' : 'ahead';
        return (
          <li key={status} class={`progress-step is-${state}`} aria-current={index === at ? 'step' : undefined}>
            <span>{STATUS_LABELS[status]}</span>
          </li>
        );
      })}
    </ol>
  );
}
