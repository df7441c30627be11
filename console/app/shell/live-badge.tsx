import { useEffect, useState } from 'preact/hooks';
import { useLiveState } from '../live/live';
import type { LiveState } from '../live/order-stream';

const LABELS: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  reconnecting: 'Reconnecting…',
};

/** How long it has to be broken to be worth an interruption: most breaks are over by then, and would be told twice for nothing. */
const WORTH_TELLING_MS = 5_000;

/** Whether new orders appear by themselves at this moment. Seen at once, and told when it stays so. */
export function LiveBadge() {
  const state = useLiveState();
  return (
    <div class={`live is-${state}`}>
      <span class="live-dot" aria-hidden="true" />
      <span>{LABELS[state]}</span>
      <span class="sr-only" role="status">
        {useToldState(state)}
      </span>
    </div>
  );
}

function useToldState(state: LiveState): string {
  const [told, setTold] = useState('');
  useEffect(() => {
    if (state === 'live') {
      setTold((before) => (before === '' ? before : 'New orders appear by themselves again'));
      return;
    }
    const timer = setTimeout(() => setTold('New orders do not appear at the moment'), WORTH_TELLING_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return told;
}
