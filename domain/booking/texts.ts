import type { BookingLocale } from './booking';
import { ar } from './texts/ar';
import type { BookingTexts } from './texts/booking-texts';
import { de } from './texts/de';
import { en } from './texts/en';
import { es } from './texts/es';
import { fr } from './texts/fr';
import { hi } from './texts/hi';
import { pt } from './texts/pt';

/** What is said to customers, in every language that a booking can run in. */
export const TEXTS: Readonly<Record<BookingLocale, BookingTexts>> = { en, es, fr, de, pt, hi, ar };
