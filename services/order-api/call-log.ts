import type { OrderError } from '../../domain/errors';
import type { Logger } from '../../platform/logger';

/** What is written of a finished call. No path with its query, no body: they hold customers' names and numbers. */
export interface FinishedCall {
  /** What was called, as the contract names it: the caller's own spelling of a path may hold anything. */
  readonly target: { readonly method: string; readonly route?: string | undefined };
  readonly outcome: { readonly grpcStatus: string } | { readonly httpStatus: number };
  /** `performance.now()` at the start. */
  readonly startedAt: number;
  readonly correlationId: string;
  /** The API key's public prefix, once it is known to be one. */
  readonly keyPrefix?: string | undefined;
  readonly error?: OrderError | undefined;
}

/** One line a call. Our own failures stand out: INTERNAL is a defect (error, with what was thrown), UNAVAILABLE a warning. */
export function logCall(logger: Logger, call: FinishedCall): void {
  const { error } = call;
  const line = {
    event: 'call',
    ...call.target,
    ...call.outcome,
    code: error?.code,
    durationMs: Math.round((performance.now() - call.startedAt) * 10) / 10,
    correlationId: call.correlationId,
    keyPrefix: call.keyPrefix,
  };
  if (error?.code === 'INTERNAL') logger.error({ ...line, err: error.cause ?? error });
  else if (error?.code === 'UNAVAILABLE') logger.warn({ ...line, err: error.cause ?? error });
  else logger.info(line);
}
