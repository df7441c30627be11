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
