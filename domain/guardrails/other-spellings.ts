import type { BookingLocale } from '../booking/booking';

/** How "&" is said. English names are on menus everywhere. */
const AND: Readonly<Record<BookingLocale, readonly string[]>> = {
  en: [],
  es: ['y'],
  fr: ['et'],
  de: ['und'],
  pt: ['e'],
  hi: ['और', 'aur'],
  ar: ['و'],
};
const ENGLISH_AND = ['and', 'n'];

/** "Fish & Chips", but not the "&" that ends a name or stands alone. */
const AMPERSAND = /(?<=[\p{L}\p{M}\p{N}] ?)&(?= ?[\p{L}\p{N}])/gu;
const APOSTROPHE = /(?<=\p{L})['\u2019](?=\p{L})/gu;

/** The other ways in which a name is written. */
export type OtherSpellings = (name: string) => readonly string[];

/**
 * How customers write names beside the way that a catalogue does: "fish and chips" and "fish n chips" for "Fish & Chips",
 * "reeses" for "Reese's". Who types the name as it sounds would be asked for it for ever.
 */
export function otherSpellings(locale: BookingLocale): OtherSpellings {
  const ands = [...AND[locale], ...ENGLISH_AND];
  const word = new RegExp(` (?:${ands.join('|')}) `, 'gi');
  // Nearly all names have nothing of the kind, and a thousand of them are looked at with every step.
  const mayDiffer = new RegExp(`[&'\\u2019]| (?:${ands.join('|')}) `, 'i');
  return (name) => {
    if (!mayDiffer.test(name)) return [];
    const joined = name.replace(word, ' & ');
    const spelled = [joined, ...ands.map((and) => joined.replace(AMPERSAND, ` ${and} `).replaceAll('  ', ' '))];
    const all = spelled.flatMap((spelling) => [spelling, spelling.replace(APOSTROPHE, '')]);
    return [...new Set(all)].filter((spelling) => spelling !== name);
  };
}
