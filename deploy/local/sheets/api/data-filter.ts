import * as z from 'zod';
import type { Spreadsheet } from '../model/spreadsheet';
import { badRequest } from './google-error';
import { type GridRange, parseA1, readGridRange } from './grid-range';
import { findMetadata, metadataLookup, rangeOf } from './metadata';

const index = z
  .int()
  .min(0)
  .nullish()
  .transform((value) => value ?? undefined);

export const gridRange = z.strictObject({
  sheetId: index,
  startRowIndex: index,
  endRowIndex: index,
  startColumnIndex: index,
  endColumnIndex: index,
});

export const dataFilter = z.strictObject({
  a1Range: z.string().nullish(),
  gridRange: gridRange.nullish(),
  developerMetadataLookup: metadataLookup.nullish(),
});
export type DataFilter = z.output<typeof dataFilter>;

/** The ranges that a filter selects: one for a range, one for each entry of metadata that it finds. */
export function rangesOf(spreadsheet: Spreadsheet, filter: DataFilter, project: string): readonly GridRange[] {
  if (filter.a1Range) return [parseA1(spreadsheet, filter.a1Range)];
  if (filter.gridRange) return [readGridRange(spreadsheet, filter.gridRange)];
  if (!filter.developerMetadataLookup) throw badRequest('A data filter must have a filter.');
  return findMetadata(spreadsheet, filter.developerMetadataLookup, project).flatMap(
    (entry) => rangeOf(spreadsheet, entry) ?? [],
  );
}
