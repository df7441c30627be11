import * as z from 'zod';
import type { Metadata, MetadataLocation, Spreadsheet } from '../model/spreadsheet';
import { badRequest } from './google-error';
import { type GridRange, tabWithId } from './grid-range';

const dimension = z.enum(['ROWS', 'COLUMNS']);

const location = z.strictObject({
  spreadsheet: z.boolean().nullish(),
  sheetId: z.int().nullish(),
  dimensionRange: z
    .strictObject({
      sheetId: z.int().nullish(),
      dimension: dimension.nullish(),
      startIndex: z.int().min(0).nullish(),
      endIndex: z.int().min(0).nullish(),
    })
    .nullish(),
  locationType: z.string().nullish(),
});

export const developerMetadata = z.strictObject({
  metadataId: z.int().min(1).nullish(),
  metadataKey: z.string().nullish(),
  metadataValue: z.string().nullish(),
  visibility: z.enum(['DOCUMENT', 'PROJECT']).nullish(),
  location: location.nullish(),
});

export const metadataLookup = z.strictObject({
  metadataId: z.int().nullish(),
  metadataKey: z.string().nullish(),
  metadataValue: z.string().nullish(),
  visibility: z.enum(['DOCUMENT', 'PROJECT']).nullish(),
  locationType: z.enum(['ROW', 'COLUMN', 'SHEET', 'SPREADSHEET']).nullish(),
  metadataLocation: location.nullish(),
  locationMatchingStrategy: z.enum(['EXACT_LOCATION', 'INTERSECTING_LOCATION']).nullish(),
});
export type MetadataLookup = z.output<typeof metadataLookup>;

/** Adds an entry to a draft. @throws GoogleError 400 when it is incomplete or lies nowhere. */
export function createMetadata(
  draft: Spreadsheet,
  data: z.output<typeof developerMetadata>,
  project: string,
): Metadata {
  const { metadataKey: key, metadataValue, visibility } = data;
  if (!key) throw badRequest('Developer metadata must have a key.');
  if (!visibility) throw badRequest('Developer metadata must have a visibility.');
  if (!data.location) throw badRequest('Developer metadata must have a location.');
  const id = data.metadataId ?? freeId(draft);
  if (draft.metadata.some((other) => other.id === id))
    throw badRequest(`Developer metadata with id ${id} already exists.`);
  const made: Metadata = {
    id,
    key,
    value: metadataValue ?? undefined,
    visibility,
    project,
    location: readLocation(draft, data.location),
  };
  draft.metadata = [...draft.metadata, made];
  return made;
}

/** The entries that a lookup selects and that the caller's project may see. @throws GoogleError 400 for a lookup that says nothing. */
export function findMetadata(spreadsheet: Spreadsheet, lookup: MetadataLookup, project: string): readonly Metadata[] {
  const { metadataId, metadataKey, metadataValue, visibility, locationType, metadataLocation } = lookup;
  const exact = lookup.locationMatchingStrategy === 'EXACT_LOCATION';
  if (exact && !metadataLocation) throw badRequest('A location matching strategy needs a metadata location.');
  const at = metadataLocation ? readLocation(spreadsheet, metadataLocation) : undefined;
  return visibleMetadata(spreadsheet, project).filter(
    (entry) =>
      (metadataId == null || entry.id === metadataId) &&
      (metadataKey == null || entry.key === metadataKey) &&
      (metadataValue == null || entry.value === metadataValue) &&
      (visibility == null || entry.visibility === visibility) &&
      (locationType == null || typeOf(entry.location) === locationType) &&
      (at === undefined || (exact ? isSame(entry.location, at) : intersects(entry.location, at))),
  );
}

export function visibleMetadata({ metadata }: Spreadsheet, project: string): readonly Metadata[] {
  return metadata.filter((entry) => entry.visibility === 'DOCUMENT' || entry.project === project);
}

/** The cells that an entry stands for; none for one of the whole spreadsheet. */
export function rangeOf(spreadsheet: Spreadsheet, { location: at }: Metadata): GridRange | undefined {
  if ('spreadsheet' in at) return undefined;
  const tab = tabWithId(spreadsheet, at.sheetId);
  const whole: GridRange = { tab, startRow: 0, endRow: tab.rowCount, startColumn: 0, endColumn: tab.columnCount };
  if (!('dimension' in at)) return whole;
  return at.dimension === 'ROWS'
    ? { ...whole, startRow: at.index, endRow: at.index + 1 }
    : { ...whole, startColumn: at.index, endColumn: at.index + 1 };
}

export function metadataAnswer({ id, key, value, visibility, location: at }: Metadata): object {
  return {
    metadataId: id,
    metadataKey: key,
    ...(value !== undefined && { metadataValue: value }),
    location: { locationType: typeOf(at), ...locationAnswer(at) },
    visibility,
  };
}

function locationAnswer(at: MetadataLocation): object {
  if (!('dimension' in at)) return at;
  const { sheetId, dimension: of, index } = at;
  return { dimensionRange: { sheetId, dimension: of, startIndex: index, endIndex: index + 1 } };
}

function readLocation(spreadsheet: Spreadsheet, given: z.output<typeof location>): MetadataLocation {
  if (given.spreadsheet) return { spreadsheet: true };
  if (given.dimensionRange) {
    const { sheetId, dimension: of, startIndex, endIndex } = given.dimensionRange;
    const tab = tabWithId(spreadsheet, sheetId ?? 0);
    if (!of || startIndex == null || endIndex !== startIndex + 1)
      throw badRequest('The dimension range of developer metadata must be a single row or column.');
    if (startIndex >= (of === 'ROWS' ? tab.rowCount : tab.columnCount))
      throw badRequest('The dimension range of developer metadata lies outside the grid.');
    return { sheetId: tab.sheetId, dimension: of, index: startIndex };
  }
  if (given.sheetId == null) throw badRequest('Developer metadata must have a location.');
  return { sheetId: tabWithId(spreadsheet, given.sheetId).sheetId };
}

function typeOf(at: MetadataLocation): 'ROW' | 'COLUMN' | 'SHEET' | 'SPREADSHEET' {
  if ('spreadsheet' in at) return 'SPREADSHEET';
  if (!('dimension' in at)) return 'SHEET';
  return at.dimension === 'ROWS' ? 'ROW' : 'COLUMN';
}

function isSame(a: MetadataLocation, b: MetadataLocation): boolean {
  return JSON.stringify(locationAnswer(a)) === JSON.stringify(locationAnswer(b));
}

/** A row and a column of one sheet cross; two rows only meet when they are the same. */
function intersects(a: MetadataLocation, b: MetadataLocation): boolean {
  if ('spreadsheet' in a || 'spreadsheet' in b) return 'spreadsheet' in a && 'spreadsheet' in b;
  if (a.sheetId !== b.sheetId) return false;
  return !('dimension' in a && 'dimension' in b) || a.dimension !== b.dimension || a.index === b.index;
}

function freeId({ metadata }: Spreadsheet): number {
  return metadata.reduce((highest, { id }) => Math.max(highest, id), 1_000) + 1;
}
