import { useEffect, useState } from 'preact/hooks';
import { serverNow } from '../format/server-clock';
import { agoText, clockText, dayAndTimeText, exactClockText, fullText, sentenceText, timeLocale } from '../format/time';

export const LOCALE = timeLocale(navigator.languages);

const TICK_MS = 30_000;

/** The present by the server's clock, told again twice a minute, so that "4 min ago" becomes 5. */
export function useNow(): Date {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const STYLES = {
  ago: agoText,
  day: dayAndTimeText,
  sentence: sentenceText,
  clock: (time: string, _now: Date, locale: string) => clockText(time, locale),
  exact: (time: string, _now: Date, locale: string) => exactClockText(time, locale),
} as const;

/** A moment in short; in full when pointed at. */
export function Time({ at, as = 'ago' }: { readonly at: string; readonly as?: keyof typeof STYLES }) {
  const now = useNow();
  return (
    <time dateTime={at} title={fullText(at, LOCALE)}>
      {STYLES[as](at, now, LOCALE)}
    </time>
  );
}
