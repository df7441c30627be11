import type { sheets_v4 } from '@googleapis/sheets';
import { Context } from '@temporalio/activity';
import type { Pool } from 'pg';
import type { GoogleBudget } from '../../../persistence/sheets/google-call-budget';
import type { SheetActivities } from '../../../workflows/sheet-contract';
import { createGoogleCalls, NotYet } from '../google/google-calls';
import { SheetFailure } from '../sheet-failure';
import type { SheetAccounts } from './sheet-accounts';

const TAG = 'order-booking.check';
/** Whatever has the tag is taken off, so that none could stay, whoever put it on. */
const ON_AND_OFF: sheets_v4.Schema$Request[] = [
  {
    createDeveloperMetadata: {
      developerMetadata: { metadataKey: TAG, visibility: 'PROJECT', location: { spreadsheet: true } },
    },
  },
  { deleteDeveloperMetadata: { dataFilter: { developerMetadataLookup: { metadataKey: TAG } } } },
];

/** Longest wait for the call's turn: somebody waits for the answer. */
const PATIENCE_MS = { first: 8_000, between: 8_000 };

/**
 * Finds out whether orders could be written to a spreadsheet, and its title, by one call that writes and changes nothing: developer
 * metadata, which nobody sees, put on and taken off again in one batch. To an account that may only view it Google refuses that as it
 * would refuse orders, and it costs one write of the account's budget, as much as a batch. Whether cells are protected is not seen.
 */
export function createCheckSheet(dependencies: {
  readonly pool: Pool;
  readonly accounts: SheetAccounts;
  readonly budget: GoogleBudget;
}): SheetActivities['checkSheet'] {
  const { pool, accounts, budget } = dependencies;
  return async ({ userId, spreadsheetId, credentials }) => {
    const found = accounts.of(userId, credentials);
    if (!found.ok) return { ok: false, cause: found.cause, serviceAccount: null };
    const { account } = found;
    const calls = createGoogleCalls({
      pool,
      account,
      budget,
      booked: { read: 0, write: 0 },
      patienceMs: PATIENCE_MS,
      // Whoever asks goes away with a no: a place that is kept for him would hold up everybody's sheets.
      keepsPlace: false,
      signal: Context.current().cancellationSignal,
    });
    try {
      const { updatedSpreadsheet } = await calls.write('spreadsheets.batchUpdate', (sheets, options) =>
        sheets.spreadsheets.batchUpdate(
          {
            spreadsheetId,
            fields: 'updatedSpreadsheet(properties(title))',
            requestBody: { requests: ON_AND_OFF, includeSpreadsheetInResponse: true },
          },
          options,
        ),
      );
      return { ok: true, serviceAccount: account.email, title: updatedSpreadsheet?.properties?.title ?? '' };
    } catch (error) {
      if (error instanceof SheetFailure) return { ok: false, cause: error.reason, serviceAccount: account.email };
      if (error instanceof NotYet) return { ok: false, cause: 'rate_limited', serviceAccount: account.email };
      throw error;
    }
  };
}
