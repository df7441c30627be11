import { OrderError, SystemError } from '../../../domain/errors';

/**
 * What a failed read becomes for a caller. A statement that the server understood and refused for its content
 * (SQLSTATE classes 22, 23, 42) is a defect of ours; everything else is a database that is away or overloaded for now.
 * The driver's error stays as the cause for the log, and never reaches a caller: it may quote SQL or data.
 */
export function databaseError(error: unknown): OrderError {
  if (error instanceof OrderError) return error;
  const state = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^(22|23|42)[0-9A-Z]{3}$/.test(state)
    ? new SystemError('INTERNAL', 'Something went wrong on our side', {}, { cause: error })
    : new SystemError('UNAVAILABLE', 'The order store cannot be reached; try again', {}, { cause: error });
}
