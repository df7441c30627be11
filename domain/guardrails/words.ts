import type { BookingLocale } from '../booking/booking';
import { ARABIC_WORDS } from './words/ar';
import { GERMAN_WORDS } from './words/de';
import { ENGLISH_WORDS } from './words/en';
import { SPANISH_WORDS } from './words/es';
import { FRENCH_WORDS } from './words/fr';
import { HINDI_WORDS } from './words/hi';
import type { LocaleWords } from './words/locale-words';
import { PORTUGUESE_WORDS } from './words/pt';

/** What is said to "is this right?", in every language that is shipped. */
export const WORDS: Readonly<Record<BookingLocale, LocaleWords>> = {
  en: ENGLISH_WORDS,
  es: SPANISH_WORDS,
  fr: FRENCH_WORDS,
  de: GERMAN_WORDS,
  pt: PORTUGUESE_WORDS,
  hi: HINDI_WORDS,
  ar: ARABIC_WORDS,
};
