/** What was put into a cell, named as in Google's `ExtendedValue`. */
export type Entered =
  | { readonly stringValue: string }
  | { readonly numberValue: number }
  | { readonly boolValue: boolean }
  | { readonly formulaValue: string };

/** Never changed, only replaced: rows and cells are shared between a spreadsheet and the copies made of it. */
export interface Cell {
  readonly entered?: Entered | undefined;
  /** Google's `userEnteredFormat`, kept as it was sent and not applied. */
  readonly format?: object | undefined;
  readonly note?: string | undefined;
}

/** Google's limit, in UTF-16 units as a JavaScript string counts. */
export const MAX_CELL_CHARACTERS = 50_000;

/** Formulas are kept and shown, never worked out: what stands in the cell is the error Google shows for a name it does not know. */
const NOT_EVALUATED = '#NAME?';

/** What the cell shows; the empty text for a blank one. */
export function shownText({ entered }: Cell = {}): string {
  if (entered === undefined) return '';
  if ('stringValue' in entered) return entered.stringValue;
  if ('numberValue' in entered) return String(entered.numberValue);
  if ('boolValue' in entered) return entered.boolValue ? 'TRUE' : 'FALSE';
  return NOT_EVALUATED;
}

/** What a person sees in the formula bar, and types to get the same cell again. */
export function enteredText(cell: Cell | undefined): string {
  const entered = cell?.entered;
  return entered !== undefined && 'formulaValue' in entered ? entered.formulaValue : shownText(cell);
}

export function isBlank(cell: Cell | undefined): boolean {
  return cell?.entered === undefined;
}

/** An empty text makes a cell blank. */
export function enteredOrBlank(entered: Entered | undefined): Entered | undefined {
  return entered !== undefined && 'stringValue' in entered && entered.stringValue === '' ? undefined : entered;
}

export function isTooLong(entered: Entered | undefined): boolean {
  if (entered === undefined) return false;
  if ('stringValue' in entered) return entered.stringValue.length > MAX_CELL_CHARACTERS;
  return 'formulaValue' in entered && entered.formulaValue.length > MAX_CELL_CHARACTERS;
}
