import type { BookingLocale, CustomerMessage } from '../booking/booking';
import type { Verdict } from './block';

/** Whether name and phone number are words of the customer, in any message that is kept. */
export function groundCustomer(
  _claim: { readonly name: string; readonly phone: string },
  _context: { readonly locale: BookingLocale; readonly messages: readonly CustomerMessage[] },
): Verdict<undefined> {
  throw new Error('to be written');
}
