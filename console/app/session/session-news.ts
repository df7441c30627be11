/** The cookie is all tabs' own. `left`: somebody signed out on purpose; `changed`: whose session it is has to be asked. */
type News = 'left' | 'changed';

export interface SessionNews {
  /** Tells the other tabs. */
  tell(news: News): void;
  close(): void;
}

/** What tabs of this browser tell each other of the session: whoever signs out in one must not leave customers' names in another. */
export function openSessionNews({
  onLeft,
  onChanged,
}: {
  readonly onLeft: () => void;
  readonly onChanged: () => void;
}): SessionNews {
  const channel = new BroadcastChannel('order-booking.session');
  channel.onmessage = ({ data }: MessageEvent<News>) => {
    if (data === 'left') onLeft();
    else onChanged();
  };
  return { tell: (news) => channel.postMessage(news), close: () => channel.close() };
}
