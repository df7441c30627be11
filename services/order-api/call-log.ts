import type { OrderError } from '../../domain/errors';
import type { Logger } from '../../platform/logger';
import { countCall } from '../../platform/metrics';

/** What is written of a finished call. No path with its query, no body: they hold customers' names and numbers. */
export interface FinishedCall {
  /** What was called, as the contract names it: the caller's own spelling of a path may hold anything. */
  readonly target: { readonly method: string; readonly route?: string | undefined };
  readonly outcome: { readonly grpcStatus: string } | { readonly httpStatus: number } | { readonly mcp: true };
  /** `performance.now()` at the start. */
  readonly startedAt: number;
  readonly correlationId: string;
  /** The API key's public prefix, once it is known to be one. */
  readonly keyPrefix?: string | undefined;
  readonly error?: OrderError | undefined;
}

/** One line a call, and one observation for the metrics. Our own failures stand out: INTERNAL is a defect (error, with what was thrown), UNAVAILABLE a warning. */
export function logCall(logger: Logger, call: FinishedCall): void {
  const { error } = call;
  const durationMs = Math.round((performance.now() - call.startedAt) * 10) / 10;
  countCall({ ...doorAndMethod(call), code: error?.code ?? 'OK', seconds: durationMs / 1000 });
  const line = {
    event: 'call',
    ...call.target,
    ...call.outcome,
    code: error?.code,
    durationMs,
    correlationId: call.correlationId,
    keyPrefix: call.keyPrefix,
  };
  if (error?.code === 'INTERNAL') logger.error({ ...line, err: error.cause ?? error });
  else if (error?.code === 'UNAVAILABLE') logger.warn({ ...line, err: error.cause ?? error });
  else logger.info(line);
}

function doorAndMethod({ target, outcome }: FinishedCall): { door: 'grpc' | 'rest' | 'mcp'; method: string } {
  if ('grpcStatus' in outcome) return { door: 'grpc', method: target.method };
  // A tool's line has no status: its HTTP request has a line of its own.
  if ('mcp' in outcome) return { door: 'mcp', method: target.method };
  return { door: 'rest', method: `${target.method} ${target.route ?? 'unknown'}` };
}
