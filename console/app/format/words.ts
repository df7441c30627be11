import type { BookingLocale, OrderItem, OrderSource, Scope } from '../api/wire';

/** `2 × Margherita, 1 × Tiramisu, 3 more`. */
export function itemsText(items: readonly OrderItem[], most = 3): string {
  const shown = items.slice(0, items.length > most + 1 ? most : most + 1);
  const named = shown.map(({ name, quantity }) => `${quantity.toLocaleString('en')} × ${name}`);
  const more = items.length - shown.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** `1 order`, `2 orders`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** The part of an id that tells orders of a day apart. Ids begin with their time, so their ends differ, not their beginnings. */
export function shortId(id: string): string {
  return id.replaceAll('-', '').slice(-6).toUpperCase();
}

/**
 * What a phone can dial. Numbers are kept without their `+`: twelve digits and more that do not begin with the 0 of a number at
 * home have their country code, and without the `+` would lead to somebody else or nobody. Eleven may be a number at home
 * (Brazil, China) or one abroad, and are dialled as they were given.
 */
export function phoneNumber(digits: string): string {
  return /^[1-9]\d{11,}$/.test(digits) ? `+${digits}` : digits;
}

/** The number in groups that an eye can follow, from the right: `49 3012 3456 78` reads worse than `4930 1234 5678`. */
export function phoneText(digits: string): string {
  return phoneNumber(digits).replace(/(?<=\d\d)(?=(?:\d{4})+$)/g, ' ');
}

export const SOURCE_LABELS: Readonly<Record<OrderSource, string>> = {
  ai: 'AI agent',
  api: 'API',
  web: 'Website',
  phone: 'Phone',
  walk_in: 'Walk-in',
};

export const LOCALE_LABELS: Readonly<Record<BookingLocale, string>> = {
  en: 'English',
  es: 'Spanish',
  fr: 'French',
  de: 'German',
  pt: 'Portuguese',
  hi: 'Hindi',
  ar: 'Arabic',
};

export const SCOPE_LABELS: Readonly<Record<Scope, string>> = {
  'orders:read': 'sees orders',
  'orders:write': 'moves orders',
  'ai:book': 'books as an AI agent',
  admin: 'moves orders and changes settings',
};

/** Who did something, in words: an API key by its public prefix, an operator, the system itself. */
export function actorText(actor: string): string {
  if (actor === 'system') return 'the system';
  if (actor === 'operator') return 'an operator';
  if (actor.startsWith('signal')) return 'another program';
  return actor.startsWith('api_key:') ? `key ${actor.slice('api_key:'.length)}` : actor;
}
