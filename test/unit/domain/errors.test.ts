import {
  BusinessRuleError,
  DuplicateOrderError,
  ERRORS,
  type ErrorCode,
  IntegrationError,
  InvalidOrderStateError,
  isErrorCode,
  OrderError,
  orderError,
  SlotUnavailableError,
  SystemError,
  ValidationError,
} from '../../../domain/errors';

/** The table of the contract, line by line: code, HTTP, gRPC, class, whether the same request may succeed later. */
const TABLE: [ErrorCode, number, string, typeof OrderError, boolean][] = [
  ['VALIDATION_FAILED', 400, 'INVALID_ARGUMENT', ValidationError, false],
  ['UNAUTHENTICATED', 401, 'UNAUTHENTICATED', ValidationError, false],
  ['PERMISSION_DENIED', 403, 'PERMISSION_DENIED', ValidationError, false],
  ['NOT_FOUND', 404, 'NOT_FOUND', ValidationError, false],
  ['DUPLICATE_ORDER', 409, 'ALREADY_EXISTS', BusinessRuleError, false],
  ['SLOT_UNAVAILABLE', 409, 'FAILED_PRECONDITION', BusinessRuleError, false],
  ['VERSION_CONFLICT', 409, 'ABORTED', BusinessRuleError, false],
  ['STALE_CONFIRMATION', 409, 'ABORTED', BusinessRuleError, false],
  ['INVALID_ORDER_STATE', 422, 'FAILED_PRECONDITION', BusinessRuleError, false],
  ['ORDER_BOOKING_DISABLED', 422, 'FAILED_PRECONDITION', BusinessRuleError, false],
  ['IDEMPOTENCY_KEY_REUSED', 422, 'FAILED_PRECONDITION', BusinessRuleError, false],
  ['CONFIRMATION_REQUIRED', 422, 'FAILED_PRECONDITION', BusinessRuleError, false],
  ['GUARDRAIL_BLOCKED', 422, 'FAILED_PRECONDITION', BusinessRuleError, false],
  ['RATE_LIMITED', 429, 'RESOURCE_EXHAUSTED', SystemError, true],
  ['INTEGRATION_FAILED', 502, 'UNAVAILABLE', IntegrationError, true],
  ['UNAVAILABLE', 503, 'UNAVAILABLE', SystemError, true],
  ['INTERNAL', 500, 'INTERNAL', SystemError, false],
];

test.each(TABLE)('%s is HTTP %i and gRPC %s, in its class', (code, http, grpc, errorClass, retryable) => {
  expect(ERRORS[code]).toMatchObject({ http, grpc, retryable });
  const cause = new Error('why');
  const error = orderError(code, 'told to the caller', { a: 1 }, cause);
  expect(error).toBeInstanceOf(errorClass);
  expect(error).toBeInstanceOf(OrderError);
  expect(error).toMatchObject({ code, message: 'told to the caller', details: { a: 1 }, cause });
});

test('the registry has the codes of the contract and no others', () => {
  expect(Object.keys(ERRORS).sort()).toEqual(TABLE.map(([code]) => code).sort());
});

test('only own names of the registry are codes', () => {
  expect(isErrorCode('NOT_FOUND')).toBe(true);
  for (const value of ['toString', '__proto__', 'constructor', 'not_found', '', 404, null, undefined]) {
    expect(isErrorCode(value)).toBe(false);
  }
});

test('the named business errors carry what a caller needs to go on', () => {
  expect(new DuplicateOrderError('o-1')).toMatchObject({
    code: 'DUPLICATE_ORDER',
    message: 'Order already exists',
    details: { existing_order_id: 'o-1' },
  });
  expect(new InvalidOrderStateError('completed', 'pending', [])).toMatchObject({
    code: 'INVALID_ORDER_STATE',
    details: { current_status: 'completed', requested_status: 'pending', allowed_statuses: [] },
  });
  expect(new SlotUnavailableError('s-1')).toMatchObject({ code: 'SLOT_UNAVAILABLE', details: { slot_id: 's-1' } });
});
