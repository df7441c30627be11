import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { sheetsLeftBehind } from '../../../persistence/sheets/sheets-left-behind';
import { databaseFailure } from '../../../platform/database-failure';
import type { Logger } from '../../../platform/logger';
import {
  nudgeSignal,
  SHEET_SYNC_WORKFLOW,
  type SheetActivities,
  sheetSyncStart,
} from '../../../workflows/sheet-contract';

export interface SweepSheetsDependencies {
  readonly pool: Pool;
  readonly temporal: Client;
  readonly sheetsTaskQueue: string;
  readonly notificationsTaskQueue: string;
  readonly logger: Logger;
}

/** Younger changes have somebody at work on them: a nudge is under way, a batch waits for its turn. */
const LEFT_BEHIND_SECONDS = 30;
/** The longest waiting first; the others are the next sweep's. */
const TENANTS_MAX = 1_000;
/** Nudges at once. More would come as a burst to Temporal. */
const AT_ONCE = 20;

export function createSweepSheets(dependencies: SweepSheetsDependencies): SheetActivities['sweepSheets'] {
  const { pool, temporal, sheetsTaskQueue, notificationsTaskQueue, logger } = dependencies;
  return async () => {
    const tenants = await sheetsLeftBehind(pool, LEFT_BEHIND_SECONDS, TENANTS_MAX).catch((error: unknown) => {
      throw databaseFailure(error);
    });
    for (let index = 0; index < tenants.length; index += AT_ONCE) {
      await Promise.all(tenants.slice(index, index + AT_ONCE).map(nudge));
    }
    if (tenants.length > 0) logger.info({ event: 'sheetsSwept', count: tenants.length }, 'sheets were left behind');
    return tenants.length;
  };

  async function nudge(userId: string): Promise<void> {
    await temporal.workflow.signalWithStart(SHEET_SYNC_WORKFLOW, {
      ...sheetSyncStart({ userId, notificationsTaskQueue }, sheetsTaskQueue),
      signal: nudgeSignal,
      signalArgs: [],
    });
  }
}
