import * as z from 'zod';
import { draftOf, type Spreadsheet } from '../model/spreadsheet';
import {
  appendDimensions,
  appendDimensionsRequest,
  deleteDimensions,
  deleteDimensionsRequest,
  insertDimensions,
  insertDimensionsRequest,
  moveDimensions,
  moveDimensionsRequest,
  sortRange,
  sortRangeRequest,
} from './change-grid';
import {
  changeMetadata,
  createMetadataRequest,
  deleteMetadata,
  deleteMetadataRequest,
  makeMetadata,
  updateMetadataRequest,
} from './change-metadata';
import {
  addSheet,
  addSheetRequest,
  deleteSheet,
  deleteSheetRequest,
  updateSheetProperties,
  updateSheetPropertiesRequest,
} from './change-tabs';
import { badRequest, GoogleError, notModelled } from './google-error';
import { parseBody } from './parse-body';
import {
  appendCells,
  appendCellsRequest,
  repeatCell,
  repeatCellRequest,
  updateCells,
  updateCellsRequest,
} from './write-cells';

/** One kind of request: how it is read, and what it does to a draft; what it returns is its reply. */
interface Kind<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly apply: (draft: Spreadsheet, request: z.output<S>, project: string) => object | undefined;
  /** The rows it writes, for the call log. */
  readonly rows: (request: z.output<S>) => number;
}

function kind<S extends z.ZodType>(
  schema: S,
  apply: (draft: Spreadsheet, request: z.output<S>, project: string) => object | undefined,
  rows: (request: z.output<S>) => number = () => 0,
): Kind {
  return { schema, apply, rows } as unknown as Kind;
}

const rowsGiven = ({ rows }: { rows?: readonly unknown[] | null | undefined }): number => rows?.length ?? 0;

const KINDS: Readonly<Record<string, Kind>> = {
  addSheet: kind(addSheetRequest, addSheet),
  deleteSheet: kind(deleteSheetRequest, deleteSheet),
  updateSheetProperties: kind(updateSheetPropertiesRequest, updateSheetProperties),
  updateCells: kind(updateCellsRequest, updateCells, rowsGiven),
  appendCells: kind(appendCellsRequest, appendCells, rowsGiven),
  repeatCell: kind(repeatCellRequest, repeatCell),
  insertDimension: kind(insertDimensionsRequest, insertDimensions),
  deleteDimension: kind(deleteDimensionsRequest, deleteDimensions),
  moveDimension: kind(moveDimensionsRequest, moveDimensions),
  appendDimension: kind(appendDimensionsRequest, appendDimensions),
  sortRange: kind(sortRangeRequest, sortRange),
  createDeveloperMetadata: kind(createMetadataRequest, makeMetadata),
  updateDeveloperMetadata: kind(updateMetadataRequest, changeMetadata),
  deleteDeveloperMetadata: kind(deleteMetadataRequest, deleteMetadata),
};

export const batchUpdateBody = z.strictObject({
  requests: z.array(z.record(z.string(), z.unknown())).nullish(),
  includeSpreadsheetInResponse: z.boolean().nullish(),
  responseRanges: z.array(z.string()).nullish(),
  responseIncludeGridData: z.boolean().nullish(),
});

export interface BatchResult {
  /** The spreadsheet with everything done; the one given is as it was. */
  readonly spreadsheet: Spreadsheet;
  readonly replies: readonly object[];
  readonly rowsWritten: number;
}

/**
 * Applies all requests, in their order, to a copy.
 * @throws GoogleError 400 naming the first that cannot be done: then nothing was.
 */
export function batchUpdate(
  spreadsheet: Spreadsheet,
  requests: readonly Readonly<Record<string, unknown>>[],
  project: string,
): BatchResult {
  if (requests.length === 0) throw badRequest('Must specify at least one request.');
  const draft = draftOf(spreadsheet);
  let rowsWritten = 0;
  // Everything is read before anything is done: a request that is no request is refused as such, whatever the ones before it would do.
  const read = requests.map((request, index) => readRequest(request, index));
  const replies = read.map(({ name, request, of }, index) => {
    try {
      const reply = of.apply(draft, request, project);
      rowsWritten += of.rows(request);
      return reply === undefined ? {} : { [name]: reply };
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      throw new GoogleError(error.status, `Invalid requests[${index}].${name}: ${error.message}`, error.details);
    }
  });
  return { spreadsheet: draft, replies, rowsWritten };
}

function readRequest(
  given: Readonly<Record<string, unknown>>,
  index: number,
): { readonly name: string; readonly request: unknown; readonly of: Kind } {
  const [name, ...more] = Object.keys(given);
  if (name === undefined || more.length > 0)
    throw badRequest(`Invalid requests[${index}]: Must specify exactly one request.`);
  const of = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (of === undefined) throw notModelled(`requests of the kind ${name}`);
  return { name, request: parseBody(of.schema, given[name], `requests[${index}].${name}`), of };
}
