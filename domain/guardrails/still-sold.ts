import type { DraftItem } from '../booking/booking';
import type { CatalogueItem } from '../booking/catalogue';
import { comparableName } from '../fingerprint';

/**
 * The first item of a draft that the catalogue has no more, under no name and no alias, or has as one that cannot be ordered now;
 * undefined where all are sold, and where the tenant keeps no catalogue. Each was looked up when it was added: a catalogue may
 * change while a customer thinks.
 */
export function firstUnsold(items: readonly DraftItem[], catalogue: readonly CatalogueItem[]): DraftItem | undefined {
  if (catalogue.length === 0) return undefined;
  const sold = new Set<string>();
  for (const { name, aliases, active } of catalogue) {
    if (active) for (const each of [name, ...aliases]) sold.add(comparableName(each));
  }
  return items.find(({ name }) => !sold.has(comparableName(name)));
}
