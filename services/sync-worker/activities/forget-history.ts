import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { RetentionDays } from '../../../domain/history';
import { forgetDeliveries } from '../../../persistence/history/forget-deliveries';
import { forgetSheetAttempts } from '../../../persistence/history/forget-sheet-attempts';
import { databaseFailure } from '../../../platform/database-failure';
import type { Logger } from '../../../platform/logger';
import type { ForgottenHistory } from '../../../workflows/history-contract';

export interface ForgetHistoryDependencies {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly retentionDays: RetentionDays;
  /** Rows of one statement. */
  readonly batch?: number;
  /** After how many milliseconds the rest is left for the next time. */
  readonly budgetMs?: number;
}

/** More: one statement holds the locks and makes the writes of that many rows, which orders feel. Fewer: more statements for the same. */
const BATCH = 500;
/** Longer: an hour with much to forget is felt for longer. Shorter: it takes days to catch up after the setting was lowered. */
const BUDGET_MS = 30_000;

/**
 * Forgets, in batches and oldest first, what the setting says is too old; nothing where it says to keep all. Between two batches it
 * rests for as long as the last one took, so that half of the database's attention to it is the most it gets.
 *
 * @throws ApplicationFailure when the database does not carry it out; what was forgotten by then stays forgotten.
 */
export function createForgetHistory(
  dependencies: ForgetHistoryDependencies,
): (signal?: AbortSignal) => Promise<ForgottenHistory> {
  const { pool, logger, retentionDays, batch = BATCH, budgetMs = BUDGET_MS } = dependencies;

  return async (signal) => {
    if (retentionDays === 0) return { deliveries: 0, sheetAttempts: 0, more: false };
    const until = performance.now() + budgetMs;
    const deliveries = { forget: forgetDeliveries, count: 0, more: true };
    const sheetAttempts = { forget: forgetSheetAttempts, count: 0, more: true };
    const kinds = [deliveries, sheetAttempts];
    // In turns: the one with much to forget must not use up the time of the other, hour after hour.
    while (kinds.some(({ more }) => more) && performance.now() < until && signal?.aborted !== true) {
      for (const kind of kinds.filter(({ more }) => more)) {
        const begin = performance.now();
        const count = await kind.forget(pool, retentionDays, batch).catch((error: unknown) => {
          throw databaseFailure(error);
        });
        kind.count += count;
        kind.more = count === batch;
        if (kind.more) await sleep(performance.now() - begin);
      }
    }
    tell('deliveries', deliveries.count);
    tell('sheet_attempts', sheetAttempts.count);
    return {
      deliveries: deliveries.count,
      sheetAttempts: sheetAttempts.count,
      more: kinds.some(({ more }) => more),
    };
  };

  function tell(kind: 'deliveries' | 'sheet_attempts', count: number): void {
    if (count > 0) logger.info({ event: 'historyForgotten', kind, count }, 'what is too old was forgotten');
  }
}
