import { ApplicationFailure } from '@temporalio/common';

/**
 * What a failed statement becomes on its way into Temporal: the SQLSTATE and nothing else, because a driver's message
 * and detail may quote the row. A statement that the data itself makes impossible (classes 22, 23) is a defect and is
 * not retried; everything else (no connection, shutting down, deadlock, no memory) passes by waiting.
 */
export function databaseFailure(error: unknown): ApplicationFailure {
  const state = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'none';
  const defect = /^2[23][0-9A-Z]{3}$/.test(state);
  return ApplicationFailure.create({
    type: defect ? 'INTERNAL' : 'UNAVAILABLE',
    message: `The database did not carry out the statement (${/^[A-Z0-9_]{2,20}$/.test(state) ? state : 'unknown'})`,
    nonRetryable: defect,
  });
}
