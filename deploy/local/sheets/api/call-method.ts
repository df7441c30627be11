import * as z from 'zod';
import { draftOf, type Spreadsheet } from '../model/spreadsheet';
import { batchUpdate, batchUpdateBody } from './batch-update';
import { dataFilter, rangesOf } from './data-filter';
import { asksFor, checkFields, type FieldsMask, parseFields, pick } from './fields-mask';
import { notFound } from './google-error';
import { type GridRange, parseA1 } from './grid-range';
import { findMetadata, metadataAnswer, visibleMetadata } from './metadata';
import { parseBody } from './parse-body';
import { type ReadOptions, readOptions, rowsIn, valueRange } from './read-values';
import type { Route } from './route';
import { KNOWN_FIELDS, spreadsheetAnswer, spreadsheetMask } from './spreadsheet-answer';
import { appendValues, clearValues, updateValues, valueInput, valuesBody, type WriteOptions } from './write-values';

export interface ApiCall {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** The caller's. */
  readonly project: string;
  readonly baseUrl: string;
}

export interface ApiResult {
  readonly answer: object;
  /** What takes the place of the spreadsheet; undefined for a read. */
  readonly spreadsheet?: Spreadsheet;
  readonly requests?: number;
  readonly rowsRead?: number;
  readonly rowsWritten?: number;
}

type Handler = (spreadsheet: Spreadsheet, call: ApiCall) => ApiResult;

const getByFilterBody = z.strictObject({
  dataFilters: z.array(dataFilter).nullish(),
  includeGridData: z.boolean().nullish(),
  excludeTablesInBandedRanges: z.boolean().nullish(),
});
const valuesByFilterBody = readOptions.extend({ dataFilters: z.array(dataFilter).nullish() }).strict();
const searchBody = z.strictObject({ dataFilters: z.array(dataFilter).nullish() });

/**
 * Does what a call asks: a pure step from the spreadsheet to its answer and, for a write, to the spreadsheet after it.
 * @throws GoogleError: then nothing is changed.
 */
export function callMethod(spreadsheet: Spreadsheet, call: ApiCall): ApiResult {
  return HANDLERS[call.route.method](spreadsheet, call);
}

const HANDLERS: Readonly<Record<Route['method'], Handler>> = {
  'spreadsheets.get': (spreadsheet, call) => {
    const given = call.query.getAll('ranges');
    const ranges = given.length === 0 ? undefined : given.map((range) => parseA1(spreadsheet, range));
    return told(spreadsheet, call, ranges, call.query.get('includeGridData') === 'true');
  },
  'spreadsheets.getByDataFilter': (spreadsheet, call) => {
    const body = parseBody(getByFilterBody, call.body);
    const ranges = body.dataFilters?.flatMap((filter) => rangesOf(spreadsheet, filter, call.project));
    return told(spreadsheet, call, ranges, body.includeGridData ?? false);
  },
  'spreadsheets.batchUpdate': (before, call) => {
    const body = parseBody(batchUpdateBody, call.body);
    const mask = batchMask(call.query);
    const { spreadsheet, replies, rowsWritten } = batchUpdate(before, body.requests ?? [], call.project);
    const updated = body.includeSpreadsheetInResponse
      ? spreadsheetAnswer(spreadsheet, {
          ranges: body.responseRanges?.map((range) => parseA1(spreadsheet, range)),
          includeGridData: body.responseIncludeGridData ?? false,
          mask: mask && below(mask, 'updatedSpreadsheet'),
          project: call.project,
          baseUrl: call.baseUrl,
        })
      : undefined;
    const answer = { spreadsheetId: before.id, replies, ...(updated && { updatedSpreadsheet: updated }) };
    return {
      answer: mask === undefined ? answer : (pick(answer, mask) as object),
      spreadsheet,
      requests: replies.length,
      rowsWritten,
    };
  },
  'values.get': (spreadsheet, { route, query }) => {
    const range = parseA1(spreadsheet, route.last);
    return { answer: picked(query, valueRange(range, readQuery(query))), rowsRead: rowsIn(range) };
  },
  'values.batchGet': (spreadsheet, { query }) => {
    const ranges = query.getAll('ranges').map((range) => parseA1(spreadsheet, range));
    const options = readQuery(query);
    const valueRanges = ranges.map((range) => valueRange(range, options));
    return { answer: picked(query, { spreadsheetId: spreadsheet.id, valueRanges }), rowsRead: sum(ranges) };
  },
  'values.batchGetByDataFilter': (spreadsheet, { query, body: sent, project }) => {
    const { dataFilters, ...options } = parseBody(valuesByFilterBody, sent);
    const found = (dataFilters ?? []).flatMap((filter) =>
      rangesOf(spreadsheet, filter, project).map((range) => ({ range, filter })),
    );
    const valueRanges = found.map(({ range, filter }) => ({
      valueRange: valueRange(range, options),
      dataFilters: [filter],
    }));
    const answer = { spreadsheetId: spreadsheet.id, ...(found.length > 0 && { valueRanges }) };
    return { answer: picked(query, answer), rowsRead: sum(found.map(({ range }) => range)) };
  },
  'values.update': (before, { route, query, body: sent }) => {
    const body = parseBody(valuesBody, sent);
    const spreadsheet = draftOf(before);
    const answer = updateValues(spreadsheet, route.last, body, writeQuery(query));
    return { answer: picked(query, answer), spreadsheet, rowsWritten: body.values?.length ?? 0 };
  },
  'values.append': (before, { route, query, body: sent }) => {
    const body = parseBody(valuesBody, sent);
    const spreadsheet = draftOf(before);
    const insertRows = query.get('insertDataOption') === 'INSERT_ROWS';
    const answer = appendValues(spreadsheet, route.last, body, { ...writeQuery(query), insertRows });
    return { answer: picked(query, answer), spreadsheet, rowsWritten: body.values?.length ?? 0 };
  },
  'values.clear': (before, { route, query }) => {
    const spreadsheet = draftOf(before);
    return { answer: picked(query, clearValues(spreadsheet, route.last)), spreadsheet };
  },
  'developerMetadata.get': (spreadsheet, { route, query, project }) => {
    const found = visibleMetadata(spreadsheet, project).find(({ id }) => String(id) === route.last);
    if (found === undefined) throw notFound();
    return { answer: picked(query, metadataAnswer(found)) };
  },
  'developerMetadata.search': (spreadsheet, { query, body, project }) => {
    const { dataFilters } = parseBody(searchBody, body);
    const found = (dataFilters ?? []).flatMap((filter) =>
      filter.developerMetadataLookup
        ? findMetadata(spreadsheet, filter.developerMetadataLookup, project).map((entry) => ({
            developerMetadata: metadataAnswer(entry),
            dataFilters: [filter],
          }))
        : [],
    );
    return { answer: picked(query, found.length > 0 ? { matchedDeveloperMetadata: found } : {}) };
  },
};

function told(
  spreadsheet: Spreadsheet,
  { query, project, baseUrl }: ApiCall,
  ranges: readonly GridRange[] | undefined,
  includeGridData: boolean,
): ApiResult {
  const mask = spreadsheetMask(fieldsOf(query));
  const answer = spreadsheetAnswer(spreadsheet, { ranges, includeGridData, mask, project, baseUrl });
  const withGrid = mask === undefined ? includeGridData : asksFor(mask, ['sheets', 'data']);
  return { answer, rowsRead: withGrid ? sum(ranges ?? []) : 0 };
}

const BATCH_FIELDS: FieldsMask = { spreadsheetId: {}, replies: {}, updatedSpreadsheet: KNOWN_FIELDS };

function batchMask(query: URLSearchParams): FieldsMask | undefined {
  const fields = fieldsOf(query);
  if (fields === undefined) return undefined;
  const mask = parseFields(fields);
  checkFields(mask, BATCH_FIELDS);
  return mask;
}

function below(mask: FieldsMask, name: string): FieldsMask {
  return '*' in mask ? {} : (mask[name] ?? {});
}

function picked(query: URLSearchParams, answer: object): object {
  const fields = fieldsOf(query);
  return fields === undefined ? answer : (pick(answer, parseFields(fields)) as object);
}

function fieldsOf(query: URLSearchParams): string | undefined {
  return query.get('fields') ?? query.get('$fields') ?? undefined;
}

function readQuery(query: URLSearchParams): ReadOptions {
  return parseBody(readOptions, {
    majorDimension: query.get('majorDimension'),
    valueRenderOption: query.get('valueRenderOption'),
    dateTimeRenderOption: query.get('dateTimeRenderOption'),
  });
}

function writeQuery(query: URLSearchParams): WriteOptions {
  return {
    input: parseBody(valueInput.optional(), query.get('valueInputOption') ?? undefined, 'value_input_option'),
    includeValues: query.get('includeValuesInResponse') === 'true',
    read: parseBody(readOptions, { valueRenderOption: query.get('responseValueRenderOption') }),
  };
}

function sum(ranges: readonly GridRange[]): number {
  return ranges.reduce((rows, range) => rows + rowsIn(range), 0);
}
