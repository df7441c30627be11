import type { CallKind } from '../google/quota';

/** The methods of the API that are modelled, by Google's names, with the quota each one uses. */
const METHODS = {
  'spreadsheets.get': 'read',
  'spreadsheets.getByDataFilter': 'read',
  'spreadsheets.batchUpdate': 'write',
  'values.get': 'read',
  'values.batchGet': 'read',
  'values.batchGetByDataFilter': 'read',
  'values.update': 'write',
  'values.append': 'write',
  'values.clear': 'write',
  'developerMetadata.get': 'read',
  'developerMetadata.search': 'read',
} as const satisfies Readonly<Record<string, CallKind>>;
export type Method = keyof typeof METHODS;
export const METHOD_NAMES = Object.keys(METHODS) as readonly Method[];

export interface Route {
  readonly method: Method;
  readonly kind: CallKind;
  readonly spreadsheetId: string;
  /** The range in the path, or the id of developer metadata; decoded. */
  readonly last: string;
}

/** By HTTP verb and what follows the id in the path. */
const PATHS: readonly (readonly [verb: string, rest: RegExp, method: Method])[] = [
  ['GET', /^$/, 'spreadsheets.get'],
  ['POST', /^:getByDataFilter$/, 'spreadsheets.getByDataFilter'],
  ['POST', /^:batchUpdate$/, 'spreadsheets.batchUpdate'],
  ['GET', /^\/values:batchGet$/, 'values.batchGet'],
  ['POST', /^\/values:batchGetByDataFilter$/, 'values.batchGetByDataFilter'],
  ['POST', /^\/values\/([^/]+):append$/, 'values.append'],
  ['POST', /^\/values\/([^/]+):clear$/, 'values.clear'],
  ['GET', /^\/values\/([^/]+)$/, 'values.get'],
  ['PUT', /^\/values\/([^/]+)$/, 'values.update'],
  ['POST', /^\/developerMetadata:search$/, 'developerMetadata.search'],
  ['GET', /^\/developerMetadata\/([^/]+)$/, 'developerMetadata.get'],
];

/**
 * Which method a request calls. A range has its colon encoded (`A1%3AB2`), so the last colon that is not is a method's.
 * @param path as it was sent, undecoded, without the query
 */
export function routeOf(verb: string, path: string): Route | undefined {
  const [, id, rest = ''] = /^\/v4\/spreadsheets\/([^/:]+)(.*)$/.exec(path) ?? [];
  if (id === undefined) return undefined;
  for (const [expected, pattern, method] of PATHS) {
    const match = verb === expected ? pattern.exec(rest) : null;
    if (match === null) continue;
    const [spreadsheetId, last] = [decoded(id), decoded(match[1] ?? '')];
    if (spreadsheetId === undefined || last === undefined) return undefined;
    return { method, kind: METHODS[method], spreadsheetId, last };
  }
  return undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
