import { fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import {
  DuplicateOrderError,
  type ErrorCode,
  type ErrorDetails,
  InvalidOrderStateError,
  isErrorCode,
  OrderError,
  orderError,
  SlotUnavailableError,
} from '../domain/errors';
import { canPass, isSheetCause } from '../domain/sheets/causes';
import { type BadRequest, BadRequestSchema, type ErrorInfo, ErrorInfoSchema } from '../gen/google/rpc/error_details_pb';
import { StatusSchema } from '../gen/google/rpc/status_pb';
import { errorDetails } from './error-details';

/** What is known of a call beside what went wrong. */
export interface CallFacts {
  /** Finds the call in the service's logs, traces and audit trails. */
  readonly correlationId: string;
  /** How often it was made. */
  readonly attempts: number;
  /** What it was made under, also where the client made it: a later call under it is still the same request. */
  readonly idempotencyKey?: string | undefined;
  readonly stepId?: string | undefined;
}

/** What every method of the client throws for a call that failed: one of the domain's errors, by its code's class. */
export type FailedCall = OrderError & CallFacts;

/** Tells a failed call from whatever else was thrown. */
export function isFailedCall(error: unknown): error is FailedCall {
  return error instanceof OrderError && 'correlationId' in error && 'attempts' in error;
}

/**
 * What was thrown by a call, as a `FailedCall`: an error of ours with these facts, and a failure of gRPC as what the service
 * said in it. Anything else is a defect and stays what it is.
 */
export function failedCall(thrown: unknown, facts: CallFacts): unknown {
  if (isFailedCall(thrown)) return thrown;
  if (thrown instanceof OrderError) return Object.assign(thrown, facts);
  if (!isServiceError(thrown)) return thrown;
  const correlationId = answeredId(thrown.metadata) ?? facts.correlationId;
  return Object.assign(errorOf(thrown), { ...facts, correlationId });
}

/** Whether the same call may succeed when it is made again. The statuses of the registry's retryable codes are among these. */
export function isWorthRetrying(thrown: unknown): boolean {
  if (!isServiceError(thrown)) return false;
  return (RETRIED.has(thrown.code) && !isRefusedByGoogle(thrown)) || isBroken(thrown);
}

/**
 * Whether the connection, or whoever stands between, broke off the call. grpc-js says INTERNAL of it, unless Node's words for it are
 * two that it knows: it looks like a defect of the service, which has said nothing.
 */
function isBroken({ code, details }: ServiceError): boolean {
  return code === status.INTERNAL && details.startsWith('Received RST_STREAM');
}

/** Whether Google said no to a sheet in a way that stays so until somebody mends it: asked at once again, it says no again. */
function isRefusedByGoogle({ metadata }: ServiceError): boolean {
  const { info } = saidIn(metadata);
  const cause = info?.metadata.cause;
  return info?.reason === 'INTEGRATION_FAILED' && isSheetCause(cause) && !canPass(cause);
}

/** The correlation id that the server answered under; undefined where it was not reached. */
export function answeredId(metadata: Metadata): string | undefined {
  const [id] = metadata.get('x-correlation-id');
  return typeof id === 'string' ? id : undefined;
}

/** What the service says went wrong. Where it did not get to say it, the gRPC status decides. */
function errorOf(failure: ServiceError): OrderError {
  const { info, badRequest } = saidIn(failure.metadata);
  if (info === undefined || !isErrorCode(info.reason)) {
    const code = isBroken(failure) ? 'UNAVAILABLE' : (CODES[failure.code] ?? 'INTERNAL');
    return orderError(code, MESSAGES[code] ?? failure.details, {}, failure);
  }
  const details = errorDetails(info.metadata, badRequest?.fieldViolations ?? []);
  return ofCode(info.reason, failure.details, details);
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && 'code' in thrown && 'details' in thrown && 'metadata' in thrown;
}

const RETRIED: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  // Not by us, who end the call with it: by a server that stops and has to drop what it did not finish.
  status.CANCELLED,
]);

/** The code of a failure that carries none of ours: of the network, of a proxy, or of another version of the service. */
const CODES: Readonly<Partial<Record<status, ErrorCode>>> = {
  [status.INVALID_ARGUMENT]: 'VALIDATION_FAILED',
  [status.UNAUTHENTICATED]: 'UNAUTHENTICATED',
  [status.PERMISSION_DENIED]: 'PERMISSION_DENIED',
  [status.NOT_FOUND]: 'NOT_FOUND',
  [status.RESOURCE_EXHAUSTED]: 'RATE_LIMITED',
  [status.UNAVAILABLE]: 'UNAVAILABLE',
  [status.DEADLINE_EXCEEDED]: 'UNAVAILABLE',
  [status.CANCELLED]: 'UNAVAILABLE',
};

const MESSAGES: Readonly<Partial<Record<ErrorCode, string>>> = {
  UNAVAILABLE: 'The order service cannot be reached or did not answer in time; what became of the call is not known',
  RATE_LIMITED: 'Too many calls, or one that is too large',
  INTERNAL: 'The order service answered with something that it never should',
};

/** The classes that have a code to themselves; the registry knows the class of every other. */
function ofCode(code: ErrorCode, message: string, details: ErrorDetails): OrderError {
  const { existing_order_id, current_status, requested_status, allowed_statuses, slot_id } = details;
  if (code === 'DUPLICATE_ORDER' && isText(existing_order_id)) return new DuplicateOrderError(existing_order_id);
  if (code === 'SLOT_UNAVAILABLE' && isText(slot_id)) return new SlotUnavailableError(slot_id);
  if (
    code === 'INVALID_ORDER_STATE' &&
    isText(current_status) &&
    isText(requested_status) &&
    Array.isArray(allowed_statuses)
  ) {
    return new InvalidOrderStateError(current_status, requested_status, allowed_statuses);
  }
  return orderError(code, message, details);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** The details of the `google.rpc.Status` in the trailers; none where there is no status, or none that can be read. */
function saidIn(metadata: Metadata | undefined) {
  const [trailer] = metadata?.get('grpc-status-details-bin') ?? [];
  let info: ErrorInfo | undefined;
  let badRequest: BadRequest | undefined;
  try {
    const details = Buffer.isBuffer(trailer) ? fromBinary(StatusSchema, trailer).details : [];
    for (const detail of details) {
      info ??= anyUnpack(detail, ErrorInfoSchema);
      badRequest ??= anyUnpack(detail, BadRequestSchema);
    }
  } catch {
    // Whatever wrote these trailers is not our service: the gRPC status says what there is to say.
  }
  return { info, badRequest };
}
