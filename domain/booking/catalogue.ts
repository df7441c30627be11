import type { FieldViolation } from '../errors';
import { comparableName } from '../fingerprint';

/** One thing that a tenant sells. */
export interface CatalogueItem {
  readonly name: string;
  /** Other names that customers use for it. */
  readonly aliases: readonly string[];
  /** Whether it can be ordered now. */
  readonly active: boolean;
}

/** What a tenant sells. Without items there is no catalogue, and the customer's words alone decide. */
export interface Catalogue {
  readonly userId: string;
  readonly items: readonly CatalogueItem[];
  readonly updatedAt: string;
}

export const CATALOGUE_ITEMS_MAX = 1_000;
export const CATALOGUE_ALIASES_MAX = 20;

/**
 * What is wrong with a catalogue as a whole, by paths on the wire; nothing when it can be kept. Each name and alias has to
 * be there once among all items, active or not, however it is cased, spaced or encoded: a name that stood for two items
 * would leave it to chance which one is booked. And it needs a letter: a name of digits only would be taken for a quantity.
 */
export function catalogueViolations(items: readonly CatalogueItem[]): readonly FieldViolation[] {
  if (items.length > CATALOGUE_ITEMS_MAX) {
    return [{ field: 'items', description: `must have at most ${CATALOGUE_ITEMS_MAX} elements` }];
  }
  const violations: FieldViolation[] = [];
  const taken = new Set<string>();
  for (const [index, { name, aliases }] of items.entries()) {
    if (aliases.length > CATALOGUE_ALIASES_MAX) {
      const description = `must have at most ${CATALOGUE_ALIASES_MAX} elements`;
      violations.push({ field: `items[${index}].aliases`, description });
      continue;
    }
    check(name, `items[${index}].name`);
    for (const [number, alias] of aliases.entries()) check(alias, `items[${index}].aliases[${number}]`);
  }
  return violations;

  function check(name: string, field: string): void {
    const comparable = comparableName(name);
    if (!/\p{L}/u.test(comparable)) violations.push({ field, description: 'must have a letter in it' });
    else if (taken.has(comparable)) violations.push({ field, description: 'is a name that the catalogue has already' });
    taken.add(comparable);
  }
}
