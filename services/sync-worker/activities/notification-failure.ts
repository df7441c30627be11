import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { databaseFailure } from '../../../platform/database-failure';
import { SealedSecretError } from '../../../platform/sealed-secret';

/**
 * What becomes of an error on its way into Temporal: one that says itself what it is, a secret that this process cannot open (it
 * may be given the key), or the database's.
 */
export function notificationFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (!(error instanceof SealedSecretError)) return databaseFailure(error);
  return ApplicationFailure.create({ type: 'UNAVAILABLE', message: `A secret cannot be opened (${error.code})` });
}

/** Told to stop between sending and knowing: another worker tries it again, under the same id. */
export function stoppedFailure(): ApplicationFailure {
  return ApplicationFailure.create({ type: 'UNAVAILABLE', message: 'The worker is stopping' });
}

/**
 * Others of the same tenant, or to the same receiver, are on the way and are to come first. No try was made. It is this one's turn
 * after the given milliseconds, or else when Temporal's own growing pauses say so.
 */
export function busyFailure(afterMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'BUSY',
    message: 'Enough is on the way to this receiver',
    ...(afterMs !== undefined && { nextRetryDelay: afterMs }),
    category: ApplicationFailureCategory.BENIGN,
  });
}
