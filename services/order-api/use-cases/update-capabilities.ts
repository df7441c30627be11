import { v7 as uuidv7 } from 'uuid';
import { DEFAULT_SHEET_NAME } from '../../../domain/capabilities';
import { IntegrationError, SystemError, ValidationError } from '../../../domain/errors';
import { explainSheetCause, isSheetCause } from '../../../domain/sheets/causes';
import {
  type CapabilitiesPatch,
  type SheetConnection,
  updateCapabilities,
} from '../../../persistence/capabilities/update-capabilities';
import { getSheetSettings } from '../../../persistence/sheets/get-sheet-settings';
import { takeUpSheet } from '../../../persistence/sheets/take-up-sheet';
import type { Keyring } from '../../../platform/keyring';
import type { Logger } from '../../../platform/logger';
import { seal } from '../../../platform/sealed-secret';
import { parseServiceAccount, ServiceAccountError } from '../../../platform/service-account';
import {
  SHEET_CHECK_WORKFLOW,
  type SheetCheckInput,
  type SheetCheckResult,
  sheetCheckWorkflowId,
} from '../../../workflows/sheet-contract';
import { askSyncWorker } from './ask-sync-worker';
import { withServiceAccount } from './capabilities';
import type { CallContext, CapabilitiesChange, UseCases } from './contract';
import { inTenant } from './in-tenant';
import { resumeSheet, type SheetDependencies } from './sheets';

export interface UpdateCapabilitiesDependencies extends SheetDependencies {
  readonly secrets: Keyring;
  readonly logger: Logger;
}

type SheetsAccount = CapabilitiesPatch['sheetsAccount'];

/**
 * How often a sheet is tried when each time another change of it is saved meanwhile. Fewer: two people at the settings get in each
 * other's way. More: somebody waits for a good many calls to Google.
 */
const TRIES = 3;

/**
 * Changes what the tenant switched on. A sheet is tried by a real call before it is saved: an owner learns what is wrong with it
 * here, where it can be mended, and not from orders that do not arrive. What is saved is what was tried, as a whole: where another
 * change of the sheet was saved in between, the two together are tried anew.
 */
export function createUpdateCapabilities(dependencies: UpdateCapabilitiesDependencies): UseCases['updateCapabilities'] {
  const { pool, temporal, sheetsTaskQueue, sharedServiceAccount, secrets, logger } = dependencies;

  return async (ctx, { sheetsCredentials, ...change }) => {
    const sheetsAccount = accountOf(ctx, sheetsCredentials);
    const touchesSheet = [
      sheetsAccount,
      change.sheetsSyncEnabled,
      change.sheetsSpreadsheetId,
      change.sheetsSheetName,
    ].some((value) => value !== undefined);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const before = touchesSheet ? await checkSheet(ctx, change, sheetsAccount) : undefined;
      const changed = await inTenant(pool, ctx, async (client) => {
        const after = await updateCapabilities(client, { ...change, sheetsAccount }, before);
        // To another sheet the sync brings every order: it knows which one it wrote to.
        if (after !== undefined && touchesSheet) await takeUpSheet(client);
        return after;
      });
      if (changed === undefined) continue;
      // Switched off as well: a run that is parked waits for a word, and would wait for ever.
      if (before !== undefined && (before.enabled || changed.sheetsSyncEnabled)) await resume(ctx);
      return withServiceAccount(changed, sharedServiceAccount);
    }
    throw new SystemError('UNAVAILABLE', 'The sheet was changed by somebody else at the same time; ask again');
  };

  /** @throws ValidationError when the credentials are none */
  function accountOf(ctx: CallContext, credentials: string | null | undefined): SheetsAccount {
    if (credentials === undefined || credentials === null) return credentials;
    const { userId } = ctx.caller;
    return {
      sealedCredentials: seal(secrets, credentials, `sheets_credentials:${userId}`),
      serviceAccount: emailOf(credentials),
    };
  }

  /**
   * Tries the sheet as it would be after the change, if orders would go there. Says how it is connected before the change.
   * @throws IntegrationError INTEGRATION_FAILED saying what is wrong with it
   */
  async function checkSheet(
    ctx: CallContext,
    change: Partial<CapabilitiesChange>,
    account: SheetsAccount,
  ): Promise<SheetConnection> {
    const { userId } = ctx.caller;
    const now = (await inTenant(pool, ctx, getSheetSettings)) ?? NEVER_CONNECTED;
    if (!(change.sheetsSyncEnabled ?? now.enabled)) return now;
    const spreadsheetId = change.sheetsSpreadsheetId === undefined ? now.spreadsheetId : change.sheetsSpreadsheetId;
    if (spreadsheetId === null) {
      const description = 'must be set while orders are written to the sheet';
      throw ValidationError.ofFields([{ field: 'sheets_spreadsheet_id', description }]);
    }
    const input: SheetCheckInput = {
      userId,
      spreadsheetId,
      sheetName: change.sheetsSheetName ?? now.sheetName,
      credentials: account === undefined ? now.credentials : (account?.sealedCredentials ?? null),
    };
    const result = await askSyncWorker<SheetCheckResult>(temporal, ctx, {
      workflow: SHEET_CHECK_WORKFLOW,
      workflowId: sheetCheckWorkflowId(userId, uuidv7()),
      taskQueue: sheetsTaskQueue,
      input,
    });
    if (!result.ok) throw sheetError(result.cause, result.serviceAccount);
    return now;
  }

  /** What was changed is saved: that the sync could not be told of it is made good by the sweep, and is no error. */
  async function resume(ctx: CallContext): Promise<void> {
    const { userId } = ctx.caller;
    await resumeSheet(dependencies, ctx).catch((err: unknown) => {
      logger.warn(
        { event: 'sheetNudgeLost', userId, correlationId: ctx.correlationId, err },
        'the sheet was not resumed',
      );
    });
  }
}

/** Of a tenant that never set anything. */
const NEVER_CONNECTED: SheetConnection = {
  enabled: false,
  spreadsheetId: null,
  sheetName: DEFAULT_SHEET_NAME,
  credentials: null,
};

function emailOf(credentials: string): string {
  try {
    return parseServiceAccount(credentials).client_email;
  } catch (error) {
    if (!(error instanceof ServiceAccountError)) throw error;
    throw ValidationError.ofFields([{ field: 'sheets_credentials', description: error.message }]);
  }
}

function sheetError(cause: string, serviceAccount: string | null): IntegrationError {
  const explained = explainSheetCause(isSheetCause(cause) ? cause : 'internal_error', serviceAccount);
  return new IntegrationError('INTEGRATION_FAILED', explained.message, {
    cause: explained.cause,
    message: explained.message,
    what_to_do: explained.whatToDo,
    service_account: serviceAccount,
  });
}
