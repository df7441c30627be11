import * as z from 'zod';
import { type Cell, type Entered, enteredOrBlank, isTooLong, shownText } from '../model/cell';
import { type FieldsMask, parseFields } from './fields-mask';
import { badRequest } from './google-error';

const entered = z
  .union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ numberValue: z.number() }),
    z.strictObject({ boolValue: z.boolean() }),
    z.strictObject({ formulaValue: z.string() }),
    z.strictObject({}),
  ])
  .transform((value): Entered | undefined => (Object.keys(value).length === 0 ? undefined : (value as Entered)));

/** A `CellData` of a request. What Google works out itself may be sent along, and is not looked at. */
export const cellData = z.strictObject({
  userEnteredValue: entered.nullish(),
  userEnteredFormat: z.looseObject({}).nullish(),
  note: z.string().nullish(),
  effectiveValue: z.unknown().optional(),
  effectiveFormat: z.unknown().optional(),
  formattedValue: z.unknown().optional(),
});
export type CellData = z.output<typeof cellData>;

export const rowData = z.strictObject({ values: z.array(cellData.nullable()).nullish() });

/** What of a cell a write replaces. */
export type CellFields = ReadonlySet<'userEnteredValue' | 'userEnteredFormat' | 'note'>;

const KNOWN: readonly string[] = ['userEnteredValue', 'userEnteredFormat', 'note'];

/**
 * Reads the `fields` of a write. A part of a format (`userEnteredFormat.textFormat.bold`) stands for all of it here.
 * @throws GoogleError 400 when it is missing or names what cannot be written.
 */
export function readCellFields(text: string | null | undefined): CellFields {
  if (!text) throw badRequest("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)");
  const mask: FieldsMask = parseFields(text);
  const names = '*' in mask ? KNOWN : Object.keys(mask);
  const unknown = names.find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw badRequest(`Invalid field: ${unknown}`);
  return new Set(names) as CellFields;
}

/** The cell after a write of `fields`; what is not given is cleared. @throws GoogleError 400 when it holds more than a cell can. */
export function writeCell(before: Cell | undefined, data: CellData | null | undefined, fields: CellFields): Cell {
  const value = enteredOrBlank(data?.userEnteredValue ?? undefined);
  refuseLong(value);
  return {
    entered: fields.has('userEnteredValue') ? value : before?.entered,
    format: fields.has('userEnteredFormat') ? (data?.userEnteredFormat ?? undefined) : before?.format,
    note: fields.has('note') ? data?.note || undefined : before?.note,
  };
}

/** @throws GoogleError 400 */
export function refuseLong(value: Entered | undefined): void {
  if (isTooLong(value))
    throw badRequest('Your input contains more than the maximum of 50000 characters in a single cell.');
}

/** A cell in an answer: `{}` for a blank one. */
export function cellAnswer(cell: Cell | undefined): object {
  if (cell === undefined) return {};
  const { entered: value, format, note } = cell;
  const evaluated = value !== undefined && 'formulaValue' in value;
  return {
    ...(value !== undefined && {
      userEnteredValue: value,
      effectiveValue: evaluated ? { errorValue: { type: 'NAME', message: 'Unknown name' } } : value,
      formattedValue: shownText(cell),
    }),
    ...(format !== undefined && { userEnteredFormat: format }),
    ...(note !== undefined && { note }),
  };
}
