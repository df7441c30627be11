import type { SheetAttempt } from '../../domain/sheets/sheet-status';
import type { TenantClient } from '../with-tenant';

interface SheetAttemptRow {
  /** A bigint, which JavaScript's numbers do not hold. */
  readonly id: string;
  readonly order_ids: readonly string[];
  readonly correlation_ids: readonly string[];
  readonly result: SheetAttempt['result'];
  readonly cause: string | null;
  readonly status_code: number | null;
  readonly attempt: number;
  readonly updated: number;
  readonly appended: number;
  readonly mended: number;
  readonly started_at: Date;
  readonly duration_ms: number;
}

/** The tenant's attempts to write to its sheet, newest first, by keyset. `beforeId`: the last one of the page before. */
export async function listSheetAttempts(
  client: TenantClient,
  query: { readonly beforeId: string | undefined; readonly limit: number },
): Promise<SheetAttempt[]> {
  const result = await client.query<SheetAttemptRow>({
    name: 'list-sheet-attempts',
    text: `SELECT id, order_ids, correlation_ids, result, cause, status_code, attempt, updated, appended, mended, started_at,
        duration_ms
      FROM sheet_sync_attempts
      WHERE user_id = $1::text AND ($2::bigint IS NULL OR id < $2::bigint)
      ORDER BY id DESC
      LIMIT $3::int`,
    values: [client.tenant, query.beforeId ?? null, query.limit],
  });
  return result.rows.map((row) => ({
    id: row.id,
    orderIds: row.order_ids,
    result: row.result,
    cause: row.cause,
    statusCode: row.status_code,
    startedAt: row.started_at.toISOString(),
    durationMs: row.duration_ms,
    correlationIds: row.correlation_ids,
    written: { updated: row.updated, appended: row.appended, mended: row.mended },
    attempt: row.attempt,
  }));
}
