import type { Catalogue, CatalogueItem } from '../../domain/booking/catalogue';

export interface CatalogueRow {
  readonly user_id: string;
  readonly items: readonly CatalogueItem[];
  readonly updated_at: Date;
}

export function toCatalogue(row: CatalogueRow): Catalogue {
  return { userId: row.user_id, items: row.items.map(toItem), updatedAt: row.updated_at.toISOString() };
}

/** The items as the column holds them, without whatever else the objects carry. */
export function catalogueColumn(items: readonly CatalogueItem[]): string {
  return JSON.stringify(items.map(toItem));
}

function toItem({ name, aliases, active }: CatalogueItem): CatalogueItem {
  return { name, aliases: [...aliases], active };
}
