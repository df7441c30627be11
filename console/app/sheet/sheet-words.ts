import type { SheetState } from '../api/wire';

export const SHEET_TITLES: Readonly<Record<SheetState, string>> = {
  off: 'Sheet sync is off',
  not_connected: 'No sheet is connected',
  synced: 'Every order is in the sheet',
  syncing: 'Writing orders into the sheet…',
  parked: 'Sheet sync has stopped',
};

const CAUSES: Readonly<Record<string, string>> = {
  rate_limited: 'Google asked to slow down',
  google_unavailable: 'Google was not available',
  network: 'Google could not be reached',
  timeout: 'Google took too long to answer',
  credentials_invalid: 'The credentials were refused',
  credentials_missing: 'There are no credentials',
  not_shared: 'The sheet is not shared with the service account',
  api_disabled: 'The Google Sheets API is switched off',
  cells_protected: 'Cells of the order columns are protected',
  spreadsheet_missing: 'No spreadsheet is set',
  spreadsheet_not_found: 'The spreadsheet was not found',
  spreadsheet_full: 'The spreadsheet is full',
  order_id_column_missing: 'The column “Order ID” is missing',
  bad_request: 'Google did not accept the change',
  internal_error: 'Something went wrong on our side',
  overtaken: 'Something newer came first',
};

/** Why an attempt failed, in a few words. */
export function causeText(cause: string): string {
  return CAUSES[cause] ?? cause.replaceAll('_', ' ');
}
