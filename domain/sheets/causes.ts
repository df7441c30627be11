/** Why orders do not get into a sheet. */
export const SHEET_CAUSES = [
  'rate_limited',
  'google_unavailable',
  'network',
  'timeout',
  'credentials_invalid',
  'credentials_missing',
  'not_shared',
  'api_disabled',
  'cells_protected',
  'spreadsheet_missing',
  'spreadsheet_not_found',
  'spreadsheet_full',
  'order_id_column_missing',
  'bad_request',
  'internal_error',
] as const;
export type SheetCause = (typeof SHEET_CAUSES)[number];

export function isSheetCause(value: unknown): value is SheetCause {
  return (SHEET_CAUSES as readonly unknown[]).includes(value);
}

/** A cause as its owner reads it. */
export interface ExplainedCause {
  readonly cause: SheetCause;
  readonly message: string;
  readonly whatToDo: string;
}

interface CauseEntry {
  /** Whether it can pass by waiting: then it is tried again, and only then. */
  readonly passes: boolean;
  readonly message: string;
  /** `{account}` stands for the service account's address. */
  readonly whatToDo: string;
}

const NOTHING_IS_LOST = 'Press “Retry”: nothing that happened meanwhile is lost.';

const CAUSES: Readonly<Record<SheetCause, CauseEntry>> = {
  rate_limited: {
    passes: true,
    message: 'Google takes no more calls from this service account at the moment.',
    whatToDo: `Wait some minutes. ${NOTHING_IS_LOST} If it comes back often, give this business a service account of its own.`,
  },
  google_unavailable: {
    passes: true,
    message: 'Google Sheets is not available at the moment.',
    whatToDo: `Wait until Google is back. ${NOTHING_IS_LOST}`,
  },
  network: {
    passes: true,
    message: 'Google Sheets cannot be reached.',
    whatToDo: `Have somebody look at the server's way to the internet (sheets.googleapis.com, port 443). ${NOTHING_IS_LOST}`,
  },
  timeout: {
    passes: true,
    message: 'Google Sheets does not answer in time.',
    whatToDo: `A spreadsheet with very many rows or formulas can be that slow: make it smaller, or use another tab. ${NOTHING_IS_LOST}`,
  },
  credentials_invalid: {
    passes: false,
    message: 'Google does not accept the key of the service account.',
    whatToDo: 'Make a new JSON key for {account} in the Google Cloud console and save it in the settings.',
  },
  credentials_missing: {
    passes: false,
    message: 'There is no service account to write to the sheet with.',
    whatToDo: 'Make a service account in the Google Cloud console and save its JSON key in the settings.',
  },
  not_shared: {
    passes: false,
    message: 'The service account may not edit the spreadsheet.',
    whatToDo: `Open the spreadsheet, choose “Share”, and add {account} as an editor: share it as “Editor”, to view is not enough. ${NOTHING_IS_LOST}`,
  },
  api_disabled: {
    passes: false,
    message: 'The Google Sheets API is switched off in the project of the service account.',
    whatToDo: `In the Google Cloud console, open the project of {account} and enable the “Google Sheets API”. ${NOTHING_IS_LOST}`,
  },
  cells_protected: {
    passes: false,
    message: 'Cells of the order columns are protected.',
    whatToDo: `In the spreadsheet, open “Data”, “Protect sheets and ranges”, and let {account} edit them. ${NOTHING_IS_LOST}`,
  },
  spreadsheet_missing: {
    passes: false,
    message: 'No spreadsheet is set.',
    whatToDo: "Save the spreadsheet's id in the settings: the long part of its address, between /d/ and /edit.",
  },
  spreadsheet_not_found: {
    passes: false,
    message: 'Google finds no spreadsheet with this id.',
    whatToDo: `See whether it was deleted (the trash of Google Drive keeps it for 30 days), or save another spreadsheet's id. ${NOTHING_IS_LOST}`,
  },
  spreadsheet_full: {
    passes: false,
    message: 'The spreadsheet is full: Google allows ten million cells, empty ones included.',
    whatToDo: `Delete rows, columns or tabs that nobody needs, or save another spreadsheet's id. ${NOTHING_IS_LOST}`,
  },
  order_id_column_missing: {
    passes: false,
    message: 'The tab has no “Order ID” column, so nobody can tell which row is which order.',
    whatToDo: `Undo its deletion, or empty the tab so that it is filled again, or save another tab's name. ${NOTHING_IS_LOST}`,
  },
  bad_request: {
    passes: false,
    message: 'Google refuses what was to be written.',
    whatToDo: `See whether it is a Google Sheet at all (an Excel file in Drive is none). ${NOTHING_IS_LOST}`,
  },
  internal_error: {
    passes: true,
    message: 'Something went wrong on our side.',
    whatToDo: `Tell whoever runs this system. ${NOTHING_IS_LOST}`,
  },
};

/** Whether trying again can help while nobody changes anything. */
export function canPass(cause: SheetCause): boolean {
  return CAUSES[cause].passes;
}

/**
 * A cause in the owner's words: what is wrong and what to do about it.
 *
 * @param serviceAccount the address that the sheet has to be shared with; null where none is known
 */
export function explainSheetCause(cause: SheetCause, serviceAccount: string | null): ExplainedCause {
  const { message, whatToDo } = CAUSES[cause];
  return { cause, message, whatToDo: whatToDo.replace('{account}', serviceAccount ?? 'the service account') };
}
