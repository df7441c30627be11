import type { BookingLocale } from '../booking/booking';
import type { CatalogueItem } from '../booking/catalogue';
import { comparableName } from '../fingerprint';

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
const MAY_BE_SPELLED_OTHERWISE = /[&'\u2019 ]/;

/**
 * A catalogue with the names under which customers write what it has beside the names that it gives: "fish and chips" and
 * "fish n chips" for "Fish & Chips", "reeses" for "Reese's". Who types the name as it sounds would be asked for it for ever. A
 * spelling that is another item's name already stays that item's.
 */
export function withOtherSpellings(items: readonly CatalogueItem[], locale: BookingLocale): readonly CatalogueItem[] {
  const ands = [...AND[locale], ...ENGLISH_AND];
  const word = new RegExp(` (?:${ands.join('|')}) `, 'giu');
  const found = items.map(({ name, aliases }) => [name, ...aliases].flatMap((text) => spellingsOf(text, ands, word)));
  if (found.every(({ length }) => length === 0)) return items;
  const taken = new Set(items.flatMap(({ name, aliases }) => [name, ...aliases].map(comparableName)));
  return items.map((item, index) => {
    const fresh = (found[index] ?? []).filter((text) => !taken.has(comparableName(text)));
    for (const text of fresh) taken.add(comparableName(text));
    return fresh.length === 0 ? item : { ...item, aliases: [...item.aliases, ...fresh] };
  });
}

function spellingsOf(text: string, ands: readonly string[], word: RegExp): readonly string[] {
  // Nearly all names have neither, and a thousand of them are looked at with every step.
  if (!MAY_BE_SPELLED_OTHERWISE.test(text)) return [];
  const joined = text.replace(word, ' & ');
  const spelled = [joined, ...ands.map((and) => joined.replace(AMPERSAND, ` ${and} `).replaceAll('  ', ' '))];
  const all = spelled.flatMap((spelling) => [spelling, spelling.replace(APOSTROPHE, '')]);
  return [...new Set(all)].filter((spelling) => spelling !== text);
}
