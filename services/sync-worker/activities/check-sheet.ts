import type { Pool } from 'pg';
import { causeOf } from '../../../domain/sheets/google-refusal';
import { getSheetSettings } from '../../../persistence/sheets/get-sheet-settings';
import { withTenant } from '../../../persistence/with-tenant';
import { databaseFailure } from '../../../platform/database-failure';
import { readGoogleFailure } from '../../../platform/google-failure';
import type { SheetActivities } from '../../../workflows/sheet-contract';
import type { SheetAccounts } from './sheet-accounts';

/** Reads a spreadsheet's title, to see whether it is there and shared. */
export function createCheckSheet(dependencies: {
  readonly pool: Pool;
  readonly accounts: SheetAccounts;
}): SheetActivities['checkSheet'] {
  const { pool, accounts } = dependencies;
  return async ({ userId, spreadsheetId, credentials, useDefault = false }) => {
    const sealed = credentials ?? (useDefault ? null : await storedCredentials(userId));
    const found = accounts.of(userId, sealed);
    if (!found.ok) return { ok: false, cause: found.cause, serviceAccount: null };
    const { email, sheets } = found.account;
    try {
      const { data } = await sheets.spreadsheets.get({ spreadsheetId, fields: 'properties(title)' });
      return { ok: true, serviceAccount: email, title: data.properties?.title ?? '' };
    } catch (error) {
      return { ok: false, cause: causeOf(readGoogleFailure(error, Date.now())), serviceAccount: email };
    }
  };

  async function storedCredentials(userId: string): Promise<string | null> {
    const settings = await withTenant(pool, userId, getSheetSettings).catch((error: unknown) => {
      throw databaseFailure(error);
    });
    return settings?.credentials ?? null;
  }
}
