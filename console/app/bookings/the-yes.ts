import type { BookingDecision } from '../api/wire';

/** The customer's last yes to a summary; undefined where none was given. Of a booking that was ordered it is the one that counted. */
export function yesIn(decisions: readonly BookingDecision[]): BookingDecision | undefined {
  return decisions.findLast(({ step, decision }) => step === 'confirm_booking' && decision === 'accepted');
}
