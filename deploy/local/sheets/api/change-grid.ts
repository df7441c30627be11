import * as z from 'zod';
import {
  appendDimension,
  deleteDimension,
  insertDimension,
  lengthOf,
  moveDimension,
  type Span,
} from '../model/dimensions';
import { sortRows } from '../model/sort-rows';
import { cellCount, MAX_CELLS, type Spreadsheet, type Tab } from '../model/spreadsheet';
import { gridRange } from './data-filter';
import { badRequest, notModelled } from './google-error';
import { readGridRange, tabWithId } from './grid-range';
import { tooManyCells } from './write-values';

const index = z.int().min(0).nullish();
const dimension = z.enum(['ROWS', 'COLUMNS']).nullish();
const range = z.strictObject({ sheetId: index, dimension, startIndex: index, endIndex: index }).nullish();

export const insertDimensionsRequest = z.strictObject({ range, inheritFromBefore: z.boolean().nullish() });
export const deleteDimensionsRequest = z.strictObject({ range });
export const moveDimensionsRequest = z.strictObject({ source: range, destinationIndex: index });
export const appendDimensionsRequest = z.strictObject({ sheetId: index, dimension, length: z.int().min(1) });
export const sortRangeRequest = z.strictObject({
  range: gridRange.nullish(),
  sortSpecs: z
    .array(z.strictObject({ dimensionIndex: index, sortOrder: z.enum(['ASCENDING', 'DESCENDING']).nullish() }))
    .nullish(),
});

export function insertDimensions(draft: Spreadsheet, request: z.output<typeof insertDimensionsRequest>): undefined {
  const { tab, span } = readSpan(draft, request.range);
  const length = lengthOf(tab, span.dimension);
  if (span.start > length)
    throw badRequest(`range.startIndex[${span.start}] must be less than the grid size[${length}]`);
  if (request.inheritFromBefore && span.start === 0)
    throw badRequest('inheritFromBefore cannot be set to true when inserting at index 0');
  insertDimension(draft, tab, span);
  if (cellCount(draft) > MAX_CELLS) throw tooManyCells();
}

export function deleteDimensions(draft: Spreadsheet, request: z.output<typeof deleteDimensionsRequest>): undefined {
  const { tab, span } = readSpan(draft, request.range);
  const length = lengthOf(tab, span.dimension);
  const one = span.dimension === 'ROWS' ? 'row' : 'column';
  if (span.start >= length)
    throw badRequest(
      `Cannot delete a ${one} that doesn't exist. Tried to delete ${one} index ${span.start} but there are only ${length} ${one}s.`,
    );
  const clipped = { ...span, end: Math.min(span.end, length) };
  if (clipped.start === 0 && clipped.end === length) throw badRequest(`You can't delete all the ${one}s on the sheet.`);
  deleteDimension(draft, tab, clipped);
}

export function moveDimensions(draft: Spreadsheet, request: z.output<typeof moveDimensionsRequest>): undefined {
  const { tab, span } = readSpan(draft, request.source);
  const destination = request.destinationIndex ?? 0;
  const length = lengthOf(tab, span.dimension);
  if (span.end > length || destination > length) throw badRequest('Cannot move rows or columns beyond the grid.');
  moveDimension(draft, tab, span, destination);
}

export function appendDimensions(draft: Spreadsheet, request: z.output<typeof appendDimensionsRequest>): undefined {
  if (!request.dimension) throw badRequest('No dimension was specified.');
  appendDimension(tabWithId(draft, request.sheetId ?? 0), request.dimension, request.length);
  if (cellCount(draft) > MAX_CELLS) throw tooManyCells();
}

/** Whole rows by one column; what else Google can sort is not modelled. */
export function sortRange(draft: Spreadsheet, request: z.output<typeof sortRangeRequest>): undefined {
  const { tab, startRow, endRow, startColumn, endColumn } = readGridRange(draft, request.range ?? {});
  const [spec, ...more] = request.sortSpecs ?? [];
  if (spec === undefined) throw badRequest('At least one sort spec is required.');
  if (more.length > 0 || startColumn > 0 || endColumn < tab.columnCount)
    throw notModelled('sorting by several columns or a part of the columns');
  sortRows(tab, {
    column: spec.dimensionIndex ?? 0,
    ascending: spec.sortOrder !== 'DESCENDING',
    start: startRow,
    end: endRow,
  });
}

function readSpan(draft: Spreadsheet, given: z.output<typeof range>): { readonly tab: Tab; readonly span: Span } {
  const tab = tabWithId(draft, given?.sheetId ?? 0);
  if (!given?.dimension) throw badRequest('No dimension was specified.');
  const start = given.startIndex ?? 0;
  const end = given.endIndex ?? lengthOf(tab, given.dimension);
  if (end <= start) throw badRequest(`The end index [${end}] must be greater than the start index [${start}]`);
  return { tab, span: { dimension: given.dimension, start, end } };
}
