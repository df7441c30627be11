/**
 * The one list of errors. Every edge (REST, gRPC, Temporal failures) translates by this table and by nothing else,
 * so a code means the same everywhere and an edge cannot invent one.
 */
export interface ErrorTraits {
  readonly kind: 'validation' | 'business_rule' | 'integration' | 'system';
  /** HTTP status of RFC 9110. */
  readonly http: number;
  /** Name of the gRPC status code. */
  readonly grpc: GrpcStatusName;
  /** Whether the same request, with the same idempotency key, may succeed later with nothing else changed. */
  readonly retryable: boolean;
}

export type GrpcStatusName =
  | 'INVALID_ARGUMENT'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'RESOURCE_EXHAUSTED'
  | 'UNIMPLEMENTED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

export const ERRORS = {
  VALIDATION_FAILED: { kind: 'validation', http: 400, grpc: 'INVALID_ARGUMENT', retryable: false },
  UNAUTHENTICATED: { kind: 'validation', http: 401, grpc: 'UNAUTHENTICATED', retryable: false },
  PERMISSION_DENIED: { kind: 'validation', http: 403, grpc: 'PERMISSION_DENIED', retryable: false },
  NOT_FOUND: { kind: 'validation', http: 404, grpc: 'NOT_FOUND', retryable: false },
  DUPLICATE_ORDER: { kind: 'business_rule', http: 409, grpc: 'ALREADY_EXISTS', retryable: false },
  SLOT_UNAVAILABLE: { kind: 'business_rule', http: 409, grpc: 'FAILED_PRECONDITION', retryable: false },
  VERSION_CONFLICT: { kind: 'business_rule', http: 409, grpc: 'ABORTED', retryable: false },
  STALE_CONFIRMATION: { kind: 'business_rule', http: 409, grpc: 'ABORTED', retryable: false },
  INVALID_ORDER_STATE: { kind: 'business_rule', http: 422, grpc: 'FAILED_PRECONDITION', retryable: false },
  ORDER_BOOKING_DISABLED: { kind: 'business_rule', http: 422, grpc: 'FAILED_PRECONDITION', retryable: false },
  IDEMPOTENCY_KEY_REUSED: { kind: 'business_rule', http: 422, grpc: 'FAILED_PRECONDITION', retryable: false },
  CONFIRMATION_REQUIRED: { kind: 'business_rule', http: 422, grpc: 'FAILED_PRECONDITION', retryable: false },
  GUARDRAIL_BLOCKED: { kind: 'business_rule', http: 422, grpc: 'FAILED_PRECONDITION', retryable: false },
  RATE_LIMITED: { kind: 'system', http: 429, grpc: 'RESOURCE_EXHAUSTED', retryable: true },
  INTEGRATION_FAILED: { kind: 'integration', http: 502, grpc: 'UNAVAILABLE', retryable: true },
  UNAVAILABLE: { kind: 'system', http: 503, grpc: 'UNAVAILABLE', retryable: true },
  INTERNAL: { kind: 'system', http: 500, grpc: 'INTERNAL', retryable: false },
} as const satisfies Record<string, ErrorTraits>;

export type ErrorCode = keyof typeof ERRORS;

/** Whether a string from outside (a failure's type, a wire field) is one of our codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

/** What may be told to a caller about an error: never customer data, SQL, or an internal id. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** The base of every error that a caller may see. `message` is written for that caller. */
export class OrderError extends Error {
  override readonly name: string = 'OrderError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** One thing wrong with one field: `field` is its path on the wire (`items[0].quantity`). */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** The request is wrong in itself, or its sender may not make it. Never worth repeating unchanged. */
export class ValidationError extends OrderError {
  override readonly name = 'ValidationError';

  /** A VALIDATION_FAILED that names every wrong field at once. */
  static ofFields(violations: readonly FieldViolation[]): ValidationError {
    return new ValidationError('VALIDATION_FAILED', 'The request is not valid', { violations });
  }
}

/** The request is well formed, but the business's rules say no. */
export class BusinessRuleError extends OrderError {
  override readonly name: string = 'BusinessRuleError';
}

export class DuplicateOrderError extends BusinessRuleError {
  override readonly name = 'DuplicateOrderError';
  constructor(existingOrderId: string) {
    super('DUPLICATE_ORDER', 'Order already exists', { existing_order_id: existingOrderId });
  }
}

export class InvalidOrderStateError extends BusinessRuleError {
  override readonly name = 'InvalidOrderStateError';
  constructor(from: string, to: string, allowed: readonly string[]) {
    super('INVALID_ORDER_STATE', `An order that is ${from} cannot become ${to}`, {
      current_status: from,
      requested_status: to,
      allowed_statuses: allowed,
    });
  }
}

export class SlotUnavailableError extends BusinessRuleError {
  override readonly name = 'SlotUnavailableError';
  constructor(slotId: string) {
    super('SLOT_UNAVAILABLE', 'The fulfilment slot has no place left', { slot_id: slotId });
  }
}

/** A system outside ours (Google, a webhook's receiver) did not do its part. */
export class IntegrationError extends OrderError {
  override readonly name = 'IntegrationError';
}

/** Our own side failed; `UNAVAILABLE` says that the same request may be sent again. */
export class SystemError extends OrderError {
  override readonly name = 'SystemError';
}

const CLASSES = {
  validation: ValidationError,
  business_rule: BusinessRuleError,
  integration: IntegrationError,
  system: SystemError,
} as const;

/** The error of a code, in the class the registry gives it: for edges that get a code from elsewhere (a Temporal failure). */
export function orderError(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown): OrderError {
  return new CLASSES[ERRORS[code].kind](code, message, details, cause === undefined ? undefined : { cause });
}
