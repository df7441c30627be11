import { Context } from '@temporalio/activity';
import type { Pool } from 'pg';
import { getSheetSettings } from '../../../persistence/sheets/get-sheet-settings';
import type { GoogleBudget } from '../../../persistence/sheets/google-call-budget';
import { withTenant } from '../../../persistence/with-tenant';
import { databaseFailure } from '../../../platform/database-failure';
import type { SheetActivities } from '../../../workflows/sheet-contract';
import { createGoogleCalls, NotYet } from '../google/google-calls';
import { SheetFailure } from '../sheet-failure';
import type { SheetAccounts } from './sheet-accounts';

/** Longest wait for the call's turn: somebody waits for the answer. */
const PATIENCE_MS = { first: 8_000, between: 8_000 };

/** Reads a spreadsheet's title, to see whether it is there and shared. */
export function createCheckSheet(dependencies: {
  readonly pool: Pool;
  readonly accounts: SheetAccounts;
  readonly budget: GoogleBudget;
}): SheetActivities['checkSheet'] {
  const { pool, accounts, budget } = dependencies;
  return async ({ userId, spreadsheetId, credentials, useDefault = false }) => {
    const sealed = credentials ?? (useDefault ? null : await storedCredentials(userId));
    const found = accounts.of(userId, sealed);
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
      const { properties } = await calls.read('spreadsheets.get', (sheets, options) =>
        sheets.spreadsheets.get({ spreadsheetId, fields: 'properties(title)' }, options),
      );
      return { ok: true, serviceAccount: account.email, title: properties?.title ?? '' };
    } catch (error) {
      if (error instanceof SheetFailure) return { ok: false, cause: error.reason, serviceAccount: account.email };
      if (error instanceof NotYet) return { ok: false, cause: 'rate_limited', serviceAccount: account.email };
      throw error;
    }
  };

  async function storedCredentials(userId: string): Promise<string | null> {
    const settings = await withTenant(pool, userId, getSheetSettings).catch((error: unknown) => {
      throw databaseFailure(error);
    });
    return settings?.credentials ?? null;
  }
}
