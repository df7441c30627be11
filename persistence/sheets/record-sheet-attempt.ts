import type { SheetCause } from '../../domain/sheets/causes';
import type { TenantClient } from '../with-tenant';

/** One try to write a batch of orders into a tenant's sheet. */
export interface SheetAttempt {
  readonly orderIds: readonly string[];
  /** Of what the orders' newest changes were asked for with. */
  readonly correlationIds: readonly string[];
  readonly result: 'synced' | 'retried' | 'parked';
  /** Null when it is synced. */
  /** `overtaken`: what was written does not count, as something newer came before it was recorded. */
  readonly cause: SheetCause | 'overtaken' | null;
  /** Google's, where it answered with a refusal. */
  readonly statusCode: number | null;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly written: { readonly updated: number; readonly appended: number; readonly mended: number };
  readonly startedAt: Date;
  readonly durationMs: number;
}

export async function recordSheetAttempt(client: TenantClient, attempt: SheetAttempt): Promise<void> {
  const { updated, appended, mended } = attempt.written;
  await client.query(
    `INSERT INTO sheet_sync_attempts (user_id, order_ids, correlation_ids, result, cause, status_code, attempt, updated,
       appended, mended, started_at, duration_ms)
     VALUES ($1::text, $2::uuid[], $3::text[], $4::text, $5::text, $6::int, $7::int, $8::int, $9::int, $10::int,
       $11::timestamptz, $12::int)`,
    [
      client.tenant,
      attempt.orderIds,
      attempt.correlationIds,
      attempt.result,
      attempt.cause,
      attempt.statusCode,
      attempt.attempt,
      updated,
      appended,
      mended,
      attempt.startedAt,
      attempt.durationMs,
    ],
  );
}
