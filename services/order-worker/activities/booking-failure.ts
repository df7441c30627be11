import { ApplicationFailure } from '@temporalio/common';
import { databaseFailure } from '../../../platform/database-failure';

/** A failure of an activity of bookings as Temporal is told it: one that says itself what it is, or the database's. */
export function bookingFailure(error: unknown): ApplicationFailure {
  return error instanceof ApplicationFailure ? error : databaseFailure(error);
}
