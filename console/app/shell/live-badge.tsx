import { useLiveState } from '../live/live';
import type { LiveState } from '../live/order-stream';

const LABELS: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
};

/** Whether new orders appear by themselves at this moment. */
export function LiveBadge() {
  const state = useLiveState();
  return (
    <p class={`live is-${state}`} role="status">
      <span class="live-dot" aria-hidden="true" />
      <span>{LABELS[state]}</span>
    </p>
  );
}
