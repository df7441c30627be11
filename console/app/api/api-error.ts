/** Codes of the API's own table, and two of this side: no answer at all, and none in time. */
export type ApiErrorCode = 'UNREACHABLE' | 'TIMED_OUT' | (string & {});

export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** A call that did not succeed: why, in words for the owner, and how support finds it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: ApiErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    /** Empty when no answer came. */
    readonly correlationId = '',
  ) {
    super(message);
  }
}

/** Whether the same call may succeed when it is made again with nothing else changed. */
export function isWorthRetrying({ code }: ApiError): boolean {
  return ['UNREACHABLE', 'TIMED_OUT', 'UNAVAILABLE', 'RATE_LIMITED', 'INTEGRATION_FAILED', 'INTERNAL'].includes(code);
}

/** Whether the order has gone on since it was looked at: another click, another person, another program. */
export function isOvertaken({ code }: ApiError): boolean {
  return code === 'VERSION_CONFLICT' || code === 'INVALID_ORDER_STATE';
}

/** What is wrong with which field, by the field's path on the wire. */
export function violationsOf({ details }: ApiError): ReadonlyMap<string, string> {
  const found = Array.isArray(details.violations) ? (details.violations as readonly unknown[]) : [];
  return new Map(
    found.filter(isViolation).map(({ field, description }) => [field, description.replace(/^\p{Ll}/u, upper)] as const),
  );
}

/** A detail of the error that is a text; undefined for anything else. */
export function textDetail({ details }: ApiError, name: string): string | undefined {
  const value = details[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** An `ApiError`, whatever was thrown: a defect of this page is shown like any other failure instead of being lost. */
export function asApiError(thrown: unknown): ApiError {
  return thrown instanceof ApiError ? thrown : new ApiError('INTERNAL', 'Something in this page went wrong');
}

function isViolation(value: unknown): value is FieldViolation {
  return (
    typeof value === 'object' &&
    value !== null &&
    'field' in value &&
    'description' in value &&
    typeof value.field === 'string' &&
    typeof value.description === 'string'
  );
}

function upper(letter: string): string {
  return letter.toUpperCase();
}
