import { dayText } from '../orders/order-filters';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How times are written: English words, with the reader's own habits where those are English too. */
export function timeLocale(languages: readonly string[]): string {
  return languages.find((language) => /^en\b/i.test(language) && isLocale(language)) ?? 'en-GB';
}

/** Browsers take some of their languages from the system, which has names for them (`en-US@posix`) that no formatter takes. */
function isLocale(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}

/** `just now`, `4 min ago`, `2 h ago`, then the day. A clock that runs behind the server's shows no future. */
export function agoText(time: string, now: Date, locale: string): string {
  const past = now.getTime() - Date.parse(time);
  if (past < MINUTE_MS) return 'just now';
  if (past < HOUR_MS) return `${Math.floor(past / MINUTE_MS)} min ago`;
  if (past < 12 * HOUR_MS) return `${Math.floor(past / HOUR_MS)} h ago`;
  return dayAndTimeText(time, now, locale);
}

/** `in 4 min`, `in 2 h`; `now` for what is due. */
export function untilText(time: string, now: Date): string {
  const ahead = Date.parse(time) - now.getTime();
  if (ahead <= 0) return 'now';
  if (ahead < HOUR_MS) return `in ${Math.ceil(ahead / MINUTE_MS)} min`;
  if (ahead < 2 * DAY_MS) return `in ${Math.round(ahead / HOUR_MS)} h`;
  return `in ${Math.round(ahead / DAY_MS)} days`;
}

/** `14:32`. */
export function clockText(time: string, locale: string): string {
  return new Date(time).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
}

/** `14:32:07`. */
export function exactClockText(time: string, locale: string): string {
  return new Date(time).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** `Today`, `Yesterday`, `Monday 23 November`, with the year where it is another one. */
export function dayName(time: string, now: Date, locale: string): string {
  const date = new Date(time);
  const day = dayText(date);
  if (day === dayText(now)) return 'Today';
  if (day === dayText(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return 'Yesterday';
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return date.toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long', ...year });
}

/** `Today, 14:32`. */
export function dayAndTimeText(time: string, now: Date, locale: string): string {
  return `${dayName(time, now, locale)}, ${clockText(time, locale)}`;
}

/** The same within a sentence: `today, 14:32`. */
export function sentenceText(time: string, now: Date, locale: string): string {
  return dayAndTimeText(time, now, locale).replace(/^(Today|Yesterday)/, (day) => day.toLowerCase());
}

/** The moment in full, for a tooltip. */
export function fullText(time: string, locale: string): string {
  return new Date(time).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'long' });
}

/** `340 ms`, `1.2 s`. */
export function elapsedText(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;
}
