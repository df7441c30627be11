import { GoogleError } from './google-error';

/** What a `fields` parameter asks for: a tree; a leaf, and `*`, stand for everything below. */
export interface FieldsMask {
  readonly [field: string]: FieldsMask;
}

/**
 * Reads `sheets(properties(sheetId,title),data.rowData.values.userEnteredValue)`.
 * @throws GoogleError 400 when it is not one.
 */
export function parseFields(text: string): FieldsMask {
  const mask: Record<string, FieldsMask> = {};
  let rest = text.replaceAll(/\s/g, '');
  const list = (into: Record<string, FieldsMask>): void => {
    do path(into);
    while (take(','));
  };
  const path = (into: Record<string, FieldsMask>): void => {
    const name = /^(?:\*|[A-Za-z][A-Za-z0-9]*)/.exec(rest)?.[0];
    if (name === undefined) throw invalidMask();
    rest = rest.slice(name.length);
    const below: Record<string, FieldsMask> = fieldOf(into, name) ?? {};
    into[name] = below;
    if (take('.') || take('/')) path(below);
    else if (take('(')) {
      list(below);
      if (!take(')')) throw invalidMask();
    }
  };
  const take = (mark: string): boolean => {
    if (!rest.startsWith(mark)) return false;
    rest = rest.slice(mark.length);
    return true;
  };
  list(mask);
  if (rest !== '') throw invalidMask();
  return mask;
}

/**
 * Refuses a mask that asks for what `known` does not name, as Google refuses a field it does not have: a typing error must not look like an
 * empty answer.
 * @throws GoogleError 400
 */
export function checkFields(mask: FieldsMask, known: FieldsMask, path = ''): void {
  if (Object.keys(known).length === 0) return;
  for (const [name, below] of Object.entries(mask)) {
    if (name === '*') continue;
    const next = fieldOf(known, name);
    if (next === undefined) throw invalidMask(`${path}${name}`);
    checkFields(below, next, `${path}${name}.`);
  }
}

/** Whether a mask asks for anything of what the path leads to. */
export function asksFor(mask: FieldsMask, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined || Object.keys(mask).length === 0 || '*' in mask) return true;
  const below = fieldOf(mask, first);
  return below !== undefined && asksFor(below, rest);
}

/** The part of an answer that a mask asks for. */
export function pick(value: unknown, mask: FieldsMask): unknown {
  if (Object.keys(mask).length === 0 || '*' in mask) return value;
  if (Array.isArray(value)) return value.map((entry) => pick(entry, mask));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, below]) => {
    const wanted = fieldOf(mask, name);
    return wanted === undefined ? [] : [[name, pick(below, wanted)] as const];
  });
  return Object.fromEntries(entries);
}

/** What every object has from birth (`constructor`) is no field. */
function fieldOf(mask: FieldsMask, name: string): FieldsMask | undefined {
  return Object.hasOwn(mask, name) ? mask[name] : undefined;
}

function invalidMask(field?: string): Error {
  const description = `Error expanding 'fields' parameter. Cannot find matching fields for path '${field}'.`;
  return new GoogleError('INVALID_ARGUMENT', 'Request contains an invalid argument.', [
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field, description: field === undefined ? "Invalid 'fields' parameter." : description }],
    },
  ]);
}
