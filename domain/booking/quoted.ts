import type { BookingLocale } from './booking';
import { TEXTS } from './texts';

/** Every mark that some language quotes with, in pairs or alone. */
const QUOTATION_MARKS = /["\u00AB\u00BB\u2039\u203A\u201C-\u201F\u300C-\u300F\uFF02]/gu;
const SPACES = /[\s\u0085]+/gu;
const LINE_BREAK = /[\n\v\f\r\u0085\u2028\u2029]/u;
/** Turn around what stands beside them, or are not seen. Names and notes come without them; a text shown to people stays so. */
const UNSEEN = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A text that somebody wrote, as a part of a text of ours: on one line, in the quotation marks of the language, and without any
 * of its own. So it ends where it is seen to end, and no note can go on as another line of a summary. What it says stays the
 * same: a line break shows as " / ", any other white space as a space, a quotation mark as an apostrophe.
 */
export function quoted(locale: BookingLocale, text: string): string {
  const [open, close] = TEXTS[locale].quotes;
  const line = text
    .trim()
    .replace(SPACES, (run) => (LINE_BREAK.test(run) ? ' / ' : ' '))
    .replace(QUOTATION_MARKS, "'")
    .replace(UNSEEN, '');
  return `${open}${locale === 'ar' && /\p{Script=Latin}/u.test(line) ? isolated(line) : line}${close}`;
}

/**
 * Keeps a name in Latin letters or a number together where the text around it runs from right to left: the brackets of
 * "Ana (Berlin)" would otherwise be shown apart from it.
 */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
